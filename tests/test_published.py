"""Published figures: what is shown, and that whoever puts all of it together can tell no number closely.

The one who tries does not use the program's own check: it asks a solver of integer programs (HiGHS) for the least and
the most that each number can be, given all figures.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from scipy.optimize import Bounds, LinearConstraint, milp

from bot.counts.blurring import STEP, Row, leave_room
from bot.counts.count import Outcome
from bot.counts.periods import FOUR, Period, four_weeks_of
from bot.counts.published import MADE_OF, Measure, Published, Tables, WeekCount, publish

MONDAY = four_weeks_of(dt.date(2026, 10, 1)).first
MONDAYS = tuple(MONDAY + dt.timedelta(weeks=week) for week in range(5))
LATER = MONDAY + dt.timedelta(weeks=30)
CARDS = ("warrants", "ice-at-home", "wages", "schools", "courts", "rent", "health", "food")
LANGUAGES = ("en", "es", "ru", "zh_Hant")
UNMEASURED = tuple(outcome for outcome in Outcome if not any(outcome in made for made in MADE_OF.values()))
FAR = 10**4
"""Stands for "as many as you like"."""

Numbers = dict[tuple[dt.date, str, Measure | Outcome], int]
"""By card and measure, or by language and outcome; a missing one is 0."""


def numbers_of(counts: Sequence[WeekCount]) -> Numbers:
    """The numbers behind both tables."""
    numbers: Numbers = {}
    for count in counts:
        keys: list[tuple[str, Measure | Outcome]] = [(count.language, count.outcome)]
        keys += [(count.card, measure) for measure in Measure if count.card and count.outcome in MADE_OF[measure]]
        for name, column in keys:
            numbers[count.monday, name, column] = numbers.get((count.monday, name, column), 0) + count.number
    return numbers


def counts_of(
    monday: dt.date, by_card: Mapping[str, int], by_language: Mapping[tuple[str, Outcome], int]
) -> list[WeekCount]:
    """Some counts that have these sums by card, and these by language and outcome."""
    assert sum(by_card.values()) == sum(by_language.values())
    left, counts = dict(by_card), []
    for (language, outcome), number in by_language.items():
        for card in left:
            part = min(number, left[card])
            left[card] -= part
            number -= part
            if part:
                counts.append(WeekCount(monday, card, language, outcome, part))
    return counts


# What somebody can work out


@dataclass(frozen=True)
class Told:
    """What is told of one row: the least and the most of each week, and of four weeks by the first of them."""

    weeks: tuple[tuple[int, int], ...]
    four: Mapping[int, tuple[int, int]]


def told(row: Mapping[dt.date, int | None], four: Mapping[dt.date, int | None], capped: bool = True) -> Told:
    """What the figures of one row tell to somebody who knows how they were made."""
    weeks = tuple((0, FAR) if figure is None else (figure, figure + STEP - 1) for figure in row.values())
    mondays, sums = list(row), {}
    for monday, figure in four.items():
        if figure is not None:
            first = mondays.index(monday)
            highest = sum(least for least, _ in weeks[first : first + FOUR]) + 10
            sums[first] = (figure, FAR if capped and figure == highest else figure + STEP - 1)
    return Told(weeks, sums)


class Attack:
    """All numbers that fit what is told of the cards and the languages in one measure, which add up to the same."""

    def __init__(self, cards: Sequence[Told], languages: Sequence[Told]) -> None:
        rows = [*cards, *languages]
        self.rows, self.weeks = len(rows), len(rows[0].weeks)
        # Of rows that are told alike one is enough.
        self.different = [
            i for i, row in enumerate(rows) if row not in (cards[:i] if i < len(cards) else rows[len(cards) : i])
        ]
        bounds = np.array([bound for row in rows for bound in row.weeks])
        self.bounds = Bounds(bounds[:, 0], bounds[:, 1])
        lines, least, most = [], [], []
        for index, row in enumerate(rows):
            for first, (low, high) in row.four.items():
                lines.append(self.line(index, range(first, first + FOUR)))
                least.append(low)
                most.append(high)
        if cards:
            signs = [1] * len(cards) + [-1] * len(languages)
            for week in range(self.weeks):
                lines.append(np.sum([s * self.line(i, [week]) for i, s in enumerate(signs)], axis=0))
                least.append(0)
                most.append(0)
        self.constraints = [LinearConstraint(np.array(lines), least, most)] if lines else []

    def line(self, row: int, weeks: Sequence[int]) -> np.ndarray:
        line = np.zeros((self.rows, self.weeks))
        line[row, list(weeks)] = 1
        return line.ravel()

    def solve(self, cost: np.ndarray) -> np.ndarray:
        """Numbers that fit, of the least cost."""
        found = milp(cost, integrality=np.ones(len(cost)), bounds=self.bounds, constraints=self.constraints)
        assert found.success, found.message
        solution: np.ndarray = np.rint(found.x).astype(int)
        return solution

    def width(self, row: int, weeks: Sequence[int]) -> int:
        """How many values the sum of a row's weeks may have, from the least to the most."""
        line = self.line(row, weeks)
        return int(line @ self.solve(-line) - line @ self.solve(line)) + 1

    def narrowest(self) -> int:
        """The fewest values that any number, of a week or of four, may have; beyond five it looks no further."""
        parts = [range(week, week + 1) for week in range(self.weeks)]
        parts += [range(first, first + FOUR) for first in range(self.weeks - FOUR + 1)]
        lines = np.array([self.line(row, weeks) for row, weeks in product(self.different, parts)])
        least = most = lines @ self.solve(lines[0])
        for index, line in enumerate(lines):
            for cost in (line, -line):
                if most[index] - least[index] + 1 < STEP:
                    numbers = lines @ self.solve(cost)  # which tell something of the others too
                    least, most = np.minimum(least, numbers), np.maximum(most, numbers)
        return int(min(most - least)) + 1


