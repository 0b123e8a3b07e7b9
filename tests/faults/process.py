"""The bot's process as a trial sees it: its memory, its clock, what it has counted."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import asyncpg

from tests.databases import Place
from tests.loopback import LoopbackTelegram
from tests.running import RunningBot

ALLOWED = {"data/counts.sqlite3", "data/counts.sqlite3-journal", "data/unclean-starts"}
"""The only files that the process may write."""
_QUERY = "SELECT coalesce(sum(number), 0) FROM counts WHERE outcome = 'answered'"
# The process reads a clock that a trial can move; what is added stands in a file.
_OTHER_CLOCK = """
import pathlib, time
real, added = time.time, pathlib.Path({added!r})
time.time = lambda: real() + float(added.read_text() or 0)
import bot.messenger.lanes as lanes
lanes.MINUTE = {minute}
from bot.cli import main
main()
"""


class TriedBot(RunningBot):
    """A bot of which a trial can see more."""

    @property
    def pid(self) -> int:
        """The id of the process."""
        assert self._process is not None
        return self._process.pid

    @property
    def megabytes(self) -> int:
        """The memory that the process holds."""
        status = Path(f"/proc/{self.pid}/status").read_text()
        line = next(line for line in status.splitlines() if line.startswith("VmRSS:"))
        return int(line.split()[1]) // 1024

    @property
    def place(self) -> Place:
        """Its database."""
        return Place(self._environment["DATABASE_URL"])

    def with_other_clock(self, minute: float) -> Path:
        """Let the process read a clock that is as many seconds ahead as a file says; ``minute`` is that of floods."""
        added = self.folder / "added-to-the-clock"
        added.write_text("0")
        self._start = ("-c", _OTHER_CLOCK.format(added=str(added), minute=minute))
        return added

    async def counted(self, expected: int, patience: float = 15.0) -> int:
        """How many answers the database has, as soon as it has that many, or after so long."""
        found = 0
        for _ in range(round(10 * patience)):
            if (found := await self._counted()) >= expected:
                break
            await asyncio.sleep(0.1)
        return found

    async def _counted(self) -> int:
        try:
            if self.place.is_sqlite:
                return _sqlite_value(self.place.path)
            connection = await asyncpg.connect(self.place.url)
            try:
                return int(await connection.fetchval(_QUERY))
            finally:
                await connection.close()
        except (sqlite3.Error, OSError, asyncpg.PostgresError):
            return 0

    @property
    def well_behaved(self) -> bool:
        """Whether the log has no traceback, and nothing else is on disk than may be."""
        return "Traceback" not in self.stderr and self.files() <= ALLOWED


def _sqlite_value(path: Path) -> int:
    connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=0.5)
    try:
        return int(connection.execute(_QUERY).fetchone()[0])
    finally:
        connection.close()


@asynccontextmanager
async def bot_and_telegram(
    folder: Path, telegram: LoopbackTelegram | None = None, start: bool = True, **options: Any
) -> AsyncIterator[tuple[LoopbackTelegram, TriedBot]]:
    """A Telegram and a bot on it, which is ready unless ``start`` is false."""
    async with telegram or LoopbackTelegram() as telegram:
        bot = TriedBot(telegram, folder, **options)
        try:
            if start:
                await bot.start()
            yield telegram, bot
        finally:
            await bot.kill()
