"""The page of statistics in a real browser: it fits a telephone, asks nobody for anything, and tells the figures."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By

from bot.counts.published import Published
from bot.statistics.names import CardName
from bot.statistics.page import page
from bot.statistics.report import report
from bot.statistics.wording import NOTES, NOTHING_YET
from tests import browser as screen
from tests.conftest import TODAY
from tests.test_statistics import CARDS, LANGUAGES, PHRASINGS, PUBLISHED, WITHOUT, reported

browser = screen.browser

EMPTY = Published((), ())
LONG = "Whatshallwedowithatitlethathasnospacesatallandgoesonandon"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "statistics.html"


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("published", [PUBLISHED, Published((WITHOUT,), ()), EMPTY])
def test_nothing_stands_beside_the_screen(browser: Chrome, file: Path, width: int, published: Published) -> None:
    names = {**CARDS, "bail": CardName(LONG)}
    file.write_text(page(report(published, names, LANGUAGES, PHRASINGS, 12, TODAY)), encoding="utf-8")
    screen.show(browser, file, width)
    assert browser.execute_script("return window.innerWidth") == width
    assert screen.overflow(browser) <= 0


def test_the_page_asks_for_nothing_but_itself(browser: Chrome, file: Path) -> None:
    file.write_text(page(reported()), encoding="utf-8")
    screen.show(browser, file, 360)
    assert screen.requests(browser) == [file.as_uri()]


def test_the_figures_are_told_in_words(browser: Chrome, file: Path) -> None:
    file.write_text(page(reported()), encoding="utf-8")
    screen.show(browser, file, 1280)
    rows = [" ".join(row.text.split()) for row in browser.find_elements(By.TAG_NAME, "tr")]
    for row in (
        "Questions, at least 220 was 70 20",
        "Answered at once 125 about 55%, was 50 20",
        "Spanish was 20 120 55 30 35",
        "Traditional Chinese was few few <5 <5 <5",
        "What is bail? was 40 60 5 15",
        "2 Nov not shown: it would tell too much",
        "9 Nov 20",
    ):
        assert row in rows
    text = " ".join(browser.find_element(By.TAG_NAME, "body").text.split())
    assert "Shown fewer than five times: Selling on the street" in text
    assert "read content/cards/bail/en.md as somebody who asks it." in text
    for note in NOTES:
        assert note in text


def test_bars_are_as_long_as_their_figures(browser: Chrome, file: Path) -> None:
    file.write_text(page(reported()), encoding="utf-8")
    screen.show(browser, file, 1280)
    bars = browser.find_elements(By.CSS_SELECTOR, ".bars")[:2]
    spanish, english = [[part.size["width"] for part in bar.find_elements(By.TAG_NAME, "i")] for bar in bars]
    whole = bars[0].size["width"]
    assert [round(width / whole * 120 / 5) * 5 for width in spanish] == [55, 30, 35]
    assert [round(width / whole * 120 / 5) * 5 for width in english] == [70, 25, 5]


@pytest.mark.parametrize("dark", [False, True])
def test_the_kinds_of_bars_differ_by_pattern_and_are_named(browser: Chrome, file: Path, dark: bool) -> None:
    file.write_text(page(reported()), encoding="utf-8")
    screen.show(browser, file, 360, dark=dark)
    key = browser.find_element(By.CLASS_NAME, "key").find_elements(By.TAG_NAME, "li")
    assert [one.text for one in key] == ["answered at once", "offered cards to choose from", "no answer found"]
    looks = [one.find_element(By.TAG_NAME, "i").value_of_css_property("background-image") for one in key]
    assert [look.partition("(")[0] for look in looks] == ["none", "repeating-linear-gradient", "radial-gradient"]


@pytest.mark.parametrize("dark", [False, True])
def test_every_word_can_be_read_against_its_ground(browser: Chrome, file: Path, dark: bool) -> None:
    file.write_text(page(reported()), encoding="utf-8")
    screen.show(browser, file, 360, dark=dark)
    ground = browser.find_element(By.TAG_NAME, "body").value_of_css_property("background-color")
    for selector in ("h1", "td", "th", "small", "caption", ".notes li", "ol li", ".faint"):
        ink = browser.find_element(By.CSS_SELECTOR, selector).value_of_css_property("color")
        assert contrast(ink, ground) >= 4.5, selector


def contrast(one: str, other: str) -> float:
    """The contrast of two colours as WCAG reckons it."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def luminance(colour: str) -> float:
    parts = [int(part) / 255 for part in re.findall(r"\d+", colour)[:3]]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_every_table_has_a_caption_and_every_heading_a_scope() -> None:
    html = page(reported())
    assert html.count("<table") == html.count("<caption>") == 4
    assert re.findall(r"<th(?! scope=\"(?:col|row)\")\b[^>]*>", html) == []
    assert '<html lang="en">' in html


def test_a_title_is_never_markup(browser: Chrome, file: Path) -> None:
    attack = "<script>document.title = 'broken'</script><b>bold</b>"
    names = {**CARDS, "bail": CardName(attack)}
    html = page(report(PUBLISHED, names, LANGUAGES, PHRASINGS, 12, TODAY))
    assert "<script" not in html
    assert "&lt;script&gt;" in html
    file.write_text(html, encoding="utf-8")
    screen.show(browser, file, 360)
    assert browser.title == "What people ask rights-bot"
    assert attack in browser.find_element(By.TAG_NAME, "body").text


def test_before_the_first_week_is_over_the_page_says_so() -> None:
    html = page(reported(EMPTY, handed_over=3))
    assert NOTHING_YET in html
    assert "Questions handed to the volunteers that wait: &lt;5." in html


def test_nothing_in_the_page_comes_from_elsewhere() -> None:
    assert re.findall(r"src=|href=|url\(|@import|https?:", page(reported())) == []
