"""Is it happening now? Learned from the emergency files: how people say it, and sentences that only sound alike."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

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


def _features(texts: Sequence[str]) -> tuple[Owners, Hashes]:
    """Words and pairs of words tell "if" and "just now"; runs of letters tell tenses that are endings."""
    return joined([word_runs(texts, (1, 2)), character_runs(texts, (3, 4, 5))])


class Urgency:
    """Decides before the cards, from sentences alone."""

    def __init__(self, library: Library) -> None:
        now: list[Phrasing] = []
        calm: list[Phrasing] = []
        for language, emergency in _written_once(library.emergency):
            for situation in emergency.situations.values():
                now += [Phrasing(text, normalise(text), situation.id, language) for text in situation.phrasings]
            calm += [Phrasing(text, normalise(text), _NOT_NOW, language) for text in emergency.look_alikes]
        others = [text for texts in library.not_ours.values() for text in texts]
        self._index = LetterIndex([*now, *calm])
        self._targets = tuple(dict.fromkeys(phrasing.target for phrasing in now))
        self._calm = frozenset(phrasing.normalised for phrasing in calm)
        self._model = NaiveBayes(
            {
                _NOW: [spaced(phrasing.normalised) for phrasing in now],
                _NOT_NOW: [spaced(phrasing.normalised) for phrasing in calm] + _normalised(others),
            },
            _features,
        )

    def situations(self, normalised: str) -> tuple[str, ...]:
        """The situations that seem to be happening now, the likeliest first; empty when none is."""
        if normalised in self._calm:
            return ()
        weighed = self._model.scores(spaced(normalised))
        if not weighed or weighed[_NOW] <= weighed[_NOT_NOW] + _CAUTION:
            return ()
        found = self._index.nearest(normalised, (*self._targets, _NOT_NOW))
        calm = found.pop(_NOT_NOW, (0.0, None))[0]
        best = max((score for score, _ in found.values()), default=0.0)
        if best < _FLOOR or calm > best + _CALMER:
            return ()
        likely = sorted((t for t in found if found[t][0] >= max(_FLOOR, best - 3)), key=lambda t: -found[t][0])
        return tuple(likely[:2])


def _normalised(texts: Iterable[str]) -> list[str]:
    return [spaced(normalise(text)) for text in texts]


def _written_once(emergency: Mapping[str, Emergency]) -> list[tuple[str, Emergency]]:
    """The languages that have sentences of their own (a converted script has none)."""
    return [(code, one) for code, one in emergency.items() if any(s.phrasings for s in one.situations.values())]
