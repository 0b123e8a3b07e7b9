"""Counts: what is kept and nothing else, whatever the database does. A real SQLite file and a real PostgreSQL."""

from __future__ import annotations

import asyncio
import datetime as dt
import os
import sqlite3
import stat
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.counts.count import Count, Outcome
from bot.counts.counter import CountWriter
from bot.counts.published import WeekCount
from bot.counts.store import CountStore, Key
from bot.database.address import is_postgres, sqlite_path
from bot.database.opening import database_at
from bot.database.sqlite import SqliteDatabase
from tests.conftest import ROOT
from tests.databases import Place, PostgresServer, counts_in

DAY = dt.date(2026, 11, 21)
ANSWERED = Count(Outcome.ANSWERED, "es", "warrants")
NONE = Count(Outcome.NONE, "zh_Hant")
CARDS, LANGUAGES = ["warrants", "ice-at-home"], ["en", "es", "zh_Hant"]


class Kept:
    """A store over a database that is closed after the test."""

    def __init__(self, place: Place, wait: float = 0.1) -> None:
        self.database = SqliteDatabase(place.path, wait) if place.is_sqlite else database_at(place.url)
        self.store = CountStore(self.database, CARDS, LANGUAGES)

    def writer(self, every: float = 60) -> CountWriter:
        return CountWriter(self.store, lambda: DAY, every=every)


@pytest.fixture
async def kept(place: Place) -> AsyncIterator[Kept]:
    found = Kept(place)
    yield found
    await found.database.close()


async def counts(place: Place) -> list[tuple[object, ...]]:
    return await asyncio.to_thread(counts_in, place)


async def test_counts_are_added_up_by_day_card_language_and_outcome(place: Place, kept: Kept) -> None:
    for _ in range(2):
        writer = kept.writer()
        writer.add([ANSWERED, ANSWERED, NONE])
        await writer.stop()
    assert await counts(place) == [
        ("2026-11-21", "-", "zh_Hant", "none", 2),
        ("2026-11-21", "warrants", "es", "answered", 4),
    ]


async def test_counts_are_written_in_the_background(place: Place, kept: Kept) -> None:
    writer = kept.writer(every=0.02)
    writer.start()
    writer.add([ANSWERED])
    for _ in range(500):
        await asyncio.sleep(0.02)
        if not writer.waiting:
            break
    assert await counts(place) == [("2026-11-21", "warrants", "es", "answered", 1)]
    await writer.stop()


@pytest.mark.parametrize(
    "count",
    [
        Count(Outcome.ANSWERED, "es", "Ana Pérez, 12 Main St"),
        Count(Outcome.ANSWERED, "my phone is 212", "warrants"),
    ],
)
async def test_free_text_cannot_enter_and_keeps_no_other_count_out(
    place: Place, kept: Kept, count: Count, caplog: pytest.LogCaptureFixture
) -> None:
    await kept.store.add({Key(DAY, NONE): 1, Key(DAY, count): 3, Key(DAY, ANSWERED): 1})
    await kept.store.add({Key(DAY, ANSWERED): 1})
    assert await counts(place) == [
        ("2026-11-21", "-", "zh_Hant", "none", 1),
        ("2026-11-21", "warrants", "es", "answered", 2),
    ]
    assert caplog.messages == ["counts of a card or language that is not known were dropped: 3"]


@pytest.mark.parametrize(
    "row",
    [
        "('2026-11-21', 'Ana Pérez, 12 Main St', 'es', 'answered', 1)",
        "('2026-11-21', 'warrants', 'Ana', 'answered', 1)",
        "('2026-11-21', 'warrants', 'es', 'Ana', 1)",
        "('2026-11-21 14:05', 'warrants', 'es', 'answered', 1)",
        "('Ana Perez!', 'warrants', 'es', 'answered', 1)",
        "('2026-11-21', 'warrants', 'es', 'answered', 0)",
    ],
)
async def test_the_database_itself_refuses_what_is_no_count(place: Place, kept: Kept, row: str) -> None:
    await kept.store.add({Key(DAY, ANSWERED): 1})
    with pytest.raises(Exception, match="constraint"):
        async with kept.database.transaction() as transaction:
            await transaction.execute(f"INSERT INTO counts VALUES {row}")
    assert await counts(place) == [("2026-11-21", "warrants", "es", "answered", 1)]


async def test_a_card_that_comes_while_the_bot_runs_is_counted(place: Place, kept: Kept) -> None:
    new = Count(Outcome.ANSWERED, "es", "a-new-card")
    await kept.store.add({Key(DAY, ANSWERED): 1})
    kept.store.know(["warrants", "a-new-card"])
    await kept.store.add({Key(DAY, new): 2, Key(DAY, ANSWERED): 1})
    assert await counts(place) == [
        ("2026-11-21", "a-new-card", "es", "answered", 2),
        ("2026-11-21", "warrants", "es", "answered", 2),
    ]


