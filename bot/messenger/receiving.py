"""Long polling that loses nothing: an update is confirmed to Telegram only when it has been answered.

Telegram keeps an update until getUpdates is called with an offset above its id, and sends what is not confirmed again.
So the offset stays at the oldest update that is not yet answered; newer ones are taken and answered meanwhile.

Telegram shows no more than 100 updates from the offset on. So that one chat to which nothing can be sent for now keeps
nobody else waiting, an update may be confirmed before it is answered, but only while these 100 are nearly used up, only
as many as must be, and only after a while. It is still answered, unless the process is killed before: then it is lost.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from telegram.error import Conflict, InvalidToken, RetryAfter, TelegramError

from bot.logs import describe, log, log_exception
from bot.messenger.lanes import Lanes
from bot.messenger.updates import read_update, update_id

POLL_SECONDS = 30
"""How long Telegram holds a request open while nothing happens."""
BATCH = 100
"""Updates that Telegram gives at most at once."""
CROWDED = 90
"""So many updates from the offset on leave others too little room among the 100 that Telegram shows."""
LET_PASS_AFTER = 15.0
"""Seconds after which an update may be confirmed unanswered where it is crowded: by then an answer or the fallback has
been found, and only Telegram keeps it from being sent."""
WRONG_TOKEN = "Telegram does not know TELEGRAM_BOT_TOKEN: copy it again from @BotFather (/mybots, API Token)"
_MOMENT, _WHILE = 0.01, 0.5
"""Seconds, at least and at most, between two looks for new updates while some are in hand."""
_LONGEST_PAUSE = 5.0

Result = TypeVar("Result")
Fetch = Callable[[int | None, int, int], Awaitable[list[Any]]]
"""(offset, limit, seconds to wait) -> raw updates."""


@dataclass
class _InHand:
    """An update that is not yet confirmed. Without ``answered`` there was nothing to answer."""

    since: float
    answered: asyncio.Future[None] | None = None

    @property
    def done(self) -> bool:
        return self.answered is None or self.answered.done()


class Receiver:
    """Fetches updates and has each answered in its lane."""

    def __init__(self, fetch: Fetch, lanes: Lanes, stopping: asyncio.Event) -> None:
        self._fetch = fetch
        self._lanes = lanes
        self._stopping = stopping
        self._in_hand: dict[int, _InHand] = {}
        self._offset: int | None = None
        self._latest = 0.0
        """When something new came, by the loop's clock."""

    async def run(
        self,
        careful: bool = False,
        unread_first: bool = False,
        on_settled: Callable[[], None] = lambda: None,
        finish_within: float = 10.0,
    ) -> None:
        """Receive until ``stopping`` is set; then finish what is in hand, for some seconds at most.

        ``careful`` takes what has waited, a hundred at most, one update at a time and confirms each by itself, so that
        one that kills the process keeps no other from its answer; ``unread_first`` answers the very first without
        reading it.
        """
        if careful:
            await self._one_by_one(unread_first)
            on_settled()
        while not self._stopping.is_set():
            busy = self._confirmable()
            batch = await self._poll(BATCH, 0 if busy else POLL_SECONDS)
            now = asyncio.get_running_loop().time()
            taken = [self._take(raw, now) for raw in batch]
            if self._in_hand:
                await self._some_time()
            elif batch and not any(taken):
                await pause(self._stopping, 1)  # nothing that can be confirmed: Telegram will give it again at once
            elif not batch and not self._stopping.is_set():  # else Telegram may not have been asked any more
                # All is confirmed. After a quiet week Telegram may count on from a lower number, which an
                # offset would keep out (Bot API, Update: update_id).
                self._offset = None
        await self._lanes.finish(finish_within)
        self._confirmable()
        await self._confirm()

    async def _one_by_one(self, unread: bool) -> None:
        for _ in range(BATCH):
            # What cannot be sent for now stays in hand, and Telegram gives it again before anything new.
            batch = await self._poll(min(len(self._in_hand) + 1, BATCH), 0)
            new = [raw for raw in batch if update_id(raw) not in self._in_hand]
            if not new:
                return
            one = self._take(new[0], asyncio.get_running_loop().time(), unread)
            if one is None:
                return
            unread = False
            if one.answered:
                await asyncio.wait([one.answered], timeout=LET_PASS_AFTER)
            self._confirmable()

    def _take(self, raw: Any, now: float, unread: bool = False) -> _InHand | None:
        """Begin to answer an update; None where it is not one."""
        number = update_id(raw)
        if number is None:
            log.warning("something that is not an update was skipped")
            return None
        if number in self._in_hand:
            return self._in_hand[number]  # not confirmed yet, so Telegram sent it again
        self._latest = now
        in_hand = self._in_hand[number] = _InHand(now)
        try:
            received = read_update(raw)
        except Exception as error:
            log_exception("an update that cannot be read was skipped", error)
            return in_hand
        if received is not None:
            in_hand.answered = self._lanes.enter(received, unread)
        return in_hand

    def _confirmable(self) -> bool:
        """Move the offset past all that is answered or let pass; whether something is still in hand."""
        late = asyncio.get_running_loop().time() - LET_PASS_AFTER
        for number, one in sorted(self._in_hand.items()):
            let_pass = len(self._in_hand) >= CROWDED and one.since < late
            if not (one.done or let_pass):
                self._offset = number
                return True
            del self._in_hand[number]
            self._offset = number + 1
        return False

    async def _some_time(self) -> None:
        """Let answers go on before Telegram is asked again, which tells of all that is in hand once more.

        So it is asked the less often the more is in hand, and the longer nothing new came; but again soon after one is
        done.
        """
        running = [one.answered for one in self._in_hand.values() if one.answered and not one.done]
        if running:
            at_least = _MOMENT * (1 + len(running) / 10)
            await asyncio.sleep(at_least)
            quiet = asyncio.get_running_loop().time() - self._latest
            longer = min(quiet / 10, _WHILE) - at_least
            if longer > 0:
                await asyncio.wait(running, timeout=longer, return_when=asyncio.FIRST_COMPLETED)

    async def _poll(self, limit: int, seconds: int) -> list[Any]:
        """Ask for updates until Telegram answers or the bot is stopped."""
        seconds_to_wait = 0.5
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
                seconds_to_wait = _LONGEST_PAUSE
            except InvalidToken:
                log.error(WRONG_TOKEN)
                seconds_to_wait = _LONGEST_PAUSE
            except RetryAfter as error:
                wait = error.retry_after
                seconds_to_wait = float(wait if isinstance(wait, (int, float)) else wait.total_seconds())
            except (TelegramError, ValueError) as error:
                log.warning("Telegram did not give messages, trying again (%s)", describe(error))
            finally:
                for task in (asked, stopped):
                    task.cancel()
            await pause(self._stopping, seconds_to_wait)
            seconds_to_wait = min(seconds_to_wait * 2, _LONGEST_PAUSE)
        return []

    async def _confirm(self) -> None:
        """Tell Telegram, at the end, what was answered, so that the next process does not answer it again."""
        if self._offset is not None:
            try:
                await asyncio.wait_for(self._fetch(self._offset, 1, 0), 2)
            except (TelegramError, TimeoutError) as error:
                log.debug("the last answers were not confirmed (%s)", describe(error))


async def pause(stopping: asyncio.Event, seconds: float) -> None:
    """Wait some seconds, or until the bot is told to stop."""
    try:
        await asyncio.wait_for(stopping.wait(), seconds)
    except TimeoutError:
        return


async def insist(
    call: Callable[[], Awaitable[Result]],
    stopping: asyncio.Event,
    told: str,
    hopeless: tuple[type[TelegramError], ...] = (),
) -> Result | None:
    """Call Telegram until it answers; None where the bot is told to stop before.

    ``told`` is what the log says of a failure. A wrong token, and what is ``hopeless``, is raised at once.
    """
    seconds = 1.0
    while not stopping.is_set():
        try:
            return await call()
        except TelegramError as error:
            if isinstance(error, (InvalidToken, *hopeless)):
                raise
            log.warning("%s, trying again (%s)", told, describe(error))
            await pause(stopping, seconds)
            seconds = min(seconds * 2, 15)
    return None
