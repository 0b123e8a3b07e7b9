"""What the figures are about, in words: titles of cards, names of languages, and how many ways of asking there are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.cards.coverage import Coverage
from bot.cards.model import Library
from bot.languages import SOURCE, Languages


@dataclass(frozen=True)
class CardName:
    """A card: its English title, and whether it is withdrawn."""

    title: str
    withdrawn: bool = False


@dataclass(frozen=True)
class LanguageName:
    """A language that people see: its English name, and the code of its files (``zh`` for ``zh_Hant``)."""

    name: str
    written: str


def card_names(library: Library) -> dict[str, CardName]:
    """All cards by id."""
    names = {}
    for id_, card in library.cards.items():
        text = card.texts.get(SOURCE)
        names[id_] = CardName(text.title if text else id_, card.facts.withdrawn is not None)
    return names


def language_names(languages: Languages) -> dict[str, LanguageName]:
    """All languages by code."""
    english = languages.source
    return {code: LanguageName(english.language_name(code), one.written) for code, one in languages.items()}


def phrasings(found: Coverage) -> dict[str, Mapping[str, int]]:
    """How many ways of asking each card has in each written language."""
    return {card: {code: cell.phrasings for code, cell in row.items()} for card, row in found.cells.items()}
