"""What matching learns from: every way of asking and of saying that the content has, with what it stands for."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
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
    normalised: str
    target: str
    language: str


@dataclass(frozen=True)
class Examples:
    """``questions`` stand for cards or NOT_OURS; ``emergencies`` for situations that are happening or NOT_NOW.

    ``calm`` are questions that are asked when nothing is happening.
    """

    questions: tuple[Phrasing, ...]
    emergencies: tuple[Phrasing, ...]
    calm: tuple[str, ...]

    @property
    def fingerprint(self) -> str:
        """The same for the same examples, in whatever process."""
        digest = hashlib.sha256()
        for phrasing in (*self.questions, *self.emergencies):
            digest.update(f"{phrasing.target}\t{phrasing.language}\t{phrasing.text}\n".encode())
        digest.update("\n".join(self.calm).encode())
        return digest.hexdigest()

    def as_data(self) -> dict[str, list[Any]]:
        """Plain data for another process."""
        return {
            "questions": [astuple(phrasing) for phrasing in self.questions],
            "emergencies": [astuple(phrasing) for phrasing in self.emergencies],
            "calm": list(self.calm),
        }

    @classmethod
    def of(cls, data: Mapping[str, list[Any]]) -> Examples:
        """The examples that ``as_data`` gave."""
        questions, emergencies = (tuple(Phrasing(*one) for one in data[name]) for name in ("questions", "emergencies"))
        return cls(questions, emergencies, tuple(data["calm"]))


def examples(library: Library, languages: Languages) -> Examples:
    """All examples of the content."""
    questions = [
        Phrasing(text, normalise(text), card.id, languages[code].written)
        for card in library.cards.values()
        for code, card_text in card.texts.items()
        for text in (*card_text.phrasings, *([card_text.title] if card_text.phrasings else []))
    ]
    others = [(language, text) for language, texts in library.not_ours.items() for text in texts]
    questions += [Phrasing(text, normalise(text), NOT_OURS, language) for language, text in others]
    now = [
        (language, text, situation.id)
        for language, emergency in _written_once(library.emergency)
        for situation in emergency.situations.values()
        for text in situation.phrasings
    ]
    not_now = [
        (language, text, NOT_NOW) for language, one in _written_once(library.emergency) for text in one.look_alikes
    ]
    urgent = {card.id for card in library.cards.values() if card.facts.urgent}
    return Examples(
        tuple(questions),
        tuple(Phrasing(text, heard(text), target, language) for language, text, target in (*now, *not_now)),
        tuple(spaced(phrasing.normalised) for phrasing in questions if phrasing.target not in urgent),
    )


def heard(sentence: str) -> str:
    """A sentence in the form in which it is weighed for urgency."""
    return spaced(normalise(sentence))


def by_language(phrasings: Sequence[Phrasing]) -> dict[str, list[str]]:
    """Normalised phrasings by written language."""
    found: dict[str, list[str]] = {}
    for phrasing in phrasings:
        found.setdefault(phrasing.language, []).append(phrasing.normalised)
    return found


def _written_once(emergency: Mapping[str, Emergency]) -> Iterable[tuple[str, Emergency]]:
    """The languages that have sentences of their own (a converted script has none)."""
    return [(code, one) for code, one in emergency.items() if any(s.phrasings for s in one.situations.values())]
