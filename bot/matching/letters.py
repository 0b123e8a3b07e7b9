"""How alike a question and each curated phrasing are, letter by letter (rapidfuzz).

Three scorers look at different things: ``ratio`` at order and all letters, ``token_sort_ratio`` at words in any order,
``token_set_ratio`` at shared words. The last is 100 whenever one side's words are all in the other ("my", "can"), so
it counts only in proportion to how much of both sides is shared. ``WRatio`` is not used: it gives unrelated
questions 85.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from rapidfuzz import fuzz, process

from bot.matching.normalising import spaced

Scores = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Phrasing:
    """One curated way of asking: its text as written, and what it stands for."""

    text: str
    normalised: str
    target: str
    language: str


class LetterIndex:
    """Phrasings by target, compared with a question in one pass."""

    def __init__(self, phrasings: Sequence[Phrasing]) -> None:
        self._phrasings: dict[str, list[Phrasing]] = {}
        self._texts: dict[str, list[str]] = {}
        for phrasing in phrasings:
            self._phrasings.setdefault(phrasing.target, []).append(phrasing)
            self._texts.setdefault(phrasing.target, []).append(spaced(phrasing.normalised))

    def nearest(self, normalised: str, targets: Iterable[str]) -> dict[str, tuple[float, Phrasing]]:
        """For each of the targets its likeness (0-100) and its nearest phrasing.

        Further phrasings of a target that are nearly as near speak for it as well: they add a little.
        """
        question = spaced(normalised)
        found: dict[str, tuple[float, Phrasing]] = {}
        for target in targets:
            texts = self._texts.get(target)
            if not texts or not question:
                continue
            scores = _scores(question, texts)
            order = np.argsort(-scores, kind="stable")[:4]
            best = float(scores[order[0]])
            support = sum(max(0.0, float(scores[place]) - best + 15) for place in order[1:]) / 45
            found[target] = (min(100.0, best + 4 * support), self._phrasings[target][int(order[0])])
        return found


def _scores(question: str, texts: Sequence[str]) -> Scores:
    def each(scorer: Callable[..., float]) -> Scores:
        return np.asarray(process.cdist([question], texts, scorer=scorer, dtype=np.float32)[0], dtype=np.float32)

    lengths = np.fromiter(map(len, texts), dtype=np.float32, count=len(texts))
    shared = np.minimum(lengths, len(question)) / np.maximum(lengths, len(question))
    subset = each(fuzz.token_set_ratio) * (0.55 + 0.45 * np.sqrt(shared))
    ordered = np.maximum(each(fuzz.ratio), each(fuzz.token_sort_ratio))
    return np.asarray(0.5 * ordered + 0.5 * subset, dtype=np.float32)
