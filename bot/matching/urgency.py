"""Is it happening now? Learned from the emergency files: how people say it, and sentences that only sound alike."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from bot.cards.model import Library
from bot.matching.examples import NOT_NOW, NOW, Phrasing, heard
from bot.matching.features import temporal
from bot.matching.index import Letters
from bot.matching.linear import Floats
from bot.matching.normalising import count_words
from bot.matching.sentences import sentences

ALARM, PART_ALARM = 0.0, 0.25
"""Distance from the border between now and not now, from which it is happening: for a whole message, and for one of its
many sentences, of which each may mislead. Fitted with benchmarks/fitting.py, as are those below."""
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

    def __init__(self, library: Library, letters: Letters, emergencies: Sequence[Phrasing]) -> None:
        situations = [one for emergency in library.emergency.values() for one in emergency.situations.values()]
        self._crises = frozenset(situation.id for situation in situations if situation.crisis)
        self._known = {phrasing.normalised: phrasing.target for phrasing in emergencies}
        self._alarm = letters.alarm
        self._situations = letters.situations
        known = {situation.id for situation in situations}
        self._columns = [place for place, name in enumerate(letters.situations.classes) if name in known]

    def happening(self, message: str) -> Happening:
        """What seems to be happening now: as the whole message says, or any of its sentences, the loudest first."""
        if not self._columns or NOW not in self._alarm.classes:
            return Happening()
        whole = heard(message)
        texts = [whole] if whole in self._known else list(dict.fromkeys([whole, *sentences(message)]))
        found = [_named([self._known[text]], self._crises) for text in texts if text in self._known]
        found += [self._judge(text) for text in self._loud([text for text in texts if text not in self._known], whole)]
        if named := list(dict.fromkeys(name for one in found for name in one.situations)):
            return _named(named, self._crises)
        return Happening(unclear=any(one.unclear for one in found))

    def _loud(self, texts: Sequence[str], whole: str) -> list[str]:
        """The sentences that seem to be about the present, the loudest first."""
        if not texts:
            return []
        margins = self.margins(texts)
        loud = [
            (float(margin), text)
            for text, margin in zip(texts, margins, strict=True)
            if margin > (ALARM if text == whole else PART_ALARM)
        ]
        return [text for _, text in sorted(loud, key=lambda one: -one[0])]

    def margins(self, texts: Sequence[str]) -> Floats:
        """For each sentence, as ``heard`` gives it, how far beyond the border it is about the present."""
        return self._alarm.scores(texts, temporal)[:, self._alarm.classes.index(NOW)]

    def _judge(self, text: str) -> Happening:
        """Which situations a sentence that seems to be about the present speaks of."""
        scores = self._situations.scores([text], temporal)[0][self._columns]
        odds = np.exp(SHARPNESS * (scores - scores.max()))
        names = [self._situations.classes[column] for column in self._columns]
        shares = dict(zip(names, (odds / odds.sum()).tolist(), strict=True))
        likely = sorted(shares, key=lambda name: -shares[name])
        crises = [name for name in likely if name in self._crises and shares[name] >= THIS]
        if crises and sum(shares[name] for name in likely if name in self._crises) >= CRISIS:
            return _named(crises, self._crises)
        # "help" says that something is happening, not what
        sure = shares[likely[0]] >= SURE and count_words(text) > 1
        return _named(likely[:1], self._crises) if sure else Happening(unclear=True)


def _named(targets: Sequence[str], crises: frozenset[str]) -> Happening:
    """Situations, crises first, as many as are shown; nothing where a sentence is known not to be happening now."""
    named = sorted((target for target in targets if target != NOT_NOW), key=lambda target: target not in crises)
    return Happening(tuple(named[:_SHOWN]), crisis=any(target in crises for target in named))
