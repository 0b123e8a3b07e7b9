"""The quick faults, as tests; and the page that all of them make."""

from __future__ import annotations

import datetime as dt

import pytest

from tests.faults.table import PAGE, TRIALS, Tried, page, renewed, row, tried
from tests.faults.trial import Outcome, Stand, Trial

QUICK = [trial for trial in TRIALS if trial.quick]


@pytest.mark.parametrize("trial", QUICK, ids=[trial.name for trial in QUICK])
async def test_a_fault_is_borne(trial: Trial) -> None:
    found = await tried(trial, quick=True)
    if found.held is None:
        pytest.skip(found.measured)
    assert found.held, found.measured


async def test_a_trial_that_breaks_has_failed_and_the_page_says_so() -> None:
    async def breaks(_: Stand) -> Outcome:
        raise AssertionError("a text of somebody")

    found = await tried(Trial("name", "something | breaks", "nothing", breaks))
    assert found.held is False
    fine = Tried(found.trial, "fine", True, dt.date(2026, 11, 22))
    text = page([row(found, "abc1234"), row(fine, "abc1234")])
    assert "2 faults: 1 held, 1 failed." in text
    assert "| something \\| breaks | nothing | the trial broke (AssertionError at " in text
    assert "| **no** |" in text
    assert "a text of somebody" not in text


def test_a_trial_that_is_tried_again_renews_its_line_and_no_other() -> None:
    first, second, day = TRIALS[0], TRIALS[1], dt.date(2026, 11, 22)
    before = renewed("", [Tried(first, "well", True, day), Tried(second, "badly", False, day)], "abc1234")
    after = renewed(before, [Tried(second, "well", True, day)], "def5678")
    assert "2 faults: 2 held, 0 failed." in after
    assert after.count("abc1234") == after.count("def5678") == 1


def test_the_page_has_every_fault() -> None:
    text = PAGE.read_text(encoding="utf-8")
    for trial in TRIALS:
        assert f"| {trial.fault} | {trial.expectation} |" in text, trial.name
