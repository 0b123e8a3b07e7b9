"""Answer, offer or refuse: by probability, more strictly for short questions, and never against the letters."""

from __future__ import annotations

from collections.abc import Sequence

from bot.matching.match import NOT_OURS, Candidate, Outcome

SUGGESTIONS = 3


ANSWER_FLOOR, OFFER_FLOOR, NOT_OURS_FLOOR = 0.8, 0.01, 0.5
"""Probabilities from which a card is shown, a card is offered, and a question is taken for none of ours. Set on one
half of the questions at hand, by their hash, so that another card is shown in the right one's place for 1% at most."""
CERTAIN = 0.97
"""Probability by letters from which meaning is not asked: it would change none of these decisions, and takes 20 ms."""
SHORT_WORDS, SHORT_LIKENESS = 2, 88.0
"""Questions of so few words are shown a card only when a phrasing is met nearly exactly."""


def decide(ranked: Sequence[Candidate], words: int) -> tuple[Outcome, list[str], str]:
    """The outcome, the cards that are shown or offered, and in words what decided."""
    cards = [candidate for candidate in ranked if candidate.card != NOT_OURS]
    if not cards:
        return "none", [], "there is no card"
    others = next((candidate.probability for candidate in ranked if candidate.card == NOT_OURS), 0.0)
    best = cards[0]
    if others >= NOT_OURS_FLOOR:
        return "none", [], f"it is most like questions that no card answers ({others:.0%}, floor {NOT_OURS_FLOOR:.0%})"
    likely = f"{best.card} is {best.probability:.0%} likely (floor {ANSWER_FLOOR:.0%})"
    loudest = max(ranked, key=lambda candidate: candidate.letters)
    offered = [candidate.card for candidate in cards if candidate.probability >= OFFER_FLOOR][:SUGGESTIONS]
    if best.probability < ANSWER_FLOOR:
        return "suggest", offered or [best.card], likely
    if words <= SHORT_WORDS and best.likeness < SHORT_LIKENESS:
        near = f"likeness {best.likeness:.0f}, floor {SHORT_LIKENESS:.0f}"
        return "suggest", offered, f"{likely}, but one or two words are sure only where a phrasing is met ({near})"
    if loudest.card != best.card:
        # A meaning without a word that tells of it is a guess: never followed against what the letters say.
        against = "that no card answers" if loudest.card == NOT_OURS else f"for {loudest.card}"
        return "suggest", offered, f"{likely}, but letters speak {against}"
    return "answer", [best.card], likely
