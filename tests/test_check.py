"""`rights-bot check` tells a volunteer of each fault in one line that names the file, the line and the mend."""

from __future__ import annotations

import datetime as dt
import shutil
from pathlib import Path

import pytest

from bot.cards.checks import check_content
from bot.cards.coverage import coverage
from bot.cards.library import CONTENT, load_library
from bot.faults import Faults
from bot.languages import Languages
from bot.matching.checks import check_phrasings, distinct
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
    return [str(fault).removeprefix(f"{content}/") for fault in faults.causes]


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
    ("group: encounters", "group:", "card.yaml:2: `group` is empty"),
    (
        "urgent: true",
        "withdrawn: {since: 2026-11-21, because: a court stopped it, for now}",
        "card.yaml:3: unknown field `for now`: is it text after a comma? Write each field on its own line",
    ),
    ("urgent: true", "see_also: &all [*all]", "card.yaml:3: this is not YAML (an anchor or alias)"),
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
    ("## How people ask", "## Cómo pregunta la gente", "is a heading that is not known: write `## How people ask`"),
    ("Title: ", "Title: **", "en.md:1: a lone `*`"),
    ("Title: ", "Title: **Yes** ", "en.md:1: a title is plain text"),
    ("Title: ", "Title: 212-555-0199 ", "en.md:1: the phone number 212-555-0199 is not in content/resources.yaml"),
    ("Title: ", "Title: ICE is banned. ", "en.md:1: `ice is banned` promises what no card may"),
    *(
        ("Since 2017", f"Call 212{hyphen}555{hyphen}0199.", "the phone number 212-555-0199 is not in")
        for hyphen in "\u2010\u2011\u2012\u2014\u2212\ufe63\uff0d"
    ),
    ("Since 2017", "Call 212\u00ad-\u200b555-0199.", "the phone number 212-555-0199 is not in"),
    ("Since 2017", "Call （212）555-0199.", "the phone number 212)555-0199 is not in"),
]


@pytest.mark.parametrize(("old", "new", "expected"), TEXT_FAULTS)
def test_a_fault_in_a_text_is_named(content: Path, languages: Languages, old: str, new: str, expected: str) -> None:
    edit(content / "cards" / CARD / "en.md", replaced(old, new))
    found = [line for line in lines(faults_of(content, languages), content) if line.startswith(f"cards/{CARD}/en.md")]
    assert any(expected in line for line in found), found


RESOURCE_FAULTS = [
    ("languages: [", "languages: [english, ", "`languages: english` does not fit: write a language by its code"),
    ("{days: mon-fri,", "{days: sat-mon,", "resources.yaml:34: `days: sat-mon` does not fit: days run from Monday"),
    ('closes: "18:00"', 'closes: "06:00"', "resources.yaml:34: `closes: 06:00` does not fit: it must be later"),
]


@pytest.mark.parametrize(("old", "new", "expected"), RESOURCE_FAULTS)
def test_a_fault_in_a_resource_is_named_once(
    content: Path, languages: Languages, old: str, new: str, expected: str
) -> None:
    edit(content / "resources.yaml", replaced(old, new))
    found = lines(faults_of(content, languages), content)
    assert len(found) == 1, found
    assert expected in found[0]


def test_what_is_wrong_with_a_resource_is_named_at_its_own_line(content: Path, languages: Languages) -> None:
    """Entries and links that are left out do not shift the lines of those that stay."""
    yaml = content / "resources.yaml"
    edit(
        yaml, lambda text: text.replace("  name: MOIA", "  nam: MOIA", 1) + _resource("lost") + _resource("far", "[wo]")
    )
    edit(
        content / "cards" / CARD / "card.yaml", lambda text: text.replace("resources: [", "resources: [no-such, far, ")
    )
    faults = faults_of(content, languages)
    lost = next(
        fault for fault in faults.errors if "nobody could reach it" in fault.message and "`lost`" in fault.message
    )
    assert yaml.read_text(encoding="utf-8").splitlines()[lost.line - 1] == "- id: lost"
    edit(
        content / "cards" / CARD / "card.yaml", lambda text: text.replace("no-such, far, ", "\n  no-such,\n  far,\n  ")
    )
    speaks_none = next(fault for fault in faults_of(content, languages).warnings if "speaks none" in fault.message)
    path = speaks_none.path
    assert path.read_text(encoding="utf-8").splitlines()[speaks_none.line - 1].strip() == "far,"


def _resource(id_: str, spoken: str = "[]") -> str:
    """An entry of resources.yaml without a way to reach anybody."""
    return (
        f"\n- id: {id_}\n  name: Far\n  what: Nothing.\n  languages: {spoken}\n"
        "  sources: [{url: https://example.org}]\n  checked: 2026-11-21\n  review_by: 2027-05-21\n"
    )


BROKEN_ELSEWHERE = [
    ("resources.yaml", "  name: MOIA", "  nam: MOIA", {"resources.yaml"}),
    ("resources.yaml", "  name: MOIA", "  name: [MOIA", {"resources.yaml"}),
    ("groups.yaml", "  title: If you meet", "  titel: If you meet", {"groups.yaml"}),
    ("cards/stay-silent/card.yaml", "group: ", "grupp: ", {"cards/stay-silent/card.yaml"}),
]


