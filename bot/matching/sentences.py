"""A message as sentences, so that one urgent sentence is heard in a long story."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.matching.normalising import count_words, normalise, spaced

LONGEST_MESSAGE = 4096
"""Characters of a Telegram message; the terminal has no limit of its own."""
_LONG, _PART = 20, 10
"""Words from which a sentence is a story without marks, and words of its parts; each shares half with the next."""

_ENDS = re.compile(r"\.(?=\s|$)|[!?\n\r…؟۔।॥。！？；]")


def sentences(message: str) -> Iterator[str]:
    """The sentences of a message, normalised and spaced; long ones without marks in overlapping parts."""
    for piece in _ENDS.split(message[:LONGEST_MESSAGE]):
        text = spaced(normalise(piece, LONGEST_MESSAGE))[:LONGEST_MESSAGE]
        pieces, words = text.split(), count_words(text)
        if words <= _LONG:
            yield from [text] if text else []
            continue
        part = _PART * len(pieces) // words  # two Chinese characters are about one word
        for start in range(0, len(pieces) - part // 2, part // 2):
            yield " ".join(pieces[start : start + part])