async def test_the_database_has_these_columns_and_no_other(place: Place, kept: Kept) -> None:
    await kept.store.add({Key(DAY, ANSWERED): 1})
    columns = await asyncio.to_thread(place.columns)
    assert columns == {
        "cards": ["id"],
        "languages": ["code"],
        "outcomes": ["name"],
        "counts": ["day", "card", "language", "outcome", "number"],
        "weeks": ["week", "card", "language", "outcome", "number"],
        "questions": ["week", "language", "text"],
        **({} if place.is_sqlite else {"schema_version": ["number"]}),
    }


async def test_the_days_of_a_week_that_is_over_become_one_number(place: Place, kept: Kept) -> None:
    monday = dt.date(2026, 11, 16)
    for day in (dt.date(2026, 11, 8), *(monday + dt.timedelta(days=number) for number in range(8))):
        await kept.store.add({Key(day, ANSWERED): 2, Key(day, NONE): 1})
    for _ in range(2):
        await kept.store.close_weeks(dt.date(2026, 11, 23))
    assert sorted(await kept.store.weeks(), key=lambda week: (week.monday, week.number)) == [
        WeekCount(dt.date(2026, 11, 2), None, "zh_Hant", Outcome.NONE, 1),
        WeekCount(dt.date(2026, 11, 2), "warrants", "es", Outcome.ANSWERED, 2),
        WeekCount(monday, None, "zh_Hant", Outcome.NONE, 7),
        WeekCount(monday, "warrants", "es", Outcome.ANSWERED, 14),
    ]
    assert {row[0] for row in await counts(place)} == {"2026-11-23"}
    # What was waiting in memory for a day of the week joins it.
    await kept.store.add({Key(monday, ANSWERED): 5})
    await kept.store.close_weeks(dt.date(2026, 11, 23))
    assert WeekCount(monday, "warrants", "es", Outcome.ANSWERED, 19) in await kept.store.weeks()


async def test_the_file_keeps_no_trace_of_the_days(tmp_path: Path) -> None:
    place = Place(f"sqlite:///{tmp_path / 'counts.sqlite3'}")
    kept = Kept(place)
    for number in range(7):
        for language in LANGUAGES:
            await kept.store.add({Key(dt.date(2026, 11, 16 + number), Count(Outcome.NONE, language)): 1})
    assert b"2026-11-18" in place.path.read_bytes()
    await kept.store.close_weeks(dt.date(2026, 11, 23))
    for _ in range(2):  # while it is open and when it is closed
        assert set(os.listdir(tmp_path)) <= {"counts.sqlite3", "counts.sqlite3-journal"}  # noqa: PTH208
        for name in os.listdir(tmp_path):  # noqa: PTH208
            assert b"2026-11-1" not in (tmp_path / name).read_bytes(), name
        await kept.database.close()


async def test_only_the_owner_may_read_the_file(tmp_path: Path) -> None:
    place = Place(f"sqlite:///{tmp_path / 'data' / 'counts.sqlite3'}")
    kept = Kept(place)
    await kept.store.add({Key(DAY, ANSWERED): 1})
    await kept.database.close()
    assert stat.S_IMODE(place.path.stat().st_mode) == 0o600
    assert stat.S_IMODE(place.path.parent.stat().st_mode) == 0o700


async def test_a_file_of_the_first_version_is_taken_over(tmp_path: Path) -> None:
    place = Place(f"sqlite:///{tmp_path / 'counts.sqlite3'}")
    with sqlite3.connect(place.path) as connection:
        connection.executescript((ROOT / "tests" / "first_version.sql").read_text())
    kept = Kept(place)
    await kept.store.add({Key(DAY, ANSWERED): 1})
    assert await counts(place) == [
        ("2026-11-20", "-", "es", "none", 3),
        ("2026-11-20", "-", "es", "urgent", 9),
        ("2026-11-20", "warrants", "es", "answered", 7),
        ("2026-11-21", "warrants", "es", "answered", 1),
    ]
    assert set(await asyncio.to_thread(place.columns)) == {
        *("cards", "languages", "outcomes", "counts", "weeks", "questions")
    }
    await kept.database.close()


async def test_a_database_of_a_newer_version_is_left_alone(
    place: Place, kept: Kept, caplog: pytest.LogCaptureFixture
) -> None:
    await kept.store.add({Key(DAY, ANSWERED): 1})
    async with kept.database.transaction() as transaction:
        await transaction.set_version(99)
    await kept.database.close()
    writer = kept.writer()
    writer.add([ANSWERED])
    await writer.write()
    assert writer.waiting == 1
    assert "the database is of version 99, this program knows 2: start the newer program" in caplog.messages
    assert await counts(place) == [("2026-11-21", "warrants", "es", "answered", 1)]


async def test_nothing_is_lost_while_the_file_is_locked(tmp_path: Path) -> None:
    place = Place(f"sqlite:///{tmp_path / 'counts.sqlite3'}")
    kept = Kept(place)
    writer = kept.writer()
    writer.add([NONE])
    await writer.write()
    blocker = sqlite3.connect(place.path, isolation_level=None)
    blocker.execute("BEGIN EXCLUSIVE")
    writer.add([ANSWERED])
    await writer.write()
    assert writer.waiting == 1
    blocker.execute("COMMIT")
    blocker.close()
    writer.add([ANSWERED])
    await writer.stop()
    assert (await counts(place))[1] == ("2026-11-21", "warrants", "es", "answered", 2)
    await kept.database.close()


