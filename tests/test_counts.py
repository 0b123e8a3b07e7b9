"""Counts: what is kept and nothing else, whatever the database does. A real SQLite file."""

from __future__ import annotations

import asyncio
import datetime as dt
import sqlite3
from pathlib import Path

import pytest

from bot.counts.address import sqlite_path
from bot.counts.count import Count, Outcome
from bot.counts.counter import CountWriter
from bot.counts.store import Key, SqliteStore

DAY = dt.date(2026, 11, 21)
ANSWERED = Count(Outcome.ANSWERED, "es", "warrants")
NONE = Count(Outcome.NONE, "zh_Hant")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "counts.sqlite3"


def store(path: Path, wait: float = 0.1) -> SqliteStore:
    return SqliteStore(path, ["warrants", "ice-at-home"], ["en", "es", "zh_Hant"], wait=wait)


def writer(path: Path, every: float = 60) -> CountWriter:
    return CountWriter(store(path), lambda: DAY, every=every)


def rows(path: Path) -> list[tuple[object, ...]]:
    with sqlite3.connect(path) as connection:
        return list(connection.execute("SELECT day, card, language, outcome, number FROM counts ORDER BY card"))


async def test_counts_are_added_up_by_day_card_language_and_outcome(path: Path) -> None:
    for _ in range(2):
        counts = writer(path)
        counts.add([ANSWERED, ANSWERED, NONE])
        await counts.stop()
    assert rows(path) == [
        ("2026-11-21", "-", "zh_Hant", "none", 2),
        ("2026-11-21", "warrants", "es", "answered", 4),
    ]


async def test_counts_are_written_in_the_background(path: Path) -> None:
    counts = writer(path, every=0.02)
    counts.start()
    counts.add([ANSWERED])
    for _ in range(200):
        await asyncio.sleep(0.02)
        if not counts.waiting:
            break
    assert rows(path) == [("2026-11-21", "warrants", "es", "answered", 1)]
    await counts.stop()


@pytest.mark.parametrize(
    "count",
    [
        Count(Outcome.ANSWERED, "es", "Ana Pérez, 12 Main St"),
        Count(Outcome.ANSWERED, "my phone is 212", "warrants"),
    ],
)
async def test_free_text_cannot_enter_and_keeps_no_other_count_out(
    path: Path, count: Count, caplog: pytest.LogCaptureFixture
) -> None:
    kept = store(path)
    await kept.add({Key(DAY, NONE): 1, Key(DAY, count): 3, Key(DAY, ANSWERED): 1})
    await kept.add({Key(DAY, ANSWERED): 1})
    await kept.close()
    assert rows(path) == [
        ("2026-11-21", "-", "zh_Hant", "none", 1),
        ("2026-11-21", "warrants", "es", "answered", 2),
    ]
    told = "counts of a card or language that the database does not know were dropped: 3"
    assert caplog.messages == [told]


async def test_a_card_that_comes_while_the_bot_runs_is_counted(path: Path) -> None:
    new = Count(Outcome.ANSWERED, "es", "a-new-card")
    kept = store(path)
    await kept.add({Key(DAY, ANSWERED): 1})
    kept.know(["warrants", "a-new-card"])
    await kept.add({Key(DAY, new): 2, Key(DAY, ANSWERED): 1})
    await kept.close()
    assert rows(path) == [
        ("2026-11-21", "a-new-card", "es", "answered", 2),
        ("2026-11-21", "warrants", "es", "answered", 2),
    ]


async def test_the_file_has_these_columns_and_no_other(path: Path) -> None:
    counts = writer(path)
    counts.add([ANSWERED])
    await counts.stop()
    with sqlite3.connect(path) as connection:
        tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        columns = {t: [row[1] for row in connection.execute(f"PRAGMA table_info({t})")] for t in tables}
    assert columns == {
        "cards": ["id"],
        "languages": ["code"],
        "outcomes": ["name"],
        "counts": ["day", "card", "language", "outcome", "number"],
    }


async def test_nothing_is_lost_while_the_database_is_locked(path: Path) -> None:
    counts = writer(path)
    counts.add([NONE])
    await counts.write()
    blocker = sqlite3.connect(path, isolation_level=None)
    blocker.execute("BEGIN EXCLUSIVE")
    counts.add([ANSWERED])
    await counts.write()
    assert counts.waiting == 1
    blocker.execute("COMMIT")
    blocker.close()
    counts.add([ANSWERED])
    await counts.stop()
    assert rows(path)[1] == ("2026-11-21", "warrants", "es", "answered", 2)


async def test_nothing_is_lost_while_the_folder_cannot_be_made(tmp_path: Path) -> None:
    in_the_way = tmp_path / "data"
    in_the_way.write_text("a file where the folder should be", encoding="utf-8")
    counts = writer(in_the_way / "counts.sqlite3")
    counts.add([ANSWERED])
    await counts.write()
    assert counts.waiting == 1
    in_the_way.unlink()
    await counts.stop()
    assert rows(in_the_way / "counts.sqlite3") == [("2026-11-21", "warrants", "es", "answered", 1)]


async def test_a_file_deleted_while_running_is_made_again(path: Path) -> None:
    counts = writer(path)
    counts.add([ANSWERED])
    await counts.write()
    await asyncio.to_thread(path.unlink)
    counts.add([NONE])
    await counts.write()  # SQLite may still write to the deleted file, or notice
    counts.add([NONE])
    await counts.stop()
    assert counts.waiting == 0


async def test_two_writers_adding_to_one_row_lose_nothing(path: Path) -> None:
    both = [CountWriter(store(path, wait=5), lambda: DAY, every=60) for _ in range(2)]
    for _ in range(20):
        for counts in both:
            counts.add([ANSWERED])
        await asyncio.gather(*(counts.write() for counts in both))
    await asyncio.gather(*(counts.stop() for counts in both))
    assert rows(path) == [("2026-11-21", "warrants", "es", "answered", 40)]


def test_only_sqlite_addresses_are_known_so_far() -> None:
    assert sqlite_path("sqlite:////var/lib/counts.sqlite3") == Path("/var/lib/counts.sqlite3")
    with pytest.raises(ValueError, match="write sqlite:////absolute/path"):
        sqlite_path("mysql://localhost/x")
