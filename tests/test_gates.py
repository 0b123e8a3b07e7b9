"""What matching reaches in each language on tests/questions, held: a change that loses questions is told which."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.cards.library import CONTENT, load_library
from bot.faults import Faults
from bot.languages import load_languages
from bot.matching.evaluation import Figures, Result, evaluate, figures, read_cases
from bot.matching.match import NOT_OURS
from bot.matching.meaning.process import installed
from tests.conftest import ROOT, understood

QUESTIONS = sorted((ROOT / "tests" / "questions").glob("*.tsv"))
FLOORS = ROOT / "tests" / "floors.tsv"
_LANGUAGES = load_languages()

FAILED: dict[str, Callable[[Result], bool]] = {
    "helped": lambda one: one.case.card != NOT_OURS and not one.helped,
    "answered": lambda one: one.case.card != NOT_OURS and not one.right,
    "wrong": lambda one: one.case.card != NOT_OURS and one.wrong,
    "out_of_scope_answered": lambda one: one.case.card == NOT_OURS and one.wrong,
    "refused": lambda one: one.case.card == NOT_OURS and one.match.outcome != "none",
    "urgent_found": lambda one: bool(one.case.urgent) and not one.match.happening,
    "urgent_false": lambda one: one.case.urgent is False and one.match.happening,
    "language_right": lambda one: one.match.language.partition("_")[0] != one.case.language,
}
"""Which results count against each figure."""
AT_MOST = ("wrong", "out_of_scope_answered", "urgent_false")
"""Figures that must not rise; the others must not fall."""


def floors(by: str) -> dict[str, dict[str, float]]:
    """For each language the share that each figure must keep, by ``meaning`` or ``letters``."""
    with FLOORS.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file, delimiter="\t") if row["by"] == by]
    return {row["language"]: {name: float(row[name]) for name in FAILED} for row in rows}


@pytest.fixture(scope="module", params=["letters", "meaning"])
def measured(request: pytest.FixtureRequest) -> tuple[str, dict[str, list[Result]]]:
    """All questions asked once by letters alone and once with meaning, by language."""
    if request.param == "meaning" and not installed():
        pytest.skip("the extra rights-bot[meaning] is not installed")
    library = load_library(CONTENT, _LANGUAGES)
    matcher = understood(library, _LANGUAGES, meaning=request.param == "meaning")
    faults = Faults()
    found = {path.stem: evaluate(read_cases(path, faults, library.cards), matcher.match) for path in QUESTIONS}
    assert not faults
    return request.param, found


@pytest.mark.parametrize("language", [path.stem for path in QUESTIONS])
def test_no_language_falls_below_its_floors(measured: tuple[str, dict[str, list[Result]]], language: str) -> None:
    by, results = measured
    found: Figures = figures(results[language])
    for name, floor in floors(by)[language].items():
        reached = getattr(found, name)
        if reached > floor if name in AT_MOST else reached < floor:
            lost = [one for one in results[language] if FAILED[name](one)]
            lines = [
                f"{one.case.card}: {one.case.question} -> {one.match.card or one.match.suggestions}" for one in lost
            ]
            pytest.fail(f"{language} by {by}: {name} is {reached:.1%}, floor {floor:.1%}:\n" + "\n".join(lines))


def test_every_language_has_enough_questions_of_every_kind() -> None:
    for path in QUESTIONS:
        cases = read_cases(Path(path), Faults())
        assert len(cases) >= 150
        assert sum(case.card == NOT_OURS for case in cases) >= 30
        assert sum(case.urgent is True for case in cases) >= 40
        assert sum(case.urgent is False for case in cases) >= 40
        assert {"short", "plain", "worried", "noisy", "oblique", "mixed"} <= {case.style for case in cases}
