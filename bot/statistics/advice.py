"""What to do about the figures, a sentence each, naming the files; and the figures in a few lines for a message."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bot.counts.count import Outcome
from bot.statistics.report import CardRow, LanguageRow, Report, View, questions
from bot.statistics.wording import (
    ENOUGH,
    NOT_SHOWN,
    NOTES,
    NOTHING_YET,
    about,
    dates,
    figure,
    length,
    shares,
    total,
    waiting,
)

CAPTION = 1024
"""The longest caption of a picture that Telegram takes, in characters."""
_MOST = 3
"""How many cards or languages are advised on: nobody mends more at a time."""
_VOTES = 20
"""From so many presses on, a card's "helped" and "did not help" are compared."""
_EVENLY = 10
"""A card is called seldom asked only where each card would be shown this often if all were asked alike."""


def losing(view: View) -> list[CardRow]:
    """Cards that did not help at least every third person who pressed whether they did; the worst first."""
    rows = [row for row in view.cards or () if row.helpful + row.not_helpful >= _VOTES]
    lost = [row for row in rows if 3 * row.not_helpful >= row.helpful + row.not_helpful]
    return sorted(lost, key=lambda row: (-row.not_helpful / (row.helpful + row.not_helpful), -row.not_helpful))


def failing(view: View) -> list[LanguageRow]:
    """Languages in which at least every fifth question found no answer, the worst first; those with enough to tell."""
    rows = [row for row in view.languages or () if row.questions >= ENOUGH]
    failed = [row for row in rows if 5 * row.outcomes[Outcome.NONE] >= row.questions]
    return sorted(failed, key=lambda row: -row.outcomes[Outcome.NONE] / row.questions)


def seldom(view: View) -> list[CardRow]:
    """Cards that were shown fewer than five times and are not withdrawn."""
    return sorted((row for row in view.cards or () if not row.shown and not row.name.withdrawn), key=lambda row: row.id)


def advice(report: Report) -> list[str]:
    """What to do, the most urgent first; nothing where there is too little to tell."""
    view = report.main
    if view is None:
        return []
    return [
        *_about_handed_over(report),
        *_about_withdrawn(view),
        *_about_languages(view, report),
        *_about_cards(view),
        *_about_offers(view),
        *_about_seldom(view),
        *_about_silent(view),
    ]


def _about_handed_over(report: Report) -> Iterable[str]:
    if report.handed_over:
        yield (
            f"At least {report.handed_over} questions that people handed to the volunteers wait: read them (rights-bot "
            "questions), and add their words to the cards that answer them, in content/cards."
        )


def _about_withdrawn(view: View) -> Iterable[str]:
    rows = [row for row in view.cards or () if row.name.withdrawn and row.shown]
    for row in rows[:_MOST]:
        yield (
            f"{row.id}: withdrawn, and still asked about {figure(row.shown)} times: write content/cards/{row.id} anew "
            "before any other card."
        )


def _about_languages(view: View, report: Report) -> Iterable[str]:
    for place, row in enumerate(failing(view)[:_MOST]):
        most = "" if place else ", the largest share of all languages"
        yield (
            f"{row.code}: {figure(row.outcomes[Outcome.NONE])} of about {figure(row.questions)} questions found no "
            f"answer{most}: add ways of asking to content/cards/*/{row.name.written}.md"
            f"{_fewest(report, row.name.written)}."
        )


def _fewest(report: Report, written: str) -> str:
    numbers = {card: row.get(written, 0) for card, row in report.phrasings.items()}
    first = sorted(numbers, key=lambda card: (numbers[card], card))[:_MOST]
    listed = ", ".join(f"{card} ({numbers[card] or 'none'})" for card in first)
    return f", first where there are fewest: {listed}" if listed else ""


def _about_cards(view: View) -> Iterable[str]:
    for row in losing(view)[:_MOST]:
        yield (
            f"{row.id}: found unhelpful {figure(row.not_helpful)} times, helpful {figure(row.helpful)}: read "
            f"content/cards/{row.id}/en.md as somebody who asks it."
        )


def _about_offers(view: View) -> Iterable[str]:
    if not view.totals:
        return
    offers, chosen = view.totals[Outcome.SUGGESTED], view.totals[Outcome.CHOSEN]
    if offers >= ENOUGH and 2 * chosen < offers:
        yield (
            f"Of about {figure(offers)} offers of cards {total(chosen)} were taken: find the ways of asking in "
            "content/cards that sound like another card's (rights-bot evaluate --collisions)."
        )


def _about_seldom(view: View) -> Iterable[str]:
    cards = view.cards or ()
    rows = seldom(view)
    if rows and sum(row.shown for row in cards) >= _EVENLY * len(cards):
        yield (
            f"Shown fewer than five times in {_a(view)}: {_listed([row.id for row in rows], 8)}: are they asked in "
            "other words? Read their ways of asking in content/cards (rights-bot evaluate --collisions)."
        )


def _about_silent(view: View) -> Iterable[str]:
    rows = view.languages or ()
    silent = [row.name.name for row in rows if not row.questions]
    if silent and sum(row.questions for row in rows) >= _EVENLY * len(rows):
        yield f"Hardly a question in {_listed(silent, 12)} in {_a(view)}: is the bot known where people speak it?"


def _a(view: View) -> str:
    return "a week" if view.period.weeks == 1 else "four weeks"


def _listed(names: Sequence[str], most: int) -> str:
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more


def summary(report: Report) -> list[str]:
    """A handful of lines that fit below a picture in a Telegram message."""
    if report.main is None:
        return [NOTHING_YET, *NOTES]
    lines = [line for view in (report.week, report.four_weeks) if view for line in _headline(view)]
    view = report.main
    if shown := [f"{row.id} {figure(row.shown)}" for row in (view.cards or ())[:_MOST] if row.shown]:
        lines.append(f"Most shown in {_a(view)}: {', '.join(shown)}.")
    for language in failing(view)[:1]:
        missed = figure(language.outcomes[Outcome.NONE])
        lines.append(f"No answer most often in {language.name.name}: {missed} of about {figure(language.questions)}.")
    for card in losing(view)[:1]:
        lines.append(f"Helped least: {card.id}, yes {figure(card.helpful)}, no {figure(card.not_helpful)}.")
    if told := waiting(report):
        lines.append(told)
    room = CAPTION - len("\n".join(NOTES)) - 1
    while len("\n".join(lines)) > room:
        lines.pop()
    return [*lines, *NOTES]


def _headline(view: View) -> Iterable[str]:
    begin = f"{length(view.period).capitalize()} of {dates(view.period)}: "
    if view.totals is None:
        yield f"{begin}{NOT_SHOWN}."
        return
    before = f" (before: {total(questions(view.before))})" if view.before else ""
    found = shares(view.totals)
    names = {Outcome.ANSWERED: "answered at once", Outcome.SUGGESTED: "offered cards", Outcome.NONE: "no answer"}
    told = [f"{name} {about(found[outcome])}" for outcome, name in names.items() if outcome in found]
    helpful = f"helped {total(view.totals[Outcome.HELPFUL])}, did not {total(view.totals[Outcome.NOT_HELPFUL])}"
    yield f"{begin}at least {total(questions(view.totals))} questions{before}."
    yield "; ".join([*told, f"urgent {total(view.totals[Outcome.URGENT])}", helpful]) + "."
