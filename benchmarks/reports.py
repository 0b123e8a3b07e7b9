"""Figures as tables, as JSON and as a picture."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.table import Table

from bot.tables import new_table, percent

Row = tuple[str, ...]

_HATCHES = ("", "////", "....", "xxxx")
_GREYS = ("0.35", "1.0", "0.85", "0.7")
"""Bars are told apart by their hatching and by how dark they are; each carries its number."""
_WIDTH, _BAR, _AROUND = 9.0, 0.26, 1.4
"""Inches: of the picture, of a bar, and of what stands above and below all bars."""


@dataclass(frozen=True)
class Bars:
    """A panel of a picture: a title and series of shares (0-1), a value for each label."""

    title: str
    series: Mapping[str, Sequence[float | None]]


def table(title: str, columns: Sequence[str], rows: Sequence[Row]) -> Table:
    """A table with its rows."""
    found = new_table(title, *columns)
    for row in rows:
        found.add_row(*row)
    return found


def number(value: float | None, digits: int = 1) -> str:
    """A number in a cell."""
    return "-" if value is None else f"{value:,.{digits}f}"


def write_json(path: Path, data: object) -> None:
    """Keep figures for other programs."""
    path.write_text(json.dumps(data, ensure_ascii=False, indent=1, allow_nan=False) + "\n", encoding="utf-8")


def draw(path: Path, labels: Sequence[str], panels: Sequence[Bars]) -> None:
    """Bars by label, a panel beside the other; the same figures give the same file."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    settings: dict[Any, Any] = {
        "svg.hashsalt": "benchmarks",
        "svg.fonttype": "none",
        "font.size": 9,
        "hatch.linewidth": 0.6,
    }
    with pyplot.rc_context(settings):
        most = max(len(panel.series) for panel in panels)
        height = _AROUND + len(labels) * (most * _BAR + 0.12)
        figure, axes = pyplot.subplots(1, len(panels), figsize=(_WIDTH, height), sharey=True, squeeze=False)
        for axis, panel in zip(axes[0], panels, strict=True):
            thickness = 0.84 / max(2, len(panel.series))
            for place, (name, shares) in enumerate(panel.series.items()):
                middle = (place - (len(panel.series) - 1) / 2) * thickness
                heights = [line + middle for line in range(len(labels))]
                values = [100 * (share or 0.0) for share in shares]
                style = {"color": _GREYS[place % 4], "hatch": _HATCHES[place % 4], "edgecolor": "black"}
                bars = axis.barh(heights, values, thickness, label=name, linewidth=0.6, **style)
                axis.bar_label(bars, [percent(share) for share in shares], padding=2, fontsize=7)
            axis.set_title(panel.title, loc="left", fontsize=10)
            axis.set_xlim(0, 112)
            axis.set_xlabel("% of the questions")
            axis.set_yticks(range(len(labels)), labels)
            axis.spines[["top", "right"]].set_visible(False)
            axis.legend(
                loc="upper center", bbox_to_anchor=(0.5, -0.5 / (height - _AROUND)), frameon=False, ncols=2, fontsize=8
            )
        axes[0][0].invert_yaxis()
        figure.tight_layout()
        figure.savefig(path, metadata={"Date": None})
        pyplot.close(figure)
