"""The database is away, locked, full, read-only, broken: answers never wait for it."""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
import subprocess
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from functools import partial
from pathlib import Path

from tests.databases import postgres_server
from tests.faults.crowd import Crowd, Figures, undisturbed
from tests.faults.process import TriedBot, bot_and_telegram
from tests.faults.trial import NotPossibleHere, Outcome, Stand, Trial
from tests.loopback import LoopbackTelegram

Away = Callable[[float], Awaitable[None]]


async def _asked_through(
    telegram: LoopbackTelegram, bot: TriedBot, fault: Callable[[], Awaitable[None]], before: Figures
) -> tuple[Figures, int]:
    """People ask from the beginning of a fault to its end and a little longer: what became of them, counts missing."""
    during = Crowd(telegram)
    ends = asyncio.ensure_future(fault())
    while not ends.done():
        await during.ask_for(0.5)
    await ends
    await during.ask(5)
    figures = await during.figures()
    expected = before.answers + figures.answers
    return figures, expected - await bot.counted(expected, 20)


def _told(before: Figures, during: Figures, missing: int) -> Outcome:
    return Outcome(
        f"{during} (median before: {before.median:.2f} s); {missing} counts missing afterwards",
        during.answered and not missing and undisturbed(during, before),
    )


async def _with_fault(
    stand: Stand, seconds: tuple[float, float], fault: Callable[[TriedBot, float], Awaitable[None]]
) -> Outcome:
    """A fault of the SQLite file that passes and takes no count with it."""
    async with bot_and_telegram(stand.folder) as (telegram, bot):
        before = await Crowd(telegram).one_by_one(stand.times(4, 20))

        through = await _asked_through(telegram, bot, lambda: fault(bot, stand.seconds(*seconds)), before)
        return _told(before, *through)


async def _locked(bot: TriedBot, seconds: float) -> None:
    blocker = sqlite3.connect(bot.place.path, isolation_level=None)
    blocker.execute("BEGIN EXCLUSIVE")
    await asyncio.sleep(seconds)
    blocker.execute("COMMIT")
    blocker.close()


async def _read_only(bot: TriedBot, seconds: float) -> None:
    # An immutable file refuses even a process that has it open, and even root.
    _run("chattr", "+i", str(bot.place.path))
    try:
        await asyncio.sleep(seconds)
    finally:
        _run("chattr", "-i", str(bot.place.path))


def _run(*command: str) -> None:
    if shutil.which(command[0]) is None or subprocess.run(command, capture_output=True, check=False).returncode:
        raise NotPossibleHere(f"`{command[0]}` is not there or not permitted")


async def full(stand: Stand) -> Outcome:
    """The file is on a disk of half a megabyte, which something else fills."""
    data = stand.folder / "data"
    data.mkdir(mode=0o700)
    with _small_disk(data):
        async with bot_and_telegram(stand.folder) as (telegram, bot):
            before = await Crowd(telegram).one_by_one(stand.times(4, 20))

            async def filled() -> None:
                filler = data / "filler"
                with filler.open("wb", buffering=0) as file:
                    try:
                        while file.write(b"x" * 512):
                            pass
                    except OSError:
                        pass
                await asyncio.sleep(stand.seconds(1.5, 20))
                filler.unlink()

            outcome = _told(before, *await _asked_through(telegram, bot, filled, before))
            noticed = "counts wait in memory until the database can be written" in bot.log
            return Outcome(outcome.measured, outcome.passed and noticed)


@contextmanager
def _small_disk(folder: Path) -> Iterator[None]:
    _run("mount", "-t", "tmpfs", "-o", "size=512k", "none", str(folder))
    try:
        yield
    finally:
        _run("umount", "--lazy", str(folder))


async def _counts_gone_with(stand: Stand, harm: Callable[[TriedBot], None]) -> Outcome:
    """A fault that takes the file: what is asked afterwards is counted in another."""
    async with bot_and_telegram(stand.folder) as (telegram, bot):
        before = await Crowd(telegram).one_by_one(stand.times(4, 20))
        await bot.counted(before.answers)
        harm(bot)
        crowd = Crowd(telegram)
        await crowd.ask_for(stand.seconds(0.5, 10))
        figures = await crowd.figures()
        missing = figures.answers - await bot.counted(figures.answers)
        return Outcome(
            f"{figures} (median before: {before.median:.2f} s); {missing} of these counts missing",
            figures.answered and not missing and undisturbed(figures, before) and "Traceback" not in bot.log,
        )


def _delete(bot: TriedBot) -> None:
    bot.place.path.unlink()


