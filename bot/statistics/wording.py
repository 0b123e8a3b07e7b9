"""How figures, shares and periods are written, the same in every view."""

from __future__ import annotations

import datetime as dt

from babel.dates import format_date

from bot.counts.blurring import STEP
from bot.counts.count import Outcome
from bot.counts.periods import Period
from bot.languages import SOURCE
from bot.statistics.report import Report, Totals, questions

NOTES = (
    "It counts messages, not people: one person may write many.",
    "Every figure is rounded down to a multiple of five, and <5 stands for none to four. A total adds up rounded "
    "figures, so it may be too low; it says few where each of them is <5.",
    "Whoever holds the database file sees the raw counts.",
)
"""What every view says."""
NOT_SHOWN = "not shown: it would tell too much"
NOTHING_YET = "Nothing is published yet: the first figures come when the first week is over."

ENOUGH = 50
"""Below so many, no share is told."""

LABELS = {
    Outcome.ANSWERED: "answered at once",
    Outcome.SUGGESTED: "offered cards to choose from",
    Outcome.NONE: "no answer found",
    Outcome.CHOSEN: "chose an offered card",
    Outcome.URGENT: "shown steps for an emergency",
    Outcome.BROWSED: "opened a card from the menu",
    Outcome.HELPFUL: "said that it helped",
    Outcome.NOT_HELPFUL: "said that it did not help",
}
"""What became of messages, in words and in the order in which they are told."""


def shares(outcomes: Totals) -> dict[Outcome, int]:
    """Shares in per cent, to the nearest five; those that tell something.

    Answered, suggested and none are parts of all questions; chosen is a part of the offers; helpful is a part of the
    presses that say whether a card helped. Urgent is compared with the questions without being a part of them: steps
    for an emergency stand beside an answer, alone, or are opened from the menu of emergencies.
    """
    asked, offers = questions(outcomes), outcomes[Outcome.SUGGESTED]
    pressed = outcomes[Outcome.HELPFUL] + outcomes[Outcome.NOT_HELPFUL]
    parts = {
        Outcome.ANSWERED: share(outcomes[Outcome.ANSWERED], asked),
        Outcome.SUGGESTED: share(offers, asked),
        Outcome.NONE: share(outcomes[Outcome.NONE], asked),
        Outcome.CHOSEN: share(min(outcomes[Outcome.CHOSEN], offers), offers),  # one offer may be pressed twice
        Outcome.URGENT: share(outcomes[Outcome.URGENT], asked),
        Outcome.HELPFUL: share(outcomes[Outcome.HELPFUL], pressed),
    }
    return {outcome: percent for outcome, percent in parts.items() if percent is not None}


def share(part: int, base: int) -> int | None:
    """A share in per cent, to the nearest five since both were rounded; None where that tells nothing."""
    return 5 * round(20 * part / base) if base >= ENOUGH and part else None


def about(percent: int | None) -> str:
    """A share in words; nothing where there is none."""
    return "" if percent is None else f"about {percent}%"


def figure(number: int) -> str:
    """One published figure."""
    return f"{number:,}" if number else f"<{STEP}"


def total(number: int) -> str:
    """A sum of published figures: where each of them is "<5" it is not known to be below five itself."""
    return f"{number:,}" if number else "few"


def dates(period: Period) -> str:
    """The first and the last day of a period."""
    first, last = period.first, period.end - dt.timedelta(days=1)
    form = "d" if first.month == last.month else "d MMMM" if first.year == last.year else "d MMMM y"
    return f"{format_date(first, form, SOURCE)} to {day(last)}"


def day(date: dt.date) -> str:
    """A day with its year."""
    return format_date(date, "d MMMM y", SOURCE)


def short_date(date: dt.date) -> str:
    """A day without its year."""
    return format_date(date, "d MMM", SOURCE)


def length(period: Period) -> str:
    """How long a period is."""
    return "week" if period.weeks == 1 else "four weeks"


def waiting(found: Report) -> str | None:
    """How many questions wait for the volunteers; None where it is not known."""
    if found.handed_over is None:
        return None
    return f"Questions handed to the volunteers that wait: {figure(found.handed_over)}."
