"""The rules for content that a volunteer learns of from `rights-bot check`: each fault names file, line and mend."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from bot.cards.library import load_library
from bot.cards.markup import markup_faults, title_faults
from bot.cards.model import LOOK_ALIKES, Card, Library, Withdrawal
from bot.cards.text_files import Section, TextFile, read_card_text, read_sections
from bot.cards.wording import avoided, long_sentences, numbers_of, read_words_to_avoid, unknown_numbers
from bot.faults import Faults
from bot.languages import SOURCE, Languages
from bot.yaml_files import Location, YamlFile, read_yaml

TITLE_LIMIT = 60
ANSWER_LIMIT, TRANSLATION_LIMIT = 900, 1200
SITUATION_LIMIT, SITUATION_TRANSLATION_LIMIT = 500, 700
STEPS_LIMIT = 6
FALLBACKS = 3
NOT_OURS_ENOUGH = 150
"""Questions a language that no card answers, so that the bot learns to say so."""


@dataclass(frozen=True)
class _Words:
    """What the words of a text are held against: known phone numbers, and phrases to avoid by language."""

    numbers: frozenset[str]
    to_avoid: Mapping[str, tuple[str, ...]]


def check_content(content: Path, languages: Languages, today: dt.date, faults: Faults) -> Library:
    """Everything that can be wrong with the files in ``content/``, added to ``faults``."""
    library = load_library(content, languages, faults)
    words = _Words(numbers_of(library.resources.values()), _words_to_avoid(content, languages, faults))
    _check_other_questions(content, library, languages, faults)
    _check_resources(_yaml(content / "resources.yaml"), library, today, faults)
    for card in library.cards.values():
        folder = content / "cards" / card.id
        file = _yaml(folder / "card.yaml")
        _check_dates(file, (), "facts_checked", card.facts.facts_checked, card.facts.review_by, today, faults)
        _check_withdrawal(file, card.facts.withdrawn, today, faults)
        _check_languages(file, card, library, languages, faults)
        limits = (ANSWER_LIMIT, TRANSLATION_LIMIT)
        for text, source in _with_source(folder, read_card_text):
            _check_translation(text, source, faults)
            _check_section(text, text.sections[0], source.sections[0], limits, words, faults)
    for text, source in _with_source(content / "emergency", read_sections):
        _check_translation(text, source, faults)
        _check_emergency(text, source, words, faults)
    return library


def _with_source(folder: Path, read: Callable[[Path, Faults], TextFile | None]) -> list[tuple[TextFile, TextFile]]:
    """Each readable text file of a folder beside the English one; unreadable ones were told of when loading."""
    files = {path.stem: file for path in sorted(folder.glob("*.md")) if (file := read(path, Faults()))}
    source = files.get(SOURCE)
    return [(file, source) for file in files.values()] if source else []


def _yaml(path: Path) -> YamlFile:
    """A file for its lines; what is wrong with it was told of when loading."""
    return read_yaml(path, Faults()) or YamlFile(path, None, {})


def _words_to_avoid(content: Path, languages: Languages, faults: Faults) -> dict[str, tuple[str, ...]]:
    path = content / "words_to_avoid.yaml"
    to_avoid = read_words_to_avoid(path, faults)
    for code in languages.written:
        if to_avoid and not to_avoid.get(code):
            message = f"there are no words to avoid in `{code}`: add `{code}:` and below it lines `  - words`"
            faults.warn(path, 1, message)
    return to_avoid


def _check_other_questions(content: Path, library: Library, languages: Languages, faults: Faults) -> None:
    """The files by which the bot knows that a question is not for it: without them it would answer, and wrongly."""
    if not (path := content / "elsewhere.txt").is_file():
        faults.error(path, 1, "the list of places outside the city is missing: bring it back")
    for code in languages.written:
        path = content / "not_ours" / f"{code}.txt"
        count = len(library.not_ours.get(code, ()))
        if not path.is_file():
            message = f"the questions that no card answers are missing: write {NOT_OURS_ENOUGH}, one a line"
            faults.error(path, 1, message)
        elif count < NOT_OURS_ENOUGH:
            message = f"{count} questions that no card answers: {NOT_OURS_ENOUGH} keep the bot from wrong answers"
            faults.warn(path, 1, message)


def _check_dates(
    file: YamlFile,
    at: Location,
    checked_field: str,
    checked: dt.date,
    review_by: dt.date,
    today: dt.date,
    faults: Faults,
) -> None:
    """Check the two dates of a card or, at a place in the file, of a resource."""
    if checked > today:
        message = f"`{checked_field}: {checked}` is in the future: write the day the facts were last checked"
        faults.error(file.path, file.line(*at, checked_field), message)
    if review_by < checked:
        message = f"`review_by: {review_by}` is before `{checked_field}`: write a later day"
        faults.error(file.path, file.line(*at, "review_by"), message)
    elif review_by < today:
        message = f"the review was due on {review_by}: check the facts, then set both dates"
        faults.warn(file.path, file.line(*at, "review_by"), message)


def _check_withdrawal(file: YamlFile, withdrawn: Withdrawal | None, today: dt.date, faults: Faults) -> None:
    if withdrawn and withdrawn.since > today:
        message = f"`since: {withdrawn.since}` is in the future: a withdrawal begins today or earlier"
        faults.error(file.path, file.line("withdrawn", "since"), message)


def _check_resources(file: YamlFile, library: Library, today: dt.date, faults: Faults) -> None:
    entries = file.data if isinstance(file.data, list) else []
    if entries and len(entries) == len(library.resources):  # else the marks may stand in an entry that is broken
        if len(library.fallback) != FALLBACKS:
            message = f"{len(library.fallback)} resources have `fallback: true`: mark exactly {FALLBACKS}"
            faults.error(file.path, 1, message)
        if not library.national:
            message = "no resource has `national: true`: mark the line for people outside New York"
            faults.error(file.path, 1, message)
    places = {str(entry.get("id")): place for place, entry in enumerate(entries) if isinstance(entry, dict)}
    for resource in library.resources.values():
        at = (places[resource.id],) if resource.id in places else ()
        _check_dates(file, at, "checked", resource.checked, resource.review_by, today, faults)
        if not (resource.numbers or resource.email or resource.url or resource.address or resource.offices):
            message = f"`{resource.id}` has no phone, email, url or address: nobody could reach it"
            faults.error(file.path, file.line(*at), message)


def _check_languages(file: YamlFile, card: Card, library: Library, languages: Languages, faults: Faults) -> None:
    """Warn of a resource that speaks none of the languages in which the card is written."""
    written = {languages[code].written for code in card.texts}
    for id_ in card.facts.resources:
        resource = library.resources[id_]
        if resource.languages and not resource.interpreters and not written & set(resource.languages):
            message = f"`{id_}` speaks none of the card's languages: name a resource that does"
            faults.warn(file.path, file.line("resources", file.data["resources"].index(id_)), message)


def _check_translation(file: TextFile, source: TextFile, faults: Faults) -> None:
    status_line, status = file.header["Translation"]
    line, translates = file.header["Translates"]
    if file is source:
        if status != "original":
            faults.error(
                file.path,
                status_line,
                f"the English text is the original: write `Translation: original`, not {status}",
            )
        return
    if status == "original":
        faults.error(file.path, status_line, "a translation is draft, or reviewed once a native speaker has checked it")
    if translates != source.fingerprint:
        message = (
            f"this translates an older English text: compare the two, then write `Translates: {source.fingerprint}`"
        )
        faults.warn(file.path, line, message)


def _check_emergency(file: TextFile, source: TextFile, words: _Words, faults: Faults) -> None:
    english = {section.id: section for section in source.sections}
    limits = (SITUATION_LIMIT, SITUATION_TRANSLATION_LIMIT)
    for section in file.sections:
        if section.id not in english:
            message = f"the English file has no section `# {section.id}:`: mend its name or delete it"
            faults.error(file.path, section.line, message)
        elif section.id != LOOK_ALIKES and section.whole:
            _check_section(file, section, english[section.id], limits, words, faults)
    for missing in english.keys() - {section.id for section in file.sections}:
        faults.error(file.path, 1, f"the section `# {missing}:` is missing: translate it from {source.path.name}")


def _check_section(
    file: TextFile,
    section: Section,
    english: Section,
    limits: tuple[int, int],
    words: _Words,
    faults: Faults,
) -> None:
    path = file.path
    limit = limits[0] if section is english else limits[1]
    if len(section.title) > TITLE_LIMIT:
        faults.error(path, section.line, f"the title has {len(section.title)} characters: shorten it to {TITLE_LIMIT}")
    for problem in title_faults(section.title):
        faults.error(path, section.line, problem)
    first = next((number, text) for number, text in section.body if text.strip())
    if not first[1].strip().startswith("**"):
        faults.error(path, first[0], "the first line must answer in bold: **The rule is ...**")
    if section.length > limit:
        message = f"the answer has {section.length} characters: shorten it to {limit}"
        faults.error(path, first[0], message)
    steps = [block for block in section.blocks if block.kind == "item"]
    if len(steps) > STEPS_LIMIT:
        faults.error(path, first[0], f"the answer has {len(steps)} list lines: {STEPS_LIMIT} at most are read")
    for number, text in section.body:
        for problem in markup_faults(text.strip()):
            faults.error(path, number, problem)
        for sentence in long_sentences(text):
            faults.warn(path, number, f"a long sentence: make two of `{sentence[:60]}...`")
    for number, text in [(section.line, section.title), *section.body]:
        for found in unknown_numbers(text, words.numbers):
            message = (
                f"the phone number {found} is not in content/resources.yaml: name the resource in card.yaml instead"
            )
            faults.error(path, number, message)
        if phrase := avoided(text, words.to_avoid.get(path.stem, ())):
            message = f"`{phrase}` promises what no card may: say what the rule is, and that it is not always followed"
            faults.error(path, number, message)
    _check_words_to_say(path, section, english, faults)


def _check_words_to_say(path: Path, section: Section, english: Section, faults: Faults) -> None:
    """The agent hears English: words to say aloud stand in English in every translation."""
    if section is english:
        return
    quotes = [block.text for block in section.blocks if block.kind == "quote"]
    first = next((number for number, text in section.body if text.strip()), section.line)
    for block in english.blocks:
        if block.kind == "quote" and not any(quote.startswith(block.text) for quote in quotes):
            message = f"the words to say must stand in English first: `> {block.text} — ` and then the translation"
            faults.error(path, first, message)
