"""Naive Bayes over short texts: which of a few classes a sentence most resembles, learned when content is loaded.

Source: C. Manning, P. Raghavan, H. Schütze, Introduction to Information Retrieval, chapter 13 (with each feature of a
text counted once, and additive smoothing). Features are hashed into a table of fixed size, so that all of them are
found with a few array operations: twenty thousand sentences are learned in about a second.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable, Mapping, Sequence

import numpy as np
import numpy.typing as npt

Hashes = npt.NDArray[np.uint64]
Owners = npt.NDArray[np.int64]
Features = Callable[[Sequence[str]], tuple[Owners, Hashes]]
"""Texts -> for each feature found, the number of its text and its hash."""

_MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)


class NaiveBayes:
    """Learns from example sentences of each class; classes weigh the same, however many examples they have."""

    def __init__(
        self, examples: Mapping[str, Iterable[str]], features: Features, bits: int = 18, smoothing: float = 0.1
    ) -> None:
        """``bits`` is the size of the table: 2 ** bits rows of one half-precision weight a class."""
        self._features = features
        self._shift = np.uint64(64 - bits)
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
        rows = (hashes * _MULTIPLIER) >> self._shift
        both = np.unique((owners.astype(np.uint64) << np.uint64(32)) | rows)
        return (both >> np.uint64(32)).astype(np.int64), (both & np.uint64(0xFFFFFFFF)).astype(np.int64)

    def scores(self, text: str) -> dict[str, float]:
        """For each class the mean log-likelihood of the known features of ``text`` (nats a feature).

        Features that no class has ever shown say nothing and are left out; without any, the result is empty.
        """
        return self.scores_of_each([text])[0]

    def scores_of_each(self, texts: Sequence[str]) -> list[dict[str, float]]:
        """The scores of many texts at once, which takes little longer than those of one."""
        found: list[dict[str, float]] = [{} for _ in texts]
        owners, rows = self._rows(texts)
        known = self._seen[rows]
        owners, rows = owners[known], rows[known]
        if not len(rows) or not self.classes:
            return found
        numbers, starts, counts = np.unique(owners, return_index=True, return_counts=True)
        sums = np.add.reduceat(self._weights[rows], starts, axis=0, dtype=np.float32)
        for number, means in zip(numbers.tolist(), (sums / counts[:, None]).tolist(), strict=True):
            found[number] = dict(zip(self.classes, means, strict=True))
        return found


def character_runs(texts: Sequence[str], lengths: Sequence[int]) -> tuple[Owners, Hashes]:
    """All runs of characters of the given lengths, with a space before and after each text."""
    codes = np.frombuffer("\0".join(f" {text} " for text in texts).encode("utf-32-le"), dtype=np.uint32)
    characters = codes.astype(np.uint64)
    owners = np.cumsum(codes == 0)
    found: list[tuple[Owners, Hashes]] = []
    for length in lengths:
        windows = len(codes) - length + 1
        if windows < 1:
            continue
        hashes = np.full(windows, length, dtype=np.uint64)
        for place in range(length):
            hashes = hashes * np.uint64(1_000_003) + characters[place : place + windows]
        inside = (owners[:windows] == owners[length - 1 :]) & (codes[:windows] != 0)
        found.append((owners[:windows][inside], hashes[inside]))
    return joined(found)


def word_runs(texts: Sequence[str], lengths: Sequence[int]) -> tuple[Owners, Hashes]:
    """All runs of words of the given lengths."""
    owners: list[int] = []
    hashes: list[int] = []
    for number, text in enumerate(texts):
        words = text.split()
        for length in lengths:
            for start in range(len(words) - length + 1):
                owners.append(number)
                # A length in the upper half keeps words apart from runs of characters.
                hashes.append(zlib.crc32(" ".join(words[start : start + length]).encode()) | (length + 7) << 40)
    return np.array(owners, dtype=np.int64), np.array(hashes, dtype=np.uint64)


def joined(found: Sequence[tuple[Owners, Hashes]]) -> tuple[Owners, Hashes]:
    """Features of several kinds together."""
    if not found:
        return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.uint64)
    return np.concatenate([owners for owners, _ in found]), np.concatenate([hashes for _, hashes in found])
