"""What matching learns from: every way of asking and of saying that the content has, with what it stands for."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import astuple, dataclass
from typing import Any

from bot.cards.model import Emergency, Library
from bot.languages import Languages
from bot.matching.match import NOT_OURS
from bot.matching.normalising import normalise, spaced

NOW, NOT_NOW = "now", "not-now"
"""Whether a sentence is about something that is happening; the second is also the target of those that are not."""


@dataclass(frozen=True)
class Phrasing:
    """One curated way of asking: its text as written, and what it stands for."""

    text: str
    target: str
    language: str

    @property
    def normalised(self) -> str:
        """The text in the form in which it is compared; worked out anew each time."""
        return normalise(self.text)


@dataclass(frozen=True)
class Examples:
    """``questions`` stand for cards or NOT_OURS; ``emergencies`` for situations that are happening or NOT_NOW.

    ``urgent`` are the cards that are asked for while something is happening, too.
    """

    questions: tuple[Phrasing, ...]
    emergencies: tuple[Phrasing, ...]
    urgent: frozenset[str]

    @property
    def fingerprint(self) -> str:
        """The same for the same examples, in whatever process."""
        digest = hashlib.sha256()
        for phrasing in (*self.questions, *self.emergencies):
            digest.update(f"{phrasing.target}\t{phrasing.language}\t{phrasing.text}\n".encode())
        digest.update(" ".join(sorted(self.urgent)).encode())
        return digest.hexdigest()

    def as_data(self) -> dict[str, list[Any]]:
        """Plain data for another process."""
        return {
            "questions": [astuple(phrasing) for phrasing in self.questions],
            "emergencies": [astuple(phrasing) for phrasing in self.emergencies],
            "urgent": sorted(self.urgent),
        }

    @classmethod
    def of(cls, data: Mapping[str, list[Any]]) -> Examples:
        """The examples that ``as_data`` gave."""
        questions, emergencies = (tuple(Phrasing(*one) for one in data[name]) for name in ("questions", "emergencies"))
        return cls(questions, emergencies, frozenset(data["urgent"]))


def examples(library: Library, languages: Languages) -> Examples:
    """All examples of the content."""
    questions = [
        Phrasing(text, card.id, languages[code].written)
        for card in library.cards.values()
        for code, card_text in card.texts.items()
        for text in (*card_text.phrasings, *([card_text.title] if card_text.phrasings else []))
    ]
    questions += [Phrasing(text, NOT_OURS, language) for language, texts in library.not_ours.items() for text in texts]
    emergencies = [
        Phrasing(text, situation.id, language)
        for language, emergency in _written_once(library.emergency)
        for situation in emergency.situations.values()
        for text in situation.phrasings
    ]
    emergencies += [
        Phrasing(text, NOT_NOW, language)
        for language, emergency in _written_once(library.emergency)
        for text in emergency.look_alikes
    ]
    urgent = frozenset(card.id for card in library.cards.values() if card.facts.urgent)
    return Examples(tuple(questions), tuple(emergencies), urgent)


def heard(sentence: str) -> str:
    """A sentence in the form in which it is weighed for urgency."""
    return spaced(normalise(sentence))


def _written_once(emergency: Mapping[str, Emergency]) -> Iterable[tuple[str, Emergency]]:
    """The languages that have sentences of their own (a converted script has none)."""
    return [(code, one) for code, one in emergency.items() if any(s.phrasings for s in one.situations.values())]