def _delete_folder(bot: TriedBot) -> None:
    shutil.rmtree(bot.data)


def _overwrite(path: Path, start: int = 0) -> None:
    with path.open("r+b") as file:
        file.seek(start)
        file.write(b"\xff" * (path.stat().st_size - start))


async def broken_at_start(stand: Stand) -> Outcome:
    """All but the first page of the file is overwritten between two runs."""
    async with bot_and_telegram(stand.folder) as (telegram, bot):
        before = await Crowd(telegram).one_by_one(3)
        await bot.counted(before.answers)
        await bot.terminate()
        _overwrite(bot.place.path, 4096)
        await bot.start()
        figures = await Crowd(telegram).one_by_one()
        missing = figures.answers - await bot.counted(figures.answers)
        return Outcome(f"{figures}; {missing} of these counts missing", figures.answered and not missing)


async def folder_cannot_be_made(stand: Stand) -> Outcome:
    """A file stands where the folder should be, from the start; later it goes away."""
    async with bot_and_telegram(stand.folder, start=False) as (telegram, bot):
        bot.data.write_text("in the way")
        await bot.start()
        crowd = Crowd(telegram)
        await crowd.ask_for(stand.seconds(2, 10))
        figures = await crowd.figures()
        bot.data.unlink()
        missing = figures.answers - await bot.counted(figures.answers)
        return Outcome(
            f"{figures}; {missing} counts missing when the folder could be made", figures.answered and not missing
        )


@asynccontextmanager
async def _postgres(
    folder: Path,
) -> AsyncIterator[tuple[LoopbackTelegram, TriedBot, Away]]:
    context = postgres_server()
    server = await asyncio.to_thread(context.__enter__)
    try:

        async def away(seconds: float) -> None:
            await asyncio.to_thread(server.stop)
            await asyncio.sleep(seconds)
            await asyncio.to_thread(server.start)

        url = await asyncio.to_thread(server.new)
        async with bot_and_telegram(folder, DATABASE_URL=url) as (telegram, bot):
            yield telegram, bot, away
    finally:
        await asyncio.to_thread(context.__exit__, None, None, None)


async def postgres_stopped(stand: Stand) -> Outcome:
    """PostgreSQL is stopped and started again."""
    async with _postgres(stand.folder) as (telegram, bot, away):
        before = await Crowd(telegram).one_by_one(stand.times(4, 20))
        return _told(before, *await _asked_through(telegram, bot, lambda: away(stand.seconds(1, 10)), before))


TRIALS = (
    Trial(
        "database-locked",
        "another process locks the database for 30 s",
        "answers as fast as before; all counted afterwards",
        partial(_with_fault, seconds=(2, 30), fault=_locked),
        beside=True,
    ),
    Trial(
        "database-deleted",
        "the database file is deleted while the bot runs",
        "answers as fast as before; counted in a new file",
        partial(_counts_gone_with, harm=_delete),
        quick=False,
    ),
    Trial(
        "data-folder-deleted",
        "the whole data folder is deleted while the bot runs",
        "answers as fast as before; counted in a new folder",
        partial(_counts_gone_with, harm=_delete_folder),
        quick=False,
    ),
    Trial(
        "data-folder-in-the-way",
        "the data folder cannot be made or written at the start",
        "starts and answers; all counted when the folder can be made",
        folder_cannot_be_made,
        quick=False,
    ),
    Trial(
        "disk-full",
        "the disk of the database is full (a real one, of 512 KB) for 20 s",
        "answers as fast as before; all counted when there is room again",
        full,
        beside=True,
    ),
    Trial(
        "database-read-only",
        "the database file cannot be written (made immutable) for 20 s",
        "answers as fast as before; all counted afterwards",
        partial(_with_fault, seconds=(3, 20), fault=_read_only),
        quick=False,
        beside=True,
    ),
    Trial(
        "database-broken",
        "the bytes of the database file are overwritten while the bot runs",
        "answers as fast as before; counted in a new file, the broken one is kept",
        partial(_counts_gone_with, harm=lambda bot: _overwrite(bot.place.path)),
        quick=False,
    ),
    Trial(
        "database-broken-at-start",
        "the database file is broken when the bot starts",
        "starts and answers; counted in a new file, the broken one is kept",
        broken_at_start,
        quick=False,
    ),
    Trial(
        "postgres-stopped",
        "PostgreSQL is stopped for 10 s and comes back",
        "answers as fast as before; all counted afterwards",
        postgres_stopped,
        quick=False,
        beside=True,
    ),
)
