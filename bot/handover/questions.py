"""Questions that somebody handed to the volunteers, after seeing this very text: text, language and week, no more."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from bot.counts.periods import Period, week_of
from bot.database.database import Database, Transaction

KEPT_DAYS = 60
"""Days after which a question is deleted at the latest."""
LONGEST = 600
"""Characters of a question that are shown and kept: enough for a story, and for an index of PostgreSQL."""


@dataclass(frozen=True, order=True)
class Question:
    """One handed-over question."""

    week: str
    language: str
    text: str

    @property
    def name(self) -> str:
        """A short name for the command line; it is worked out from the text and nowhere kept."""
        return hashlib.sha256(self.text.encode(errors="replace")).hexdigest()[:8]


class QuestionStore:
    """Handed-over questions in a database. Every method may fail with any error."""

    def __init__(self, database: Database, fill: Callable[[Transaction], Awaitable[None]]) -> None:
        """``fill`` writes the languages that may be kept (`CountStore.fill`)."""
        self._database = database
        self._fill = fill

    async def add(self, text: str, language: str, today: dt.date) -> None:
        """Keep a question."""
        async with self._database.transaction() as transaction:
            await self._fill(transaction)
            await transaction.execute(
                "INSERT INTO questions (week, language, text) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
                [(week_of(today).label, language, text)],
            )

    async def waiting(self) -> list[Question]:
        """All that nobody has handled yet, the oldest week first."""
        async with self._database.transaction() as transaction:
            return sorted(
                Question(*row) for row in await transaction.fetch("SELECT week, language, text FROM questions")
            )

    async def handled(self, name: str) -> int:
        """Delete the questions of this name; how many there were."""
        found = [question for question in await self.waiting() if question.name == name]
        async with self._database.transaction() as transaction:
            rows = [(question.week, question.language, question.text) for question in found]
            await transaction.execute("DELETE FROM questions WHERE week = ? AND language = ? AND text = ?", rows)
        return len(found)

    async def forget(self, today: dt.date) -> None:
        """Delete what is too old. Since only the week is known, its first day counts."""
        old = today - dt.timedelta(days=KEPT_DAYS)
        async with self._database.transaction() as transaction:
            weeks = {week for (week,) in await transaction.fetch("SELECT DISTINCT week FROM questions")}
            rows = [(week,) for week in weeks if Period.read(week).first <= old]
            await transaction.execute("DELETE FROM questions WHERE week = ?", rows)
