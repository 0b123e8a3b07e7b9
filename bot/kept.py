"""All that is kept, in one place: the counts, and the questions that somebody handed over."""

from __future__ import annotations

import asyncio
import datetime as dt
from dataclasses import dataclass
from pathlib import Path

from bot.cards.coverage import coverage
from bot.cards.model import Library
from bot.conversation.conversation import today_in_new_york
from bot.counts.published import Published, publish
from bot.counts.store import CountStore
from bot.database.database import Database
from bot.database.opening import database_at
from bot.handover.questions import QuestionStore
from bot.languages import Languages
from bot.matching.checks import distinct
from bot.statistics.names import card_names, language_names, phrasings
from bot.statistics.report import Report, report


@dataclass(frozen=True)
class Kept:
    """The database and what is in it. Every method may fail as the database does."""

    database: Database
    counts: CountStore
    questions: QuestionStore
    languages: Languages

    async def hand_over(self, text: str, language: str) -> None:
        """Keep a question for the volunteers."""
        await self.questions.add(text, language, today_in_new_york())

    async def tidy(self) -> None:
        """Sum up the weeks that are over, and delete handed-over questions that are too old."""
        await self.counts.close_weeks(today_in_new_york())
        await self.questions.forget(today_in_new_york())

    async def published(self) -> Published:
        """The published tables of all weeks that are over: the only way in which counts come out."""
        await self.tidy()
        weeks, cards = await self.counts.weeks(), await self.counts.cards()
        # A count that comes late would change what was shown already, and the difference would be a number.
        settled = today_in_new_york() - dt.timedelta(days=1)
        return await asyncio.to_thread(publish, weeks, cards, self.languages, settled)

    async def report(self, content: Path, library: Library) -> Report:
        """What the published tables say, with the names of cards and languages beside the figures."""
        published, today = await self.published(), today_in_new_york()
        found = await asyncio.to_thread(coverage, content, library, self.languages, today, distinct)
        waiting = len(await self.questions.waiting())
        return report(published, card_names(library), language_names(self.languages), phrasings(found), waiting, today)


def kept_at(url: str, library: Library, languages: Languages) -> Kept:
    """What is kept at a DATABASE_URL; nothing is opened before it is needed."""
    database = database_at(url)
    counts = CountStore(database, library.cards, languages)
    return Kept(database, counts, QuestionStore(database, counts.fill), languages)
