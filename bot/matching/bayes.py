"""Naive Bayes over short texts: which of a few classes a sentence most resembles, learned when content is loaded.

Source: C. Manning, P. Raghavan, H. Schütze, Introduction to Information Retrieval, chapter 13 (with each feature of a
text counted once, and additive smoothing). Features are hashed into a table of fixed size, so that all of them are
found with a few array operations: twenty thousand sentences are learned in about a second.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import numpy.typing as npt

from bot.matching.features import Features, Owners, rows


class NaiveBayes:
    """Learns from example sentences of each class; classes weigh the same, however many examples they have."""

    def __init__(
        self, examples: Mapping[str, Iterable[str]], features: Features, bits: int = 18, smoothing: float = 0.1
    ) -> None:
        """``bits`` is the size of the table: 2 ** bits rows of one half-precision weight a class."""
        self._features = features
        self._bits = bits
        self.classes = tuple(examples)
        size, width = 1 << bits, max(len(self.classes), 1)
        numbers = np.zeros((size, width), dtype=np.float32)
        for column, texts in enumerate(examples.values()):
            numbers[:, column] = np.bincount(self._rows(list(texts))[1], minlength=size)
        self._seen: npt.NDArray[np.bool_] = np.asarray(numbers.any(axis=1))
        totals = numbers.sum(axis=0) + smoothing * max(int(self._seen.sum()), 1)
        numbers += smoothing
        numbers /= totals
        # Half precision is plenty for a mean of dozens of weights and halves the memory.
        self._weights = np.log(numbers, out=numbers).astype(np.float16)

    def _rows(self, texts: Sequence[str]) -> tuple[Owners, Owners]:
        """For each feature of each text, once for a text, the number of its text and its row."""
        owners, hashes = self._features(texts)
        both = np.unique((owners << 32) | rows(hashes, self._bits))
        return both >> 32, both & 0xFFFFFFFF

    def scores(self, text: str) -> dict[str, float]:
        """For each class the mean log-likelihood of the known features of ``text`` (nats a feature).

        Features that no class has ever shown say nothing and are left out; without any, the result is empty.
        """
        return self.scores_of_each([text])[0]

    def scores_of_each(self, texts: Sequence[str]) -> list[dict[str, float]]:
        """The scores of many texts at once, which takes little longer than those of one."""
        found: list[dict[str, float]] = [{} for _ in texts]
        owners, places = self._rows(texts)
        known = self._seen[places]
        owners, places = owners[known], places[known]
        if not len(places) or not self.classes:
            return found
        numbers, starts, counts = np.unique(owners, return_index=True, return_counts=True)
        sums = np.add.reduceat(self._weights[places], starts, axis=0, dtype=np.float32)
        for number, means in zip(numbers.tolist(), (sums / counts[:, None]).tolist(), strict=True):
            found[number] = dict(zip(self.classes, means, strict=True))
        return found
