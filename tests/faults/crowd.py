"""People who ask, each one question that has one right answer, and what became of them."""

from __future__ import annotations

import asyncio
import itertools
import re
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bot.languages import load_languages
from tests.loopback import LoopbackTelegram, User
from tests.running import PATIENCE, direct_answer, plain, title


@dataclass(frozen=True)
class Question:
    """What somebody asks in a language, and the card that answers it."""

    card: str
    language: str
    text: str
    alone: bool = True
    """Whether the answer is one message; otherwise only the same words again are an answer that comes twice."""


QUESTIONS = tuple(
    Question(card, language, title(card, language))
    for card, language in (
        ("ice-at-school", "en"),
        ("warrants", "zh"),
        ("ice-at-school", "es"),
        ("asylum", "ru"),
        ("film-ice", "en"),
        ("ice-at-school", "ar"),
        ("film-ice", "ht"),
        ("warrants", "ko"),
    )
)
"""Titles of cards: letters alone find them."""
LATE = "This answer comes late: your message reached me only now. I am sorry."
_SPOKEN = {"zh": "zh_Hans"}
_PHONE = re.compile(r"\+1[ -]\d{3}-\d{3}-\d{4}")


@dataclass(frozen=True)
class Figures:
    """What became of the questions of a crowd. ``again`` are answers beyond the first; times are in seconds."""

    asked: int
    answers: int
    choices: int
    numbers: int
    lost: int
    again: int
    median: float
    longest: float

    @property
    def answered(self) -> bool:
        """Whether each has the right answer, once."""
        return self.answers == self.asked and not self.again

    @property
    def helped(self) -> bool:
        """Whether each has the answer, cards to choose from or numbers to call, once."""
        return not self.lost and not self.again

    def __str__(self) -> str:
        kinds = {"answered": self.answers, "given other cards": self.choices, "given numbers": self.numbers}
        became = [f"{number:,} {kind}" for kind, number in kinds.items() if number]
        return (
            f"{self.asked:,} asked: {', '.join([*became, f'{self.lost:,} lost', f'{self.again:,} twice'])}; "
            f"time to the answer: median {self.median:.2f} s, longest {self.longest:.2f} s"
        )


@dataclass(frozen=True)
class _Asked:
    user: User
    at: float
    question: Question


class Crowd:
    """People who have never written before, each with one question."""

    def __init__(self, telegram: LoopbackTelegram, questions: Sequence[Question] = QUESTIONS) -> None:
        self._telegram = telegram
        self._questions = itertools.cycle(questions)
        self._asked: list[_Asked] = []

    @property
    def users(self) -> list[User]:
        """Everybody who has asked."""
        return [one.user for one in self._asked]

    @property
    def reached(self) -> int:
        """How many have got something."""
        return sum(bool(user.messages) for user in self.users)

    def told_late(self) -> int:
        """How many were told, each in their language, that the answer is late."""
        languages = load_languages()
        codes = {one.question.language for one in self._asked}
        late = {code: plain(languages[_SPOKEN.get(code, code)].say(LATE)) for code in codes}
        return sum(
            plain(one.user.messages[0]).startswith(late[one.question.language])
            for one in self._asked
            if one.user.messages
        )

    async def ask(self, people: int = 1, age: float = 0.0) -> None:
        """So many ask at once; ``age``: so many seconds ago, by Telegram's clock."""
        for _ in range(people):
            question = next(self._questions)
            user = self._telegram.user(language_code=question.language)
            self._asked.append(_Asked(user, time.monotonic(), question))
            await user.says(question.text, age=age)

    async def ask_for(self, seconds: float, every: float = 0.1) -> None:
        """One after the other asks, without waiting for answers."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            await self.ask()
            await asyncio.sleep(every)

    async def one_by_one(self, people: int = 10) -> Figures:
        """Each asks when the one before is answered: how fast the bot is for one person."""
        for _ in range(people):
            await self.ask()
            await self._wait(PATIENCE)
        return await self.figures()

    async def figures(self, patience: float = PATIENCE, since: float = 0.0) -> Figures:
        """What became of them, once nothing is left to answer or after so long; times count from ``since`` at least."""
        await self._wait(patience)
        await within(min(patience, 5), lambda: not self._telegram.pending_update_count)
        await asyncio.sleep(0.1)  # an answer that comes twice comes soon
        times = [one.user.messages[0].at - max(one.at, since) for one in self._asked if one.user.messages]
        seen = [self._seen(one) for one in self._asked]
        return Figures(
            asked=len(seen),
            answers=seen.count("answer"),
            choices=seen.count("choice"),
            numbers=seen.count("numbers"),
            lost=seen.count("nothing"),
            again=sum(map(_again, self._asked)),
            median=statistics.median(times) if times else float("inf"),
            longest=max(times, default=float("inf")),
        )

    async def _wait(self, patience: float) -> None:
        await within(patience, lambda: all(user.messages for user in self.users))

    def _seen(self, one: _Asked) -> str:
        if not one.user.messages:
            return "nothing"
        message = one.user.messages[0]
        text = plain(message)
        if direct_answer(one.question.card, one.question.language) in text:
            return "answer"
        if _PHONE.search(text):
            return "numbers"
        return "choice" if message.labels else "nothing"


def _again(one: _Asked) -> int:
    """How many messages came twice."""
    texts = [message.text for message in one.user.messages]
    return len(texts) - (min(1, len(texts)) if one.question.alone else len(set(texts)))


async def within(seconds: float, holds: Callable[[], bool]) -> bool:
    """Whether something holds before so many seconds are over."""
    end = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > end:
            return False
        await asyncio.sleep(0.01)
    return True


def undisturbed(during: Figures, before: Figures) -> bool:
    """Whether people were answered about as fast as without the fault; a busy machine gets some room."""
    return during.median < 2 * before.median + 0.1
