"""The tables, version by version. What is in the database is in these columns, and nothing else can enter.

Cards, languages and outcomes are foreign keys to tables filled from content, so that free text has no place but
``questions``: what somebody handed over after seeing it, without a number that would tell the order.
"""

from __future__ import annotations

from dataclasses import dataclass

from bot.database.database import Transaction
from bot.logs import log


@dataclass(frozen=True)
class Dialect:
    """Where the two databases differ in words."""

    is_day: str
    """The end of a condition: looks like 2026-11-21."""
    is_week: str
    """The end of a condition: looks like 2026-W47."""
    no_row_numbers: str
    """The end of a table's definition: keep no hidden number that tells the order of rows."""


_FIRST = (
    "CREATE TABLE cards (id TEXT PRIMARY KEY) {no_row_numbers}",
    "CREATE TABLE languages (code TEXT PRIMARY KEY) {no_row_numbers}",
    "CREATE TABLE outcomes (name TEXT PRIMARY KEY) {no_row_numbers}",
    """CREATE TABLE counts (
        day TEXT NOT NULL CHECK (day {is_day}),
        card TEXT NOT NULL REFERENCES cards (id),
        language TEXT NOT NULL REFERENCES languages (code),
        outcome TEXT NOT NULL REFERENCES outcomes (name),
        number BIGINT NOT NULL CHECK (number > 0),
        PRIMARY KEY (day, card, language, outcome)
    ) {no_row_numbers}""",
)
_SECOND = (
    """CREATE TABLE weeks (
        week TEXT NOT NULL CHECK (week {is_week}),
        card TEXT NOT NULL REFERENCES cards (id),
        language TEXT NOT NULL REFERENCES languages (code),
        outcome TEXT NOT NULL REFERENCES outcomes (name),
        number BIGINT NOT NULL CHECK (number > 0),
        PRIMARY KEY (week, card, language, outcome)
    ) {no_row_numbers}""",
    """CREATE TABLE questions (
        week TEXT NOT NULL CHECK (week {is_week}),
        language TEXT NOT NULL REFERENCES languages (code),
        text TEXT NOT NULL,
        PRIMARY KEY (week, language, text)
    ) {no_row_numbers}""",
    # An urgent message is counted without a card from now on: see bot/counts/published.py.
    """INSERT INTO counts (day, card, language, outcome, number)
        SELECT day, '-', language, outcome, SUM(number) FROM counts
        WHERE outcome = 'urgent' AND card <> '-' GROUP BY day, language, outcome
        ON CONFLICT (day, card, language, outcome) DO UPDATE SET number = counts.number + excluded.number""",
    "DELETE FROM counts WHERE outcome = 'urgent' AND card <> '-'",
)
_STEPS = (_FIRST, _SECOND)
VERSION = len(_STEPS)


class NewerDatabaseError(Exception):
    """The database was written by a newer version of this program."""


async def upgrade(transaction: Transaction, dialect: Dialect) -> None:
    """Bring the schema, of whatever earlier version, to the present one."""
    version = await transaction.version()
    if version > VERSION:
        log.error("the database is of version %d, this program knows %d: start the newer program", version, VERSION)
        raise NewerDatabaseError
    for step in _STEPS[version:]:
        for statement in step:
            await transaction.execute(
                statement.format(is_day=dialect.is_day, is_week=dialect.is_week, no_row_numbers=dialect.no_row_numbers)
            )
    if version < VERSION:
        await transaction.set_version(VERSION)
