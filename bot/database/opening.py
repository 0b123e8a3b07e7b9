"""The database of an address."""

from __future__ import annotations

from bot.database.address import is_postgres, sqlite_path
from bot.database.database import Database
from bot.database.postgres import PostgresDatabase
from bot.database.sqlite import SqliteDatabase


def database_at(url: str) -> Database:
    """The database of a DATABASE_URL; nothing is opened before the first transaction."""
    return PostgresDatabase(url) if is_postgres(url) else SqliteDatabase(sqlite_path(url))
