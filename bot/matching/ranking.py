"""Which card a question means: what the letters of all its phrasings teach, and the single phrasing that is nearest.

The n-gram model hears a topic in a story that is like no single phrasing; rapidfuzz is exact where a phrasing is met,
and is the explanation that people can check. Their evidence is added and turned into one probability for each card.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

import numpy as np

from bot.matching.bayes import Hashes, NaiveBayes, Owners, character_runs, joined, word_runs
from bot.matching.letters import LetterIndex, Phrasing
from bot.matching.match import NOT_OURS, Candidate

SHARPNESS = 10.0
"""How a difference in evidence becomes odds; with LIKENESS_WEIGHT set on one half of the shared questions, by hash."""
LIKENESS_WEIGHT = 2.0
NOT_OURS_LEAN = 0.1
"""Evidence (nats a feature) that a question brings along for being none of ours: half of what is asked is."""
CANDIDATES = 10
"""Cards that the n-gram model puts forward: only their phrasings are compared one by one, which is the slow part."""

_SYLLABIC = re.compile("[\u3400-\u9fff\uac00-\ud7a3]")


def features(texts: Sequence[str]) -> tuple[Owners, Hashes]:
    """Words and runs of letters; shorter runs in texts where a character is a syllable."""
    return joined([character_runs(texts, (3, 4, 5)), word_runs(texts, (1,)), _short_runs(texts)])


def _short_runs(texts: Sequence[str]) -> tuple[Owners, Hashes]:
    """One and two characters at a time, of Chinese and Korean."""
    places = np.array([place for place, text in enumerate(texts) if _SYLLABIC.search(text)], dtype=np.int64)
    owners, hashes = character_runs([texts[place] for place in places], (1, 2))
    return places[owners] if len(owners) else owners, hashes


class Ranking:
    """All phrasings of all cards, ready to be compared with a question."""

    def __init__(self, phrasings: Sequence[Phrasing]) -> None:
        self._index = LetterIndex(phrasings)
        by_target: dict[str, list[str]] = {}
        for phrasing in phrasings:
            by_target.setdefault(phrasing.target, []).append(phrasing.normalised)
        self._model = NaiveBayes(by_target, features)

    def rank(self, normalised: str) -> list[Candidate]:
        """The candidates for a question, the likeliest first; their probabilities add up to 1."""
        learned = self._model.scores(normalised)
        targets = sorted(learned, key=lambda target: -learned[target])[:CANDIDATES]
        if not targets:
            return []
        nearest = self._index.nearest(normalised, targets)
        likeness = np.array([nearest[target][0] if target in nearest else 0.0 for target in targets]) / 100
        evidence = SHARPNESS * (np.array([learned[target] for target in targets]) + LIKENESS_WEIGHT * likeness)
        evidence += SHARPNESS * NOT_OURS_LEAN * np.array([target == NOT_OURS for target in targets])
        odds = np.exp(evidence - evidence.max())
        probabilities = odds / odds.sum()
        ranked = []
        for place in np.argsort(-probabilities, kind="stable"):
            target = targets[place]
            score, phrasing = nearest.get(target, (0.0, Phrasing("", "", target, "")))
            probability = float(probabilities[place])
            ranked.append(Candidate(target, probability, round(score, 1), phrasing.text, phrasing.language))
        return ranked


def collisions(
    phrasings: Sequence[Phrasing], folds: int = 10, on_fold: Callable[[int, int], None] = lambda done, folds: None
) -> Iterator[tuple[Phrasing, str]]:
    """Phrasings whose best target, with themselves left out, is another; with that target.

    A tenth of the phrasings at a time is left out and ranked by the rest; ``on_fold`` hears of each part done.
    """
    for fold in range(folds):
        on_fold(fold, folds)
        ranking = Ranking([phrasing for place, phrasing in enumerate(phrasings) if place % folds != fold])
        for phrasing in phrasings[fold::folds]:
            ranked = ranking.rank(phrasing.normalised)
            if ranked and ranked[0].card != phrasing.target:
                yield phrasing, ranked[0].card
