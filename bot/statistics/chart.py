"""The report as a picture for a telephone: messages week by week, and the cards that are shown most."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from bot.counts.count import Outcome
from bot.statistics.report import QUESTIONS, Report, View, questions
from bot.statistics.wording import LABELS, NOT_SHOWN, NOTES, NOTHING_YET, dates, short_date, total

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import SubFigure

MOST = 10
"""How many cards the picture names."""
_INK, _PAPER = "#1d1d1b", "#fffdf8"
_LOOKS: Mapping[Outcome, Mapping[str, Any]] = {
    Outcome.ANSWERED: {"facecolor": "#2f5d62", "edgecolor": _INK},
    Outcome.SUGGESTED: {"facecolor": "#c9d6c3", "edgecolor": _INK, "hatch": "////"},
    Outcome.NONE: {"facecolor": _PAPER, "edgecolor": _INK, "hatch": "..."},
}
"""Told apart by pattern as well as by colour."""


def chart(report: Report) -> bytes:
    """A PNG of 900 by 1200 dots. Its words are Latin only: ids of cards and dates."""
    # Imported here, so that nobody holds the drawing library in memory who draws nothing.
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(6, 8), dpi=150, facecolor=_PAPER)
    figure.set_layout_engine("constrained", w_pad=0.12, h_pad=0.12)
    parts = figure.subfigures(2, height_ratios=(6, 7), squeeze=False)  # each has its own left edge
    (upper,), (lower,) = parts
    _draw_weeks(_axes(upper, "Questions week by week"), report)
    period = f", {dates(report.main.period)}" if report.main else ""
    _draw_cards(_axes(lower, f"Most shown cards{period}"), report.main)
    notes = (NOTES[0], "Figures are rounded down to multiples of five.", NOTES[2])
    lower.supxlabel("\n".join(notes), x=0.02, ha="left", fontsize=8, color=_INK)
    picture = io.BytesIO()
    FigureCanvasAgg(figure)
    figure.savefig(picture, format="png")
    return picture.getvalue()


def _axes(part: SubFigure, title: str) -> Axes:
    part.set_facecolor(_PAPER)
    part.suptitle(title, x=0.02, ha="left", fontsize=12, fontweight="bold", color=_INK)
    axes = part.subplots()
    axes.set_facecolor(_PAPER)
    axes.spines[["top", "right", "left", "bottom"]].set_visible(False)
    axes.tick_params(length=0, colors=_INK)
    return axes


def _draw_weeks(axes: Axes, report: Report) -> None:
    shown = [(place, totals) for place, (_, totals) in enumerate(report.trend) if totals]
    below = [0] * len(shown)
    for outcome in QUESTIONS:
        heights = [totals[outcome] for _, totals in shown]
        axes.bar([place for place, _ in shown], heights, 0.75, below, label=LABELS[outcome], **_LOOKS[outcome])
        below = [low + height for low, height in zip(below, heights, strict=True)]
    for place, (_, totals) in enumerate(report.trend):
        high, said = (questions(totals), total(questions(totals))) if totals else (0, "not shown")
        axes.annotate(
            said,
            (place, high),
            (0, 3),
            textcoords="offset points",
            ha="center",
            fontsize=8,
            color=_INK,
            rotation=0 if totals else 90,
        )
    axes.set_xlim(-0.6, len(report.trend) - 0.4)
    axes.set_ylim(0, max([*below, 1]) * 1.1)
    axes.set_xticks(range(len(report.trend)), [short_date(period.first) for period, _ in report.trend], fontsize=8)
    axes.tick_params(axis="x", rotation=45)
    axes.set_yticks([])
    axes.legend(loc="lower left", bbox_to_anchor=(0, 1), fontsize=8, frameon=False, ncols=3, handlelength=2.5)


def _draw_cards(axes: Axes, view: View | None) -> None:
    axes.set_xticks([])
    rows = [row for row in (view.cards or () if view else ())[:MOST] if row.shown]
    if not rows:
        axes.set_yticks([])
        said = NOTHING_YET if view is None else NOT_SHOWN if view.cards is None else "fewer than five times each"
        axes.text(0, 0.5, said, fontsize=9, color=_INK, transform=axes.transAxes)
        return
    bars = axes.barh([row.id for row in rows], [row.shown for row in rows], 0.7, **_LOOKS[Outcome.ANSWERED])
    axes.bar_label(bars, padding=3, fontsize=9, color=_INK)
    axes.set_ylim(MOST - 0.4, -0.6)  # the first above; a few bars are no thicker than many
    axes.margins(x=0.1)
