"""What the published figures say of the last weeks, beside the weeks before them. No raw count comes here.

Every figure is a multiple of five, rounded down, and 0 stands for "fewer than five". Totals are sums of such figures:
they may be too low, never too high.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from bot.counts.blurring import rounded
from bot.counts.count import Outcome
from bot.counts.periods import Period
from bot.counts.published import Measure, Published, Tables
from bot.statistics.names import CardName, LanguageName

QUESTIONS = (Outcome.ANSWERED, Outcome.SUGGESTED, Outcome.NONE)
"""What may become of a question."""
TREND = 12
"""How many weeks are shown one below the other."""

Totals = Mapping[Outcome, int]
"""What became of the messages in all languages together."""


@dataclass(frozen=True)
class CardRow:
    """One card in one period; ``before`` is how often it was shown in the period before, where that is known."""

    id: str
    name: CardName
    shown: int
    helpful: int
    not_helpful: int
    before: int | None


@dataclass(frozen=True)
class LanguageRow:
    """One language in one period; ``before`` is its questions in the period before, where that is known."""

    code: str
    name: LanguageName
    outcomes: Totals
    before: int | None

    @property
    def questions(self) -> int:
        """See ``questions``."""
        return questions(self.outcomes)


@dataclass(frozen=True)
class View:
    """One period: the most shown cards and the most used languages first. None is what may not be shown."""

    period: Period
    cards: tuple[CardRow, ...] | None
    languages: tuple[LanguageRow, ...] | None
    totals: Totals | None
    before: Totals | None


@dataclass(frozen=True)
class Report:
    """All that maintainers are told. ``handed_over`` questions wait for the volunteers: rounded down as well.

    ``phrasings`` are by card and written language, without the cards that are withdrawn.
    """

    today: dt.date
    four_weeks: View | None
    week: View | None
    trend: tuple[tuple[Period, Totals | None], ...]
    phrasings: Mapping[str, Mapping[str, int]]
    handed_over: int | None

    @property
    def main(self) -> View | None:
        """The longest period that there is: what advice is drawn from."""
        return self.four_weeks or self.week


def report(
    published: Published,
    cards: Mapping[str, CardName],
    languages: Mapping[str, LanguageName],
    phrasings: Mapping[str, Mapping[str, int]],
    handed_over: int | None,
    today: dt.date,
) -> Report:
    """The latest four weeks and the latest week that are published, each beside the one before it.

    Rows are for ``cards`` and ``languages``: one that is no more has none, though the totals hold its messages.
    ``phrasings`` are by card and written language; ``handed_over`` is None where it cannot be known.
    """
    return Report(
        today,
        _view(published.four_weeks, cards, languages),
        _view(published.weeks, cards, languages),
        tuple((tables.period, _totals(tables)) for tables in published.weeks[-TREND:]),
        {card: row for card, row in phrasings.items() if card in cards and not cards[card].withdrawn},
        None if handed_over is None else rounded(handed_over),
    )


def questions(outcomes: Totals) -> int:
    """Messages with a question: answered, offered cards to choose from, or not answered.

    Who is offered cards and then presses "None of these" is counted in two of the three. A message that got nothing but
    the steps for an emergency is in none of them: it is counted as urgent.
    """
    return sum(outcomes[outcome] for outcome in QUESTIONS)


def _view(
    tables: tuple[Tables, ...], cards: Mapping[str, CardName], languages: Mapping[str, LanguageName]
) -> View | None:
    if not tables:
        return None
    now = tables[-1]
    before = next((one for one in tables if one.period == now.period.before), Tables(now.period.before, None, None))
    card_rows = None
    if now.cards is not None:
        rows = [_card(id_, name, now.cards, before.cards) for id_, name in cards.items() if id_ in now.cards]
        card_rows = tuple(sorted(rows, key=lambda row: (-row.shown, row.id)))
    language_rows = None
    if now.languages is not None:
        lines = [
            _language(code, name, now.languages, before.languages)
            for code, name in languages.items()
            if code in now.languages
        ]
        language_rows = tuple(sorted(lines, key=lambda row: -row.questions))
    return View(now.period, card_rows, language_rows, _totals(now), _totals(before))


def _card(
    id_: str,
    name: CardName,
    now: Mapping[str, Mapping[Measure, int]],
    before: Mapping[str, Mapping[Measure, int]] | None,
) -> CardRow:
    figures = now[id_]
    earlier = before[id_][Measure.SHOWN] if before and id_ in before else None
    return CardRow(id_, name, figures[Measure.SHOWN], figures[Measure.HELPFUL], figures[Measure.NOT_HELPFUL], earlier)


def _language(
    code: str, name: LanguageName, now: Mapping[str, Totals], before: Mapping[str, Totals] | None
) -> LanguageRow:
    return LanguageRow(code, name, now[code], questions(before[code]) if before and code in before else None)


def _totals(tables: Tables) -> Totals | None:
    if tables.languages is None:
        return None
    return {outcome: sum(row[outcome] for row in tables.languages.values()) for outcome in Outcome}
