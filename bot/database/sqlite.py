"""A SQLite file that keeps no trace of what is deleted."""

from __future__ import annotations

import asyncio
import itertools
import sqlite3
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiosqlite

from bot.database.database import Row
from bot.database.schema import Dialect, upgrade
from bot.logs import log

_DIALECT = Dialect(
    is_day="GLOB '[0-9][0-9][0-9][0-9]-[0-1][0-9]-[0-3][0-9]'",
    is_week="GLOB '[0-9][0-9][0-9][0-9]-W[0-5][0-9]'",
    no_row_numbers="WITHOUT ROWID",
)
_BROKEN = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}


class SqliteTransaction:
    """A transaction on an open file."""

    def __init__(self, connection: aiosqlite.Connection) -> None:
        self._connection = connection

    async def execute(self, statement: str, rows: Iterable[Row] = ((),)) -> None:
        """Run a statement once for each row of values; without values, once."""
        for row in rows:
            await self._connection.execute(statement, row)

    async def fetch(self, statement: str, *values: Any) -> list[tuple[Any, ...]]:
        """The rows that a query gives."""
        return [tuple(row) for row in await self._connection.execute_fetchall(statement, values)]

    async def version(self) -> int:
        """The version of the schema; 0 of an empty database."""
        return int((await self.fetch("PRAGMA user_version"))[0][0])

    async def set_version(self, version: int) -> None:
        """Note that the schema is now of this version."""
        await self.execute(f"PRAGMA user_version = {version:d}")


class SqliteDatabase:
    """A file that is opened at the first use, and again after any failure."""

    def __init__(self, path: Path, wait: float = 5.0) -> None:
        """``wait`` is how many seconds to wait for another process that holds the file."""
        self._path = path
        self._wait = wait
        self._connection: aiosqlite.Connection | None = None
        self._inode = 0
        self._one_at_a_time = asyncio.Lock()

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[SqliteTransaction]:
        """A transaction that no other process writes beside."""
        async with self._one_at_a_time:
            try:
                transaction = SqliteTransaction(await self._connected())
                await transaction.execute("BEGIN IMMEDIATE")
                yield transaction
                await transaction.execute("COMMIT")
            except BaseException as error:
                await self.close()  # which takes back what was begun
                if isinstance(error, sqlite3.DatabaseError):
                    self._set_aside(error)
                raise

    async def close(self) -> None:
        """Let go of the file."""
        connection, self._connection = self._connection, None
        if connection:
            await connection.close()

    async def _connected(self) -> aiosqlite.Connection:
        # A file that was deleted or replaced would be written to without a word, and with it all be lost.
        if self._connection and not (self._path.exists() and self._path.stat().st_ino == self._inode):
            await self.close()
        return self._connection or await self._open()

    async def _open(self) -> aiosqlite.Connection:
        self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._path.touch(mode=0o600)  # the journal gets the same rights
        connection = await aiosqlite.connect(self._path, timeout=self._wait, isolation_level=None)
        try:
            # Nothing that is deleted may be read from the file or its journal later.
            for pragma in ("secure_delete = ON", "journal_mode = TRUNCATE", "foreign_keys = ON"):
                await connection.execute(f"PRAGMA {pragma}")
            await connection.execute("BEGIN IMMEDIATE")
            await upgrade(SqliteTransaction(connection), _DIALECT)
            await connection.execute("COMMIT")
            self._inode = self._path.stat().st_ino
        except BaseException:
            await connection.close()
            raise
        self._connection = connection
        return connection

    def _set_aside(self, error: sqlite3.DatabaseError) -> None:
        """Give a file that is broken another name, so that counting goes on in a new one."""
        if getattr(error, "sqlite_errorcode", None) not in _BROKEN:
            return
        names = (self._path.with_name(f"{self._path.name}.broken-{number}") for number in itertools.count(1))
        aside = next(name for name in names if not name.exists())
        self._path.rename(aside)
        log.error(
            "the database file is broken: it is now called %s, and a new one is begun; `rights-bot restore` brings "
            "back the counts of a backup",
            aside.name,
        )
