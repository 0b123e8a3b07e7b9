"""Measures methods one after the other; what both comparisons share."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import click

from benchmarks.figures import Asked
from benchmarks.methods import METHODS, Measured, measure
from benchmarks.processes import NotMeasured, alone
from benchmarks.reports import Row
from benchmarks.texts import Task, Text
from bot.matching.match import NOT_OURS


@dataclass(frozen=True)
class Output:
    """Files that the figures are written to, besides the tables."""

    json: Path | None
    picture: Path | None


def tell(line: str) -> None:
    """A line of progress."""
    click.echo(line, err=True)


def measure_all(task: Task, keys: Sequence[str], questions: Sequence[Text]) -> dict[str, Measured | NotMeasured]:
    """Each method measured in a process of its own, or why it was not."""
    found: dict[str, Measured | NotMeasured] = {}
    for key in keys:
        start = time.monotonic()
        try:
            found[key] = alone(measure, key, task, questions)
            tell(f"{METHODS[key].label}: measured in {time.monotonic() - start:.0f} s")
        except NotMeasured as reason:
            found[key] = reason
            tell(f"{METHODS[key].label}: not measured: {reason}")
    return found


def asked(questions: Sequence[Text], measured: Measured) -> list[Asked]:
    """Each question with its answer."""
    return list(zip(questions, measured.answers, strict=True))


def good(measured: Mapping[str, Measured | NotMeasured]) -> dict[str, Measured]:
    """The methods that were measured."""
    return {key: one for key, one in measured.items() if isinstance(one, Measured)}


def rows(
    measured: Mapping[str, Measured | NotMeasured], width: int, cells: Callable[[str, Measured], Row]
) -> list[Row]:
    """A row of ``width`` cells for each method: its name and what ``cells`` gives, or dashes where there is nothing."""
    return [
        (METHODS[key].label, *(cells(key, one) if isinstance(one, Measured) else ("-",) * (width - 1)))
        for key, one in measured.items()
    ]


def cost(measured: Measured) -> dict[str, float | None]:
    """What a method takes besides the time of a question."""
    mb = None if measured.mb is None else round(measured.mb, 1)
    return {"mb": mb, "seconds_to_prepare": round(measured.seconds, 2)}


def reasons(measured: Mapping[str, Measured | NotMeasured]) -> dict[str, dict[str, object]]:
    """Plain data of the methods that were not measured."""
    failed = {key: str(one) for key, one in measured.items() if isinstance(one, NotMeasured)}
    return {key: {"method": METHODS[key].label, "not_measured": reason} for key, reason in failed.items()}


def counts(questions: Sequence[Text]) -> str:
    """How many questions there are."""
    others = sum(question.target == NOT_OURS for question in questions)
    return f"{len(questions) - others:,} questions in scope, {others:,} out of scope"
