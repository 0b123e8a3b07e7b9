"""Languages: negotiation, names, dates, lists and sentences, with the holes of CLDR's data closed."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

import pytest

from bot.faults import Faults
from bot.languages import LOCALES, Languages, load_languages

NEGOTIATED = {
    "zh": "zh_Hans",
    "zh-cn": "zh_Hans",
    "zh-hans": "zh_Hans",
    "zh-SG": "zh_Hans",
    "zh-tw": "zh_Hant",
    "zh-hk": "zh_Hant",
    "zh_MO": "zh_Hant",
    "zh-hant": "zh_Hant",
    "zh-hant-tw": "zh_Hant",
    "zh-hans-hk": "zh_Hans",
    "ES_mx": "es",
    "es-419": "es",
    "en-GB": "en",
    "ht-HT": "ht",
    "ur-PK": "ur",
    "pt-br": None,
    "xx": None,
    "": None,
    "💥-🙂": None,
}


@pytest.mark.parametrize(("tag", "code"), NEGOTIATED.items())
def test_a_phones_language_finds_ours(languages: Languages, tag: str, code: str | None) -> None:
    found = languages.negotiate(tag)
    assert (found.code if found else None) == code


def test_a_phone_without_a_language_finds_none(languages: Languages) -> None:
    assert languages.negotiate(None) is None


def test_twelve_languages_are_seen_and_eleven_written(languages: Languages) -> None:
    assert " ".join(languages) == "en es zh_Hans zh_Hant ru bn ht ko ar ur fr pl"
    assert " ".join(languages.written) == "en es zh ru bn ht ko ar ur fr pl"


def test_dates_in_haitian_creole_are_not_french(languages: Languages) -> None:
    assert languages["ht"].date(dt.date(2026, 8, 1)) == "1 out 2026"
    assert languages["fr"].date(dt.date(2026, 8, 1)) == "1 août 2026"
    assert languages["ht"].days((0, 1, 2, 3, 4)) == "lendi – vandredi"
    assert languages["ht"].join(["English", "Español"]) == "English, Español"


def test_dates_in_both_chinese_scripts(languages: Languages) -> None:
    for code in ("zh_Hans", "zh_Hant"):
        assert languages[code].date(dt.date(2026, 11, 21)) == "2026年11月21日"


def test_days_that_follow_each_other_are_a_range_and_others_a_list(languages: Languages) -> None:
    assert languages["en"].days((0, 1, 2, 3, 4)) == "Mon – Fri"
    assert languages["en"].days((0, 2)) == "Mon and Wed"
    assert languages["en"].days((5,)) == "Sat"


def test_values_in_right_to_left_sentences_are_isolated(languages: Languages) -> None:
    said = languages["ar"].say("Facts last checked on {date}.", date="2026")
    assert "\u20682026\u2069" in said
    assert "\u2068" not in languages["es"].say("Facts last checked on {date}.", date="2026")


def test_latin_names_and_numbers_are_isolated_in_right_to_left_text(languages: Languages) -> None:
    assert languages["ur"].isolate_latin("فارم I-200 یا I-205۔") == "فارم \u2068I-200\u2069 یا \u2068I-205\u2069۔"
    assert languages["fr"].isolate_latin("le formulaire I-200") == "le formulaire I-200"


@pytest.mark.parametrize("number", [0, 1, 2, 3, 5, 11, 21, 22, 100])
def test_every_language_has_its_plural_forms(languages: Languages, number: int) -> None:
    for language in languages.values():
        said = language.say_plural("{number} answer", "{number} answers", number)
        assert language.number(number) in said
        assert said.strip() != language.number(number)
        if language.code != "en":
            assert "answer" not in said


def test_polish_and_arabic_tell_few_from_many(languages: Languages) -> None:
    for code, numbers in {"pl": (1, 2, 5), "ru": (1, 2, 5), "ar": (1, 5, 20)}.items():
        said = [languages[code].say_plural("{number} answer", "{number} answers", number) for number in numbers]
        bare = {text.replace(languages[code].number(n), "") for text, n in zip(said, numbers, strict=True)}
        assert len(bare) >= 2


def copied_catalogue(folder: Path, change: object) -> Path:
    """A locales folder with English and a changed Spanish catalogue."""
    assert callable(change)
    path = folder / "es" / "LC_MESSAGES" / "messages.po"
    path.parent.mkdir(parents=True)
    text = (LOCALES / "es" / "LC_MESSAGES" / "messages.po").read_text(encoding="utf-8")
    path.write_text(change(text), encoding="utf-8")
    (folder / "languages.yaml").write_text("- code: en\n- code: es\n", encoding="utf-8")
    return path


def test_a_translation_that_loses_a_name_in_braces_is_not_used(tmp_path: Path) -> None:
    path = copied_catalogue(
        tmp_path, lambda text: text.replace("{date}.", "{fecha}.").replace("on {fecha}.", "on {date}.")
    )
    faults = Faults()
    languages = load_languages(tmp_path, faults)
    assert languages["es"].say("Facts last checked on {date}.", date="today") == "Facts last checked on today."
    assert "{fecha}" in path.read_text(encoding="utf-8")


def test_a_broken_catalogue_leaves_english(tmp_path: Path) -> None:
    path = copied_catalogue(tmp_path, str)
    path.write_bytes(b'msgid "Menu"\nmsgstr "Men\xfa"\n')
    faults = Faults()
    languages = load_languages(tmp_path, faults)
    assert languages["es"].say("Menu") == "Menu"
    assert [fault.path for fault in faults] == [path]


def test_a_plural_rule_that_is_none_leaves_english(tmp_path: Path) -> None:
    rule = re.compile(r'"Plural-Forms: .*')
    path = copied_catalogue(tmp_path, lambda text: rule.sub(r'"Plural-Forms: nplurals=2; plural=(n != ;\\n"', text))
    faults = Faults()
    languages = load_languages(tmp_path, faults)
    assert languages["es"].say_plural("{number} answer", "{number} answers", 2) == "2 answers"
    assert [fault.path for fault in faults] == [path]


LANGUAGE_FAULTS = [
    ("months: [a, b]", "languages.yaml:3: `months: ['a', 'b']` does not fit: write 12 months, from January, not 2"),
    ("weekdays: [a]", "languages.yaml:3: `weekdays: ['a']` does not fit: write 7 days, from Monday, not 1"),
    ('date: "{day} {mois}"', "languages.yaml:3: `date: {day} {mois}` does not fit: write it as"),
    ('date: "{month:d}"', "languages.yaml:3: `date: {month:d}` does not fit: write it as"),
    ("time: EEEE", "languages.yaml:3: `time: EEEE` does not fit: write it of hours and minutes"),
    ("name: A\n- code: ht", "languages.yaml:4: `code: ht` stands twice"),
]


@pytest.mark.parametrize(("line", "expected"), LANGUAGE_FAULTS)
def test_a_fault_in_languages_yaml_is_named(tmp_path: Path, line: str, expected: str) -> None:
    (tmp_path / "languages.yaml").write_text(f"- code: en\n- code: ht\n  {line}\n", encoding="utf-8")
    faults = Faults()
    load_languages(tmp_path, faults)
    assert any(expected in str(fault) for fault in faults), list(faults)


def test_a_language_that_babel_cannot_name_has_a_name_all_the_same(languages: Languages) -> None:
    for language in languages.values():
        assert language.language_name("english") == "english"
        assert language.language_name("") == ""
    assert languages["ht"].language_name("quc") == "Kʼicheʼ"


def test_without_any_locales_english_is_there(tmp_path: Path) -> None:
    languages = load_languages(tmp_path, Faults())
    assert list(languages) == ["en"]
