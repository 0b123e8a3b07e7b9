"""The whole way of a question, from text to Match. Made once for a Library; asking changes nothing in it."""

from __future__ import annotations

from bot.cards.chinese import TRADITIONAL, to_simplified
from bot.cards.model import Library
from bot.languages import SOURCE, Languages
from bot.matching.language import LanguageGuesser
from bot.matching.letters import Phrasing
from bot.matching.match import NOT_OURS, Candidate, Match, Outcome
from bot.matching.normalising import LONGEST, count_words, normalise
from bot.matching.places import Places
from bot.matching.ranking import Ranking
from bot.matching.urgency import Urgency

SUGGESTIONS = 3

ANSWER_FLOOR, OFFER_FLOOR, NOT_OURS_FLOOR = 0.82, 0.03, 0.5
"""Probabilities from which a card is shown, a card is offered, and a question is taken for none of ours."""
LIKENESS_FLOOR, OFFER_LIKENESS = 50.0, 34.0
"""Likeness (0-100) to a phrasing of the card below which it is not shown, and below which nothing is offered."""
CRISIS_FLOOR = 0.3
"""Probability from which a card is offered beside the steps for a danger to life."""
SHORT_WORDS, SHORT_LIKENESS = 2, 88.0
"""Questions of so few words are shown a card only when a phrasing is met nearly exactly."""


class Matcher:
    """Finds the card for a question among the phrasings of all languages."""

    def __init__(self, library: Library, languages: Languages) -> None:
        phrasings = all_phrasings(library, languages)
        self._ranking = Ranking(phrasings)
        examples: dict[str, list[str]] = {}
        for phrasing in phrasings:
            examples.setdefault(phrasing.language, []).append(phrasing.normalised)
        self._languages = LanguageGuesser(examples)
        self._urgency = Urgency(library)
        self._places = Places(library.elsewhere)
        self._anywhere = frozenset(card.id for card in library.cards.values() if card.facts.anywhere)
        self._seen_as = {code: [one.code for one in languages.seen_as(code)] for code in languages.written}

    def _seen(self, written: str, question: str) -> str:
        """The code that people see: of Chinese, the script that the question is written in."""
        codes = self._seen_as.get(written) or [SOURCE]
        if len(codes) > 1 and TRADITIONAL in codes:
            return TRADITIONAL if to_simplified(question[:LONGEST]) != question[:LONGEST] else codes[0]
        return codes[0]

    def match(self, question: str) -> Match:
        """Understand one question. Never raises, whatever the text holds."""
        text = normalise(question)
        if not text:
            return Match("none", reason="there is nothing to read in the message")
        language, sure = self._languages.guess(text)
        ranked = self._ranking.rank(text)
        happening = self._urgency.happening(question)
        elsewhere = self._places.named_in(text)
        outcome, cards, reason = decide(ranked, words=count_words(text))
        if happening.crisis and outcome != "none":
            # Beside a danger to life a card is at most offered, and only one that is likely meant.
            cards = [one.card for one in ranked if one.card in cards and one.probability >= CRISIS_FLOOR]
            outcome, reason = ("suggest" if cards else "none"), "lives are in danger: a card is offered at most"
        elif elsewhere and outcome == "answer" and cards[0] not in self._anywhere:
            outcome, reason = "suggest", "a place outside the city is named, where other rules hold"
        candidates = tuple(candidate for candidate in ranked if candidate.card != NOT_OURS)
        return Match(
            outcome=outcome,
            urgent=happening.situations,
            unclear_urgency=happening.unclear,
            crisis=happening.crisis,
            card=cards[0] if outcome == "answer" else None,
            suggestions=tuple(cards) if outcome == "suggest" else (),
            language=self._seen(language or (candidates[0].language if candidates else SOURCE), question),
            language_sure=sure,
            elsewhere=elsewhere,
            candidates=candidates[:5],
            reason=reason,
        )


def all_phrasings(library: Library, languages: Languages) -> list[Phrasing]:
    """Every way of asking that the content knows, titles included, and the questions that no card answers."""
    phrasings = [
        Phrasing(text, normalise(text), card.id, languages[code].written)
        for card in library.cards.values()
        for code, card_text in card.texts.items()
        for text in (*card_text.phrasings, *([card_text.title] if card_text.phrasings else []))
    ]
    others = [(language, text) for language, texts in library.not_ours.items() for text in texts]
    return phrasings + [Phrasing(text, normalise(text), NOT_OURS, language) for language, text in others]


def decide(ranked: list[Candidate], words: int) -> tuple[Outcome, list[str], str]:
    """Answer, offer or refuse: by probability and by likeness, more strictly for short questions."""
    others = next((candidate.probability for candidate in ranked if candidate.card == NOT_OURS), 0.0)
    if others >= NOT_OURS_FLOOR:
        return "none", [], f"it is most like questions that no card answers ({others:.0%})"
    offered = [one for one in ranked if one.card != NOT_OURS and one.probability >= OFFER_FLOOR][:SUGGESTIONS]
    likeness = max((one.likeness for one in offered), default=0.0)
    if likeness < OFFER_LIKENESS:
        return "none", [], f"no phrasing is near enough (best likeness {likeness:.0f}, floor {OFFER_LIKENESS:.0f})"
    best = offered[0]
    floor = SHORT_LIKENESS if words <= SHORT_WORDS else LIKENESS_FLOOR
    why = f"{best.probability:.0%} likely (floor {ANSWER_FLOOR:.0%}), likeness {best.likeness:.0f} (floor {floor:.0f})"
    if best is ranked[0] and best.probability >= ANSWER_FLOOR and best.likeness >= floor:
        return "answer", [best.card], why
    return "suggest", [one.card for one in offered], why
