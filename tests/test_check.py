"""`rights-bot check` tells a volunteer of each fault in one line that names the file, the line and the mend."""

from __future__ import annotations

import datetime as dt
import shutil
from pathlib import Path

import pytest

from bot.cards.checks import check_content
from bot.cards.library import CONTENT, load_library
from bot.faults import Faults
from bot.languages import Languages
from bot.matching.checks import check_phrasings
from tests.conftest import TODAY

CARD = "ice-at-school"


@pytest.fixture
def content(tmp_path: Path) -> Path:
    """A copy of the real content, cut down to three cards in two languages."""
    folder = tmp_path / "content"
    keep = {CARD, "ice-at-home", "stay-silent"}
    shutil.copytree(CONTENT, folder, ignore=lambda path, names: _left_out(Path(path), names, keep))
    for card in keep:
        edit(folder / "cards" / card / "card.yaml", lambda text: _without(text, "see_also:"))
    return folder


def _left_out(path: Path, names: list[str], keep: set[str]) -> set[str]:
    if path.name == "cards":
        return set(names) - keep
    return {name for name in names if name.endswith(".md") and name not in {"en.md", "es.md"}}


def _without(text: str, start: str) -> str:
    return "".join(line for line in text.splitlines(keepends=True) if not line.startswith(start))


def edit(path: Path, change: object) -> None:
    """Rewrite a file through a function of its text."""
    assert callable(change)
    path.write_text(change(path.read_text(encoding="utf-8")), encoding="utf-8")


def faults_of(content: Path, languages: Languages, today: dt.date = TODAY) -> Faults:
    """All faults, with paths relative to the content folder."""
    faults = Faults()
    check_content(content, languages, today, faults)
    check_phrasings(content, faults)
    return faults


def lines(faults: Faults, content: Path) -> list[str]:
    """The errors as a volunteer reads them."""
    return [str(fault).removeprefix(f"{content}/") for fault in faults.errors]


def test_good_content_has_no_error(content: Path, languages: Languages) -> None:
    assert lines(faults_of(content, languages), content) == []


def replaced(old: str, new: str) -> object:
    """A change that puts ``new`` in the place of the first ``old``, which must be there."""

    def change(text: str) -> str:
        assert old in text
        return text.replace(old, new, 1)

    return change


YAML_FAULTS = [
    ("group: encounters", "group: encounter", "card.yaml:2: `group: encounter` is not in groups.yaml"),
    ("urgent: true", "urgent: yes please", "card.yaml:3: `urgent: yes please` is neither true nor false"),
    ("urgent: true", "urgnt: true", "card.yaml:3: unknown field `urgnt`"),
    ("facts_checked: ", "checked: ", "the field `facts_checked` is missing"),
    (f"id: {CARD}", "id: ice-in-school", f"card.yaml:1: `id: ice-in-school` does not match its folder `{CARD}`"),
    (
        "[moia-legal-hotline,",
        "[moia-hotline,",
        "`resources` names `moia-hotline`, which is not in content/resources.yaml",
    ),
    ("group: encounters", "see_also: [no-such-card]\ngroup: encounters", "`see_also` names `no-such-card`"),
    ("facts_checked: 2026-11-21", "facts_checked: 2026-13-41", "`facts_checked: 2026-13-41` is not a date"),
    ("facts_checked: 2026-11-21", "facts_checked: 2027-01-01", "`facts_checked: 2027-01-01` is in the future"),
    ("review_by: ", "review_by: 2020-01-01 #", "`review_by: 2020-01-01` is before `facts_checked`"),
    ("urgent: true", "urgent: [true", "card.yaml:4: this is not YAML"),
    ("urgent: true", "urgent: true\nurgent: false", "card.yaml:4: `urgent` stands twice"),
]


@pytest.mark.parametrize(("old", "new", "expected"), YAML_FAULTS)
def test_a_fault_in_card_yaml_is_named(content: Path, languages: Languages, old: str, new: str, expected: str) -> None:
    edit(content / "cards" / CARD / "card.yaml", replaced(old, new))
    found = [line for line in lines(faults_of(content, languages), content) if line.startswith(f"cards/{CARD}/")]
    assert any(expected in line for line in found), found


TEXT_FAULTS = [
    ("Title: ", "Titel: ", "en.md:1: unknown header `Titel:`"),
    ("Title: ", "Title: " + "long " * 12, "characters: shorten it to 60"),
    ("**The rule is no", "The rule is no", "the first line must answer in bold"),
    ("Since 2017", "Call 212-555-0199. Since 2017", "the phone number 212-555-0199 is not in content/resources.yaml"),
    ("Since 2017", "Since *2017*", "a lone `*`"),
    ("Since 2017", "# Since 2017", "a heading"),
    ("Since 2017", "Since <b>2017</b>", "HTML"),
    ("Since 2017", "you are safe there. Since 2017", "`you are safe there` promises what no card may"),
    ("Since 2017", "Since 2017 " + "and so on " * 60, "characters: shorten it to 900"),
    ("- school ice", "school ice", "a way of asking must be one line that begins with `- `"),
    ("- school ice", "- ???", "this way of asking has no letters"),
    ("Translation: original", "Translation: mine", "`Translation: mine` is unknown: write original, draft or reviewed"),
]


