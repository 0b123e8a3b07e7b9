"""Whether a question names a place outside New York City."""

from __future__ import annotations

from collections.abc import Iterable

from bot.matching.normalising import normalise


class Places:
    """Names of places, found as whole words (as any part of the text where names are written in Han characters)."""

    def __init__(self, names: Iterable[str]) -> None:
        normalised = {normalise(name) for name in names} - {""}
        self._han = tuple(name for name in normalised if "\u3400" <= name[0] <= "\u9fff")
        self._words = frozenset(normalised - set(self._han))
        self._longest = max((len(name.split()) for name in self._words), default=0)

    def named_in(self, normalised: str) -> bool:
        """Whether one of the places stands in a normalised text."""
        if any(name in normalised for name in self._han):
            return True
        words = normalised.split()
        return any(
            " ".join(words[start : start + length]) in self._words
            for length in range(1, self._longest + 1)
            for start in range(len(words) - length + 1)
        )