@pytest.mark.parametrize(("file", "old", "new", "told"), BROKEN_ELSEWHERE)
def test_what_is_broken_is_told_where_it_is_and_not_at_each_card_that_names_it(
    content: Path, languages: Languages, file: str, old: str, new: str, told: set[str]
) -> None:
    edit(content / "cards" / CARD / "card.yaml", lambda text: f"see_also: [stay-silent]\n{text}")
    edit(content / file, replaced(old, new))
    assert {line.partition(":")[0] for line in lines(faults_of(content, languages), content)} == told


def test_a_card_whose_group_does_not_exist_answers_all_the_same(content: Path, languages: Languages) -> None:
    edit(content / "cards" / CARD / "card.yaml", replaced("group: encounters", "group: encounter"))
    assert CARD in load_library(content, languages).cards
    (content / "groups.yaml").unlink()
    assert len(load_library(content, languages).cards) == 3


def test_no_exception_of_one_card_takes_the_others(content: Path, languages: Languages) -> None:
    edit(content / "cards" / CARD / "card.yaml", lambda text: f"see_also: {'[' * 600}{']' * 600}\n{text}")
    faults = Faults()
    assert set(load_library(content, languages, faults).cards) == {"ice-at-home", "stay-silent"}
    assert any("this card cannot be read (RecursionError)" in fault.message for fault in faults.errors)


@pytest.mark.parametrize("old", ["## How people ask", "**"])
def test_english_takes_the_place_of_a_half_broken_translation(content: Path, languages: Languages, old: str) -> None:
    new = "## Cómo pregunta la gente" if old.startswith("#") else "## How people ask\n**"
    edit(content / "cards" / CARD / "es.md", replaced(old, new))
    assert set(load_library(content, languages).cards[CARD].texts) == {"en"}
    found = [line for line in lines(faults_of(content, languages), content) if f"{CARD}/es.md" in line]
    assert found


def test_english_steps_take_the_place_of_half_broken_ones(content: Path, languages: Languages) -> None:
    edit(content / "emergency" / "es.md", replaced("## How people say it", "## Cómo lo dice la gente"))
    library = load_library(content, languages)
    english, spanish = (library.emergency[code].situations for code in ("en", "es"))
    assert list(spanish) == list(english)
    assert (spanish["door"].steps, spanish["door"].phrasings) == (english["door"].steps, ())
    assert spanish["street"].title != english["street"].title
    found = lines(faults_of(content, languages), content)
    mend = "is a heading that is not known: write `# id: Title` or `## How people say it`"
    assert any(mend in line for line in found), found


def test_a_section_that_stands_twice_is_named(content: Path, languages: Languages) -> None:
    edit(content / "emergency" / "es.md", lambda text: text + "\n# car: Otra vez\n**No.**\n")
    found = lines(faults_of(content, languages), content)
    assert len(found) == 1
    assert "the section `# car:` stands twice" in found[0]


def test_a_missing_safety_file_is_an_error(content: Path, languages: Languages) -> None:
    missing = ["elsewhere.txt", "not_ours/es.txt", "words_to_avoid.yaml"]
    for name in missing:
        (content / name).unlink()
    assert [line.partition(":")[0] for line in lines(faults_of(content, languages), content)] == missing


def test_a_thin_safety_file_is_a_warning(content: Path, languages: Languages) -> None:
    (content / "not_ours" / "es.txt").write_text("¿dónde está mi pasaporte?\n", encoding="utf-8")
    edit(content / "words_to_avoid.yaml", lambda text: text.replace("\nht:", "\nxx:"))
    faults = faults_of(content, languages)
    assert lines(faults, content) == []
    messages = [fault.message for fault in faults.warnings]
    assert any(message.startswith("1 questions that no card answers: 150") for message in messages)
    assert any(message.startswith("there are no words to avoid in `ht`") for message in messages)


def test_questions_of_an_unknown_language_are_an_error(content: Path, languages: Languages) -> None:
    (content / "not_ours" / "xx.txt").write_text("hi\n", encoding="utf-8")
    found = lines(faults_of(content, languages), content)
    assert [line.partition(": this is no language's file")[0] for line in found] == ["not_ours/xx.txt:1"]


def test_coverage_counts_ways_of_asking_as_check_does(content: Path, languages: Languages) -> None:
    edit(content / "cards" / CARD / "en.md", lambda text: text + "\n- ice at school!!\n- Ice at school\n")
    library = load_library(content, languages)
    plain = coverage(content, library, languages, TODAY).cells[CARD]["en"].phrasings
    counted = coverage(content, library, languages, TODAY, distinct).cells[CARD]["en"].phrasings
    phrasings = library.cards[CARD].texts["en"].phrasings
    assert (plain, counted) == (len(phrasings), distinct(phrasings))
    assert counted < plain


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
