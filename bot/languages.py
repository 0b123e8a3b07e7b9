"""Which languages there are, and how to say a sentence, a date or a list of days in one. Babel does the work."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path
from typing import Annotated

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_time, get_day_names
from babel.lists import format_list
from babel.numbers import format_decimal
from babel.support import NullTranslations
from pydantic import AfterValidator, BaseModel, ConfigDict

from bot.catalogues import catalogue_path, placeholder_fault, read_catalogue, read_translations
from bot.faults import Faults
from bot.yaml_files import parse, read_yaml

LOCALES = Path(__file__).resolve().parent.parent / "locales"
SOURCE = "en"
"""The language that sentences in the code and original cards are written in."""

_FIRST_STRONG_ISOLATE, _POP_ISOLATE = "\u2068", "\u2069"

_LATIN_RUN = re.compile(r"(?:/(?=[a-z]))?[A-Za-z0-9$+#](?:[A-Za-z0-9 .,:/'’&%+@#-]*[A-Za-z0-9%])?")


def _names(number: int, what: str) -> Callable[[tuple[str, ...]], tuple[str, ...]]:
    def checked(names: tuple[str, ...]) -> tuple[str, ...]:
        if len(names) not in (0, number):
            raise ValueError(f"write {number} {what}, not {len(names)}")
        return names

    return checked


def _date_format(text: str) -> str:
    try:
        text.format(day=1, month="", year=2026)
    except (AttributeError, LookupError, ValueError):
        raise ValueError('write it as "{day} {month} {year}", with no other names in braces') from None
    return text


def _time_format(text: str) -> str:
    try:
        format_time(dt.time(9), text)
    except (AttributeError, LookupError, ValueError):
        raise ValueError('write it of hours and minutes, as in "HH:mm"') from None
    return text


class LanguageFacts(BaseModel):
    """One entry of ``locales/languages.yaml``."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    code: str
    written: str | None = None
    name: str | None = None
    months: Annotated[tuple[str, ...], AfterValidator(_names(12, "months, from January"))] = ()
    weekdays: Annotated[tuple[str, ...], AfterValidator(_names(7, "days, from Monday"))] = ()
    date: Annotated[str, AfterValidator(_date_format)] | None = None
    time: Annotated[str, AfterValidator(_time_format)] | None = None


@dataclass(frozen=True)
class Language:
    """One language that people see.

    ``code`` is the code of output and counts (``zh_Hant``), ``written`` the code of files (``zh``).
    """

    code: str
    written: str
    name: str
    locale: Locale
    facts: LanguageFacts
    translations: NullTranslations = field(default_factory=NullTranslations, repr=False)

    @cached_property
    def right_to_left(self) -> bool:
        """Whether a reader of this language reads from right to left."""
        return self.locale.text_direction == "rtl"

    def say(self, message: str, **values: object) -> str:
        """A sentence of the program in this language, its ``{named}`` values filled in."""
        return self._fill(self.translations.gettext(message), values)

    def say_plural(self, singular: str, plural: str, number: int, **values: object) -> str:
        """A sentence that depends on a number, which fills ``{number}``."""
        sentence = self.translations.ngettext(singular, plural, number)
        return self._fill(sentence, {"number": self.number(number), **values})

    def _fill(self, sentence: str, values: Mapping[str, object]) -> str:
        if not values:
            return sentence
        return sentence.format(**{name: self.isolate(str(value)) for name, value in values.items()})

    def isolate(self, text: str) -> str:
        """Keep names, numbers and links in their own order inside a right-to-left line.

        A first strong isolate (U+2068 ... U+2069) is one of the marks that Telegram leaves in a message.
        """
        return f"{_FIRST_STRONG_ISOLATE}{text}{_POP_ISOLATE}" if self.right_to_left and text else text

    def isolate_latin(self, text: str) -> str:
        """Isolate each run of Latin letters and digits in a right-to-left text, with what belongs to it."""
        return _LATIN_RUN.sub(lambda found: self.isolate(found.group()), text) if self.right_to_left else text

    def date(self, day: dt.date) -> str:
        """A date in words."""
        if self.facts.months and self.facts.date:
            month = self.facts.months[day.month - 1]
            return self.facts.date.format(day=day.day, month=month, year=day.year)
        return format_date(day, "long", locale=self.locale)

    def time(self, time: dt.time) -> str:
        """A time of day."""
        return _time(time, self.facts.time or "short", self.locale)

    def days(self, days: tuple[int, ...]) -> str:
        """Days of the week (0 is Monday): an unbroken run of three or more as first - last."""
        names = self.facts.weekdays or _day_names(self.locale)
        if len(days) > 2 and days == tuple(range(days[0], days[-1] + 1)):
            return f"{names[days[0]]} – {names[days[-1]]}"
        return self.join([names[day] for day in days])

    def join(self, parts: list[str]) -> str:
        """The parts joined as a list in a sentence."""
        if self.facts.months:  # CLDR's data for this language is not in this language
            return ", ".join(parts)
        return format_list(parts, locale=self.locale)

    def number(self, number: int) -> str:
        """A whole number with this language's grouping."""
        return format_decimal(number, locale=self.locale)

    def language_name(self, code: str) -> str:
        """The name of another language in this one; its own name, or its code, where CLDR has none."""
        if not self.facts.months:
            return self.locale.languages.get(code) or code
        try:  # CLDR's data for this language is not in this language
            return _own_name(Locale.parse(code))
        except (ValueError, UnknownLocaleError):
            return Locale(SOURCE).languages.get(code) or code


