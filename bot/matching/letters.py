"""How alike a question and each curated phrasing are, letter by letter (rapidfuzz).

Three scorers look at different things: ``ratio`` at order and all letters, ``token_sort_ratio`` at words in any order,
``token_set_ratio`` at shared words. The last is 100 whenever one side's words are all in the other ("my", "can"), so
it counts only in proportion to how much of both sides is shared. ``WRatio`` is not used: it gives unrelated
questions 85.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from rapidfuzz import fuzz, process

from bot.matching.examples import Phrasing
from bot.matching.normalising import spaced

_COMPARED = 6
"""Phrasings of a target that are compared in all ways, after the quickest of them has looked at all."""

Scores = npt.NDArray[np.float32]


class LetterIndex:
    """Phrasings by target and language, compared with a question in one pass."""

    def __init__(self, phrasings: Sequence[Phrasing]) -> None:
        self._phrasings: dict[str, dict[str, list[Phrasing]]] = {}
        for phrasing in phrasings:
            self._phrasings.setdefault(phrasing.target, {}).setdefault(phrasing.language, []).append(phrasing)
        self._compared: dict[tuple[str, str], list[tuple[str, Phrasing]]] = {}

    def nearest(
        self, normalised: str, targets: Iterable[str], language: str | None = None
    ) -> dict[str, tuple[float, Phrasing]]:
        """For each of the targets its likeness (0-100) and its nearest phrasing.

        With ``language``, only phrasings of it are looked at, where the target has any. Further phrasings of a target
        that are nearly as near speak for it as well: they add a little.
        """
        question = spaced(normalised)
        if not question:
            return {}
        groups = {target: self._of(target, language) for target in targets}
        likely = _likeliest(question, groups)
        scores = iter(_scores(question, [one for group in likely.values() for one in group]).tolist())
        found: dict[str, tuple[float, Phrasing]] = {}
        for target, group in likely.items():
            ranked = sorted(((next(scores), place) for place in range(len(group))), key=lambda one: -one[0])
            best, place = ranked[0]
            support = sum(max(0.0, score - best + 15) for score, _ in ranked[1:4]) / 45
            found[target] = min(100.0, best + 4 * support), group[place].phrasing
        return found

    def _of(self, target: str, language: str | None) -> list[tuple[str, Phrasing]]:
        """The phrasings of a target, in one language if it has any in that, each after the form that is compared."""
        of_target = self._phrasings.get(target, {})
        if language in of_target:
            return self._in(target, language)
        return [pair for code in of_target for pair in self._in(target, code)]

    def _in(self, target: str, language: str) -> list[tuple[str, Phrasing]]:
        """The phrasings of a target in a language, made ready when they are first needed."""
        pairs = self._compared.get((target, language))
        if pairs is None:
            pairs = [(spaced(phrasing.normalised), phrasing) for phrasing in self._phrasings[target][language]]
            self._compared[target, language] = pairs
        return pairs


@dataclass(frozen=True)
class _Likely:
    """A phrasing in the form that is compared, and its ``ratio`` to the question."""

    text: str
    phrasing: Phrasing
    ratio: float


def _likeliest(question: str, groups: Mapping[str, Sequence[tuple[str, Phrasing]]]) -> dict[str, list[_Likely]]:
    """The few phrasings of each group that share most letters in order, by the quickest scorer."""
    texts = [text for group in groups.values() for text, _ in group]
    if not texts:
        return {}
    ratios = _by(fuzz.ratio, question, texts)
    found: dict[str, list[_Likely]] = {}
    start = 0
    for target, group in groups.items():
        if group:
            of_group = ratios[start : start + len(group)]
            order = np.argsort(-of_group, kind="stable")[:_COMPARED]
            found[target] = [_Likely(*group[int(place)], float(of_group[place])) for place in order]
        start += len(group)
    return found


def _scores(question: str, likely: Sequence[_Likely]) -> Scores:
    if not likely:
        return np.zeros(0, dtype=np.float32)
    texts = [one.text for one in likely]
    ratios = np.array([one.ratio for one in likely], dtype=np.float32)
    lengths = np.fromiter(map(len, texts), dtype=np.float32, count=len(texts))
    shared = np.minimum(lengths, len(question)) / np.maximum(lengths, len(question))
    subset = _by(fuzz.token_set_ratio, question, texts) * (0.55 + 0.45 * np.sqrt(shared))
    ordered = np.maximum(ratios, _by(fuzz.token_sort_ratio, question, texts))
    return np.asarray(0.5 * ordered + 0.5 * subset, dtype=np.float32)


def _by(scorer: Callable[..., float], question: str, texts: Sequence[str]) -> Scores:
    return np.asarray(process.cdist([question], texts, scorer=scorer, dtype=np.float32)[0], dtype=np.float32)
