"""What is looked at in the words of a text: unknown numbers, promises that may not be made, long sentences."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from pathlib import Path

from bot.cards.model import Resource
from bot.faults import Faults
from bot.yaml_files import read_yaml

LONGEST_SENTENCE = 28
"""Words; a longer sentence is hard to read for whoever had little schooling. Two Han characters count as a word."""

_NUMBER = re.compile(r"(?<![\w/])\+?\d[\d\s().-]{5,}\d(?![\w/])")
_ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_SENTENCE_END = re.compile(r"(?<=[.!?。！？؟।۔:;；：])[\"»”')）\]*]*(?:\s+|(?<=[。！？；：]))|\n")
_HAN = re.compile("[\u3400-\u9fff]")


def unknown_numbers(text: str, known: frozenset[str]) -> list[str]:
    """Phone numbers in a line, with any script's digits and hyphens, that are not among ``known`` (ten digits each)."""
    plain = "".join(_plain(character) for character in unicodedata.normalize("NFKC", text))
    numbers = [found.group() for found in _NUMBER.finditer(_ISO_DATE.sub(" ", plain))]
    return [number for number in numbers if len(_digits(number)) >= 7 and _digits(number) not in known]


def _plain(character: str) -> str:
    """A digit of any script as 0-9, a dash or minus of any kind as ``-``, nothing for what cannot be seen."""
    category = unicodedata.category(character)
    if category == "Pd" or character == "\N{MINUS SIGN}":
        return "-"
    return "" if category == "Cf" else str(unicodedata.decimal(character, character))


def numbers_of(resources: Iterable[Resource]) -> frozenset[str]:
    """The digits of all numbers of the resources."""
    return frozenset(_digits(number) for resource in resources for number in resource.numbers)


def _digits(number: str) -> str:
    digits = re.sub(r"\D", "", number)
    return digits[1:] if len(digits) == 11 and digits[0] == "1" else digits


def long_sentences(text: str) -> list[str]:
    """The sentences of a line that are longer than people read."""
    plain = text.replace("**", "")
    return [
        sentence.strip()
        for sentence in _SENTENCE_END.split(plain)
        if sentence and len(_HAN.sub("", sentence).split()) + len(_HAN.findall(sentence)) // 2 > LONGEST_SENTENCE
    ]


def read_words_to_avoid(path: Path, faults: Faults) -> dict[str, tuple[str, ...]]:
    """Phrases that no card may use, by written language."""
    file = read_yaml(path, faults)
    if file is None:
        return {}
    if not isinstance(file.data, Mapping) or not all(isinstance(words, list) for words in file.data.values()):
        faults.error(path, 1, "expected a language's code and below it a list: `en:` and lines `  - words`")
        return {}
    return {code: tuple(str(word).casefold() for word in words if word) for code, words in file.data.items()}


def avoided(text: str, phrases: Iterable[str]) -> str | None:
    """The first of the phrases that stands in a line, or None."""
    folded = text.replace("**", "").replace("’", "'").casefold()
    return next((phrase for phrase in phrases if phrase in folded), None)
