"""The report as tables in a terminal."""

from __future__ import annotations

from rich.table import Table

from bot.counts.count import Outcome
from bot.statistics.advice import seldom
from bot.statistics.overview import overview, views
from bot.statistics.report import QUESTIONS, Report, View, questions
from bot.statistics.wording import (
    LABELS,
    NOT_SHOWN,
    NOTES,
    NOTHING_YET,
    about,
    dates,
    figure,
    length,
    share,
    total,
    waiting,
)
from bot.tables import new_table


def statistics_tables(report: Report) -> list[Table]:
    """What became of the messages, then languages, cards and weeks; the notes stand below."""
    view, told = report.main, waiting(report)
    tables = [_in_all(report), _languages(view), _cards(view), _weeks(report)] if view else [_lines(NOTHING_YET)]
    return [*tables, _lines(*([told] if told else []), *NOTES)]


def _lines(*sentences: str) -> Table:
    table = Table(box=None, show_header=False, padding=0)
    table.add_column()
    for sentence in sentences:
        table.add_row(sentence)
    return table


def _in_all(report: Report) -> Table:
    shown = views(report)
    columns = [heading for view in shown for heading in (dates(view.period), "", f"{length(view.period)} before")]
    table = new_table("What became of the messages", "", *columns)
    for line in overview(report):
        table.add_row(line.label, *(text for cell in line.cells for text in (cell.now, cell.share, cell.before)))
    if any(view.totals is None for view in shown):
        table.caption = f"An empty column is {NOT_SHOWN}."
    return table


def _languages(view: View) -> Table:
    title = f"By language, {dates(view.period)}"
    if view.languages is None:
        return _lines(f"{title}: {NOT_SHOWN}")
    outcomes = (LABELS[outcome] for outcome in QUESTIONS)
    table = new_table(title, "", "questions", "before", *outcomes, "share without answer")
    for row in view.languages:
        before = "-" if row.before is None else total(row.before)
        missed = share(row.outcomes[Outcome.NONE], row.questions)
        cells = [figure(row.outcomes[outcome]) for outcome in QUESTIONS]
        table.add_row(f"{row.code} {row.name.name}", total(row.questions), before, *cells, about(missed))
    return table


def _cards(view: View) -> Table:
    title = f"By card, {dates(view.period)}"
    if view.cards is None:
        return _lines(f"{title}: {NOT_SHOWN}")
    table = new_table(title, "", "shown", "before", "helped", "did not")
    for row in view.cards:
        if row.shown:
            before = "-" if row.before is None else figure(row.before)
            table.add_row(row.id, figure(row.shown), before, figure(row.helpful), figure(row.not_helpful))
    if few := [row.id for row in seldom(view)]:
        table.caption = f"Shown fewer than five times: {', '.join(few)}"
        table.caption_justify = "left"
    return table


def _weeks(report: Report) -> Table:
    table = new_table("Week by week", "", "questions", *(LABELS[outcome] for outcome in QUESTIONS))
    for period, totals in report.trend:
        cells = [total(questions(totals)), *(total(totals[one]) for one in QUESTIONS)] if totals else [NOT_SHOWN]
        table.add_row(period.label, *cells)
    return table
