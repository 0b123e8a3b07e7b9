"""The stretches of time for which figures are published: ISO weeks, and four of them at a time."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

FOUR = 4
"""Weeks in the longer period."""


@dataclass(frozen=True, order=True)
class Period:
    """One ISO week, or four weeks in a row; ``first`` is its Monday."""

    first: dt.date
    weeks: int = 1

    @property
    def end(self) -> dt.date:
        """The Monday after it."""
        return self.first + dt.timedelta(weeks=self.weeks)

    @property
    def label(self) -> str:
        """As ISO 8601 writes weeks: 2026-W47, or 2026-W45/2026-W48."""
        names = [_iso(self.first), _iso(self.end - dt.timedelta(weeks=1))]
        return "/".join(dict.fromkeys(names))

    @staticmethod
    def read(label: str) -> Period:
        """The week of a label such as 2026-W47."""
        return Period(dt.datetime.strptime(f"{label}-1", "%G-W%V-%u").date())

    @property
    def before(self) -> Period:
        """The period of the same length before this one."""
        return Period(self.first - dt.timedelta(weeks=self.weeks), self.weeks)

    @property
    def mondays(self) -> tuple[dt.date, ...]:
        """The first day of each of its weeks."""
        return tuple(self.first + dt.timedelta(weeks=week) for week in range(self.weeks))

    def closed(self, today: dt.date) -> bool:
        """Whether no more day of it is to come."""
        return self.end <= today


def week_of(day: dt.date) -> Period:
    """The ISO week of a day."""
    return Period(day - dt.timedelta(days=day.weekday()))


def four_weeks_of(day: dt.date) -> Period:
    """The four weeks of a day: the same four for everybody, counted from the first Monday of the calendar."""
    days = (day.toordinal() - 1) % (7 * FOUR)
    return Period(day - dt.timedelta(days=days), FOUR)


def _iso(monday: dt.date) -> str:
    year, week, _ = monday.isocalendar()
    return f"{year}-W{week:02}"
