"""The real content keeps its promises: it has no error, and the code names none of it."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from bot.cards.checks import check_content
from bot.cards.library import CONTENT, load_library
from bot.cards.model import CRISIS, LOOK_ALIKES, Library
from bot.faults import Faults
from bot.languages import LOCALES, Languages, catalogue_faults, load_languages
from bot.matching.checks import check_phrasings
from tests.conftest import ROOT, TODAY

REPORTING_LINE = "8663472423"
"""The number at which people are reported to ICE; public lists wrongly show it as a locator."""


def test_the_content_has_no_error(languages: Languages) -> None:
    faults = Faults()
    check_content(CONTENT, languages, TODAY, faults)
    check_phrasings(CONTENT, faults)
    assert faults.errors == []


def test_every_catalogue_is_complete() -> None:
    faults = Faults()
    languages = load_languages(faults=faults)
    catalogue_faults(languages, LOCALES / "messages.pot", faults)
    assert faults.errors == []
    assert list(languages) == ["en", "es", "zh_Hans", "zh_Hant", "ru", "bn", "ht", "ko", "ar", "ur", "fr", "pl"]


def test_the_template_holds_the_sentences_of_code_and_content(tmp_path: Path) -> None:
    template = tmp_path / "messages.pot"
    keywords = ["-k", "say", "-k", "say_plural:1,2", "--no-location", "-o", str(template), "."]
    command = [sys.executable, "-m", "babel.messages.frontend", "-q", "extract", "-F", "locales/babel.cfg", *keywords]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    assert messages(template) == messages(LOCALES / "messages.pot"), "run `make update`"


def messages(path: Path) -> set[str]:
    """The English sentences of a catalogue."""
    with path.open("rb") as file:
        return {str(message.id) for message in read_po(file) if message.id}


def test_the_line_for_reporting_people_stands_nowhere() -> None:
    for path in [*CONTENT.rglob("*"), *LOCALES.rglob("*.po")]:
        if path.is_file():
            digits = re.sub(r"[^\d\n]", "", path.read_text(encoding="utf-8"))
            assert REPORTING_LINE not in digits, path


def test_actionnyc_is_found_under_that_name_and_shows_todays_name(library: Library) -> None:
    found = [one for one in library.resources.values() if "ActionNYC" in one.known_as]
    assert [one.name for one in found] == ["MOIA Immigration Legal Support Hotline"]
    assert found[0].phone == "+1-800-354-0365"


def test_three_resources_are_shown_when_nothing_else_can_be(library: Library) -> None:
    assert len(library.fallback) == 3
    assert all(resource.phone for resource in library.fallback)


def test_what_holds_wherever_a_person_is_held_is_marked(library: Library) -> None:
    assert {"find-detained", "arrested-by-ice"} <= {card.id for card in library.cards.values() if card.facts.anywhere}


def test_lives_are_in_danger_where_the_file_format_says_so(library: Library) -> None:
    situations = library.emergency["en"].situations
    marked = {id_ for id_ in situations if id_.startswith(CRISIS)}
    assert marked == {id_ for id_, situation in situations.items() if situation.crisis}
    assert marked
    for mark in (CRISIS, LOOK_ALIKES):
        assert f"`{mark}" in (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")


def test_nothing_in_the_code_names_a_card_a_group_or_a_resource(library: Library) -> None:
    names = {*library.cards, *library.resources, *(group.id for group in library.groups)}
    # Words that are also names of groups ("work", "school") may stand in sentences, but not alone as a string.
    for path in (ROOT / "bot").rglob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        docs = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docs:
                assert node.value not in names, f"{path.name}:{node.lineno} names {node.value}"


def test_the_school_card_tells_what_holds_and_how_it_came() -> None:
    text = (CONTENT / "cards" / "ice-at-school" / "en.md").read_text(encoding="utf-8")
    for words in ("2017", "January 2025", "Executive Order 13", "2026", "signed by a judge", "wait outside", "lawyers"):
        assert words in text


def test_content_without_a_language_still_loads(languages: Languages) -> None:
    assert load_library(CONTENT / "nowhere", languages) == Library()


@pytest.mark.parametrize("code", ["es", "zh_Hans", "zh_Hant", "ar"])
def test_the_first_fourteen_cards_are_there_in_four_languages(code: str, library: Library) -> None:
    first = (
        "ice-at-school ice-at-home ice-at-work ice-on-street ice-in-car warrants stay-silent arrested-by-ice "
        "find-detained family-plan unpaid-wages boss-threatens free-legal-help bot-privacy"
    )
    for card in first.split():
        assert code in library.cards[card].texts, f"{card} has no {code}"
    assert code in library.emergency


def test_traditional_chinese_is_made_from_simplified(library: Library) -> None:
    card = library.cards["ice-at-school"]
    assert "学校" in card.texts["zh_Hans"].answer[0].text
    assert "學校" in card.texts["zh_Hant"].answer[0].text