@cache
def _time(time: dt.time, pattern: str, locale: Locale) -> str:
    return format_time(time, pattern, locale=locale)


@cache
def _day_names(locale: Locale) -> tuple[str, ...]:
    return tuple(get_day_names("abbreviated", "stand-alone", locale)[day] for day in range(7))


class Languages(Mapping[str, Language]):
    """All languages by code, in the order in which they are shown."""

    def __init__(self, languages: list[Language]) -> None:
        self._languages = {language.code: language for language in languages}
        self._by_script = {_language_and_script(language.locale): language for language in languages}

    def __getitem__(self, code: str) -> Language:
        return self._languages[code]

    def __iter__(self) -> Iterator[str]:
        return iter(self._languages)

    def __len__(self) -> int:
        return len(self._languages)

    @property
    def source(self) -> Language:
        """English: the language of the sentences in the code."""
        return self._languages[SOURCE]

    @property
    def written(self) -> tuple[str, ...]:
        """The codes of files, each once."""
        return tuple(dict.fromkeys(language.written for language in self.values()))

    def seen_as(self, written: str) -> list[Language]:
        """The languages that people see of one written language: two for ``zh``."""
        return [language for language in self.values() if language.written == written]

    def negotiate(self, tag: str | None) -> Language | None:
        """The language for a tag such as ``zh-hant-tw``, ``pt-br`` or ``ZH_HK``; None where there is none.

        CLDR's likely subtags give each tag a script, and language with script decides: so Chinese of Taiwan and
        Hong Kong is Traditional, bare ``zh`` is Simplified.
        """
        if not tag:
            return None
        parts = [part for part in re.split(r"[-_]", tag.strip()) if part]
        while parts:
            try:
                locale = Locale.parse("_".join(parts))
            except (ValueError, UnknownLocaleError, TypeError):
                parts.pop()
                continue
            return self._by_script.get(_language_and_script(locale))
        return None


def _language_and_script(locale: Locale) -> tuple[str, str | None]:
    """A language with its likely script: only Chinese is told apart by script."""
    if locale.language != "zh":
        return locale.language, None
    if locale.script:
        return locale.language, locale.script
    return locale.language, "Hant" if locale.territory in {"TW", "HK", "MO"} else "Hans"


def _own_name(locale: Locale) -> str:
    name = locale.get_display_name(locale) or str(locale)
    return name[:1].upper() + name[1:]


def load_languages(locales: Path = LOCALES, faults: Faults | None = None) -> Languages:
    """All languages of ``languages.yaml`` with their catalogues; what is broken is added to ``faults``.

    A language with a broken catalogue still works: its sentences are then English. English always exists.
    """
    faults = Faults() if faults is None else faults
    file = read_yaml(locales / "languages.yaml", faults)
    found: list[Language] = []
    for place in range(len(file.data) if file and isinstance(file.data, list) else 0):
        assert file is not None
        facts = parse(LanguageFacts, file, faults, place)
        if facts is None:
            continue
        if any(language.code == facts.code for language in found):
            faults.error(file.path, file.line(place), f"`code: {facts.code}` stands twice: delete one of the two")
            continue
        try:
            locale = Locale.parse(facts.code)
        except (ValueError, UnknownLocaleError):
            faults.error(file.path, file.line(place), f"`code: {facts.code}` is not a language that Babel knows")
            continue
        name = facts.name or _own_name(locale)
        translations = NullTranslations()
        if facts.code != SOURCE:
            translations = read_translations(catalogue_path(facts.code, locales), faults) or translations
        found.append(Language(facts.code, facts.written or facts.code, name, locale, facts, translations))
    if all(language.code != SOURCE for language in found):
        found.insert(0, Language(SOURCE, SOURCE, "English", Locale(SOURCE), LanguageFacts(code=SOURCE)))
    return Languages(found)


def catalogue_faults(languages: Languages, template: Path, faults: Faults, locales: Path = LOCALES) -> None:
    """Add what is missing or wrong in each catalogue, measured by the template ``messages.pot``."""
    wanted = read_catalogue(template, faults)
    if wanted is None:
        return
    for language in languages.values():
        if language.code == SOURCE:
            continue
        path = catalogue_path(language.code, locales)
        catalogue = read_catalogue(path, Faults())
        if catalogue is None:
            continue  # already told by load_languages
        for original in wanted:
            if not original.id:
                continue
            message = catalogue.get(original.id, original.context)
            short = str(original.id[0] if isinstance(original.id, (list, tuple)) else original.id)[:50]
            if message is None:
                faults.error(path, 1, f"`{short}` is not in the catalogue: run `make update` and translate it")
            elif not all(message.string if isinstance(message.string, (list, tuple)) else [message.string]):
                faults.error(path, message.lineno or 1, f"`{short}` is not translated: write it after msgstr")
            elif problem := placeholder_fault(message):
                faults.error(path, message.lineno or 1, f"`{short}`: {problem}")
            elif message.fuzzy:
                faults.warn(path, message.lineno or 1, f"`{short}` changed in English: mend it, delete `fuzzy`")