async def test_nothing_is_lost_while_postgresql_is_away(postgres: PostgresServer) -> None:
    place = Place(await asyncio.to_thread(postgres.new))
    kept = Kept(place)
    writer = kept.writer()
    writer.add([ANSWERED])
    await writer.write()
    await asyncio.to_thread(postgres.stop)
    try:
        for _ in range(3):
            writer.add([ANSWERED])
            await writer.write()
        assert writer.waiting == 3
    finally:
        await asyncio.to_thread(postgres.start)
    await writer.write()
    assert writer.waiting == 0
    assert await counts(place) == [("2026-11-21", "warrants", "es", "answered", 4)]
    await kept.database.close()


async def test_nothing_is_lost_while_the_folder_cannot_be_made(tmp_path: Path) -> None:
    in_the_way = tmp_path / "data"
    in_the_way.write_text("a file where the folder should be", encoding="utf-8")
    place = Place(f"sqlite:///{in_the_way / 'counts.sqlite3'}")
    kept = Kept(place)
    writer = kept.writer()
    writer.add([ANSWERED])
    await writer.write()
    assert writer.waiting == 1
    in_the_way.unlink()
    await writer.stop()
    assert await counts(place) == [("2026-11-21", "warrants", "es", "answered", 1)]
    await kept.database.close()


@pytest.mark.parametrize("again", [False, True])
async def test_a_file_deleted_while_running_is_made_again(tmp_path: Path, again: bool) -> None:
    place = Place(f"sqlite:///{tmp_path / 'counts.sqlite3'}")
    kept = Kept(place)
    await kept.store.add({Key(DAY, ANSWERED): 1})
    place.path.unlink()
    if again:  # another has taken its place meanwhile
        other = Kept(place)
        await other.store.add({Key(DAY, ANSWERED): 5})
        await other.database.close()
    await kept.store.add({Key(DAY, ANSWERED): 2})
    assert await counts(place) == [("2026-11-21", "warrants", "es", "answered", 7 if again else 2)]
    await kept.database.close()


@pytest.mark.parametrize("place_in_file", [0, 4096])
async def test_a_broken_file_is_set_aside_and_counting_goes_on(
    tmp_path: Path, place_in_file: int, caplog: pytest.LogCaptureFixture
) -> None:
    place = Place(f"sqlite:///{tmp_path / 'counts.sqlite3'}")
    kept = Kept(place)
    await kept.store.add({Key(DAY, ANSWERED): 1})
    await kept.database.close()
    content = bytearray(place.path.read_bytes())
    content[place_in_file:] = b"\xff" * (len(content) - place_in_file)
    place.path.write_bytes(content)
    writer = kept.writer()
    writer.add([ANSWERED])
    await writer.write()
    await writer.write()
    assert writer.waiting == 0
    assert await counts(place) == [("2026-11-21", "warrants", "es", "answered", 1)]
    assert (tmp_path / "counts.sqlite3.broken-1").read_bytes() == content
    assert any("it is now called counts.sqlite3.broken-1" in message for message in caplog.messages)
    await kept.database.close()


ADDING = """
import asyncio, datetime as dt, sys
from bot.counts.count import Count, Outcome
from bot.counts.store import CountStore, Key
from bot.database.opening import database_at

async def main(url):
    database = database_at(url)
    store = CountStore(database, ["warrants"], ["es"])
    for _ in range(250):
        while True:
            try:
                await store.add({Key(dt.date(2026, 11, 21), Count(Outcome.ANSWERED, "es", "warrants")): 200})
                break
            except Exception:
                await asyncio.sleep(0.01)
    await database.close()

asyncio.run(main(sys.argv[1]))
"""


def test_two_processes_that_add_a_hundred_thousand_to_one_row_lose_nothing(place: Place) -> None:
    both = [subprocess.Popen([sys.executable, "-c", ADDING, place.url], cwd=ROOT) for _ in range(2)]
    assert [process.wait(120) for process in both] == [0, 0]
    assert counts_in(place) == [("2026-11-21", "warrants", "es", "answered", 100_000)]


def test_addresses_are_known_in_the_spellings_of_platforms() -> None:
    assert sqlite_path("sqlite:////var/lib/counts.sqlite3") == Path("/var/lib/counts.sqlite3")
    assert is_postgres("postgres://somebody:secret@host:5432/name")
    assert is_postgres("postgresql://host/name")
    with pytest.raises(ValueError, match="write sqlite:////absolute/path"):
        sqlite_path("mysql://localhost/x")


def test_the_password_of_a_database_is_not_shown() -> None:
    assert "secret" not in repr(database_at("postgres://somebody:secret@host:5432/name"))
