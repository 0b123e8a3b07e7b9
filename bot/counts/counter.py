"""Counting is an addition in memory; every second and a half and at exit the sums are written in one transaction.

However slow, locked or missing the database is, an answer never waits for it, and no count is lost while the process
lives: sums that could not be written stay in memory. Memory is bounded, since there are only so many keys a day.
"""

from __future__ import annotations

import asyncio
import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterable

from bot.counts.count import Count
from bot.counts.store import CountStore, Key
from bot.logs import describe, log

EVERY = 1.5
"""Seconds between two writings: below two with the time that a writing takes."""
_GIVE_UP_AT_EXIT = 8.0


class CountWriter:
    """Adds counts in memory and writes them to a store in the background."""

    def __init__(self, store: CountStore, today: Callable[[], dt.date], every: float = EVERY) -> None:
        self._store = store
        self._today = today
        self._every = every
        self._waiting: Counter[Key] = Counter()
        self._being_written: Counter[Key] = Counter()
        self._task: asyncio.Task[None] | None = None
        self._stopping = asyncio.Event()
        self._failing = False

    @property
    def waiting(self) -> int:
        """How many counts are not yet in the store."""
        return self._waiting.total() + self._being_written.total()

    def add(self, counts: Iterable[Count]) -> None:
        """Count: returns at once and never fails."""
        day = self._today()
        for count in counts:
            self._waiting[Key(day, count)] += 1

    def start(self) -> None:
        """Begin to write in the background of the running loop."""
        self._task = asyncio.get_running_loop().create_task(self._write_often())

    async def stop(self) -> None:
        """Write what is left, for some seconds at most."""
        self._stopping.set()
        try:
            # A writing that has begun is never cut off: it might be in the file, and would then be written twice.
            await asyncio.wait_for(self._finish(), _GIVE_UP_AT_EXIT)
        except TimeoutError:
            log.error("the database did not answer before the exit")
        if self.waiting:
            log.error("counts that could not be written before the exit: %d", self.waiting)

    async def _finish(self) -> None:
        if self._task:
            await self._task
        await self.write()

    async def write(self) -> None:
        """Write what waits; what fails is kept for the next time."""
        if not self._waiting:
            return
        self._being_written, self._waiting = self._waiting, Counter()
        try:
            await self._store.add(self._being_written)
        except BaseException as error:
            self._waiting.update(self._being_written)
            if not self._failing:
                log.warning("counts wait in memory until the database can be written (%s)", describe(error))
            self._failing = True
            if not isinstance(error, Exception):
                raise
        else:
            if self._failing:
                log.info("the database can be written again")
            self._failing = False
        finally:
            self._being_written = Counter()

    async def _write_often(self) -> None:
        while not self._stopping.is_set():
            try:
                await asyncio.wait_for(self._stopping.wait(), self._every)
            except TimeoutError:
                await self.write()
