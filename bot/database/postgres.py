"""PostgreSQL: for hosts whose disk does not last, and for more than one process."""

from __future__ import annotations

import asyncio
import itertools
import re
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from typing import Any

import asyncpg

from bot.database.database import Row
from bot.database.schema import Dialect, upgrade

_DIALECT = Dialect(
    is_day="~ '^[0-9]{4}-[01][0-9]-[0-3][0-9]$'", is_week="~ '^[0-9]{4}-W[0-5][0-9]$'", no_row_numbers=""
)
_CONNECT_WITHIN = 5.0
_ANSWER_WITHIN = 10.0
_OUR_LOCK = 0x72696768747362  # "rightsb": any number that nobody else would take


class PostgresTransaction:
    """A transaction on an open connection."""

    def __init__(self, connection: asyncpg.Connection[asyncpg.Record]) -> None:
        self._connection = connection

    async def execute(self, statement: str, rows: Iterable[Row] = ((),)) -> None:
        """Run a statement once for each row of values; without values, once."""
        await self._connection.executemany(_numbered(statement), rows)

    async def fetch(self, statement: str, *values: Any) -> list[tuple[Any, ...]]:
        """The rows that a query gives."""
        return [tuple(row) for row in await self._connection.fetch(_numbered(statement), *values)]

    async def version(self) -> int:
        """The version of the schema; 0 of an empty database."""
        await self.execute("CREATE TABLE IF NOT EXISTS schema_version (number INTEGER NOT NULL)")
        found = await self.fetch("SELECT number FROM schema_version")
        return int(found[0][0]) if found else 0

    async def set_version(self, version: int) -> None:
        """Note that the schema is now of this version."""
        await self.execute("DELETE FROM schema_version")
        await self.execute("INSERT INTO schema_version VALUES (?)", [(version,)])


class PostgresDatabase:
    """A connection that is opened at the first use, and again after any failure."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._connection: asyncpg.Connection[asyncpg.Record] | None = None
        self._one_at_a_time = asyncio.Lock()

    def __repr__(self) -> str:  # the address holds a password
        return "PostgresDatabase(...)"

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[PostgresTransaction]:
        """A transaction that no other process of this program runs beside."""
        async with self._one_at_a_time:
            try:
                connection = self._connection or await self._open()
                async with connection.transaction():
                    await _alone(connection)
                    yield PostgresTransaction(connection)
            except BaseException:
                await self.close()
                raise

    async def close(self) -> None:
        """Let go of the connection, without waiting for a server that may be gone."""
        connection, self._connection = self._connection, None
        if connection:
            connection.terminate()

    async def _open(self) -> asyncpg.Connection[asyncpg.Record]:
        connection = await asyncpg.connect(
            self._url,
            timeout=_CONNECT_WITHIN,
            command_timeout=_ANSWER_WITHIN,
            statement_cache_size=0,  # connection poolers of platforms know no prepared statements
        )
        try:
            async with connection.transaction():
                await _alone(connection)
                await upgrade(PostgresTransaction(connection), _DIALECT)
        except BaseException:
            connection.terminate()
            raise
        self._connection = connection
        return connection


async def _alone(connection: asyncpg.Connection[asyncpg.Record]) -> None:
    """Wait for other processes of this program: their transactions add to the same rows."""
    await connection.execute(f"SELECT pg_advisory_xact_lock({_OUR_LOCK})")


def _numbered(statement: str) -> str:
    """A statement with PostgreSQL's $1, $2 ... in place of question marks."""
    numbers = itertools.count(1)
    return re.sub(r"\?", lambda _: f"${next(numbers)}", statement)
