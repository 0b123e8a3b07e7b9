"""The report as one web page that needs nothing else: no script, no picture, nothing from another place."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from bot.counts.count import Outcome
from bot.languages import SOURCE
from bot.statistics import wording
from bot.statistics.advice import advice, seldom
from bot.statistics.overview import overview, views
from bot.statistics.report import QUESTIONS, Report, Totals, questions

TEMPLATE = Path(__file__).with_name("statistics.html")


@dataclass(frozen=True)
class Bar:
    """One row of a table with its bar: the parts are (kind, width in per cent) and fill the row of the longest bar."""

    label: str
    note: str
    parts: tuple[tuple[str, float], ...]
    cells: tuple[str, ...]


def page(report: Report) -> str:
    """The whole page as HTML."""
    environment = Environment(
        loader=FileSystemLoader(TEMPLATE.parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    view = report.main
    return environment.get_template(TEMPLATE.name).render(
        view=view,
        views=views(report),
        lines=overview(report),
        languages=_languages(report),
        cards=_cards(report),
        weeks=_weeks(report),
        seldom=seldom(view) if view else [],
        advice=advice(report),
        waiting=None if report.main and report.handed_over else wording.waiting(report),  # advice tells it
        today=wording.day(report.today),
        words=wording,
        kinds={outcome.value: wording.LABELS[outcome] for outcome in QUESTIONS},
        language=SOURCE,
    )


def _languages(report: Report) -> list[Bar] | None:
    if report.main is None or report.main.languages is None:
        return None
    rows = report.main.languages
    longest = max((row.questions for row in rows), default=0)
    return [
        Bar(
            row.name.name,
            _was(wording.total(row.before) if row.before is not None else None),
            _parts(row.outcomes, longest),
            (wording.total(row.questions), *(wording.figure(row.outcomes[outcome]) for outcome in QUESTIONS)),
        )
        for row in rows
    ]


def _cards(report: Report) -> list[Bar] | None:
    if report.main is None or report.main.cards is None:
        return None
    rows = [row for row in report.main.cards if row.shown]
    longest = max((row.shown for row in rows), default=0)
    return [
        Bar(
            row.name.title,
            _was(wording.figure(row.before) if row.before is not None else None),
            ((Outcome.ANSWERED.value, _width(row.shown, longest)),),
            (wording.figure(row.shown), wording.figure(row.helpful), wording.figure(row.not_helpful)),
        )
        for row in rows
    ]


def _weeks(report: Report) -> list[Bar]:
    longest = max((questions(totals) for _, totals in report.trend if totals), default=0)
    bars = []
    for period, totals in report.trend:
        cells = (wording.total(questions(totals)),) if totals else ()
        bars.append(Bar(wording.short_date(period.first), "", _parts(totals, longest) if totals else (), cells))
    return bars


def _parts(totals: Totals, longest: int) -> tuple[tuple[str, float], ...]:
    return tuple((outcome.value, _width(totals[outcome], longest)) for outcome in QUESTIONS if totals[outcome])


def _width(number: int, longest: int) -> float:
    return round(100 * number / longest, 1) if longest else 0.0


def _was(before: str | None) -> str:
    return "" if before is None else f"was {before}"
