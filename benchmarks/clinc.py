"""The comparison over CLINC150: 150 intents of an assistant, in English, and questions that have none.

Source: S. Larson et al., An Evaluation Dataset for Intent Classification and Out-of-Scope Prediction, 2019.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

import click
from rich.table import Table

from benchmarks.comparing import Output, asked, cost, counts, good, measure_all, reasons, rows, tell
from benchmarks.figures import IntentFigures, intent_figures
from benchmarks.methods import METHODS, Measured
from benchmarks.processes import NotMeasured
from benchmarks.reports import Bars, Row, draw, number, table, write_json
from benchmarks.texts import Task, Text, drawn, text, vectors_of
from bot.matching.match import NOT_OURS
from bot.tables import percent, show

SIZES = (12, 50)
"""Phrasings of an intent."""

_LANGUAGE = "en"
_PARTS = ("train", "test", "oos_train", "oos_test")
_COLUMNS = ("", "right", "out of scope refused", "ms (median)", "MB", "s to prepare")

Measurements = Mapping[str, Measured | NotMeasured]


def compare(path: Path, keys: Sequence[str], most: int | None, most_others: int | None, output: Output) -> None:
    """Measure the methods with each number of phrasings, print the tables and write the files.

    ``most`` of the questions that have an intent are asked, ``most_others`` of those that have none; None for all.
    """
    data = read(path)
    pairs = drawn(grouped(data["test"]), most)
    questions = [text(question, intent, _LANGUAGE) for question, intent in pairs]
    questions += [text(question, NOT_OURS, _LANGUAGE) for question, _ in drawn({"": data["oos_test"]}, most_others)]
    measured = {}
    for size in SIZES:
        tell(f"{size} phrasings an intent")
        measured[size] = _measured(data["train"], size, keys, questions)
    found = {
        size: {key: intent_figures(asked(questions, one)) for key, one in good(by_key).items()}
        for size, by_key in measured.items()
    }
    show(*(_table(size, questions, by_key, found[size]) for size, by_key in measured.items()))
    if output.json:
        sizes = {str(size): _data(by_key, found[size]) for size, by_key in measured.items()}
        write_json(output.json, {"questions": counts(questions), "phrasings": sizes})
    if output.picture:
        _draw(output.picture, found)


def read(path: Path) -> dict[str, list[tuple[str, str]]]:
    """The parts of data_full.json: pairs of question and intent."""
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        return {part: [(question, intent) for question, intent in data[part]] for part in _PARTS}
    except (OSError, ValueError, KeyError, TypeError) as error:
        reason = type(error).__name__
        raise click.ClickException(f"{path} cannot be read ({reason}): give data_full.json of CLINC150") from None


def grouped(pairs: Iterable[tuple[str, str]]) -> dict[str, list[tuple[str, str]]]:
    """Pairs by intent."""
    found: dict[str, list[tuple[str, str]]] = {}
    for question, intent in pairs:
        found.setdefault(intent, []).append((question, intent))
    return found


def _measured(
    pairs: Iterable[tuple[str, str]], size: int, keys: Sequence[str], questions: Sequence[Text]
) -> Measurements:
    intents = {intent: drawn({intent: group}, size) for intent, group in grouped(pairs).items()}
    known = [text(question, intent, _LANGUAGE) for group in intents.values() for question, intent in group]
    vectors = None
    if any(METHODS[key].by_meaning for key in keys):
        vectors = vectors_of([one.text for one in known], {}, tell)
    with tempfile.TemporaryDirectory() as temporary:
        task = Task(Path(temporary))
        task.write(known, [one.target for one in known], vectors)
        return measure_all(task, keys, questions)


def _table(size: int, questions: Sequence[Text], measured: Measurements, found: Mapping[str, IntentFigures]) -> Table:
    def cells(key: str, one: Measured) -> Row:
        of = found[key]
        return percent(of.accuracy), percent(of.recall), number(of.ms, 2), number(one.mb, 0), number(one.seconds)

    title = f"CLINC150, {size} phrasings an intent; {counts(questions)}"
    return table(title, _COLUMNS, rows(measured, len(_COLUMNS), cells))


def _data(measured: Measurements, found: Mapping[str, IntentFigures]) -> dict[str, object]:
    of_good = {
        key: {"method": METHODS[key].label, **cost(one), **asdict(found[key])} for key, one in good(measured).items()
    }
    return {**of_good, **reasons(measured)}


def _draw(path: Path, found: Mapping[int, Mapping[str, IntentFigures]]) -> None:
    keys = [key for key in METHODS if all(key in of_size for of_size in found.values())]
    right = {f"{size} phrasings": [of_size[key].accuracy for key in keys] for size, of_size in found.items()}
    refused = {f"{size} phrasings": [of_size[key].recall for key in keys] for size, of_size in found.items()}
    panels = [Bars("The right intent", right), Bars("Out of scope refused, as 5% in scope are", refused)]
    if keys:
        draw(path, [METHODS[key].label for key in keys], panels)
