"""Long polling that loses nothing: an update is confirmed to Telegram only when it has been answered.

Telegram keeps an update until getUpdates is called with an offset above its id, and sends what is not confirmed again.
So the offset stays at the oldest update that is not yet answered; newer ones are taken and answered meanwhile, those of
one chat in order ("lanes"), those of different chats at once.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, Protocol

from telegram.error import Conflict, InvalidToken, RetryAfter, TelegramError

from bot.logs import describe, log, log_exception
from bot.messenger.sending import Patience
from bot.messenger.updates import Received, read_update, update_id

POLL_SECONDS = 30
"""How long Telegram holds a request open while nothing happens."""
BATCH = 100
"""Updates that Telegram gives at most at once."""
LET_PASS_AFTER = 15.0
"""Seconds after which an update whose answer cannot be sent for now no longer holds up the confirmation."""
WRONG_TOKEN = "Telegram does not know TELEGRAM_BOT_TOKEN: copy it again from @BotFather (/mybots, API Token)"
_BETWEEN_POLLS = 0.05
_LONGEST_PAUSE = 5.0

Fetch = Callable[[int | None, int, int], Awaitable[list[Any]]]
"""(offset, limit, seconds to wait) -> raw updates."""


class Handle(Protocol):
    """Answers one update."""

    async def __call__(self, received: Received, patience: Patience, unread: bool = False) -> None:
        """Answer one update; ``unread`` without looking at what was written."""


class _InHand:
    """An update that is being answered."""

    def __init__(self, since: float) -> None:
        self.since = since
        self.patience = Patience()
        self.task: asyncio.Task[None] | None = None

    def settled(self, now: float) -> bool:
        """Whether it may be confirmed."""
        if self.task is None or self.task.done():
            return True
        return self.patience.waiting and now - self.since > LET_PASS_AFTER


class Receiver:
    """Fetches updates and gives each to a handler."""

    def __init__(self, fetch: Fetch, handle: Handle) -> None:
        self._fetch = fetch
        self._handle = handle
        self._in_hand: dict[int, _InHand] = {}
        self._lanes: dict[int, asyncio.Task[None]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._offset: int | None = None
        self._stopping = asyncio.Event()

    @property
    def stopping(self) -> bool:
        """Whether the bot has been told to stop."""
        return self._stopping.is_set()

    def stop(self) -> None:
        """Take no more updates; what is in hand is finished by ``run``."""
        self._stopping.set()

    async def run(
        self,
        careful: bool = False,
        unread_first: bool = False,
        on_settled: Callable[[], None] = lambda: None,
        finish_within: float = 10.0,
    ) -> None:
        """Receive until ``stop``; then finish what is in hand, for some seconds at most.

        ``careful`` takes the first batch one update at a time and confirms each by itself, so that one that kills the
        process keeps no other from its answer; ``unread_first`` answers the very first without reading it.
        """
        if careful:
            await self._first_batch(unread_first)
            on_settled()
        while not self._stopping.is_set():
            busy = self._confirmable()
            batch = await self._poll(BATCH, 0 if busy else POLL_SECONDS)
            now = asyncio.get_running_loop().time()
            taken = [self._take(raw, now) for raw in batch]
            if self._in_hand:
                await self._some_time()
            elif batch and not any(taken):
                await self.pause(1)  # nothing that can be confirmed: Telegram will give it again at once
            elif not batch:
                # All is confirmed. After a quiet week Telegram may count on from a lower number, which an
                # offset would keep out (Bot API, Update: update_id).
                self._offset = None
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=finish_within)
        self._confirmable()
        await self._confirm()

    async def _first_batch(self, unread: bool) -> None:
        remaining: int | None = None
        while not self._stopping.is_set() and (remaining is None or remaining > 0):
            batch = await self._poll(BATCH if remaining is None else 1, 0)
            if remaining is None:
                remaining = len(batch)
            if not batch:
                return
            self._take(batch[0], asyncio.get_running_loop().time(), unread)
            unread = False
            if self._tasks:
                await asyncio.wait(self._tasks, timeout=LET_PASS_AFTER)
            self._confirmable()
            remaining -= 1

    def _take(self, raw: Any, now: float, unread: bool = False) -> bool:
        """Begin to answer an update; False where it is not one."""
        number = update_id(raw)
        if number is None:
            log.warning("something that is not an update was skipped")
            return False
        if number in self._in_hand:
            return True  # not confirmed yet, so Telegram sent it again
        in_hand = self._in_hand[number] = _InHand(now)
        try:
            received = read_update(raw)
        except Exception as error:
            log_exception("an update that cannot be read was skipped", error)
            return True
        if received is not None:
            in_hand.task = self._enter_lane(received, in_hand.patience, unread)
        return True

    def _enter_lane(self, received: Received, patience: Patience, unread: bool) -> asyncio.Task[None]:
        before = self._lanes.get(received.chat_id)

        async def in_order() -> None:
            if before is not None:
                await asyncio.wait([before])
            try:
                await self._handle(received, patience, unread)
            except Exception as error:
                log_exception("an update could not be answered", error)

        task = asyncio.get_running_loop().create_task(in_order())
        self._lanes[received.chat_id] = task
        self._tasks.add(task)

        def leave(done: asyncio.Task[None]) -> None:
            self._tasks.discard(done)
            if self._lanes.get(received.chat_id) is done:
                del self._lanes[received.chat_id]

        task.add_done_callback(leave)
        return task

    def _confirmable(self) -> bool:
        """Move the offset past all that is settled; whether something is still in hand."""
        now = asyncio.get_running_loop().time()
        for number in sorted(self._in_hand):
            if not self._in_hand[number].settled(now):
                self._offset = number
                return True
            del self._in_hand[number]
            self._offset = number + 1
        return False

    async def _some_time(self) -> None:
        """Let answers go on before Telegram is asked again: at once when one is done, soon in any case."""
        running = [one.task for one in self._in_hand.values() if one.task and not one.task.done()]
        if running:
            await asyncio.wait(running, timeout=_BETWEEN_POLLS * 5, return_when=asyncio.FIRST_COMPLETED)
            await asyncio.sleep(_BETWEEN_POLLS)

    async def _poll(self, limit: int, seconds: int) -> list[Any]:
        """Ask for updates until Telegram answers or the bot is stopped."""
        pause = 0.5
        while not self._stopping.is_set():
            asked = asyncio.ensure_future(self._fetch(self._offset, limit, seconds))
            stopped = asyncio.ensure_future(self._stopping.wait())
            try:
                await asyncio.wait([asked, stopped], return_when=asyncio.FIRST_COMPLETED)
                if not asked.done():
                    return []
                return await asked
            except Conflict:
                log.error(
                    "Telegram gives the messages to another: stop the other process that uses this token, "
                    "or remove the webhook (deleteWebhook)"
                )
                pause = _LONGEST_PAUSE
            except InvalidToken:
                log.error(WRONG_TOKEN)
                pause = _LONGEST_PAUSE
            except RetryAfter as error:
                wait = error.retry_after
                pause = float(wait if isinstance(wait, (int, float)) else wait.total_seconds())
            except (TelegramError, ValueError) as error:
                log.warning("Telegram did not give messages, trying again (%s)", describe(error))
            finally:
                for task in (asked, stopped):
                    task.cancel()
            await self.pause(pause)
            pause = min(pause * 2, _LONGEST_PAUSE)
        return []

    async def pause(self, seconds: float) -> None:
        """Wait some seconds, or until the bot is told to stop."""
        try:
            await asyncio.wait_for(self._stopping.wait(), seconds)
        except TimeoutError:
            return

    async def _confirm(self) -> None:
        """Tell Telegram, at the end, what was answered, so that the next process does not answer it again."""
        if self._offset is not None:
            try:
                await asyncio.wait_for(self._fetch(self._offset, 1, 0), 2)
            except (TelegramError, TimeoutError) as error:
                log.debug("the last answers were not confirmed (%s)", describe(error))
