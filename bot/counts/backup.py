"""Counts as a file, to put by and to take to another host. Handed-over questions are never in it."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from bot.counts.count import Outcome
from bot.counts.store import ADD_TO_DAY, ADD_TO_WEEK, CountStore
from bot.database.database import Database

_FORM = 1
_TIMES = {"counts": re.compile(r"\d{4}-\d\d-\d\d"), "weeks": re.compile(r"\d{4}-W\d\d")}
_STATEMENTS = {"counts": ADD_TO_DAY, "weeks": ADD_TO_WEEK}
_ID = re.compile(r"[a-z0-9-]+")


class BackupError(Exception):
    """A backup can't be restored; the message says why and what to do."""


async def write_backup(database: Database, file: Path) -> int:
    """Write all counts to a file that only its owner may read; how many rows."""
    async with database.transaction() as transaction:
        data: dict[str, Any] = {
            "counts": await transaction.fetch(
                "SELECT day, card, language, outcome, number FROM counts ORDER BY 1, 2, 3, 4"
            ),
            "weeks": await transaction.fetch(
                "SELECT week, card, language, outcome, number FROM weeks ORDER BY 1, 2, 3, 4"
            ),
        }
    rows = sum(map(len, data.values()))
    written = file.with_name(f".{file.name}.new")  # whatever stops this, an earlier backup stays whole
    written.touch(mode=0o600)
    written.write_text(json.dumps({"rights-bot backup": _FORM, **data}) + "\n", encoding="utf-8")
    written.replace(file)
    return rows


async def restore_backup(database: Database, store: CountStore, file: Path) -> int:
    """Put the counts of a backup into an empty database; how many rows. Raises BackupError."""
    rows = _read(file)
    store.know(card for _, (_, card, *_) in rows)
    async with database.transaction() as transaction:
        for table in _STATEMENTS:
            if await transaction.fetch(f"SELECT 1 FROM {table} LIMIT 1"):
                raise BackupError(
                    "the database has counts already, and they would be counted twice: stop the bot and name an empty "
                    "database in DATABASE_URL"
                )
        await store.fill(transaction)
        for table, statement in _STATEMENTS.items():
            await transaction.execute(statement, [row for name, row in rows if name == table])
    return len(rows)


def _read(file: Path) -> list[tuple[str, tuple[str, str, str, str, int]]]:
    """The rows of a backup by the name of their table."""
    try:
        data = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        raise BackupError(f"{file} cannot be read: name a file that `rights-bot backup` wrote") from None
    if not isinstance(data, dict) or data.get("rights-bot backup") != _FORM:
        raise BackupError(f"{file} is no backup of this program: name a file that `rights-bot backup` wrote")
    outcomes = {outcome.value for outcome in Outcome}
    rows = []
    for table, is_time in _TIMES.items():
        for place, row in enumerate(data.get(table, ()), 1):
            match row:
                case [str(time), str(card), str(language), str(outcome), int(number)] if (
                    is_time.fullmatch(time) and _ID.fullmatch(card) and outcome in outcomes and number > 0
                ):
                    rows.append((table, (time, card, language, outcome, number)))
                case _:
                    raise BackupError(f"{file}: row {place} of `{table}` is not a count: nothing was restored")
    return rows