def attacks(published: Published, capped: bool = True) -> dict[str, Attack]:
    """What all figures tell together: the measures, and the outcomes that have no card."""

    def row(name: str, column: Measure | Outcome) -> Told:
        def figures(tables: Sequence[Tables]) -> dict[dt.date, int | None]:
            found: dict[dt.date, int | None] = {}
            for one in tables:
                if isinstance(column, Measure):
                    found[one.period.first] = one.cards[name][column] if one.cards else None
                else:
                    found[one.period.first] = one.languages[name][column] if one.languages else None
            return found

        return told(figures(published.weeks), figures(published.four_weeks), capped)

    cards = published.weeks[0].cards or {}
    found = {
        measure.value: Attack(
            [row(card, measure) for card in cards], [row(code, part) for code, part in product(LANGUAGES, outcomes)]
        )
        for measure, outcomes in MADE_OF.items()
    }
    return {**found, "others": Attack([], [row(code, part) for code, part in product(LANGUAGES, UNMEASURED)])}


def attack_on(cards: Sequence[Row], languages: Sequence[Row]) -> Attack:
    """What four weeks of these rows tell."""
    mondays = MONDAYS[:FOUR]
    sides = (
        [told(dict(zip(mondays, row.weeks, strict=True)), {MONDAY: row.together}) for row in rows]
        for rows in (cards, languages)
    )
    return Attack(*sides)


