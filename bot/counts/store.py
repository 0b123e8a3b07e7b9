"""The counts in the database: a number for (day, card, language, outcome); of a week that is over, one for the week."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bot.counts.count import Count, Outcome
from bot.counts.periods import Period, week_of
from bot.counts.published import WeekCount
from bot.database.database import Database, Transaction
from bot.logs import log

NO_CARD = "-"
"""Stands for "no single card": a primary key takes no NULL."""

_ADD = """
INSERT INTO {table} ({time}, card, language, outcome, number) VALUES (?, ?, ?, ?, ?)
ON CONFLICT ({time}, card, language, outcome) DO UPDATE SET number = {table}.number + excluded.number
"""
ADD_TO_DAY = _ADD.format(table="counts", time="day")
ADD_TO_WEEK = _ADD.format(table="weeks", time="week")


@dataclass(frozen=True)
class Key:
    """What a number is kept for."""

    day: dt.date
    count: Count


class CountStore:
    """Counts in a database. Every method may fail with any error; then nothing of what it was to do is done."""

    def __init__(self, database: Database, cards: Iterable[str], languages: Iterable[str]) -> None:
        self._database = database
        self._cards = {NO_CARD, *cards}
        self._languages = set(languages)

    def know(self, cards: Iterable[str]) -> None:
        """Let these cards be counted too: they have come since the start."""
        self._cards |= set(cards)

    async def add(self, numbers: Mapping[Key, int]) -> None:
        """Add the numbers in one transaction; those of an unknown card or language are dropped."""
        rows = []
        dropped = 0
        for key, number in numbers.items():
            card = key.count.card or NO_CARD
            if card in self._cards and key.count.language in self._languages:
                rows.append((key.day.isoformat(), card, key.count.language, key.count.outcome.value, number))
            else:
                dropped += number
        async with self._database.transaction() as transaction:
            await self.fill(transaction)
            await transaction.execute(ADD_TO_DAY, rows)
        if dropped:
            log.error("counts of a card or language that is not known were dropped: %d", dropped)

    async def close_weeks(self, today: dt.date) -> None:
        """Sum the days of each week that is over into the week, and delete the days."""
        monday = week_of(today).first
        async with self._database.transaction() as transaction:
            query = "SELECT day, card, language, outcome, number FROM counts WHERE day < ?"
            rows = await transaction.fetch(query, monday.isoformat())
            weeks = [(week_of(dt.date.fromisoformat(day)).label, *rest) for day, *rest in rows]
            await transaction.execute(ADD_TO_WEEK, weeks)
            await transaction.execute("DELETE FROM counts WHERE day < ?", [(monday.isoformat(),)])

    async def weeks(self) -> list[WeekCount]:
        """What is kept of all weeks that were closed."""
        async with self._database.transaction() as transaction:
            rows = await transaction.fetch("SELECT week, card, language, outcome, number FROM weeks")
        return [
            WeekCount(Period.read(week).first, None if card == NO_CARD else card, language, Outcome(outcome), number)
            for week, card, language, outcome, number in rows
        ]

    async def cards(self) -> set[str]:
        """All cards that were ever there to be counted, and are now."""
        async with self._database.transaction() as transaction:
            await self.fill(transaction)
            return {id_ for (id_,) in await transaction.fetch("SELECT id FROM cards")} - {NO_CARD}

    async def fill(self, transaction: Transaction) -> None:
        """Write what may be counted: the foreign keys refuse everything else."""
        # Looked at each time: the database may be another than last time, put back or set up anew.
        for table, column, wanted in (
            ("cards", "id", self._cards),
            ("languages", "code", self._languages),
            ("outcomes", "name", {outcome.value for outcome in Outcome}),
        ):
            known = {value for (value,) in await transaction.fetch(f"SELECT {column} FROM {table}")}
            await transaction.execute(
                f"INSERT INTO {table} ({column}) VALUES (?)", [(value,) for value in sorted(wanted - known)]
            )
