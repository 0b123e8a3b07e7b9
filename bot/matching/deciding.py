"""Answer, offer or refuse: by probability and by likeness, more strictly for short questions and with letters alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.matching.match import NOT_OURS, Candidate, Outcome

SUGGESTIONS = 3


@dataclass(frozen=True)
class Floors:
    """Probabilities (0-1) and likenesses (0-100) that decide.

    ``answer``, ``offer``: the probability from which a card is shown, and offered; ``not_ours``: from which a question
    is taken for none of ours; ``hesitation``: the probability of being none of ours from which a card is no longer
    shown; ``likeness``: below it a card is not shown, whatever else speaks for it; ``against``: how much more (of the
    letters' distance) letters may speak for another card before meaning is no longer followed.
    """

    answer: float
    offer: float
    not_ours: float
    hesitation: float
    likeness: float
    against: float


LETTERS_ALONE = Floors(answer=0.6, offer=0.02, not_ours=0.4, hesitation=0.2, likeness=30, against=0.0)
WITH_MEANING = Floors(answer=0.6, offer=0.02, not_ours=0.4, hesitation=0.2, likeness=25, against=0.3)
SHORT_WORDS, SHORT_LIKENESS = 2, 88.0
"""Questions of so few words are shown a card only when a phrasing is met nearly exactly."""


def decide(ranked: Sequence[Candidate], words: int) -> tuple[Outcome, list[str], str]:
    """The outcome, the cards that are shown or offered, and in words what decided."""
    cards = [candidate for candidate in ranked if candidate.card != NOT_OURS]
    if not cards:
        return "none", [], "there is no card"
    others = next((candidate.probability for candidate in ranked if candidate.card == NOT_OURS), 0.0)
    best = cards[0]
    floors = LETTERS_ALONE if best.meaning is None else WITH_MEANING
    if others >= floors.not_ours:
        return "none", [], f"it is most like questions that no card answers ({others:.0%}, floor {floors.not_ours:.0%})"
    offered = [candidate.card for candidate in cards if candidate.probability >= floors.offer][:SUGGESTIONS]
    offered = offered or [best.card]
    likely = f"{best.probability:.0%} likely (floor {floors.answer:.0%})"
    if best.probability < floors.answer:
        return "suggest", offered, f"no card is likely enough: {best.card} is {likely}"
    if others >= floors.hesitation:
        return "suggest", offered, f"{likely}, but perhaps no card answers it ({others:.0%})"
    if words <= SHORT_WORDS and best.likeness < SHORT_LIKENESS:
        return "suggest", offered, f"{likely}, but too short to be sure (likeness {best.likeness:.0f} of 88)"
    if best.likeness < floors.likeness:
        return "suggest", offered, f"{likely}, but like no phrasing ({best.likeness:.0f}, floor {floors.likeness:.0f})"
    against = max(ranked, key=lambda candidate: candidate.letters)
    if against.letters - best.letters > floors.against:
        return "suggest", offered, f"{likely} by meaning, but letters speak for {against.card}"
    return "answer", [best.card], likely
