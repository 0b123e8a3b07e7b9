"""Is it happening now? Learned from the emergency files: how people say it, and sentences that only sound alike."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from bot.cards.model import Emergency, Library
from bot.matching.bayes import Hashes, NaiveBayes, Owners, character_runs, joined, word_runs
from bot.matching.letters import LetterIndex, Phrasing
from bot.matching.normalising import normalise, spaced

_NOW, _NOT_NOW = "now", "not now"
_FLOOR = 54.0
"""The least likeness (0-100) to a sentence about the present."""
_CAUTION = 0.1
"""How much likelier (nats a feature) it must be that it is happening now than that it is not.

Both were set by leaving out a fifth of the sentences of the emergency files: of those about the present 84% are found,
of the look-alikes, written to mislead, 17% are taken for the present, of questions that no card answers 6%.
"""
_CALMER = 6.0
"""How much more alike (0-100) a sentence must be to one that is not happening now, to be taken for one."""
_TOGETHER, _CLEAR = 3.0, 80.0
"""Situations so near to each other (0-100) are told apart only where the best is as clear as this."""
_LONGEST_MESSAGE, _MOST_SENTENCES = 4096, 12
"""Characters of a message, and sentences at its end, that are looked at."""
_SENTENCE = re.compile(r"[.!?\n。！？؟۔।]+")


def _features(texts: Sequence[str]) -> tuple[Owners, Hashes]:
    """Words and pairs of words tell "if" and "just now"; runs of letters tell tenses that are endings."""
    return joined([word_runs(texts, (1, 2)), character_runs(texts, (3, 4, 5))])


@dataclass(frozen=True)
class Happening:
    """What seems to be happening now: situations, the most dangerous first; ``unclear`` where it is not clear which."""

    situations: tuple[str, ...] = ()
    unclear: bool = False
    crisis: bool = False

    def __bool__(self) -> bool:
        return bool(self.situations) or self.unclear


class Urgency:
    """Decides before the cards, from sentences alone."""

    def __init__(self, library: Library) -> None:
        now: list[Phrasing] = []
        calm: list[Phrasing] = []
        crises: set[str] = set()
        for language, emergency in _written_once(library.emergency):
            for situation in emergency.situations.values():
                now += [Phrasing(text, normalise(text), situation.id, language) for text in situation.phrasings]
                if situation.crisis:
                    crises.add(situation.id)
            calm += [Phrasing(text, normalise(text), _NOT_NOW, language) for text in emergency.look_alikes]
        others = [text for texts in library.not_ours.values() for text in texts]
        self._crises = frozenset(crises)
        self._index = LetterIndex([*now, *calm])
        self._targets = tuple(dict.fromkeys(phrasing.target for phrasing in now))
        self._calm = frozenset(phrasing.normalised for phrasing in calm)
        self._exact = {phrasing.normalised: phrasing.target for phrasing in now}
        self._model = NaiveBayes(
            {
                _NOW: [spaced(phrasing.normalised) for phrasing in now],
                _NOT_NOW: [spaced(phrasing.normalised) for phrasing in calm] + _normalised(others),
            },
            _features,
        )

    def happening(self, message: str) -> Happening:
        """What seems to be happening now, in any sentence of a message: fear often tells a story first."""
        whole = message[:_LONGEST_MESSAGE]
        sentences = dict.fromkeys([normalise(whole), *map(normalise, _SENTENCE.split(whole)[-_MOST_SENTENCES:])])
        found = [self._in_sentence(sentence) for sentence in sentences if sentence]
        likely = {target: score for scores in found for target, score in scores.items()}
        for scores in found:
            for target, score in scores.items():
                likely[target] = max(likely[target], score)
        if not likely:
            return Happening()
        ranked = sorted(likely, key=lambda target: (target not in self._crises, -likely[target]))
        if ranked[0] in self._crises and likely[ranked[0]] >= max(likely.values()) - _TOGETHER:
            return Happening(tuple(ranked[:2]), crisis=True)
        calmer = [target for target in ranked if target not in self._crises]
        if len(calmer) > 1 and likely[calmer[0]] < _CLEAR and likely[calmer[0]] - likely[calmer[1]] < _TOGETHER:
            return Happening(unclear=True)
        return Happening(tuple(calmer[:1]))

    def _in_sentence(self, normalised: str) -> dict[str, float]:
        """The likeness (0-100) of a sentence to each situation that it may be about; empty when it is none."""
        if normalised in self._calm:
            return {}
        if exact := self._exact.get(normalised):
            return {exact: 100.0}
        weighed = self._model.scores(spaced(normalised))
        if not weighed or weighed[_NOW] <= weighed[_NOT_NOW] + _CAUTION:
            return {}
        found = self._index.nearest(normalised, (*self._targets, _NOT_NOW))
        calm = found.pop(_NOT_NOW, (0.0, None))[0]
        best = max((score for score, _ in found.values()), default=0.0)
        if best < _FLOOR or calm > best + _CALMER:
            return {}
        return {target: score for target, (score, _) in found.items() if score >= max(_FLOOR, best - _TOGETHER)}


def _normalised(texts: Iterable[str]) -> list[str]:
    return [spaced(normalise(text)) for text in texts]


def _written_once(emergency: Mapping[str, Emergency]) -> list[tuple[str, Emergency]]:
    """The languages that have sentences of their own (a converted script has none)."""
    return [(code, one) for code, one in emergency.items() if any(s.phrasings for s in one.situations.values())]
