"""Naive Bayes over short texts: which of a few classes a sentence most resembles, learned when content is loaded.

Source: C. Manning, P. Raghavan, H. Schütze, Introduction to Information Retrieval, chapter 13 (with each feature of a
text counted once, and additive smoothing).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from itertools import pairwise

import numpy as np

Features = Callable[[str], list[str]]


class NaiveBayes:
    """Learns from example sentences of each class; classes weigh the same, however many examples they have."""

    def __init__(self, examples: Mapping[str, Iterable[str]], features: Features, smoothing: float = 0.1) -> None:
        self._features = features
        self.classes = tuple(examples)
        counts = [Counter(f for text in texts for f in set(features(text))) for texts in examples.values()]
        self._places = {feature: place for place, feature in enumerate(dict.fromkeys(f for c in counts for f in c))}
        numbers = np.zeros((len(self._places), len(counts)), dtype=np.float32)
        for column, count in enumerate(counts):
            rows = np.fromiter((self._places[feature] for feature in count), dtype=np.int64, count=len(count))
            numbers[rows, column] = np.fromiter(count.values(), dtype=np.float32, count=len(count))
        totals = numbers.sum(axis=0) + smoothing * max(len(self._places), 1)
        # Half precision is plenty for a mean of dozens of weights and halves the memory.
        self._weights = np.log((numbers + smoothing) / totals).astype(np.float16)

    def scores(self, text: str) -> dict[str, float]:
        """For each class the mean log-likelihood of the known features of ``text`` (nats a feature).

        Features that no class has ever shown say nothing and are left out; without any, the result is empty.
        """
        places = [place for feature in self._features(text) if (place := self._places.get(feature)) is not None]
        if not places or not self.classes:
            return {}
        means = self._weights[places].mean(axis=0, dtype=np.float32)
        return dict(zip(self.classes, means.tolist(), strict=True))


def words_and_pairs(text: str) -> list[str]:
    """Words, and pairs of neighbouring words, of normalised text."""
    words = text.split()
    return words + [f"{first} {second}" for first, second in pairwise(words)]


def character_runs(text: str, lengths: tuple[int, ...]) -> list[str]:
    """All runs of characters of the given lengths, with a space before and after the text."""
    padded = f" {text} "
    return [padded[start : start + length] for length in lengths for start in range(len(padded) - length + 1)]
