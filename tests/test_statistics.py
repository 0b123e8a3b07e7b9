"""What maintainers are told of the counts: from published figures alone, in words that tell no more than these."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from rich.console import Console

from bot.cards.coverage import Cell, Coverage
from bot.cards.model import Library
from bot.counts.count import Outcome
from bot.counts.periods import Period
from bot.counts.published import Measure, Published, Tables
from bot.languages import Languages
from bot.statistics.advice import CAPTION, advice, failing, losing, seldom, summary
from bot.statistics.chart import chart
from bot.statistics.names import CardName, LanguageName, card_names, language_names, phrasings
from bot.statistics.open_data import as_data, csv_tables, write
from bot.statistics.report import TREND, Report, questions, report
from bot.statistics.wording import NOTES, NOTHING_YET, dates, figure, share, shares, total
from bot.statistics_tables import statistics_tables
from tests.conftest import TODAY

FOUR = Period(dt.date(2026, 10, 19), 4)
WEEK = Period(dt.date(2026, 11, 9))
CARDS = {
    "bail": CardName("What is bail?"),
    "tow-truck": CardName("My car was towed"),
    "old-rule": CardName("An old rule", withdrawn=True),
    "street-vendors": CardName("Selling on the street"),
}
LANGUAGES = {
    "en": LanguageName("English", "en"),
    "es": LanguageName("Spanish", "es"),
    "zh_Hant": LanguageName("Traditional Chinese", "zh"),
}
PHRASINGS = {
    "bail": {"en": 40, "es": 25, "zh": 20},
    "tow-truck": {"en": 40, "es": 22},
    "old-rule": {"en": 1, "es": 1, "zh": 1},
    "street-vendors": {"en": 40, "es": 18, "zh": 21},
}
OUTCOMES = tuple(Outcome)


def cards(**shown: tuple[int, int, int]) -> dict[str, dict[Measure, int]]:
    """Shown, helpful, not helpful, by id; the others were shown fewer than five times."""
    given = {id_.replace("_", "-"): figures for id_, figures in shown.items()}
    return {id_: dict(zip(Measure, given.get(id_, (0, 0, 0)), strict=True)) for id_ in CARDS}


def languages(**outcomes: dict[str, int]) -> dict[str, dict[Outcome, int]]:
    """Outcomes by language; the others are below five."""
    return {code: {one: outcomes.get(code, {}).get(one.value, 0) for one in Outcome} for code in LANGUAGES}


NOW = Tables(
    FOUR,
    cards(bail=(60, 5, 15), tow_truck=(20, 15, 5), old_rule=(10, 0, 0)),
    languages(
        en={"answered": 70, "suggested": 25, "chosen": 10, "none": 5, "urgent": 10, "browsed": 20, "helpful": 45},
        es={"answered": 55, "suggested": 30, "chosen": 5, "none": 35, "helpful": 15, "not_helpful": 20},
    ),
)
BEFORE = Tables(FOUR.before, cards(bail=(40, 0, 0)), languages(en={"answered": 50}, es={"none": 20}))
LATEST = Tables(WEEK, cards(bail=(15, 0, 0)), languages(en={"answered": 20}))
WITHOUT = Tables(WEEK.before, cards(bail=(10, 0, 0)), None)
PUBLISHED = Published((WITHOUT, LATEST), (BEFORE, NOW))


def reported(published: Published = PUBLISHED, handed_over: int | None = 12) -> Report:
    return report(published, CARDS, LANGUAGES, PHRASINGS, handed_over, TODAY)


def test_the_latest_four_weeks_stand_beside_those_before() -> None:
    view = reported().four_weeks
    assert view is not None
    assert view.cards is not None
    assert view.languages is not None
    assert view.totals is not None
    assert view.before is not None
    assert view.period == FOUR
    assert [(row.id, row.shown, row.helpful, row.not_helpful, row.before) for row in view.cards] == [
        ("bail", 60, 5, 15, 40),
        ("tow-truck", 20, 15, 5, 0),
        ("old-rule", 10, 0, 0, 0),
        ("street-vendors", 0, 0, 0, 0),
    ]
    assert [(row.code, row.questions, row.before) for row in view.languages] == [
        ("es", 120, 20),
        ("en", 100, 50),
        ("zh_Hant", 0, 0),
    ]
    assert [view.totals[one] for one in OUTCOMES] == [125, 55, 15, 40, 10, 20, 60, 20]
    assert questions(view.totals) == 220
    assert questions(view.before) == 70


def test_what_may_not_be_shown_is_nowhere() -> None:
    found = reported(Published((WITHOUT,), ()))
    assert found.four_weeks is None
    assert found.main is found.week
    assert found.week is not None
    assert found.week.languages is None
    assert found.week.totals is None
    assert found.week.before is None
    assert found.week.cards is not None
    assert found.week.cards[0].before is None
    assert found.trend == ((WEEK.before, None),)
    assert "9 to 15" not in text_of(found)
    assert "2 to 8 November 2026: not shown: it would tell too much" in text_of(found)


def test_a_period_is_compared_with_the_one_just_before_and_no_other() -> None:
    earlier = Tables(FOUR.before.before, BEFORE.cards, BEFORE.languages)
    view = reported(Published((), (earlier, NOW))).four_weeks
    assert view is not None
    assert view.before is None


def test_cards_that_are_no_more_have_no_row_and_get_no_advice() -> None:
    gone = dict.fromkeys(("gone", "long-gone"), dict.fromkeys(Measure, 500))
    assert NOW.cards is not None
    found = reported(Published((), (Tables(FOUR, {**NOW.cards, **gone}, NOW.languages),)))
    assert found.main is not None
    assert found.main.cards is not None
    assert {row.id for row in found.main.cards} == set(CARDS)
    assert "gone" not in " ".join(advice(found))


def test_the_trend_ends_with_the_latest_week() -> None:
    weeks = tuple(Tables(Period(WEEK.first - dt.timedelta(weeks=n)), None, None) for n in reversed(range(20)))
    trend = reported(Published(weeks, ())).trend
    assert len(trend) == TREND
    assert trend[-1][0] == WEEK


@pytest.mark.parametrize(("waiting", "told"), [(None, None), (0, 0), (4, 0), (5, 5), (14, 10)])
def test_waiting_questions_are_rounded_down_too(waiting: int | None, told: int | None) -> None:
    assert reported(handed_over=waiting).handed_over == told


def test_shares_are_of_questions_of_offers_and_of_presses() -> None:
    view = reported().four_weeks
    assert view is not None
    assert view.totals is not None
    assert shares(view.totals) == {
        Outcome.ANSWERED: 55,  # 125 of 220
        Outcome.SUGGESTED: 25,  # 55 of 220
        Outcome.NONE: 20,  # 40 of 220
        Outcome.CHOSEN: 25,  # 15 of 55
        Outcome.URGENT: 5,  # 10 beside 220
        Outcome.HELPFUL: 75,  # 60 of 80
    }


def test_a_share_is_told_only_where_there_is_enough_to_tell() -> None:
    assert share(20, 45) is None
    assert share(0, 500) is None
    assert share(20, 50) == 40


@given(st.integers(0, 400), st.integers(1, 400))
def test_a_share_is_a_multiple_of_five_near_the_truth(part: int, more: int) -> None:
    found = share(5 * part, 5 * (part + more))
    if found is not None:
        assert found % 5 == 0
        assert abs(found - 100 * part / (part + more)) <= 2.5


def test_figures_below_five_are_never_written_as_none() -> None:
    assert (figure(0), figure(5), figure(1235)) == ("<5", "5", "1,235")
    assert (total(0), total(1235)) == ("few", "1,235")


def test_dates_are_written_out() -> None:
    assert dates(WEEK) == "9 to 15 November 2026"
    assert dates(FOUR) == "19 October to 15 November 2026"
    assert dates(Period(dt.date(2026, 12, 28))) == "28 December 2026 to 3 January 2027"


def test_advice_names_the_files() -> None:
    assert advice(reported()) == [
        "At least 10 questions that people handed to the volunteers wait: read them (rights-bot questions), and add "
        "their words to the cards that answer them, in content/cards.",
        "old-rule: withdrawn, and still asked about 10 times: write content/cards/old-rule anew before any other card.",
        "es: 35 of about 120 questions found no answer, the largest share of all languages: add ways of asking to "
        "content/cards/*/es.md, first where there are fewest: street-vendors (18), tow-truck (22), bail (25).",
        "bail: found unhelpful 15 times, helpful 5: read content/cards/bail/en.md as somebody who asks it.",
        "Of about 55 offers of cards 15 were taken: find the ways of asking in content/cards that sound like another "
        "card's (rights-bot evaluate --collisions).",
        "Shown fewer than five times in four weeks: street-vendors: are they asked in other words? Read their ways of "
        "asking in content/cards (rights-bot evaluate --collisions).",
        "Hardly a question in Traditional Chinese in four weeks: is the bot known where people speak it?",
    ]


def test_advice_names_the_file_of_a_script_and_cards_that_are_missing_in_it() -> None:
    chinese = languages(zh_Hant={"answered": 40, "none": 20})
    found = advice(reported(Published((Tables(WEEK, cards(), chinese),), ()), handed_over=None))
    assert found == [
        "zh_Hant: 20 of about 60 questions found no answer, the largest share of all languages: add ways of asking to "
        "content/cards/*/zh.md, first where there are fewest: tow-truck (none), bail (20), street-vendors (21).",
        "Hardly a question in English, Spanish in a week: is the bot known where people speak it?",
    ]


def test_little_traffic_gets_no_advice() -> None:
    few = Tables(FOUR, cards(bail=(5, 0, 0)), languages(en={"answered": 15, "none": 10}))
    assert advice(reported(Published((), (few,)), handed_over=3)) == []
    assert advice(reported(Published((), ()))) == []


def test_lists_begin_with_the_worst() -> None:
    worse = cards(bail=(50, 40, 20), tow_truck=(50, 0, 20), street_vendors=(50, 95, 5))
    failed = languages(en={"answered": 80, "none": 20}, es={"none": 60}, zh_Hant={"none": 45})
    view = reported(Published((), (Tables(FOUR, worse, failed),))).four_weeks
    assert view is not None
    assert [row.id for row in losing(view)] == ["tow-truck", "bail"]
    assert [row.code for row in failing(view)] == ["es", "en"]
    assert seldom(view) == []  # the one that was shown fewer than five times is withdrawn


def test_the_summary_is_a_handful_of_lines() -> None:
    assert summary(reported()) == [
        "Week of 9 to 15 November 2026: at least 20 questions.",
        "urgent few; helped few, did not few.",
        "Four weeks of 19 October to 15 November 2026: at least 220 questions (before: 70).",
        "answered at once about 55%; offered cards about 25%; no answer about 20%; urgent 10; helped 60, did not 20.",
        "Most shown in four weeks: bail 60, tow-truck 20, old-rule 10.",
        "No answer most often in Spanish: 35 of about 120.",
        "Helped least: bail, yes 5, no 15.",
        "Questions handed to the volunteers that wait: 10.",
        *NOTES,
    ]
    assert summary(reported(Published((), ()))) == [NOTHING_YET, *NOTES]


@given(st.lists(st.integers(0, 10**9).map(lambda number: 5 * number), min_size=8, max_size=8), st.text(max_size=600))
@example([5000] * 8, "x" * 600)
def test_the_summary_fits_below_a_picture_and_keeps_its_notes(numbers: list[int], name: str) -> None:
    outcomes = {one.value: number for one, number in zip(Outcome, numbers, strict=True)}
    published = Published(
        (), (Tables(FOUR, {name: dict(zip(Measure, numbers, strict=False))}, languages(es=outcomes)),)
    )
    names = {"es": LanguageName(name, "es")}
    lines = summary(report(published, {name: CardName(name)}, names, {}, 10**9, TODAY))
    assert len("\n".join(lines)) <= CAPTION
    assert lines[-len(NOTES) :] == list(NOTES)


def text_of(found: Report) -> str:
    console = Console(width=200, file=io.StringIO(), record=True, markup=False)
    console.print(*statistics_tables(found))
    return console.export_text()


def test_the_terminal_shows_every_table_and_the_notes() -> None:
    lines = [" ".join(line.replace("│", " ").split()) for line in text_of(reported()).splitlines()]
    for line in (
        "questions, at least 220 70 20",
        "answered at once 125 about 55% 50 20",
        "es Spanish 120 20 55 30 35 about 30%",
        "zh_Hant Traditional Chinese few few <5 <5 <5",
        "bail 60 40 5 15",
        "Shown fewer than five times: street-vendors",
        "2026-W45 not shown: it would tell too much",
        "2026-W46 20 20 few few",
        "Questions handed to the volunteers that wait: 10.",
        *NOTES,
    ):
        assert line in lines
    lines = [line.strip() for line in text_of(reported(Published((), ()), handed_over=None)).splitlines()]
    assert lines == [NOTHING_YET, *NOTES]


@pytest.mark.parametrize("published", [PUBLISHED, Published((WITHOUT,), ()), Published((), ())])
def test_the_chart_is_a_picture_for_a_telephone(published: Published) -> None:
    picture = chart(reported(published))
    assert picture.startswith(b"\x89PNG\r\n\x1a\n")
    width, height = (int.from_bytes(picture[place : place + 4], "big") for place in (16, 20))
    assert (width, height) == (900, 1200)
    assert len(picture) < 300_000


def test_nobody_holds_the_drawing_library_who_draws_nothing() -> None:
    program = "import sys, bot.statistics.chart, bot.statistics.page; sys.exit('matplotlib' in sys.modules)"
    subprocess.run([sys.executable, "-c", program], check=True)


def test_open_data_are_described_column_by_column(tmp_path: Path) -> None:
    written = write(tmp_path / "open" / "figures.json", PUBLISHED)
    assert [path.name for path in written] == ["figures-cards.csv", "figures-languages.csv", "figures.json"]
    data = json.loads((tmp_path / "open" / "figures.json").read_text(encoding="utf-8"))
    assert data["notes"] == list(NOTES)
    for resource in data["resources"]:
        with (tmp_path / "open" / resource["path"]).open(encoding="utf-8", newline="") as file:
            columns = next(csv.reader(file))
        fields = resource["schema"]["fields"]
        assert [field["name"] for field in fields] == columns
        assert all(field["description"] for field in fields)
        assert resource["schema"]["missingValues"] == ["<5"]


def test_open_data_hold_all_periods_and_no_zero() -> None:
    data = as_data(PUBLISHED)
    periods = data["periods"]
    assert isinstance(periods, list)
    assert [(one["period"], one["weeks"], one["languages"] is None) for one in periods] == [
        ("2026-W39/2026-W42", 4, False),
        ("2026-W43/2026-W46", 4, False),
        ("2026-W45", 1, True),
        ("2026-W46", 1, False),
    ]
    assert periods[1]["cards"]["bail"]["not_helpful"] == {"at_least": 15, "text": "15"}
    assert periods[1]["cards"]["street-vendors"]["shown"] == {"at_least": 0, "text": "<5"}


def test_the_csv_tables_say_the_same() -> None:
    tables = csv_tables(Published((WITHOUT,), (NOW,)))
    lines = tables["cards"].splitlines()
    assert lines[:2] == ["period,weeks,card,shown,helpful,not_helpful", "2026-W43/2026-W46,4,bail,60,5,15"]
    assert lines[4:6] == ["2026-W43/2026-W46,4,street-vendors,<5,<5,<5", "2026-W45,1,bail,10,<5,<5"]
    lines = tables["languages"].splitlines()
    assert lines[:2] == ["period,weeks,language,outcome,figure", "2026-W43/2026-W46,4,en,answered,70"]
    assert len(lines) == 1 + len(LANGUAGES) * len(Outcome)  # the week has no table of languages
    assert "2026-W43/2026-W46,4,zh_Hant,urgent,<5" in lines


def test_names_come_from_the_content(library: Library, languages: Languages) -> None:
    assert set(card_names(library)) == set(library.cards)
    assert language_names(languages)["zh_Hant"] == LanguageName("Traditional Chinese", "zh")
    found = Coverage({"bail": {"es": Cell("draft", phrasings=7), "ko": Cell("missing")}}, (), (), {})
    assert phrasings(found) == {"bail": {"es": 7, "ko": 0}}
