"""Is it happening now? Learned from the emergency files: how people say it, and sentences that only sound alike."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from bot.cards.model import Library
from bot.matching.examples import NOT_NOW, NOW, heard
from bot.matching.features import temporal
from bot.matching.index import Letters
from bot.matching.linear import Floats
from bot.matching.normalising import count_words
from bot.matching.sentences import sentences

ALARM, PART_ALARM = -0.05, 0.3
"""Distance from the border between now and not now, from which it is happening: for a whole message, and for one of the
sentences of a long one, of which each may mislead. Set on one half of tests/questions, by the hash of the question."""
LONG = 30
"""Words of a message from which one sentence may be urgent though the whole does not sound like it."""
SHARPNESS = 4.0
"""How distances from the borders of situations become odds."""
SURE, CRISIS, THIS = 0.5, 0.3, 0.2
"""Probability from which one situation is named; from which all crises together are, since they must not be missed; and
from which one crisis is named among them."""
_SHOWN = 2
"""Situations that are named at most."""


@dataclass(frozen=True)
class Happening:
    """What seems to be happening now: situations, crises first; ``unclear`` where it is not clear which."""

    situations: tuple[str, ...] = ()
    unclear: bool = False
    crisis: bool = False


class Urgency:
    """Decides before the cards, from sentences alone."""

    def __init__(self, library: Library, letters: Letters) -> None:
        situations = [one for emergency in library.emergency.values() for one in emergency.situations.values()]
        self._crises = frozenset(situation.id for situation in situations if situation.crisis)
        self._known = letters.known
        self._alarm = letters.alarm
        self._situations = letters.situations
        known = {situation.id for situation in situations}
        self._columns = [place for place, name in enumerate(letters.situations.classes) if name in known]

    def happening(self, message: str) -> Happening:
        """What seems to be happening now: as the whole message says, or any of its sentences, the loudest first."""
        if not self._columns or NOW not in self._alarm.classes:
            return Happening()
        whole = heard(message)
        if target := self._known.get(whole):
            return _named([target], self._crises)
        texts = list(dict.fromkeys([whole, *sentences(message)]))
        known = {text: target for text in texts if (target := self._known.get(text))}
        found = [_named([target], self._crises) for target in known.values()]
        found += [self._judge(text) for text in self._loud(texts) if text not in known]
        if named := list(dict.fromkeys(name for one in found for name in one.situations)):
            return _named(named, self._crises)
        return Happening(unclear=any(one.unclear for one in found))

    def _loud(self, texts: Sequence[str]) -> list[str]:
        """Of a message and its sentences those that seem to be about the present, the loudest first."""
        whole, *parts = texts
        alarm = float(self.margins([whole])[0])
        if alarm > ALARM:
            floor = ALARM
        elif count_words(whole) >= LONG:
            floor = PART_ALARM
        else:
            return []  # a short message is taken as a whole: its sentences explain each other
        margins = [alarm, *self.margins(parts).tolist()]
        loud = [(margin, text) for margin, text in zip(margins, texts, strict=True) if margin > floor]
        return [text for _, text in sorted(loud, key=lambda one: -one[0])]

    def margins(self, texts: Sequence[str]) -> Floats:
        """For each sentence, as ``heard`` gives it, how far beyond the border it is about the present."""
        return self._alarm.scores(texts, temporal)[:, self._alarm.classes.index(NOW)]

    def _judge(self, text: str) -> Happening:
        """Which situations a sentence that seems to be about the present speaks of."""
        scores = self._situations.scores([text], temporal)[0][self._columns]
        words = count_words(text)
        if words == 1 or (words == 2 and scores.max() < 0):  # "help" says that something is happening, not what
            return Happening(unclear=True)
        odds = np.exp(SHARPNESS * (scores - scores.max()))
        names = [self._situations.classes[column] for column in self._columns]
        shares = dict(zip(names, (odds / odds.sum()).tolist(), strict=True))
        likely = sorted(shares, key=lambda name: -shares[name])
        crises = [name for name in likely if name in self._crises and shares[name] >= THIS]
        if crises and sum(shares[name] for name in likely if name in self._crises) >= CRISIS:
            return _named(crises, self._crises)
        return _named(likely[:1], self._crises) if shares[likely[0]] >= SURE else Happening(unclear=True)


def _named(targets: Sequence[str], crises: frozenset[str]) -> Happening:
    """Situations, crises first, as many as are shown; nothing where a sentence is known not to be happening now."""
    named = sorted((target for target in targets if target != NOT_NOW), key=lambda target: target not in crises)
    return Happening(tuple(named[:_SHOWN]), crisis=any(target in crises for target in named))