@pytest.mark.parametrize(("old", "new", "expected"), TEXT_FAULTS)
def test_a_fault_in_a_text_is_named(content: Path, languages: Languages, old: str, new: str, expected: str) -> None:
    edit(content / "cards" / CARD / "en.md", replaced(old, new))
    found = [line for line in lines(faults_of(content, languages), content) if line.startswith(f"cards/{CARD}/en.md")]
    assert any(expected in line for line in found), found


def test_the_same_way_of_asking_under_two_cards_is_named_at_both(content: Path, languages: Languages) -> None:
    edit(content / "cards" / "stay-silent" / "en.md", lambda text: text + "\n- SCHOOL  ice!\n")
    found = lines(faults_of(content, languages), content)
    assert len(found) == 1
    assert "`SCHOOL  ice!` also stands under another card (ice-at-school/en.md:" in found[0]


def test_all_faults_are_told_at_once(content: Path, languages: Languages) -> None:
    for old, new, _ in YAML_FAULTS[:2]:
        edit(content / "cards" / CARD / "card.yaml", replaced(old, new) if old != "urgent: true" else lambda t: t)
    edit(content / "cards" / "stay-silent" / "en.md", replaced("Title: ", "Titel: "))
    edit(content / "resources.yaml", replaced("+1-800-354-0365", "800 354 0365"))
    text = "\n".join(lines(faults_of(content, languages), content))
    assert "card.yaml:2" in text
    assert "stay-silent/en.md:1" in text
    assert "write phone numbers as +1-800-354-0365" in text


def test_a_translation_that_fell_behind_is_a_warning_with_the_value_to_write(
    content: Path, languages: Languages
) -> None:
    edit(content / "cards" / CARD / "en.md", replaced("Since 2017", "Since March 2017"))
    faults = faults_of(content, languages)
    assert lines(faults, content) == []
    behind = [
        fault.message for fault in faults.warnings if fault.path.name == "es.md" and fault.path.parent.name == CARD
    ]
    assert any(message.startswith("this translates an older English text") for message in behind)
    value = next(message for message in behind if "older English" in message).rpartition("Translates: ")[2].strip("`")
    edit(content / "cards" / CARD / "es.md", lambda text: _with_translates(text, value))
    faults = faults_of(content, languages)
    assert not any("older English" in f.message for f in faults if f.path.parent.name == CARD)


def _with_translates(text: str, value: str) -> str:
    return "\n".join(f"Translates: {value}" if line.startswith("Translates:") else line for line in text.splitlines())


def test_words_to_say_must_stand_in_english_in_a_translation(content: Path, languages: Languages) -> None:
    path = content / "cards" / "stay-silent" / "es.md"
    edit(path, lambda text: text.replace("> I want to use my right", "> Quiero usar mi derecho", 1))
    found = lines(faults_of(content, languages), content)
    assert any("the words to say must stand in English first" in line for line in found), found


def test_an_overdue_review_is_a_warning(content: Path, languages: Languages) -> None:
    faults = faults_of(content, languages, today=dt.date(2030, 1, 1))
    assert lines(faults, content) == []
    assert any("the review was due on" in fault.message for fault in faults.warnings)


def test_a_slip_in_one_hotline_does_not_take_the_others(content: Path, languages: Languages) -> None:
    edit(content / "resources.yaml", lambda text: text + "\n- id: broken\n  name: [\n")
    faults = Faults()
    library = load_library(content, languages, faults)
    assert any("this is not YAML" in fault.message for fault in faults.errors)
    assert len(library.fallback) == 3


def test_a_broken_card_leaves_the_others_served(content: Path, languages: Languages) -> None:
    (content / "cards" / CARD / "card.yaml").write_text("{", encoding="utf-8")
    (content / "cards" / "stay-silent" / "es.md").write_bytes(b"\xff\xfe\x00")
    library = load_library(content, languages)
    assert CARD not in library.cards
    assert "es" not in library.cards["stay-silent"].texts
    assert "en" in library.cards["stay-silent"].texts
    assert "es" in library.cards["ice-at-home"].texts


def test_a_card_and_a_language_are_added_by_files_alone(content: Path, languages: Languages) -> None:
    shutil.copytree(content / "cards" / CARD, content / "cards" / "new-card")
    edit(content / "cards" / "new-card" / "card.yaml", replaced(f"id: {CARD}", "id: new-card"))
    shutil.copy(content / "cards" / CARD / "es.md", content / "cards" / CARD / "pl.md")
    library = load_library(content, languages)
    assert "new-card" in library.cards
    assert "pl" in library.cards[CARD].texts
