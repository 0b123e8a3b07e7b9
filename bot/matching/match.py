"""What matching says of a question: plain data, without a trace of who asked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Outcome = Literal["answer", "suggest", "none"]
ByMeaning = Literal["asked", "not needed", "not there"]

NOT_OURS = "-"
"""The target of questions that no card answers; also the mark for them in evaluation files."""


@dataclass(frozen=True)
class Candidate:
    """A card with its probability (0-1) and the nearest phrasing; ``likeness`` is that phrasing's, 0-100.

    What each model says by itself: ``letters`` is the distance from its border (above 0 speaks for the card),
    ``meaning`` a probability (0-1), None where letters alone decide.
    """

    card: str
    probability: float
    likeness: float
    phrasing: str
    language: str
    letters: float = 0.0
    meaning: float | None = None


@dataclass(frozen=True)
class Match:
    """A question understood.

    ``urgent`` names the situations of the emergency file that seem to be happening now, the likeliest first,
    ``unclear_urgency`` that something is and it is not clear what, ``crisis`` that lives are in danger;
    ``language`` is the written language of the question, and ``language_sure`` whether that may be relied on;
    ``candidates`` are the best cards in order, ``others`` is the probability that no card answers, ``by_meaning``
    whether meaning was asked beside letters, and ``reason`` says in words what decided.
    """

    outcome: Outcome
    urgent: tuple[str, ...] = ()
    unclear_urgency: bool = False
    crisis: bool = False
    card: str | None = None
    suggestions: tuple[str, ...] = ()
    language: str = "en"
    language_sure: bool = False
    elsewhere: bool = False
    candidates: tuple[Candidate, ...] = ()
    reason: str = ""
    others: float = 0.0
    by_meaning: ByMeaning = "not there"

    @property
    def happening(self) -> bool:
        """Whether it seems to be happening now, whatever it is."""
        return bool(self.urgent) or self.unclear_urgency

    @property
    def score(self) -> float:
        """How likely the best card is, 0-100."""
        return round(100 * self.candidates[0].probability, 1) if self.candidates else 0.0
