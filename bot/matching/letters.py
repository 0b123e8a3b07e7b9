"""How alike a question and each curated phrasing are, letter by letter (rapidfuzz).

Three scorers look at different things: ``ratio`` at order and all letters, ``token_sort_ratio`` at words in any order,
``token_set_ratio`` at shared words. The last is 100 whenever one side's words are all in the other ("my", "can"), so
it counts only in proportion to how much of both sides is shared. ``WRatio`` is not used: it gives unrelated
questions 85.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import numpy as np
import numpy.typing as npt
from rapidfuzz import fuzz, process

from bot.languages import SOURCE
from bot.matching.examples import Phrasing
from bot.matching.normalising import spaced

Scores = npt.NDArray[np.float32]


class LetterIndex:
    """Phrasings by target and language, compared with a question in one pass."""

    def __init__(self, phrasings: Sequence[Phrasing]) -> None:
        self._phrasings: dict[str, dict[str, list[Phrasing]]] = {}
        for phrasing in phrasings:
            self._phrasings.setdefault(phrasing.target, {}).setdefault(phrasing.language, []).append(phrasing)
        self._texts: dict[tuple[str, str], list[str]] = {}

    def _spaced(self, target: str, language: str) -> list[str]:
        """The phrasings in the form in which they are compared, made when they are first needed."""
        texts = self._texts.get((target, language))
        if texts is None:
            texts = [spaced(phrasing.normalised) for phrasing in self._phrasings[target][language]]
            self._texts[target, language] = texts
        return texts

    def nearest(
        self, normalised: str, targets: Iterable[str], language: str | None = None
    ) -> dict[str, tuple[float, Phrasing]]:
        """For each of the targets its likeness (0-100) and its nearest phrasing.

        With ``language``, only phrasings of it and of English are looked at, where the target has any. Further
        phrasings of a target that are nearly as near speak for it as well: they add a little.
        """
        question = spaced(normalised)
        if not question:
            return {}
        texts: list[str] = []
        phrasings: list[Phrasing] = []
        ends: dict[str, int] = {}
        for target in targets:
            of_target = self._phrasings.get(target, {})
            for code in [code for code in of_target if code in (language, SOURCE)] if language else of_target:
                texts += self._spaced(target, code)
                phrasings += of_target[code]
            ends[target] = len(texts)
        found: dict[str, tuple[float, Phrasing]] = {}
        scores = _scores(question, texts)
        start = 0
        for target, end in ends.items():
            if end > start:
                own = scores[start:end]
                order = np.argsort(-own, kind="stable")[:4]
                best = float(own[order[0]])
                support = sum(max(0.0, float(own[place]) - best + 15) for place in order[1:]) / 45
                found[target] = (min(100.0, best + 4 * support), phrasings[start + int(order[0])])
            start = end
        return found


def _scores(question: str, texts: Sequence[str]) -> Scores:
    def each(scorer: Callable[..., float]) -> Scores:
        return np.asarray(process.cdist([question], texts, scorer=scorer, dtype=np.float32)[0], dtype=np.float32)

    if not texts:
        return np.zeros(0, dtype=np.float32)
    lengths = np.fromiter(map(len, texts), dtype=np.float32, count=len(texts))
    shared = np.minimum(lengths, len(question)) / np.maximum(lengths, len(question))
    subset = each(fuzz.token_set_ratio) * (0.55 + 0.45 * np.sqrt(shared))
    ordered = np.maximum(each(fuzz.ratio), each(fuzz.token_sort_ratio))
    return np.asarray(0.5 * ordered + 0.5 * subset, dtype=np.float32)
