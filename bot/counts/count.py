"""What is counted. A count holds nothing of the person: no id, no time of day, no text."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Outcome(StrEnum):
    """What became of a message or a press of a button."""

    ANSWERED = "answered"
    SUGGESTED = "suggested"
    CHOSEN = "chosen"
    NONE = "none"
    URGENT = "urgent"
    BROWSED = "browsed"
    HELPFUL = "helpful"
    NOT_HELPFUL = "not_helpful"


@dataclass(frozen=True)
class Count:
    """One thing to add to the counts; ``card`` is None where no single card was shown."""

    outcome: Outcome
    language: str
    card: str | None = None
