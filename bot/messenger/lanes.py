"""One lane a chat: its messages are answered in order, those of different chats at once, and none twice.

Somebody who writes faster than twenty messages a minute is told so once; of what is too much, only the newest few are
answered, when the minute is over. So one chat can't take the bot from the others.
"""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict, deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Protocol

from bot.logs import log, log_exception
from bot.messenger.updates import Received

MOST_A_MINUTE = 20
NEWEST = 3
"""Of what is too much, so many are answered."""
MINUTE = 60.0
MOST_SEEN = 10_000
"""Updates that are remembered, so that one that Telegram sends again is not answered again."""
MOST_CHATS = 10_000
"""Chats of which it is remembered how fast they write."""


class Handle(Protocol):
    """Answers one update."""

    async def __call__(self, received: Received, unread: bool = False) -> None:
        """Answer one update; ``unread`` without looking at what was written."""


@dataclass
class _Lane:
    """What a chat waits for. ``too_much`` is answered last, and may be confirmed before."""

    waiting: deque[tuple[Received, bool, asyncio.Future[None]]] = field(default_factory=deque)
    too_much: deque[Received] = field(default_factory=lambda: deque(maxlen=NEWEST))
    task: asyncio.Task[None] | None = None


class Lanes:
    """Takes updates and has each answered in its turn."""

    def __init__(
        self,
        handle: Handle,
        tell_to_wait: Callable[[Received], Awaitable[None]],
        clock: Callable[[], float] = time.time,
    ) -> None:
        """``tell_to_wait`` is called once for a chat that writes too fast; ``clock`` gives Unix time in seconds."""
        self._handle = handle
        self._tell_to_wait = tell_to_wait
        self._clock = clock
        self._lanes: dict[int, _Lane] = {}
        self._seen: OrderedDict[int, asyncio.Future[None]] = OrderedDict()
        self._written: OrderedDict[int, deque[float]] = OrderedDict()

    def enter(self, received: Received, unread: bool = False) -> asyncio.Future[None]:
        """Have an update answered; the future is done when it may be confirmed to Telegram."""
        if again := self._seen.get(received.update_id):
            return again
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._seen[received.update_id] = done
        while len(self._seen) > MOST_SEEN:
            self._seen.popitem(last=False)
        lane = self._lanes.setdefault(received.chat_id, _Lane())
        if self._is_too_much(received):
            lane.too_much.append(received)
            done.set_result(None)
        else:
            lane.waiting.append((received, unread, done))
        if lane.task is None:
            lane.task = asyncio.get_running_loop().create_task(self._answer_all(received.chat_id, lane))
        return done

    async def finish(self, seconds: float) -> None:
        """Wait until everything that was taken is answered, for some seconds at most."""
        tasks = [lane.task for lane in self._lanes.values() if lane.task]
        if tasks:
            await asyncio.wait(tasks, timeout=seconds)

    def _is_too_much(self, received: Received) -> bool:
        """Whether a chat wrote twenty messages in the minute before this one, by Telegram's clock where it tells."""
        at = received.sent_at or self._clock()
        # Who has been silent for a minute need not be remembered.
        while self._written and next(iter(self._written.values()))[-1] <= at - MINUTE:
            self._written.popitem(last=False)
        times = self._written.setdefault(received.chat_id, deque(maxlen=MOST_A_MINUTE))
        self._written.move_to_end(received.chat_id)
        while len(self._written) > MOST_CHATS:
            self._written.popitem(last=False)
        if len(times) == MOST_A_MINUTE and at - times[0] < MINUTE:
            return True
        times.append(at)
        return False

    async def _answer_all(self, chat_id: int, lane: _Lane) -> None:
        told = False
        while lane.waiting or lane.too_much:
            while lane.waiting:
                received, unread, done = lane.waiting.popleft()
                await self._answer(received, unread)
                if not done.done():
                    done.set_result(None)
            if lane.too_much and not told:
                told = True
                log.warning("a chat writes faster than %d messages a minute: it is told to wait", MOST_A_MINUTE)
                await self._guarded(self._tell_to_wait(lane.too_much[-1]))
                written = self._written.get(chat_id)
                left = written[0] + MINUTE - self._clock() if written else 0.0
                await asyncio.sleep(min(max(0.0, left), MINUTE))  # the clock may be set back meanwhile
            elif lane.too_much:
                await self._answer(lane.too_much.popleft(), unread=False)
        del self._lanes[chat_id]

    async def _answer(self, received: Received, unread: bool) -> None:
        await self._guarded(self._handle(received, unread))

    async def _guarded(self, work: Awaitable[None]) -> None:
        try:
            await work
        except Exception as error:
            log_exception("an update could not be answered", error)
