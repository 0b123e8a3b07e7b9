"""Which ways of asking sound like another card's: learned without them, the letters would place them elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from bot.matching.examples import Phrasing
from bot.matching.features import topical
from bot.matching.learning import learn_letters


def collisions(
    phrasings: Sequence[Phrasing], folds: int = 5, on_fold: Callable[[int, int], None] = lambda done, folds: None
) -> Iterator[tuple[Phrasing, str]]:
    """Phrasings whose best target, with themselves left out, is another; with that target.

    A fifth of the phrasings at a time is left out and placed by the rest; ``on_fold`` hears of each part done.
    """
    for fold in range(folds):
        on_fold(fold, folds)
        rest = [phrasing for place, phrasing in enumerate(phrasings) if place % folds != fold]
        model = learn_letters([one.normalised for one in rest], [one.target for one in rest], topical)
        left_out = phrasings[fold::folds]
        scores = model.scores([phrasing.normalised for phrasing in left_out], topical)
        for phrasing, best in zip(left_out, scores.argmax(axis=1), strict=True):
            if model.classes[best] != phrasing.target:
                yield phrasing, model.classes[best]
