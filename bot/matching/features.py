"""What the letters of a text are made of: words and runs of characters, hashed, found with a few array operations."""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt

Hashes = npt.NDArray[np.uint64]
Owners = npt.NDArray[np.int64]
Features = Callable[[Sequence[str]], tuple[Owners, Hashes]]
"""Texts -> for each feature found, the number of its text and its hash."""

_MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)
_RUN = np.uint64(1_000_003)
_LENGTHS = np.array([length * pow(1_000_003, length, 1 << 64) % (1 << 64) for length in range(16)], dtype=np.uint64)
"""What a run's length adds to its hash, so that runs of different lengths are different features."""
_SYLLABIC = re.compile("[\u3400-\u9fff\uac00-\ud7a3]")
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_LATIN_WORD = re.compile("[a-z]{2}")
_SKELETONS = np.uint64(0xA5A5 << 32)
"""Keeps the hash of a skeleton apart from that of a word with the same letters."""

# What people vary who write by ear, and romanisers of Arabic, Urdu, Bengali and Russian: one sound, one letter.
_SOUNDS = {
    **dict.fromkeys(("sch", "sh", "ch", "sz", "cz"), "ʃ"),
    **{"qu": "k", "ck": "k", "kh": "h", "gh": "g", "ph": "f", "th": "t", "dh": "d", "bh": "b", "jh": "j"},
    **{"ou": "u", "oo": "u", "ee": "i", "ea": "i", "ai": "e", "ay": "e", "ei": "e", "ll": "y"},
    **{"ce": "se", "ci": "si", "cy": "si"},
}
_SOUND = re.compile("|".join(sorted(_SOUNDS, key=len, reverse=True)))
_ONE_LETTER = str.maketrans(
    {"c": "k", "q": "k", "z": "s", "x": "s", "v": "b", "w": "b", "j": "y", "3": "a", "5": "h", "7": "h", "9": "k"}
    | {"8": "g", "6": "t", "h": None, "2": None}
)
_VOWELS = re.compile("[aeiouy]")
_TWICE = re.compile(r"(.)\1+")


def topical(texts: Sequence[str]) -> tuple[Owners, Hashes]:
    """What tells the subject of a question: words and runs of letters, shorter where a character is a syllable."""
    return joined([character_runs(texts, (3, 4, 5)), word_runs(texts, (1,)), _short_runs(texts), _skeletons(texts)])


def temporal(texts: Sequence[str]) -> tuple[Owners, Hashes]:
    """What tells whether it is happening now: pairs of words as in "if they" and "just now", endings of tenses.

    All years are one word: whichever is named, it is seldom about the present.
    """
    texts = [_YEAR.sub("2000", text) for text in texts]
    return joined([character_runs(texts, (3, 4, 5)), word_runs(texts, (1, 2)), _short_runs(texts), _skeletons(texts)])


def skeleton(text: str) -> str:
    """The consonants of Latin words, folded by sound: "ablar" and "hablar", "2nite" and "nite" become the same.

    >>> skeleton("kiero ablar") == skeleton("quiero hablar")
    True
    """
    folded = _SOUND.sub(lambda found: _SOUNDS[found[0]], text).translate(_ONE_LETTER)
    return _TWICE.sub(r"\1", _VOWELS.sub("", folded))


def _skeletons(texts: Sequence[str]) -> tuple[Owners, Hashes]:
    """Skeletons of words and of pairs of words, of texts in Latin letters."""
    owners, hashes = _among(texts, _LATIN_WORD, lambda those: word_runs([skeleton(text) for text in those], (1, 2)))
    return owners, hashes ^ _SKELETONS


def _short_runs(texts: Sequence[str]) -> tuple[Owners, Hashes]:
    """One and two characters at a time, of Chinese and Korean."""
    return _among(texts, _SYLLABIC, lambda those: character_runs(those, (1, 2)))


def _among(texts: Sequence[str], pattern: re.Pattern[str], features: Features) -> tuple[Owners, Hashes]:
    """The features of those texts in which a pattern occurs."""
    places = [place for place, text in enumerate(texts) if pattern.search(text)]
    if not places:
        return joined([])
    owners, hashes = features([texts[place] for place in places])
    return np.array(places, dtype=np.int64)[owners], hashes


def character_runs(texts: Sequence[str], lengths: Sequence[int]) -> tuple[Owners, Hashes]:
    """All runs of characters of the given lengths, with a space before and after each text."""
    codes = np.frombuffer("\0".join(f" {text} " for text in texts).encode("utf-32-le"), dtype=np.uint32)
    characters = codes.astype(np.uint64)
    owners = np.cumsum(codes == 0)
    found: list[tuple[Owners, Hashes]] = []
    hashes = np.zeros(len(codes), dtype=np.uint64)
    for length in range(1, max(lengths) + 1):
        windows = len(codes) - length + 1
        if windows < 1:
            break
        # A run's hash, from that of the run that is one shorter: Horner's rule, all places at once.
        hashes = hashes[:windows] * _RUN + characters[length - 1 :]
        if length in lengths:
            inside = (owners[:windows] == owners[length - 1 :]) & (codes[:windows] != 0)
            found.append((owners[:windows][inside], hashes[inside] + _LENGTHS[length]))
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


def rows(hashes: Hashes, bits: int) -> Owners:
    """The row of each hash in a table of 2 ** bits rows (Fibonacci hashing: D. Knuth, TAOCP vol. 3, 6.4)."""
    return ((hashes * _MULTIPLIER) >> np.uint64(64 - bits)).astype(np.int64)
