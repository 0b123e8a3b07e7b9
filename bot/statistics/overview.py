"""What became of all messages, line by line: the same lines in the terminal and on the page."""

from __future__ import annotations

from dataclasses import dataclass

from bot.counts.count import Outcome
from bot.statistics.report import Report, Totals, View, questions
from bot.statistics.wording import LABELS, about, shares, total


@dataclass(frozen=True)
class Cell:
    """A total, its share, and the total of the period before; empty where it may not be shown or is not known."""

    now: str
    share: str
    before: str


@dataclass(frozen=True)
class Line:
    """One line: all questions, or one outcome; a cell for each view."""

    label: str
    cells: tuple[Cell, ...]


def views(report: Report) -> list[View]:
    """The periods that there are, the longest first."""
    return [view for view in (report.four_weeks, report.week) if view]


def overview(report: Report) -> list[Line]:
    """All questions, then each outcome."""
    outcomes = [Line(label, _cells(report, outcome)) for outcome, label in LABELS.items()]
    return [Line("questions, at least", _cells(report, None)), *outcomes]


def _cells(report: Report, outcome: Outcome | None) -> tuple[Cell, ...]:
    return tuple(_cell(view, outcome) for view in views(report))


def _cell(view: View, outcome: Outcome | None) -> Cell:
    percent = shares(view.totals).get(outcome) if view.totals and outcome else None
    return Cell(_total(view.totals, outcome), about(percent), _total(view.before, outcome))


def _total(totals: Totals | None, outcome: Outcome | None) -> str:
    if totals is None:
        return ""
    return total(totals[outcome] if outcome else questions(totals))
