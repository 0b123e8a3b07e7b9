"""Figures as tables in a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TextIO

from rich.console import Console
from rich.table import Table

from bot.cards.coverage import Coverage
from bot.matching.evaluation import Figures, Result, by, confusions, figures
from bot.matching.examples import Phrasing
from bot.matching.match import Match


def show(*tables: Table, file: TextIO | None = None) -> None:
    """Print tables, as wide as they need to be where the output is a file."""
    console = Console(markup=False, emoji=False, file=file)
    if not console.is_terminal:
        console.width = 160
    for table in tables:
        console.print(table)


def new_table(title: str, *columns: str) -> Table:
    """An empty table, its first column on the left and numbers on the right."""
    table = Table(title=title, title_justify="left")
    for place, column in enumerate(columns):
        table.add_column(column, justify="left" if place == 0 else "right")
    return table


def evaluation_tables(results: Sequence[Result]) -> list[Table]:
    """The figures over all, by language and by style, and the cards that are taken for each other."""
    tables = []
    for title, groups in (
        ("By language", by(results, "language")),
        ("By style", by(results, "style")),
    ):
        table = new_table(
            title,
            "",
            "questions",
            "helped",
            "answered right",
            "answered wrong",
            "out of scope",
            "answered",
            "refused",
            "urgent found",
            "urgent false",
            "language",
            "ms median",
            "ms 99%",
        )
        for name, group in [*groups.items(), ("all", list(results))]:
            table.add_row(name, *_cells(figures(group)))
        tables.append(table)
    pairs = new_table("Cards shown in another's place", "right card", "shown", "times")
    for right, shown, count in confusions(results):
        pairs.add_row(right, shown, str(count))
    return [*tables, pairs] if pairs.row_count else tables


def _cells(found: Figures) -> list[str]:
    shares = (found.helped, found.answered, found.wrong)
    others = (found.out_of_scope_answered, found.refused)
    rest = (found.urgent_found, found.urgent_false, found.language_right)
    return [
        str(found.questions),
        *(percent(share) for share in shares),
        str(found.out_of_scope),
        *(percent(share) for share in (*others, *rest)),
        f"{found.ms_median:.1f}",
        f"{found.ms_p99:.1f}",
    ]


def percent(share: float | None) -> str:
    """A share (0-1) in a cell."""
    return "-" if share is None else f"{share * 100:.1f}%"


def collision_table(found: Iterable[tuple[Phrasing, str]]) -> Table:
    """Phrasings whose best match, with themselves left out, is another card."""
    table = new_table("Phrasings that sound like another card's", "phrasing", "language", "stands under", "finds")
    for phrasing, other in found:
        table.add_row(phrasing.text, phrasing.language, phrasing.target, other)
    return table


_MARKS = {"missing": "·", "original": "o", "draft": "d", "reviewed": "R"}


def coverage_tables(found: Coverage) -> list[Table]:
    """Cards by languages, and the totals of each language."""
    title = "o original, d draft, R reviewed, · missing, - behind the English; then the number of phrasings"
    cards = new_table(title, "card", *found.totals)
    for card, row in found.cells.items():
        mark = " (withdrawn)" if card in found.withdrawn else " (review overdue)" if card in found.overdue else ""
        cells = [f"{_MARKS[cell.status]}{'-' if cell.behind else ''} {cell.phrasings or ''}" for cell in row.values()]
        cards.add_row(card + mark, *cells)
    totals = new_table("By language", "", *found.totals)
    for name in ("translated", "reviewed", "behind"):
        totals.add_row(name, *(f"{getattr(total, name)}/{total.cards}" for total in found.totals.values()))
    return [cards, totals]


_IN_FORCE = {
    "asked": "letters and meaning",
    "not needed": "letters; they are so sure that meaning was not asked",
    "not there": "letters alone: meaning is not installed, not built (`rights-bot build`) or down",
}


def explanation(found: Match) -> list[Table]:
    """Why a question got what it got: the decision in words, and the best cards with what speaks for each."""
    decision = new_table(f"Why: {found.outcome}", "", "")
    decision.columns[1].justify = "left"
    decision.show_header = False
    decision.add_row("decided by", found.reason)
    likely = [f"{one.card} {one.probability:.1%}" for one in found.candidates[:2]] + ["no card"] * 2
    margin = found.score / 100 - (found.candidates[1].probability if len(found.candidates) > 1 else 0.0)
    decision.add_row(
        "first, second", f"{likely[0]}, {likely[1]}: a margin of {margin:.1%}; none of ours {found.others:.1%}"
    )
    situations = ", ".join(found.urgent) or ("yes, unclear what" if found.unclear_urgency else "no")
    decision.add_row("happening now", situations)
    decision.add_row("language", f"{found.language} ({'sure' if found.language_sure else 'not sure'})")
    decision.add_row("in force", _IN_FORCE[found.by_meaning])
    cards = new_table(
        "Cards",
        "card",
        "likely",
        "letters (above 0 for it)",
        "meaning",
        "nearest phrasing",
        "language",
        "likeness of 100",
    )
    cards.columns[4].justify = "left"
    for candidate in found.candidates:
        cards.add_row(
            candidate.card,
            f"{candidate.probability:.1%}",
            f"{candidate.letters:+.2f}",
            "-" if candidate.meaning is None else f"{candidate.meaning:.0%}",
            candidate.phrasing,
            candidate.language,
            f"{candidate.likeness:.0f}",
        )
    return [decision, cards]
