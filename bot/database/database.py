"""What the program needs of a database, whichever it is: transactions, one at a time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Any, Protocol

Row = Sequence[Any]
"""The values of one row, in the order of the statement's columns or question marks."""


class Transaction(Protocol):
    """Statements that hold together or not at all; ``?`` stands for a value."""

    async def execute(self, statement: str, rows: Iterable[Row] = ((),)) -> None:
        """Run a statement once for each row of values; without values, once."""

    async def fetch(self, statement: str, *values: Any) -> list[tuple[Any, ...]]:
        """The rows that a query gives."""

    async def version(self) -> int:
        """The version of the schema; 0 of an empty database."""

    async def set_version(self, version: int) -> None:
        """Note that the schema is now of this version."""


class Database(Protocol):
    """A database, connected to at the first use and again after any failure. Any error may come of it."""

    def transaction(self) -> AbstractAsyncContextManager[Transaction]:
        """A transaction that no other of this database, of whatever process, runs beside."""

    async def close(self) -> None:
        """Let go of it; the next transaction connects again."""
