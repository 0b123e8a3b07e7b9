"""The rules for content that a volunteer learns of from `rights-bot check`: each fault names file, line and mend."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from bot.cards.library import LOOK_ALIKES, load_library
from bot.cards.markup import markup_faults
from bot.cards.model import Card, FileModel, Library
from bot.cards.text_files import Section, TextFile, read_card_text, read_sections
from bot.cards.wording import avoided, long_sentences, numbers_of, read_words_to_avoid, unknown_numbers
from bot.faults import Faults
from bot.languages import SOURCE, Languages
from bot.yaml_files import YamlFile, read_yaml

TITLE_LIMIT = 60
ANSWER_LIMIT, TRANSLATION_LIMIT = 900, 1200
SITUATION_LIMIT, SITUATION_TRANSLATION_LIMIT = 500, 700
STEPS_LIMIT = 6
FALLBACKS = 3


@dataclass(frozen=True)
class _Words:
    """What the words of a text are held against: known phone numbers, and phrases to avoid by language."""

    numbers: frozenset[str]
    to_avoid: Mapping[str, tuple[str, ...]]


def check_content(content: Path, languages: Languages, today: dt.date, faults: Faults) -> Library:
    """Everything that can be wrong with the files in ``content/``, added to ``faults``."""
    library = load_library(content, languages, faults)
    words = _Words(numbers_of(library.resources.values()), read_words_to_avoid(content / "words_to_avoid.yaml", faults))
    _check_dates(content / "resources.yaml", library.resources, today, faults)
    _check_resources(content / "resources.yaml", library, faults)
    for card in library.cards.values():
        folder = content / "cards" / card.id
        _check_dates(folder / "card.yaml", {"": card.facts}, today, faults)
        _check_languages(folder / "card.yaml", card, library, languages, faults)
        limits = (ANSWER_LIMIT, TRANSLATION_LIMIT)
        for file, source in _with_source(folder, read_card_text):
            _check_translation(file, source, faults)
            _check_section(file, file.sections[0], source.sections[0], limits, words, faults)
    for file, source in _with_source(content / "emergency", read_sections):
        _check_translation(file, source, faults)
        _check_emergency(file, source, words, faults)
    return library


def _with_source(folder: Path, read: Callable[[Path, Faults], TextFile | None]) -> list[tuple[TextFile, TextFile]]:
    """Each readable text file of a folder beside the English one; unreadable ones were told of when loading."""
    files = {path.stem: file for path in sorted(folder.glob("*.md")) if (file := read(path, Faults()))}
    source = files.get(SOURCE)
    return [(file, source) for file in files.values()] if source else []


def _check_dates(path: Path, entries: Mapping[str, FileModel], today: dt.date, faults: Faults) -> None:
    file = read_yaml(path, Faults()) or YamlFile(path, None, {})
    places = {item.get("id"): place for place, item in enumerate(file.data)} if isinstance(file.data, list) else {}
    for key, entry in entries.items():
        at = (places[key],) if key in places else ()
        checked_field = "facts_checked" if hasattr(entry, "facts_checked") else "checked"
        checked, review_by = getattr(entry, checked_field), getattr(entry, "review_by")  # noqa: B009
        if checked > today:
            message = f"`{checked_field}: {checked}` is in the future: write the day the facts were last checked"
            faults.error(path, file.line(*at, checked_field), message)
        if review_by < checked:
            message = f"`review_by: {review_by}` is before `{checked_field}`: write a later day"
            faults.error(path, file.line(*at, "review_by"), message)
        elif review_by < today:
            message = f"the review was due on {review_by}: check the facts, then set both dates"
            faults.warn(path, file.line(*at, "review_by"), message)
        withdrawn = getattr(entry, "withdrawn", None)
        if withdrawn and withdrawn.since > today:
            message = f"`since: {withdrawn.since}` is in the future: a withdrawal begins today or earlier"
            faults.error(path, file.line("withdrawn", "since"), message)


def _check_resources(path: Path, library: Library, faults: Faults) -> None:
    file = read_yaml(path, Faults()) or YamlFile(path, None, {})
    if len(library.fallback) != FALLBACKS:
        message = f"{len(library.fallback)} resources have `fallback: true`: mark exactly {FALLBACKS}"
        faults.error(path, 1, message)
    if not library.national:
        faults.error(path, 1, "no resource has `national: true`: mark the line for people outside New York")
    for place, resource in enumerate(library.resources.values()):
        if not (resource.numbers or resource.email or resource.url or resource.address or resource.offices):
            message = f"`{resource.id}` has no phone, email, url or address: nobody could reach it"
            faults.error(path, file.line(place), message)


def _check_languages(path: Path, card: Card, library: Library, languages: Languages, faults: Faults) -> None:
    """Warn of a resource that speaks none of the languages in which the card is written."""
    file = read_yaml(path, Faults()) or YamlFile(path, None, {})
    written = {languages[code].written for code in card.texts}
    for place, id_ in enumerate(card.facts.resources):
        resource = library.resources[id_]
        if resource.languages and not resource.interpreters and not written & set(resource.languages):
            message = f"`{id_}` speaks none of the card's languages: name a resource that does"
            faults.warn(path, file.line("resources", place), message)


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
        elif section.id != LOOK_ALIKES:
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
    first = next(((number, text) for number, text in section.body if text.strip()), None)
    if first is None:
        faults.error(path, section.line, "the answer is missing: write it below an empty line")
        return
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
        for found in unknown_numbers(text, words.numbers):
            message = (
                f"the phone number {found} is not in content/resources.yaml: name the resource in card.yaml instead"
            )
            faults.error(path, number, message)
        if phrase := avoided(text, words.to_avoid.get(path.stem, ())):
            message = f"`{phrase}` promises what no card may: say what the rule is, and that it is not always followed"
            faults.error(path, number, message)
        for sentence in long_sentences(text):
            faults.warn(path, number, f"a long sentence: make two of `{sentence[:60]}...`")
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