def unchecked(counts: Sequence[WeekCount], cards: Sequence[str], capped: bool = True) -> Published:
    """All tables of four weeks, whatever they tell; with the figure of four weeks plainly rounded where not capped."""
    numbers = numbers_of(counts)

    def figure(name: str, column: Measure | Outcome, mondays: Sequence[dt.date]) -> int:
        parts = [numbers.get((monday, name, column), 0) for monday in mondays]
        plain = sum(parts) // STEP * STEP
        return min(plain, sum(part // STEP * STEP for part in parts) + 10) if capped else plain

    def tables(period: Period) -> Tables:
        return Tables(
            period,
            {card: {measure: figure(card, measure, period.mondays) for measure in Measure} for card in cards},
            {code: {outcome: figure(code, outcome, period.mondays) for outcome in Outcome} for code in LANGUAGES},
        )

    return Published(tuple(tables(Period(monday)) for monday in MONDAYS[:FOUR]), (tables(Period(MONDAY, FOUR)),))


# Weeks that are hard to hide


@st.composite
def hard_counts(draw: st.DrawFn, weeks: int = FOUR, fewest: int = 1) -> tuple[tuple[str, ...], list[WeekCount]]:
    """Some cards and their counts, small, with many remainders that are all 0 or all 4, in all weeks or in one."""
    cards = CARDS[: draw(st.integers(fewest, len(CARDS)))]
    remainders = st.sampled_from([(0, 1, 2, 3, 4), (0, 4), (0, 1), (1, 2), (2, 3), (0,), (4,)])
    usual = {side: draw(remainders) for side in ("cards", "languages")}

    def numbers(side: str, keys: Sequence[str] | Sequence[tuple[str, Outcome]]) -> list[int]:
        kind = draw(remainders) if draw(st.integers(0, 9)) == 0 else usual[side]
        return [STEP * draw(st.integers(0, 2)) + draw(st.sampled_from(kind)) for _ in keys]

    counts: list[WeekCount] = []
    for monday, outcomes in product(MONDAYS[:weeks], MADE_OF.values()):
        parts = list(product(LANGUAGES, outcomes))
        by_card, by_language = numbers("cards", cards), numbers("languages", parts)
        missing = sum(by_card) - sum(by_language)
        for side in (by_language,) if missing > 0 else (by_card,):  # by steps, so that few remainders change
            side[-1] += abs(missing) % STEP
            side[0] += abs(missing) // STEP * STEP
        counts += counts_of(monday, dict(zip(cards, by_card, strict=True)), dict(zip(parts, by_language, strict=True)))
    counts += [WeekCount(monday, None, "es", Outcome.NONE, draw(st.integers(1, 9))) for monday in MONDAYS[:weeks]]
    return cards, counts


# Tests


def week_figures(published: Published, card: str) -> list[int | None]:
    return [week.cards[card][Measure.SHOWN] if week.cards else None for week in published.weeks]


def answered(monday: dt.date, number: int, card: str = "wages", language: str = "es") -> WeekCount:
    return WeekCount(monday, card, language, Outcome.ANSWERED, number)


def test_a_week_is_told_by_card_and_by_language_rounded_down() -> None:
    outcomes = {Outcome.ANSWERED: 6, Outcome.CHOSEN: 4, Outcome.BROWSED: 4, Outcome.HELPFUL: 9, Outcome.NOT_HELPFUL: 4}
    counts = [WeekCount(MONDAY, "wages", "es", outcome, number) for outcome, number in outcomes.items()]
    counts += [WeekCount(MONDAY, None, "es", Outcome.NONE, 12), WeekCount(MONDAY, "wages", "en", Outcome.URGENT, 7)]
    (week,) = publish(counts, CARDS, LANGUAGES, MONDAYS[1]).weeks
    assert week.period == Period(MONDAY)
    assert week.cards is not None
    assert week.languages is not None
    assert set(week.cards) == set(CARDS)
    assert set(week.languages) == set(LANGUAGES)
    assert week.cards["wages"] == {Measure.SHOWN: 10, Measure.HELPFUL: 5, Measure.NOT_HELPFUL: 0}
    assert week.cards["rent"] == dict.fromkeys(Measure, 0)
    assert week.languages["es"] == {
        **dict.fromkeys(Outcome, 0),
        Outcome.ANSWERED: 5,
        Outcome.HELPFUL: 5,
        Outcome.NONE: 10,
    }
    assert week.languages["en"] == {**dict.fromkeys(Outcome, 0), Outcome.URGENT: 5}


def test_an_open_week_is_not_told_nor_are_four_weeks_of_which_one_is_open() -> None:
    counts = [answered(monday, 20) for monday in MONDAYS[:FOUR]]
    eve = MONDAYS[FOUR] - dt.timedelta(days=1)
    before, after = (publish(counts, CARDS, LANGUAGES, today) for today in (eve, MONDAYS[FOUR]))
    assert [week.period.first for week in before.weeks] == list(MONDAYS[:3])
    assert before.four_weeks == ()
    assert [week.period.first for week in after.weeks] == list(MONDAYS[:FOUR])
    assert [four.period for four in after.four_weeks] == [Period(MONDAY, FOUR)]
    assert after.weeks[:3] == before.weeks


def test_weeks_without_counts_are_told_from_the_first_count_on() -> None:
    published = publish([answered(MONDAYS[0], 20), answered(MONDAYS[2], 9)], CARDS, LANGUAGES, MONDAYS[4])
    assert week_figures(published, "wages") == [20, 0, 5, 0]
    four = published.four_weeks[0].cards
    assert four is not None
    assert four["wages"][Measure.SHOWN] == 25


def test_four_weeks_in_which_the_counts_began_are_not_told() -> None:
    # Everybody would know that there was nothing in the weeks before.
    published = publish([answered(MONDAYS[1], 20)], CARDS, LANGUAGES, MONDAY + dt.timedelta(weeks=8))
    assert [four.period.first for four in published.four_weeks] == [MONDAYS[4]]
    assert len(published.weeks) == 7


@pytest.mark.parametrize(
    "count",
    [
        answered(MONDAY, 9, card="not-a-card"),
        answered(MONDAY, 9, language="xx"),
        WeekCount(MONDAY, None, "es", Outcome.ANSWERED, 9),
        WeekCount(MONDAY, "wages", "es", Outcome.ANSWERED, 0),
    ],
)
def test_a_count_of_something_unknown_is_in_neither_table(count: WeekCount) -> None:
    assert publish([count], CARDS, LANGUAGES, LATER) == Published((), ())
    known = answered(MONDAY, 20)
    assert publish([known, count], CARDS, LANGUAGES, LATER) == publish([known], CARDS, LANGUAGES, LATER)


def test_nothing_counted_is_nothing_told() -> None:
    assert publish([], CARDS, LANGUAGES, LATER) == Published((), ())
    assert publish([answered(MONDAY, 3)], CARDS, LANGUAGES, MONDAY) == Published((), ())


def test_the_figure_of_four_weeks_never_tells_that_each_was_nearly_five() -> None:
    counts = [answered(monday, 4) for monday in MONDAYS[:FOUR]]
    published = publish(counts, CARDS, LANGUAGES, MONDAYS[FOUR])
    assert week_figures(published, "wages") == [0, 0, 0, 0]
    four = published.four_weeks[0].cards
    assert four is not None
    assert four["wages"][Measure.SHOWN] == 10
    assert attacks(published)["shown"].narrowest() >= STEP
    plain = attacks(unchecked(counts, CARDS, capped=False), capped=False)["shown"]
    assert plain.width(CARDS.index("wages"), [0]) == 2


def test_a_table_of_languages_that_would_give_the_cards_away_is_left_out_of_its_week() -> None:
    # 0 for each card and 20 for Spanish: every card must have been shown four times, or nearly.
    counts = [answered(MONDAY, 4, card) for card in CARDS[:5]]
    first, second = publish([*counts, answered(MONDAYS[1], 20)], CARDS[:5], LANGUAGES, MONDAYS[2]).weeks
    assert first.languages is None
    assert first.cards is not None
    assert second.languages is not None
    every_week = [replace(count, monday=monday) for monday in MONDAYS[:FOUR] for count in counts]
    assert attacks(unchecked(every_week, CARDS[:5]))["shown"].narrowest() == 1
    assert [
        (four.cards, four.languages) for four in publish(every_week, CARDS[:5], LANGUAGES, LATER).four_weeks[:1]
    ] == [(None, None)]


def test_both_tables_of_four_weeks_are_left_out_where_only_together_they_give_something_away() -> None:
    # Once a week each, which a week's tables do not tell; but 0 for each card and 20 for Spanish in four weeks do.
    counts = [answered(monday, 1, card) for monday in MONDAYS[:FOUR] for card in CARDS[:5]]
    published = publish(counts, CARDS[:5], LANGUAGES, MONDAYS[FOUR])
    assert all(week.languages for week in published.weeks)
    assert [(four.cards, four.languages) for four in published.four_weeks] == [(None, None)]
    assert attacks(published)["shown"].narrowest() >= STEP
    assert attacks(unchecked(counts, CARDS[:5]))["shown"].narrowest() == 1


@given(hard_counts(weeks=5))
@settings(max_examples=60, deadline=None)
def test_figures_are_multiples_of_five_and_never_above_the_truth(
    drawn: tuple[tuple[str, ...], list[WeekCount]],
) -> None:
    cards, counts = drawn
    numbers = numbers_of(counts)
    published = publish(counts, cards, LANGUAGES, LATER)
    assert len(published.weeks) == 30
    assert len(published.four_weeks) == 7
    for tables in (*published.weeks, *published.four_weeks):
        mondays = tables.period.mondays
        for table in (tables.cards, tables.languages):
            for name, row in (table or {}).items():
                for column, figure in row.items():
                    parts = [numbers.get((monday, name, column), 0) for monday in mondays]
                    shown = [part // STEP * STEP for part in parts]
                    assert figure == min(sum(parts) // STEP * STEP, sum(shown) + 10)


@given(hard_counts(fewest=5))
@settings(max_examples=16, deadline=None)
def test_no_number_can_be_told_more_closely_than_by_five(drawn: tuple[tuple[str, ...], list[WeekCount]]) -> None:
    cards, counts = drawn
    for name, attack in attacks(publish(counts, cards, LANGUAGES, MONDAYS[FOUR])).items():
        assert attack.narrowest() >= STEP, name


@st.composite
def close_rows(draw: st.DrawFn) -> tuple[list[Row], list[Row]]:
    """Cards and languages whose weeks, or the four together, are told as near to a bound as may be."""
    more = [draw(st.lists(st.sampled_from([0, 5, 10]), min_size=2, max_size=6)) for _ in range(2)]
    most, least = 4 * len(more[0]) - 1, 1 - 4 * len(more[1])
    differences = [STEP * draw(st.integers(-(-least // STEP), most // STEP)) for _ in range(FOUR)]
    sides = [[Row((0,) * FOUR, number) for number in numbers] for numbers in more]
    # It is the difference alone that matters: one row of each side has it.
    for side, sign in zip(sides, (-1, 1), strict=True):
        weeks = tuple(max(0, sign * difference) for difference in differences)
        side[0] = Row(weeks, side[0].together + sum(weeks))
    return sides[0], sides[1]


@given(close_rows())
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.filter_too_much])
def test_rows_that_may_be_shown_leave_room_however_close(rows: tuple[list[Row], list[Row]]) -> None:
    assume(leave_room(*rows))
    assert attack_on(*rows).narrowest() >= STEP


@given(close_rows())
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.filter_too_much])
def test_beside_rows_that_may_be_shown_are_others_that_may_not(rows: tuple[list[Row], list[Row]]) -> None:
    assume(leave_room(*rows))
    numbers = numbers_that_fail(*rows)
    assert [[number // STEP * STEP for number in row] for row in numbers] == [
        list(row.weeks) for side in rows for row in side
    ]
    others = [Row.of(row) for row in numbers.tolist()]
    assert not leave_room(others[: len(rows[0])], others[len(rows[0]) :])


@given(hard_counts())
@settings(max_examples=60, deadline=None)
def test_a_week_tells_nothing_by_a_missing_table_since_any_measure_may_be_the_cause(
    drawn: tuple[tuple[str, ...], list[WeekCount]],
) -> None:
    cards, counts = drawn
    (week,) = publish(counts, cards, LANGUAGES, MONDAYS[1]).weeks
    assert week.cards is not None
    for measure, outcomes in MADE_OF.items():
        others = [count for count in counts if count.outcome not in outcomes]
        remainders = [0] * len(cards)
        for place in range(STEP * (4 * len(cards) // STEP)):
            remainders[place % len(cards)] += 1
        by_card = {card: week.cards[card][measure] + more for card, more in zip(cards, remainders, strict=True)}
        same = counts_of(MONDAY, by_card, {("es", outcomes[0]): sum(by_card.values())})
        (other,) = publish([*others, *same], cards, LANGUAGES, MONDAYS[1]).weeks
        assert other == replace(week, languages=None)


@given(hard_counts(fewest=5))
@settings(max_examples=20, deadline=None)
def test_four_weeks_tell_nothing_by_missing_tables_since_any_measure_may_be_the_cause(
    drawn: tuple[tuple[str, ...], list[WeekCount]],
) -> None:
    cards, counts = drawn
    published = publish(counts, cards, LANGUAGES, MONDAYS[FOUR])
    if any(week.languages is None for week in published.weeks):
        assert [(four.cards, four.languages) for four in published.four_weeks] == [(None, None)]
        return
    numbers = numbers_of(counts)
    for measure, outcomes in MADE_OF.items():
        parts = list(product(LANGUAGES, outcomes))
        keys: list[tuple[str, Measure | Outcome]] = [*((card, measure) for card in cards), *parts]
        rows = [Row.of([numbers.get((monday, *key), 0) for monday in MONDAYS[:FOUR]]) for key in keys]
        found = numbers_that_fail(rows[: len(cards)], rows[len(cards) :])
        same = [count for count in counts if count.outcome not in outcomes]
        for monday, week in zip(MONDAYS[:FOUR], found.T.tolist(), strict=True):
            by_card = dict(zip(cards, week[: len(cards)], strict=True))
            same += counts_of(monday, by_card, dict(zip(parts, week[len(cards) :], strict=True)))
        other = publish(same, cards, LANGUAGES, MONDAYS[FOUR])
        assert other.weeks == published.weeks
        assert [(four.cards, four.languages) for four in other.four_weeks] == [(None, None)]


def numbers_that_fail(cards: Sequence[Row], languages: Sequence[Row]) -> np.ndarray:
    """Numbers with the same figures in each week whose figures of four weeks may not be told."""
    for lower, higher in ((0, 1), (1, 0)):
        sides = [list(cards), list(languages)]
        steps = [(lower, place, -STEP) for place in range(len(sides[lower])) for _ in range(2)]
        steps += [(higher, place, STEP) for place in range(len(sides[higher])) for _ in range(2)]
        for side, place, step in [(0, 0, 0), *steps]:
            row = sides[side][place]
            more = row.together + step - sum(row.weeks)
            if 0 <= more <= 10:
                sides[side][place] = replace(row, together=row.together + step)
            if not leave_room(*sides):
                attack = attack_on(*sides)
                return attack.solve(np.zeros(attack.rows * attack.weeks)).reshape(attack.rows, attack.weeks)
    raise AssertionError("no numbers fail")
