"""The whole way of a question, from text to Match. Made once for a Library; asking changes nothing in it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from bot.cards.chinese import TRADITIONAL, to_simplified
from bot.cards.model import Library
from bot.languages import SOURCE, Languages
from bot.matching.deciding import CERTAIN, SUGGESTIONS, decide
from bot.matching.examples import Examples
from bot.matching.index import Letters
from bot.matching.linear import Floats
from bot.matching.match import NOT_OURS, ByMeaning, Candidate, Match
from bot.matching.meaning.meaning import Meaning
from bot.matching.normalising import LONGEST, count_words, normalise
from bot.matching.places import Places
from bot.matching.ranking import Compared, Ranking
from bot.matching.urgency import Urgency

CRISIS_FLOOR = 0.3
"""Probability from which a card is offered beside the steps for a danger to life."""

_NOTHING = Match("none", reason="there is nothing to read in the message")


@dataclass(frozen=True)
class _Read:
    """A question as its letters alone are understood."""

    question: str
    text: str
    language: str | None
    sure: bool
    compared: Compared
    ranked: list[Candidate]

    @property
    def unsure(self) -> bool:
        """Whether meaning is asked for as well."""
        return not (self.ranked and self.ranked[0].probability >= CERTAIN)


class Matcher:
    """Finds the card for a question among the phrasings of all languages."""

    def __init__(
        self,
        library: Library,
        languages: Languages,
        learned: Examples,
        letters: Letters,
        meaning: Meaning | None = None,
    ) -> None:
        """``letters`` and ``meaning`` are what was learned from ``learned``, as a rule the examples of the library.

        Where the library has changed since, cards that are gone are not named, and new ones not yet.
        """
        self._ranking = Ranking(learned.questions, letters.cards, library.cards.keys())
        self._languages = letters.languages
        self._urgency = Urgency(library, letters)
        self._meaning = meaning
        self._places = Places(library.elsewhere)
        self._anywhere = frozenset(card.id for card in library.cards.values() if card.facts.anywhere)
        self._of_situation: dict[str, list[str]] = {}
        for card in library.cards.values():
            for situation in card.facts.situations if not card.facts.withdrawn else ():
                self._of_situation.setdefault(situation, []).append(card.id)
        self._seen_as = {code: [one.code for one in languages.seen_as(code)] for code in languages.written}

    def _seen(self, written: str, question: str) -> str:
        """The code that people see: of Chinese, the script that the question is written in."""
        codes = self._seen_as.get(written) or [SOURCE]
        if len(codes) > 1 and TRADITIONAL in codes:
            return TRADITIONAL if to_simplified(question[:LONGEST]) != question[:LONGEST] else codes[0]
        return codes[0]

    def _beside(self, situations: Sequence[str]) -> list[str]:
        """The cards that are offered beside the steps for these situations."""
        return [card for situation in situations for card in self._of_situation.get(situation, ())][:SUGGESTIONS]

    def match(self, question: str) -> Match:
        """Understand one question. Never raises, whatever the text holds."""
        read = self._read(question)
        if read is None:
            return _NOTHING
        return self._decide(read, self._meaning.of(question) if self._meaning and read.unsure else None)

    async def match_soon(self, question: str) -> Match:
        """The same, where others must not wait while the engine thinks.

        Letters take about two milliseconds. They are not sent to a thread, where they would take three: two threads of
        Python take each other's time.
        """
        read = self._read(question)
        if read is None:
            return _NOTHING
        meaning = await asyncio.to_thread(self._meaning.of, question) if self._meaning and read.unsure else None
        return self._decide(read, meaning)

    def _read(self, question: str) -> _Read | None:
        """What letters tell; None where there is nothing to read."""
        text = normalise(question)
        if not text:
            return None
        language, sure = self._languages.guess(text)
        compared = self._ranking.compare(text, language if sure else None)
        return _Read(question, text, language, sure, compared, self._ranking.rank(compared))

    def _decide(self, read: _Read, meaning: Floats | None) -> Match:
        question, text, language, sure = read.question, read.text, read.language, read.sure
        ranked = read.ranked if meaning is None else self._ranking.rank(read.compared, meaning)
        happening = self._urgency.happening(question)
        elsewhere = self._places.named_in(text)
        outcome, cards, reason = decide(ranked, words=count_words(text))
        if happening.crisis and outcome != "none":
            # Beside a danger to life a card is at most offered, and only one that is likely meant.
            cards = [one.card for one in ranked if one.card in cards and one.probability >= CRISIS_FLOOR]
            outcome, reason = ("suggest" if cards else "none"), "lives are in danger: a card is offered at most"
        elif elsewhere and outcome == "answer" and cards[0] not in self._anywhere:
            outcome, reason = "suggest", "a place outside the city is named, where other rules hold"
        if outcome != "answer" and (beside := self._beside(happening.situations)):
            others = [card for card in cards if card not in beside]
            cards = [*others[: SUGGESTIONS - len(beside)], *beside]
            outcome, reason = "suggest", f"{reason}; beside the steps for {', '.join(happening.situations)}"
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
            others=next((one.probability for one in ranked if one.card == NOT_OURS), 0.0),
            by_meaning=self._asked(read, meaning),
        )

    def _asked(self, read: _Read, meaning: Floats | None) -> ByMeaning:
        if meaning is not None:
            return "asked"
        return "not needed" if self._meaning and not read.unsure else "not there"
