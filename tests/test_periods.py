"""Periods: ISO weeks, and the same four weeks for everybody."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.counts.periods import FOUR, Period, four_weeks_of, week_of

DAYS = st.dates(dt.date(2000, 1, 1), dt.date(2100, 1, 1))


@pytest.mark.parametrize(
    ("day", "label"),
    [
        (dt.date(2026, 11, 16), "2026-W47"),
        (dt.date(2026, 11, 22), "2026-W47"),
        (dt.date(2026, 11, 23), "2026-W48"),
        (dt.date(2027, 1, 3), "2026-W53"),
        (dt.date(2024, 12, 30), "2025-W01"),
    ],
)
def test_a_week_is_named_as_iso_8601_does(day: dt.date, label: str) -> None:
    assert week_of(day).label == label


def test_four_weeks_are_named_by_the_first_and_the_last() -> None:
    assert Period(dt.date(2026, 11, 2), FOUR).label == "2026-W45/2026-W48"
    assert Period(dt.date(2026, 12, 14), FOUR).label == "2026-W51/2027-W01"


def test_a_period_is_closed_when_its_last_sunday_is_over() -> None:
    week = Period(dt.date(2026, 11, 16))
    assert not week.closed(dt.date(2026, 11, 22))
    assert week.closed(dt.date(2026, 11, 23))
    four = Period(dt.date(2026, 11, 2), FOUR)
    assert not four.closed(dt.date(2026, 11, 29))
    assert four.closed(dt.date(2026, 11, 30))


@given(DAYS)
def test_a_day_is_in_its_week_and_the_week_in_its_four_weeks(day: dt.date) -> None:
    week, four = week_of(day), four_weeks_of(day)
    assert week.first.isoweekday() == four.first.isoweekday() == 1
    assert week.first <= day < week.end
    assert week.first in four.mondays
    assert len(four.mondays) == FOUR
    assert week.mondays == (week.first,)
    assert {four_weeks_of(monday) for monday in four.mondays} == {four}


@given(DAYS)
def test_periods_follow_one_another_without_a_gap(day: dt.date) -> None:
    for period in (week_of(day), four_weeks_of(day)):
        assert period.before.end == period.first
        assert period.before < period
    assert four_weeks_of(four_weeks_of(day).end).before == four_weeks_of(day)
