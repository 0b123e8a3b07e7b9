"""The counts on disk: one row for (day, card, language, outcome), and nothing else in the file.

Cards, languages and outcomes are foreign keys to tables filled from content, so that free text can't enter.
"""

from __future__ import annotations

import datetime as dt
import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import aiosqlite

from bot.counts.count import Count, Outcome
from bot.logs import log

NO_CARD = "-"
"""Stands for "no single card": a primary key takes no NULL."""

_SCHEMA = """
CREATE TABLE IF NOT EXISTS cards (id TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS languages (code TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS outcomes (name TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS counts (
    day TEXT NOT NULL CHECK (day GLOB '[0-9][0-9][0-9][0-9]-[0-1][0-9]-[0-3][0-9]'),
    card TEXT NOT NULL REFERENCES cards (id),
    language TEXT NOT NULL REFERENCES languages (code),
    outcome TEXT NOT NULL REFERENCES outcomes (name),
    number INTEGER NOT NULL CHECK (number > 0),
    PRIMARY KEY (day, card, language, outcome)
) WITHOUT ROWID;
"""
_VERSION = 1

_ADD = """
INSERT INTO counts (day, card, language, outcome, number) VALUES (?, ?, ?, ?, ?)
ON CONFLICT (day, card, language, outcome) DO UPDATE SET number = number + excluded.number
"""


@dataclass(frozen=True)
class Key:
    """What a number is kept for."""

    day: dt.date
    count: Count


class Store(Protocol):
    """Where counts are kept. Every method may fail with any error; the caller keeps what was not written."""

    async def add(self, numbers: Mapping[Key, int]) -> None:
        """Add the numbers in one transaction; one that may not be kept is dropped, an error means that none is kept."""

    async def close(self) -> None:
        """Let go of the database."""


class SqliteStore:
    """Counts in a SQLite file, which is opened at the first use and again after any failure."""

    def __init__(self, path: Path, cards: Iterable[str], languages: Iterable[str], wait: float = 5.0) -> None:
        """``wait`` is how many seconds to wait for another process that holds the file."""
        self._path = path
        self._cards = {NO_CARD, *cards}
        self._languages = list(languages)
        self._wait = wait
        self._connection: aiosqlite.Connection | None = None
        self._filled = False
        """Whether the tables of what may be counted are up to date."""

    def know(self, cards: Iterable[str]) -> None:
        """Let these cards be counted too: they have come since the start."""
        self._cards |= set(cards)
        self._filled = False

    async def add(self, numbers: Mapping[Key, int]) -> None:
        """Add the numbers in one transaction; one that may not be kept is dropped, an error means that none is kept."""
        rows = [
            (
                key.day.isoformat(),
                key.count.card or NO_CARD,
                key.count.language,
                key.count.outcome.value,
                number,
            )
            for key, number in numbers.items()
        ]
        try:
            connection = self._connection or await self._open()
            await connection.execute("BEGIN IMMEDIATE")
            if not self._filled:
                self._filled = True  # before, not after: more cards may come meanwhile
                await self._fill(connection)
            dropped = 0
            for row in rows:
                try:
                    await connection.execute(_ADD, row)
                except sqlite3.IntegrityError:  # undoes this statement alone
                    dropped += row[-1]
            await connection.commit()
        except BaseException:
            await self.close()  # a fresh connection also finds a file that was deleted or put back
            raise
        if dropped:
            log.error("counts of a card or language that the database does not know were dropped: %d", dropped)

    async def close(self) -> None:
        """Let go of the file."""
        connection, self._connection = self._connection, None
        if connection:
            await connection.close()

    async def rows(self) -> list[tuple[str, str, str, str, int]]:
        """All counts as (day, card, language, outcome, number), in that order."""
        connection = self._connection or await self._open()
        query = "SELECT day, card, language, outcome, number FROM counts ORDER BY day, card, language, outcome"
        async with connection.execute(query) as cursor:
            return [(row[0], row[1], row[2], row[3], row[4]) async for row in cursor]

    async def _open(self) -> aiosqlite.Connection:
        self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        connection = await aiosqlite.connect(self._path, timeout=self._wait, isolation_level=None)
        try:
            # Nothing that is deleted may be read from the file or its journal later.
            for pragma in ("secure_delete = ON", "journal_mode = TRUNCATE", "foreign_keys = ON"):
                await connection.execute(f"PRAGMA {pragma}")
            await connection.executescript(_SCHEMA)
            await connection.execute(f"PRAGMA user_version = {_VERSION}")
        except BaseException:
            await connection.close()
            raise
        self._connection, self._filled = connection, False
        return connection

    async def _fill(self, connection: aiosqlite.Connection) -> None:
        """Write what may be counted: the foreign keys refuse everything else."""
        for table, column, values in (
            ("cards", "id", self._cards),
            ("languages", "code", self._languages),
            ("outcomes", "name", [outcome.value for outcome in Outcome]),
        ):
            statement = f"INSERT OR IGNORE INTO {table} ({column}) VALUES (?)"
            await connection.executemany(statement, [(value,) for value in values])
