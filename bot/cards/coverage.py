"""How far each card is in each language: what volunteers look at to see what there is to do."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from bot.cards.model import Library
from bot.cards.text_files import TextFile, read_card_text
from bot.faults import Faults
from bot.languages import SOURCE, Languages


@dataclass(frozen=True)
class Cell:
    """One card in one written language; ``status`` is missing, original, draft or reviewed."""

    status: str
    behind: bool = False
    phrasings: int = 0


@dataclass(frozen=True)
class Total:
    """Of one written language: how many cards there are, are translated, and are checked by a native speaker."""

    cards: int
    translated: int
    reviewed: int
    behind: int


@dataclass(frozen=True)
class Coverage:
    """All cards by all written languages, the cards whose review is overdue, and totals by language."""

    cells: Mapping[str, Mapping[str, Cell]]
    overdue: tuple[str, ...]
    withdrawn: tuple[str, ...]
    totals: Mapping[str, Total]

    def as_data(self) -> dict[str, object]:
        """The same as plain data, for JSON."""
        return {
            "cards": {card: {code: asdict(cell) for code, cell in row.items()} for card, row in self.cells.items()},
            "overdue": list(self.overdue),
            "withdrawn": list(self.withdrawn),
            "languages": {code: asdict(total) for code, total in self.totals.items()},
        }


def coverage(
    content: Path,
    library: Library,
    languages: Languages,
    today: dt.date,
    count: Callable[[Sequence[str]], int] = len,
) -> Coverage:
    """What there is, by card and written language; ``count`` says how many of a text's phrasings differ."""
    cells: dict[str, dict[str, Cell]] = {}
    for card in library.cards:
        folder = content / "cards" / card
        files = {path.stem: read_card_text(path, Faults()) for path in folder.glob("*.md")}
        source = files.get(SOURCE)
        cells[card] = {code: _cell(files.get(code), source, count) for code in languages.written}
    totals = {}
    for code in languages.written:
        column = [row[code] for row in cells.values()]
        totals[code] = Total(
            cards=len(column),
            translated=sum(cell.status != "missing" for cell in column),
            reviewed=sum(cell.status in {"reviewed", "original"} for cell in column),
            behind=sum(cell.behind for cell in column),
        )
    facts = {card.id: card.facts for card in library.cards.values()}
    overdue = tuple(card for card, one in facts.items() if one.review_by < today)
    return Coverage(cells, overdue, tuple(card for card, one in facts.items() if one.withdrawn), totals)


def _cell(file: TextFile | None, source: TextFile | None, count: Callable[[Sequence[str]], int]) -> Cell:
    if file is None or source is None:
        return Cell("missing")
    behind = file is not source and file.translates != source.fingerprint
    return Cell(file.status, behind, count([phrasing for _, phrasing in file.sections[0].phrasings]))
