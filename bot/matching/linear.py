"""A linear model over the letters of a text: a weight for each feature and class, learned by ``learning``.

Texts are weighted by TF-IDF (G. Salton and C. Buckley, Term-weighting approaches in automatic text retrieval, 1988;
1 + log of the count, smoothed idf, vectors of length 1) and multiplied with the weights: nothing else happens here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from bot.matching.features import Features, Owners, rows

BITS = 20
"""Features are hashed into 2 ** BITS rows, of which those that were seen are kept."""

Floats = npt.NDArray[np.float32]


def counted(texts: Sequence[str], features: Features) -> tuple[Owners, Owners, Floats]:
    """For each different feature of each text: the number of the text, the row, and 1 + log of how often it occurs."""
    owners, hashes = features(texts)
    keys, counts = np.unique((owners << BITS) | rows(hashes, BITS), return_counts=True)
    return keys >> BITS, keys & ((1 << BITS) - 1), (1 + np.log(counts)).astype(np.float32)


@dataclass(frozen=True)
class LinearModel:
    """What was learned, as arrays: ``rows`` (k), ``idf`` (k), ``weights`` (k x classes), ``bias`` (classes)."""

    classes: tuple[str, ...]
    rows: npt.NDArray[np.int32]
    idf: Floats
    weights: npt.NDArray[np.float16]
    bias: Floats

    @cached_property
    def _place(self) -> npt.NDArray[np.int32]:
        """Row of the table of features -> row of the weights, or -1."""
        place = np.full(1 << BITS, -1, dtype=np.int32)
        place[self.rows] = np.arange(len(self.rows), dtype=np.int32)
        return place

    def scores(self, texts: Sequence[str], features: Features) -> Floats:
        """Distance from each class's border, one row a text and one column a class; above 0 speaks for it."""
        found = np.tile(self.bias, (len(texts), 1))
        owners, table_rows, values = counted(texts, features)
        places = self._place[table_rows]
        known = places >= 0
        owners, places = owners[known], places[known]
        if not len(owners):
            return found
        values = values[known] * self.idf[places]
        present, starts = np.unique(owners, return_index=True)
        lengths = np.sqrt(np.add.reduceat(values * values, starts))
        weighted = self.weights[places].astype(np.float32) * values[:, None]
        found[present] += np.add.reduceat(weighted, starts, axis=0) / lengths[:, None]
        return found

    def arrays(self) -> dict[str, npt.NDArray[np.generic]]:
        """All that is to be stored."""
        return {
            "classes": np.array(self.classes),
            "rows": self.rows,
            "idf": self.idf,
            "weights": self.weights,
            "bias": self.bias,
        }

    @classmethod
    def of(cls, arrays: Mapping[str, npt.NDArray[np.generic]]) -> LinearModel:
        """The model that ``arrays`` gave."""
        return cls(
            tuple(arrays["classes"].tolist()),
            arrays["rows"].astype(np.int32, copy=False),
            arrays["idf"].astype(np.float32, copy=False),
            arrays["weights"].astype(np.float16, copy=False),
            arrays["bias"].astype(np.float32, copy=False),
        )


@dataclass(frozen=True)
class VectorModel:
    """A linear model over vectors of meaning: ``mean`` (d), ``weights`` (d x classes), ``bias`` (classes)."""

    classes: tuple[str, ...]
    mean: Floats
    weights: Floats
    bias: Floats

    def log_probabilities(self, vectors: Floats) -> Floats:
        """The logarithm of each class's probability, one row a vector and one column a class."""
        scores = (vectors - self.mean) @ self.weights + self.bias
        scores -= scores.max(axis=1, keepdims=True)
        found: Floats = scores - np.log(np.exp(scores).sum(axis=1, keepdims=True))
        return found

    def arrays(self) -> dict[str, npt.NDArray[np.generic]]:
        """All that is to be stored."""
        return {"classes": np.array(self.classes), "mean": self.mean, "weights": self.weights, "bias": self.bias}

    @classmethod
    def of(cls, arrays: Mapping[str, npt.NDArray[np.generic]]) -> VectorModel:
        """The model that ``arrays`` gave."""
        mean, weights, bias = (arrays[name].astype(np.float32, copy=False) for name in ("mean", "weights", "bias"))
        return cls(tuple(arrays["classes"].tolist()), mean, weights, bias)
