"""Whether the database can be used. No table is made, and nothing is written."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

import asyncpg

from bot.database.address import is_postgres, sqlite_path
from bot.database.schema import VERSION
from bot.doctor.finding import Finding, mend, ok, size_in_words, warning

_PATIENCE = 10.0


def database_finding(url: str) -> Finding:
    """Whether counts can be kept: what is tried is taken back."""
    return asyncio.run(postgres_finding(url)) if is_postgres(url) else sqlite_finding(sqlite_path(url))


def sqlite_finding(path: Path, wait: float = 5.0) -> Finding:
    """Whether a SQLite file is whole and can be written; ``wait`` is seconds for another program to let it go."""
    if not path.exists():
        return ok("there is none yet: the bot makes it when it starts")
    try:
        with closing(
            sqlite3.connect(f"{path.resolve().as_uri()}?mode=rw", uri=True, timeout=wait, isolation_level=None)
        ) as connection:
            connection.execute("PRAGMA journal_mode = TRUNCATE")
            connection.execute("BEGIN IMMEDIATE")
            version = int(connection.execute("PRAGMA user_version").fetchone()[0])
            connection.execute("CREATE TABLE doctor (looked INTEGER)")
            connection.execute("ROLLBACK")
            whole = connection.execute("PRAGMA quick_check").fetchone()[0] == "ok"
    except sqlite3.Error as error:
        return _sqlite_fault(error, path)
    return _opened(version, path.stat().st_size) if whole else _broken(path)


def _sqlite_fault(error: sqlite3.Error, path: Path) -> Finding:
    match getattr(error, "sqlite_errorcode", 0) & 0xFF:  # the rest of a code says more than is needed here
        case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
            return warning("another program holds the file: look again, and if it stays so, end that program")
        case sqlite3.SQLITE_CORRUPT | sqlite3.SQLITE_NOTADB:
            return _broken(path)
        case sqlite3.SQLITE_READONLY | sqlite3.SQLITE_CANTOPEN | sqlite3.SQLITE_PERM | sqlite3.SQLITE_IOERR:
            return mend(
                f"{path} cannot be written: give the file and its folder to the user who runs the bot (`chown`)"
            )
        case sqlite3.SQLITE_FULL:
            return mend("the disk is full: make room")
    return mend(f"{path} cannot be used ({type(error).__name__})")


def _broken(path: Path) -> Finding:
    return mend(
        f"{path} is broken: the bot sets it aside and begins a new one. To have the counts of a backup, stop the bot, "
        "rename the file, and `rights-bot restore BACKUP`"
    )


async def postgres_finding(url: str) -> Finding:
    """Whether a PostgreSQL database can be reached and written."""
    try:
        connection = await asyncpg.connect(url, timeout=_PATIENCE, command_timeout=_PATIENCE, statement_cache_size=0)
    except asyncpg.InvalidAuthorizationSpecificationError:
        return mend("PostgreSQL refuses the user or the password in DATABASE_URL: copy the address again")
    except asyncpg.InvalidCatalogNameError:
        return mend("PostgreSQL has no database of the name in DATABASE_URL: make it with `createdb`, or mend the name")
    except (OSError, TimeoutError) as error:
        return mend(
            f"PostgreSQL cannot be reached ({type(error).__name__}): does it run, is the host in DATABASE_URL right?"
        )
    except asyncpg.PostgresError as error:
        return mend(f"PostgreSQL lets nobody in now ({type(error).__name__})")
    try:
        transaction = connection.transaction()
        await transaction.start()
        has_version = await connection.fetchval("SELECT to_regclass('schema_version') IS NOT NULL")
        version = await connection.fetchval("SELECT number FROM schema_version") if has_version else 0
        await connection.execute("CREATE TABLE doctor (looked INTEGER)")
        await transaction.rollback()
        size = await connection.fetchval("SELECT pg_database_size(current_database())")
    except (asyncpg.InsufficientPrivilegeError, asyncpg.ReadOnlySQLTransactionError):
        return mend("the user in DATABASE_URL may not write: make it the owner of the database")
    finally:
        connection.terminate()
    return _opened(int(version or 0), int(size))


def _opened(version: int, size: int) -> Finding:
    if version > VERSION:
        return mend(f"it was written by a newer version of this program ({version}, here {VERSION}): start that one")
    if version == 0:
        return ok("can be written, and is empty: the bot makes its tables when it starts")
    older = "" if version == VERSION else f", which the bot makes {VERSION} when it starts"
    return ok(f"can be written; version {version}{older}; {size_in_words(size)}")
