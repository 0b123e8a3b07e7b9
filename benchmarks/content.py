"""The comparison over the bot's own content and questions."""

from __future__ import annotations

import math
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

import click
from rich.table import Table

from benchmarks.comparing import Output, asked, cost, counts, good, measure_all, reasons, rows, tell
from benchmarks.figures import Figures, by_language, equal_floor, figures
from benchmarks.methods import METHODS, Measured
from benchmarks.processes import NotMeasured
from benchmarks.reports import Bars, Row, draw, number, table, write_json
from benchmarks.texts import Task, Text, drawn, kept_vectors, text, vectors_of
from bot import logs
from bot.faults import Faults
from bot.loading import BuildError, build, load_content
from bot.matching.building import telling
from bot.matching.evaluation import Case, read_cases
from bot.matching.examples import Examples, examples
from bot.matching.meaning.process import LONGEST
from bot.settings import SettingsError, read_settings
from bot.tables import percent, show

QUESTIONS = Path(__file__).resolve().parents[1] / "tests" / "questions"

_ALL = "all"
_COLUMNS = ("", "first", "helped", "right *", "wrong *", "out of scope answered *", "ms (median)", "MB")
_BY_LANGUAGE = {
    "first": "The right card first, by language",
    "helped": "Helped: the right card among the first three, by language",
    "right": "Answered right at equal refusal, by language",
    "wrong": "Answered wrong at equal refusal, by language",
    "ms": "Milliseconds a question (median), by language",
}


def compare(files: Sequence[Path], keys: Sequence[str], sample: int | None, output: Output) -> None:
    """Measure the methods, print the tables and write the files."""
    folder, learned, cases = prepared(files, meaning=any(METHODS[key].by_meaning for key in keys))
    groups: dict[str, list[Case]] = {}
    for case in cases:
        groups.setdefault(case.language, []).append(case)
    questions = [text(case.question, case.card, case.language) for case in drawn(groups, sample)]
    with tempfile.TemporaryDirectory() as temporary:
        task = Task(Path(temporary), folder)
        _write(task, learned, keys)
        measured = measure_all(task, keys, questions)
    found = {key: _figures(questions, one) for key, one in good(measured).items()}
    show(*_tables(questions, measured, {key: by for key, (by, _) in found.items()}))
    if output.json:
        data = {key: _data(key, one, *found[key]) for key, one in good(measured).items()}
        write_json(output.json, {"questions": counts(questions), "methods": {**data, **reasons(measured)}})
    if output.picture and found:
        _draw(output.picture, {METHODS[key].label: by[_ALL] for key, (by, _) in found.items()})


def prepared(files: Sequence[Path], meaning: bool) -> tuple[Path, Examples, list[Case]]:
    """The folder of the content, its examples, of which the index is complete, and the questions of the files."""
    try:
        settings = read_settings()
    except SettingsError as error:
        raise click.ClickException(str(error)) from None
    logs.set_up(settings.log_level)
    languages, library, _ = load_content(settings.content_dir)
    faults = Faults()
    paths = files or sorted(QUESTIONS.glob("*.tsv"))
    cases = [case for path in paths for case in read_cases(path, faults, library.cards)]
    for fault in sorted(faults):
        tell(str(fault))
    if not cases:
        raise click.ClickException("there are no questions: give TSV files with the columns card, style and question")
    learned = examples(library, languages)
    try:
        build(learned, *([] if meaning else ["--letters"]))
    except BuildError as error:
        raise click.ClickException(str(error)) from None
    return settings.content_dir, learned, cases


def _write(task: Task, learned: Examples, keys: Sequence[str]) -> None:
    known = [text(one.text, one.target, one.language) for one in learned.questions]
    if not any(METHODS[key].by_meaning for key in keys):
        task.write(known)
        return
    told = telling(learned.questions)
    vectors = vectors_of([one.text[:LONGEST] for one in told], kept_vectors(), tell)
    task.write(known, [one.target for one in told], vectors)


def _figures(questions: Sequence[Text], measured: Measured) -> tuple[dict[str, Figures], float]:
    """The figures by language and over all, and the floor, which is one for all languages."""
    answers = asked(questions, measured)
    floor = equal_floor(answers)
    groups = {**by_language(answers), _ALL: answers}
    return {name: figures(group, floor) for name, group in groups.items()}, floor


def _tables(
    questions: Sequence[Text],
    measured: Mapping[str, Measured | NotMeasured],
    found: Mapping[str, Mapping[str, Figures]],
) -> list[Table]:
    def cells(key: str, one: Measured) -> Row:
        of = found[key][_ALL]
        shares = (of.first, of.helped, of.right, of.wrong, of.out_of_scope_answered)
        return (*map(percent, shares), number(of.ms, 2), number(one.mb, 0))

    tables = [table(f"{counts(questions)}; * at equal refusal", _COLUMNS, rows(measured, len(_COLUMNS), cells))]
    names = list(dict.fromkeys(name for by in found.values() for name in by))
    for field, title in _BY_LANGUAGE.items():
        cell = number if field == "ms" else percent
        lines = [(METHODS[key].label, *(cell(getattr(by[name], field)) for name in names)) for key, by in found.items()]
        tables.append(table(title, ("", *names), lines))
    return tables


def _data(key: str, measured: Measured, found: Mapping[str, Figures], floor: float) -> dict[str, object]:
    return {
        "method": METHODS[key].label,
        "floor": floor if math.isfinite(floor) else None,
        **cost(measured),
        "figures": {name: asdict(of_one) for name, of_one in found.items()},
    }


def _draw(path: Path, found: Mapping[str, Figures]) -> None:
    helped = Bars("Among the first three", {"helped": [of.helped for of in found.values()]})
    shown = {"right": [of.right for of in found.values()], "wrong": [of.wrong for of in found.values()]}
    draw(path, list(found), [helped, Bars("Shown at equal refusal", shown)])
