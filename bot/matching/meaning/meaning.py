"""What a question means, as the matcher asks for it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bot.matching.linear import Floats, VectorModel


@dataclass(frozen=True)
class Meaning:
    """The model that was learned and the engine that gives it vectors, or None while it is down."""

    model: VectorModel
    embed: Callable[[Sequence[str]], Floats | None]

    def of(self, question: str) -> Floats | None:
        """The logarithm of each class's probability; None where there is no answer in time."""
        vectors = self.embed([question])
        return None if vectors is None else self.model.log_probabilities(vectors)[0]
