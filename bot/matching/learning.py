"""Learns the linear models from examples, with scikit-learn: only ``rights-bot build`` comes here.

Repeatable: the same examples in the same order give the same arrays.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression
from sklearn.svm import LinearSVC

from bot.matching.features import Features
from bot.matching.linear import BITS, Floats, LinearModel, VectorModel, counted

LEAST_TEXTS = 2
"""Texts in which a feature must occur: what occurs once is as often a slip of the pen as a word."""
SOFTNESS = 1.0
"""C of the support vector machine: how much a mistaken example weighs against simple weights."""
VECTOR_SOFTNESS = 0.3
"""C of the logistic regression over vectors."""
_NEAR_ENOUGH = 0.01
"""When the machine stops learning; a hundred times less takes a third longer and places every question the same."""
_SPREAD = 10.0
"""Vectors of meaning differ little; so many times larger, their weights are regularised evenly."""


def learn_letters(texts: Sequence[str], targets: Sequence[str], features: Features) -> LinearModel:
    """A linear support vector machine, one class against the rest, over TF-IDF of ``features``.

    Source: R.-E. Fan et al., LIBLINEAR: A library for large linear classification, 2008.
    """
    classes, numbers = np.unique(np.array(targets, dtype=str), return_inverse=True)
    if len(classes) < 2:  # nothing to tell apart
        return LinearModel(
            tuple(classes.tolist()),
            np.zeros(0, dtype=np.int32),
            np.zeros(0, dtype=np.float32),
            np.zeros((0, len(classes)), dtype=np.float16),
            np.ones(len(classes), dtype=np.float32),
        )
    owners, rows, values = counted(texts, features)
    frequency = np.bincount(rows, minlength=1 << BITS)
    kept = np.flatnonzero(frequency >= (LEAST_TEXTS if (frequency >= LEAST_TEXTS).any() else 1))
    idf = (np.log((1 + len(texts)) / (1 + frequency[kept])) + 1).astype(np.float32)
    place = np.full(1 << BITS, -1)
    place[kept] = np.arange(len(kept))
    known = place[rows] >= 0
    owners, columns, values = owners[known], place[rows[known]], values[known]
    values = values * idf[columns]
    lengths = np.sqrt(np.bincount(owners, weights=values * values, minlength=len(texts)))
    matrix = csr_matrix((values / lengths[owners], (owners, columns)), shape=(len(texts), len(kept)))
    model = LinearSVC(C=SOFTNESS, tol=_NEAR_ENOUGH, random_state=0).fit(matrix, numbers)
    weights, bias = _both_sides(model.coef_, model.intercept_)
    return LinearModel(
        tuple(classes.tolist()),
        kept.astype(np.int32),
        idf,
        np.ascontiguousarray(weights.T, dtype=np.float16),
        bias.astype(np.float32),
    )


def learn_meaning(vectors: Floats, targets: Sequence[str]) -> VectorModel:
    """A multinomial logistic regression over vectors of meaning, of all languages together."""
    mean = vectors.mean(axis=0)
    classes, numbers = np.unique(np.array(targets), return_inverse=True)
    model = LogisticRegression(C=VECTOR_SOFTNESS, max_iter=300).fit((vectors - mean) * _SPREAD, numbers)
    weights, bias = _both_sides(model.coef_, model.intercept_)
    return VectorModel(
        tuple(classes.tolist()),
        mean.astype(np.float32),
        np.ascontiguousarray(weights.T * _SPREAD, dtype=np.float32),
        bias.astype(np.float32),
    )


def _both_sides(weights: Floats, bias: Floats) -> tuple[Floats, Floats]:
    """A row for each class, also where there are two, of which scikit-learn keeps the second alone."""
    return (weights, bias) if len(weights) > 1 else (np.vstack([-weights, weights]), np.concatenate([-bias, bias]))
