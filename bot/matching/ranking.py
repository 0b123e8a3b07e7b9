"""Which card a question means: what its letters teach, what it means whatever its letters, and the nearest phrasing.

The linear model over letters is quick and sure where words are met; the one over meaning hears a topic in a story that
shares no word with a phrasing; rapidfuzz is exact, and is the explanation that people can check. Their evidence is
added, with weights that were fitted once, and turned into one probability for each card.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

import numpy as np

from bot.matching.examples import Phrasing
from bot.matching.features import topical
from bot.matching.letters import LetterIndex
from bot.matching.linear import Floats, LinearModel
from bot.matching.match import NOT_OURS, Candidate

CANDIDATES = 6
"""Targets whose phrasings are compared with the question one by one, which is the slow part."""


@dataclass(frozen=True)
class Weights:
    """What a unit of each kind of evidence adds to the logarithm of a target's odds.

    ``letters``: distance from the border of the linear model; ``meaning``: logarithm of the probability by meaning;
    ``likeness``: that of the nearest phrasing (0-1); ``not_ours``: for being none of ours, whatever is asked.
    Fitted by maximum likelihood: ``benchmarks/fitting.py``.
    """

    letters: float
    meaning: float
    likeness: float
    not_ours: float

    def learned(self, letters: Floats, meaning: Floats | None) -> Floats:
        """What the two models add, a number a target."""
        return self.letters * letters if meaning is None else self.letters * letters + self.meaning * meaning


LETTERS_ALONE = Weights(letters=8.0, meaning=0.0, likeness=7.0, not_ours=0.1)
WITH_MEANING = Weights(letters=6.0, meaning=0.63, likeness=5.8, not_ours=0.2)


@dataclass(frozen=True)
class Evidence:
    """The targets that a question may mean, and what speaks for each: arrays with a number a target."""

    targets: tuple[str, ...]
    letters: Floats
    meaning: Floats | None
    likeness: Floats
    nearest: tuple[Phrasing, ...]

    def probabilities(self) -> Floats:
        """One probability for each target; they add up to 1."""
        weights = LETTERS_ALONE if self.meaning is None else WITH_MEANING
        odds = weights.learned(self.letters, self.meaning) + weights.likeness * self.likeness
        odds = odds + weights.not_ours * np.array([target == NOT_OURS for target in self.targets])
        odds = np.exp(odds - odds.max())
        found: Floats = (odds / odds.sum()).astype(np.float32)
        return found


@dataclass(frozen=True)
class Compared:
    """A question, its evidence by letters (a number a target), and each target's likeness as far as it was asked."""

    normalised: str
    language: str | None
    letters: Floats
    nearest: dict[str, tuple[float, Phrasing]] = field(default_factory=dict)


class Ranking:
    """All phrasings of all cards, ready to be compared with a question."""

    def __init__(self, phrasings: Sequence[Phrasing], letters: LinearModel, cards: Collection[str]) -> None:
        """``cards`` are those that may be named; the model may know others, which are gone."""
        self._index = LetterIndex(phrasings)
        self._letters = letters
        self._columns = np.array(
            [column for column, target in enumerate(letters.classes) if target in cards or target == NOT_OURS],
            dtype=int,
        )
        self._targets = [letters.classes[column] for column in self._columns]

    def compare(self, normalised: str, language: str | None = None) -> Compared:
        """Look at the letters of a question; ``language`` is the written language where that is sure."""
        letters = self._letters.scores([normalised], topical)[0][self._columns]
        return Compared(normalised, language, letters)

    def evidence(self, question: Compared, meaning: Floats | None = None) -> Evidence | None:
        """What speaks for the likeliest targets, of which NOT_OURS is always one; None where there is no card.

        ``meaning`` is the logarithm of the probability of each class of the letters' model.
        """
        if not self._targets:
            return None
        by_meaning = None if meaning is None else meaning[self._columns]
        weights = LETTERS_ALONE if by_meaning is None else WITH_MEANING
        chosen = np.argsort(-weights.learned(question.letters, by_meaning), kind="stable")[:CANDIDATES]
        others = [place for place, target in enumerate(self._targets) if target == NOT_OURS]
        chosen = np.array([*chosen, *(place for place in others if place not in chosen)], dtype=int)
        targets = tuple(self._targets[place] for place in chosen)
        new = [target for target in targets if target not in question.nearest]
        question.nearest.update(self._index.nearest(question.normalised, new, question.language))
        nothing = (0.0, Phrasing("", "", ""))
        nearest = [question.nearest.get(target, nothing) for target in targets]
        return Evidence(
            targets,
            question.letters[chosen],
            None if by_meaning is None else by_meaning[chosen],
            np.array([likeness / 100 for likeness, _ in nearest], dtype=np.float32),
            tuple(phrasing for _, phrasing in nearest),
        )

    def rank(self, question: Compared, meaning: Floats | None = None) -> list[Candidate]:
        """The candidates for a question, the likeliest first; their probabilities add up to 1."""
        evidence = self.evidence(question, meaning)
        if evidence is None:
            return []
        probabilities = evidence.probabilities()
        return [
            Candidate(
                card=evidence.targets[place],
                probability=float(probabilities[place]),
                likeness=round(float(evidence.likeness[place]) * 100, 1),
                phrasing=evidence.nearest[place].text,
                language=evidence.nearest[place].language,
                letters=float(evidence.letters[place]),
                meaning=None if evidence.meaning is None else float(np.exp(evidence.meaning[place])),
            )
            for place in np.argsort(-probabilities, kind="stable")
        ]
