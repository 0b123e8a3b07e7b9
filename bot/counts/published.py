"""What may be shown of the counts: figures blurred so that nobody can be found in them, in every view and format.

Two tables for each closed week and each closed four weeks, never card by language: how often each card was shown and
found helpful or not, and what became of the messages in each language. Each figure is rounded down to a multiple of
five, so that five numbers of messages give the same figure; 0 stands for "fewer than five" and is written "<5".

Whoever puts all of these together, and knows this program, still can't tell any number more closely than that; what
this takes is in `bot.counts.blurring`.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from bot.counts.blurring import Row, leave_room
from bot.counts.count import Outcome
from bot.counts.periods import Period, four_weeks_of

_Column = TypeVar("_Column")


class Measure(StrEnum):
    """What is told of a card."""

    SHOWN = "shown"
    HELPFUL = "helpful"
    NOT_HELPFUL = "not_helpful"


MADE_OF = {
    Measure.SHOWN: (Outcome.ANSWERED, Outcome.CHOSEN, Outcome.BROWSED),
    Measure.HELPFUL: (Outcome.HELPFUL,),
    Measure.NOT_HELPFUL: (Outcome.NOT_HELPFUL,),
}
"""The outcomes that are added up for a measure. These always have a card; the others count for no card."""
_MEASURES = {outcome: measure for measure, outcomes in MADE_OF.items() for outcome in outcomes}


@dataclass(frozen=True)
class WeekCount:
    """One kept number of a week that is over; ``card`` is None where no single card was shown."""

    monday: dt.date
    card: str | None
    language: str
    outcome: Outcome
    number: int


@dataclass(frozen=True)
class Tables:
    """What is published of one period: multiples of five. A table that would tell too much is None."""

    period: Period
    cards: Mapping[str, Mapping[Measure, int]] | None
    languages: Mapping[str, Mapping[Outcome, int]] | None


@dataclass(frozen=True)
class Published:
    """All that may be shown, the oldest period first."""

    weeks: tuple[Tables, ...]
    four_weeks: tuple[Tables, ...]


def publish(
    counts: Iterable[WeekCount], cards: Collection[str], languages: Collection[str], today: dt.date
) -> Published:
    """The tables of all closed weeks since the first count, and of all closed four weeks among them.

    Every card and language has its row, so that one that is missing never tells a zero; counts of any other are left
    out. A table must stay as people saw it, so ``cards`` needs those too that were shown once and are no more.

    A week's table of languages is None where it would tell too much beside the cards. Four weeks have both tables or
    neither, and neither where one of the weeks lacks its languages: the bounds on a week are among those on four.
    """
    by_card: Counter[tuple[dt.date, str, Measure]] = Counter()
    by_language: Counter[tuple[dt.date, str, Outcome]] = Counter()
    for count in counts:
        measure = _MEASURES.get(count.outcome)
        known = count.language in languages and (count.card in cards or (count.card is None and measure is None))
        if known and count.number and Period(count.monday).closed(today):
            by_language[count.monday, count.language, count.outcome] += count.number
            if measure and count.card:
                by_card[count.monday, count.card, measure] += count.number

    def tables(period: Period) -> Tables:
        return _tables(
            period,
            _rows(by_card, cards, tuple(Measure), period.mondays),
            _rows(by_language, languages, tuple(Outcome), period.mondays),
        )

    first = min((monday for monday, *_ in by_language), default=today)
    weeks: dict[dt.date, Tables] = {}
    while (week := Period(first + dt.timedelta(weeks=len(weeks)))).closed(today):
        weeks[week.first] = tables(week)
    four_weeks = []
    for period in sorted({four_weeks_of(monday) for monday in weeks}):
        if weeks.keys() >= set(period.mondays):
            together = tables(period)
            four_weeks.append(together if together.languages else Tables(period, None, None))
    return Published(tuple(weeks.values()), tuple(four_weeks))


def _rows(
    numbers: Counter[tuple[dt.date, str, _Column]],
    names: Iterable[str],
    columns: Iterable[_Column],
    mondays: tuple[dt.date, ...],
) -> dict[str, dict[_Column, Row]]:
    return {
        name: {column: Row.of([numbers[monday, name, column] for monday in mondays]) for column in columns}
        for name in names
    }


def _tables(
    period: Period, cards: Mapping[str, Mapping[Measure, Row]], languages: Mapping[str, Mapping[Outcome, Row]]
) -> Tables:
    room = all(
        leave_room(
            [row[measure] for row in cards.values()],
            [row[outcome] for row in languages.values() for outcome in outcomes],
        )
        for measure, outcomes in MADE_OF.items()
    )
    return Tables(period, _figures(cards), _figures(languages) if room else None)


def _figures(rows: Mapping[str, Mapping[_Column, Row]]) -> dict[str, dict[_Column, int]]:
    return {name: {column: row.together for column, row in columns.items()} for name, columns in rows.items()}
