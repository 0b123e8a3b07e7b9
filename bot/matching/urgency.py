"""Is it happening now? Learned from the emergency files: how people say it, and sentences that only sound alike."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from bot.cards.model import Emergency, Library
from bot.matching.bayes import Hashes, NaiveBayes, Owners, character_runs, joined, word_runs
from bot.matching.letters import LetterIndex, Phrasing
from bot.matching.normalising import count_words, normalise, spaced
from bot.matching.sentences import sentences

# The numbers below were set by leaving out a fifth of the sentences of the emergency files. Alone, 82% of those about
# the present are found, and the situation that is named is the right one for 79%; of the look-alikes, written to
# mislead, 17% are taken for the present, of questions that no card answers 6%. In made-up stories of three to ten
# sentences 55% to 59% are found, and 6% to 20% of stories without one, a third of them look-alikes, are taken for one.
_NOW, _NOT_NOW = "now", "not now"
_CAUTION, _PART_CAUTION = 0.1, 0.5
"""How much likelier (nats a feature) it must be that it is happening now than that it is not: for a whole message, and
for one of its many sentences, of which each may mislead."""
_PLAIN = 0.5
"""From this much likelier on it is happening, even if it is like no sentence that we know."""
_FLOOR = 54.0
"""The least likeness (0-100) to a sentence about the present."""
_CALMER = 6.0
"""How much more alike (0-100) a sentence must be to one that is not happening now, to be taken for one."""
_SHARPNESS, _LIKENESS_WEIGHT = 3.0, 2.0
"""How evidence for each situation becomes odds, as in ranking.py."""
_SURE, _CRISIS = 0.6, 0.4
"""Probability from which one situation is named, and from which all crises together are: they must not be missed."""
_THIS = 0.25
"""Probability from which one crisis is named among them."""
_COMPARED = 2
"""Sentences of a message that are compared letter by letter, which is the slow part; and one that may be a crisis."""
_SHOWN = 2
"""Situations that are named at most."""

_YEAR = re.compile(r"\b(?:19|20)\d\d\b")


def _features(texts: Sequence[str]) -> tuple[Owners, Hashes]:
    """Words and pairs of words tell "if" and "just now"; runs of letters tell tenses that are endings.

    All years are one word: whichever is named, it is seldom about the present.
    """
    texts = [_YEAR.sub("2000", text) for text in texts]
    return joined([word_runs(texts, (1, 2)), character_runs(texts, (3, 4, 5))])


@dataclass(frozen=True)
class Happening:
    """What seems to be happening now: situations, crises first; ``unclear`` where it is not clear which."""

    situations: tuple[str, ...] = ()
    unclear: bool = False
    crisis: bool = False


@dataclass(frozen=True)
class _Heard:
    """A sentence: how much likelier (nats a feature) it is about the present, and what speaks for each situation."""

    text: str
    margin: float
    learned: Mapping[str, float]

    @property
    def likeliest(self) -> str | None:
        """The situation for which most speaks, before sentences are compared."""
        return max(self.learned, key=lambda name: self.learned[name], default=None)


class Urgency:
    """Decides before the cards, from sentences alone."""

    def __init__(self, library: Library) -> None:
        now: list[Phrasing] = []
        calm: list[Phrasing] = []
        crises: set[str] = set()
        for language, emergency in _written_once(library.emergency):
            for situation in emergency.situations.values():
                now += [Phrasing(text, _compared(text), situation.id, language) for text in situation.phrasings]
                if situation.crisis:
                    crises.add(situation.id)
            calm += [Phrasing(text, _compared(text), _NOT_NOW, language) for text in emergency.look_alikes]
        by_situation: dict[str, list[str]] = {}
        for phrasing in now:
            by_situation.setdefault(phrasing.target, []).append(phrasing.normalised)
        others = [_compared(text) for texts in library.not_ours.values() for text in texts]
        self._crises = frozenset(crises)
        self._known = {phrasing.normalised: phrasing.target for phrasing in (*calm, *now)}
        self._index = LetterIndex([*now, *calm])
        self._situations = NaiveBayes(by_situation, _features)
        self._model = NaiveBayes(
            {
                _NOW: [phrasing.normalised for phrasing in now],
                _NOT_NOW: [phrasing.normalised for phrasing in calm] + others,
            },
            _features,
        )

    def happening(self, message: str) -> Happening:
        """What seems to be happening now: as the whole message says, or any of its sentences, the loudest first."""
        if not self._situations.classes:
            return Happening()
        whole = _compared(message)
        texts = [whole] if whole in self._known else list(dict.fromkeys([whole, *sentences(message)]))
        found = [_named([self._known[text]], self._crises) for text in texts if text in self._known]
        loud = self._loud([text for text in texts if text not in self._known], whole)
        danger = [one for one in loud[_COMPARED:] if one.likeliest in self._crises][:1]
        found += [self._judge(one) for one in loud[:_COMPARED] + danger]
        if named := list(dict.fromkeys(name for one in found for name in one.situations)):
            return _named(named, self._crises)
        return Happening(unclear=any(one.unclear for one in found))

    def _loud(self, texts: Sequence[str], whole: str) -> list[_Heard]:
        """The sentences that seem to be about the present, the surest first."""
        margins = [
            weighed[_NOW] - weighed[_NOT_NOW] if weighed else 0.0 for weighed in self._model.scores_of_each(texts)
        ]
        loud = [
            (text, margin)
            for text, margin in zip(texts, margins, strict=True)
            if margin > (_CAUTION if text == whole else _PART_CAUTION)
        ]
        learned = self._situations.scores_of_each([text for text, _ in loud])
        heard = [_Heard(text, margin, scores) for (text, margin), scores in zip(loud, learned, strict=True)]
        return sorted(heard, key=lambda one: -one.margin)

    def _judge(self, heard: _Heard) -> Happening:
        """Which situations a sentence that seems to be about the present speaks of."""
        nearest = self._index.nearest(heard.text, (*heard.learned, _NOT_NOW))
        likeness = {target: score for target, (score, _) in nearest.items()}
        calm = likeness.pop(_NOT_NOW, 0.0)
        best = max(likeness.values(), default=0.0)
        if calm > best + _CALMER:
            return Happening()
        if best < _FLOOR or count_words(heard.text) == 1:  # "help" says that something is happening, not what
            return Happening(unclear=heard.margin >= _PLAIN)
        evidence = {name: heard.learned[name] + _LIKENESS_WEIGHT * score / 100 for name, score in likeness.items()}
        odds = np.exp(_SHARPNESS * np.array(list(evidence.values())))
        shares = dict(zip(evidence, (odds / odds.sum()).tolist(), strict=True))
        likely = sorted(shares, key=lambda name: -shares[name])
        crises = [name for name in likely if name in self._crises and shares[name] >= _THIS]
        if crises and sum(shares[name] for name in self._crises if name in shares) >= _CRISIS:
            return _named(crises, self._crises)
        return _named(likely[:1], self._crises) if shares[likely[0]] >= _SURE else Happening(unclear=True)


def _named(targets: Sequence[str], crises: frozenset[str]) -> Happening:
    """Situations, crises first, as many as are shown; nothing where a sentence is known not to be happening now."""
    named = sorted((target for target in targets if target != _NOT_NOW), key=lambda target: target not in crises)
    return Happening(tuple(named[:_SHOWN]), crisis=any(target in crises for target in named))


def _compared(text: str) -> str:
    return spaced(normalise(text))


def _written_once(emergency: Mapping[str, Emergency]) -> Iterable[tuple[str, Emergency]]:
    """The languages that have sentences of their own (a converted script has none)."""
    return [(code, one) for code, one in emergency.items() if any(s.phrasings for s in one.situations.values())]
