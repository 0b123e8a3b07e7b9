"""The published figures as open data: a JSON file that describes itself, and two CSV tables beside it.

The description follows the Data Package standard (datapackage.org): any tool that knows it reads the tables by it.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping
from pathlib import Path

from bot.counts.blurring import STEP
from bot.counts.count import Outcome
from bot.counts.published import Measure, Published, Tables
from bot.statistics.wording import LABELS, NOTES, figure

FEW = f"<{STEP}"

_PERIOD = (
    (
        "period",
        "string",
        "The ISO 8601 week, as in 2026-W47, or the first and the last of four, as in 2026-W45/2026-W48.",
    ),
    ("weeks", "integer", "How many weeks the period has: 1 or 4."),
)
_CARDS = (
    *_PERIOD,
    ("card", "string", "The id of an answer card."),
    (
        Measure.SHOWN,
        "integer",
        "How often the card was shown: as the answer, chosen from an offer, or opened from the menu.",
    ),
    (Measure.HELPFUL, "integer", "How often somebody pressed that the card helped."),
    (Measure.NOT_HELPFUL, "integer", "How often somebody pressed that the card did not help."),
)
_LANGUAGES = (
    *_PERIOD,
    ("language", "string", "The code of the language of the reply; zh_Hans and zh_Hant are Chinese in two scripts."),
    (
        "outcome",
        "string",
        "What became of messages: " + "; ".join(f"{one.value}: {said}" for one, said in LABELS.items()) + ".",
    ),
    ("figure", "integer", "How many messages, or presses of a button."),
)
_TABLES = {
    "cards": ("How often each card was shown and found helpful, by period.", _CARDS),
    "languages": ("What became of the messages in each language, by period.", _LANGUAGES),
}
_ROUNDED = (
    f"Rounded down to a multiple of five. {FEW} stands for none to four, and is listed among the missing values so "
    "that nobody reads it as a zero."
)


def as_data(published: Published, name: str = "rights-bot") -> dict[str, object]:
    """All periods with both tables, and the description of the columns; ``name`` begins the names of the CSV files.

    Each figure is there as a number to reckon with (``at_least``) and as it is written (``text``). A table that would
    tell too much is null.
    """
    return {
        "name": "rights-bot-counts",
        "title": "What people ask rights-bot",
        "description": " ".join(NOTES),
        "notes": list(NOTES),
        "resources": [_resource(table, name) for table in _TABLES],
        "periods": [_period(tables) for tables in (*published.four_weeks, *published.weeks)],
    }


def csv_tables(published: Published) -> dict[str, str]:
    """The text of each CSV table by its name; a table that would tell too much has no rows for its period."""
    rows: dict[str, list[list[str]]] = {"cards": [], "languages": []}
    for tables in (*published.four_weeks, *published.weeks):
        begin = [tables.period.label, str(tables.period.weeks)]
        for card, measures in (tables.cards or {}).items():
            rows["cards"].append([*begin, card, *(figure(measures[measure]) for measure in Measure)])
        for language, outcomes in (tables.languages or {}).items():
            rows["languages"] += [[*begin, language, one.value, figure(outcomes[one])] for one in Outcome]
    return {name: _csv([column for column, _, _ in _TABLES[name][1]], lines) for name, lines in rows.items()}


def write(path: Path, published: Published) -> list[Path]:
    """Write FILE.json, FILE-cards.csv and FILE-languages.csv for FILE or FILE.json; gives what was written."""
    name = path.name.removesuffix(".json")
    texts = {f"{name}-{table}.csv": text for table, text in csv_tables(published).items()}
    texts[f"{name}.json"] = json.dumps(as_data(published, name), ensure_ascii=False) + "\n"
    path.parent.mkdir(parents=True, exist_ok=True)
    for file, text in texts.items():
        (path.parent / file).write_text(text, encoding="utf-8", newline="")
    return [path.parent / file for file in sorted(texts)]


def _resource(table: str, name: str) -> dict[str, object]:
    description, columns = _TABLES[table]
    fields = [
        {"name": str(column), "type": kind, "description": f"{said} {_ROUNDED}" if _is_figure(column, kind) else said}
        for column, kind, said in columns
    ]
    return {
        "name": table,
        "path": f"{name}-{table}.csv",
        "profile": "tabular-data-resource",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "description": description,
        "schema": {"fields": fields, "missingValues": [FEW]},
    }


def _is_figure(column: str, kind: str) -> bool:
    return kind == "integer" and column != "weeks"


def _period(tables: Tables) -> dict[str, object]:
    period = tables.period
    return {
        "period": period.label,
        "weeks": period.weeks,
        "first": period.first.isoformat(),
        "cards": _cells(tables.cards),
        "languages": _cells(tables.languages),
    }


def _cells(rows: Mapping[str, Mapping[Measure, int]] | Mapping[str, Mapping[Outcome, int]] | None) -> object:
    if rows is None:
        return None
    return {
        row: {str(column): {"at_least": number, "text": figure(number)} for column, number in cells.items()}
        for row, cells in rows.items()
    }


def _csv(columns: list[str], rows: list[list[str]]) -> str:
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerows([columns, *rows])
    return text.getvalue()
