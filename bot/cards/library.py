"""Reads ``content/`` into a Library. What is broken is left out and told; what is good is served."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import cast

from bot.cards.chinese import TRADITIONAL, blocks_to_traditional, to_traditional
from bot.cards.model import Card, CardFacts, CardText, Emergency, Group, Library, Resource, Situation, Status
from bot.cards.text_files import Section, TextFile, read_card_text, read_list, read_sections
from bot.faults import Faults, one_of
from bot.languages import SOURCE, Language, Languages
from bot.yaml_files import Model, YamlFile, parse, read_yaml, salvage_list

CONTENT = Path(__file__).resolve().parent.parent.parent / "content"
LOOK_ALIKES = "not-now"
"""The section of an emergency file whose sentences must not alarm."""


def load_library(content: Path, languages: Languages, faults: Faults | None = None) -> Library:
    """Read all content; each fault that keeps something from being served is added to ``faults``."""
    faults = Faults() if faults is None else faults
    if not content.is_dir():
        faults.error(content, 1, "the content folder is missing: set CONTENT_DIR or run from the project's folder")
        return Library()
    groups = tuple(_entries(Group, content / "groups.yaml", faults).values())
    resources = _entries(Resource, content / "resources.yaml", faults)
    cards = {}
    for folder in sorted(path for path in (content / "cards").glob("*") if path.is_dir()):
        card = _card(folder, languages, {group.id for group in groups}, faults)
        if card:
            cards[card.id] = card
    return Library(
        cards=_without_dead_links(cards, resources, content, faults),
        groups=groups,
        resources=resources,
        emergency=_emergency(content / "emergency", languages, resources, faults),
        not_ours={path.stem: read_list(path, faults) for path in sorted((content / "not_ours").glob("*.txt"))},
        elsewhere=read_list(path, faults) if (path := content / "elsewhere.txt").is_file() else (),
    )


def _entries(model: type[Model], path: Path, faults: Faults) -> dict[str, Model]:
    file = read_yaml(path, faults) or salvage_list(path)
    if file is None:
        return {}
    if not isinstance(file.data, list):
        faults.error(path, 1, "expected a list of entries, each beginning with `- id: ...`")
        return {}
    found: dict[str, Model] = {}
    for place in range(len(file.data)):
        entry = parse(model, file, faults, place)
        if entry is None:
            continue
        key = str(getattr(entry, "id", place))
        if key in found:
            faults.error(path, file.line(place), f"`id: {key}` stands twice: give one of the two another id")
        found[key] = entry
    return found


def _card(folder: Path, languages: Languages, groups: set[str], faults: Faults) -> Card | None:
    file = read_yaml(folder / "card.yaml", faults)
    facts = parse(CardFacts, file, faults) if file else None
    if file is None or facts is None:
        return None
    if facts.id is not None and facts.id != folder.name:
        message = f"`id: {facts.id}` does not match its folder `{folder.name}`: make the two the same"
        faults.error(file.path, file.line("id"), message)
    if facts.group not in groups:
        message = f"`group: {facts.group}` is not in groups.yaml: choose one of {one_of(groups)}"
        faults.error(file.path, file.line("group"), message)
        return None
    _unknown_files(folder, languages, {"card.yaml"}, faults)
    files = {path.stem: text for path in sorted(folder.glob("*.md")) if (text := read_card_text(path, faults))}
    source = files.get(SOURCE)
    if source is None:
        faults.error(folder / f"{SOURCE}.md", 1, "the English text is missing: every card begins with it")
        return None
    texts = {
        language.code: _card_text(file_text, language, source)
        for language in languages.values()
        if (file_text := _file_for(language, files))
    }
    return Card(folder.name, facts, texts)


def _unknown_files(folder: Path, languages: Languages, known: set[str], faults: Faults) -> None:
    codes = {*languages, *languages.written}
    for path in sorted(folder.iterdir()):
        if path.name.startswith(".") or path.name in known:
            continue
        if path.suffix != ".md" or path.stem not in codes:
            faults.error(
                path,
                1,
                f"no language is called `{path.stem}`: rename the file to one of {one_of(codes, most=20)}",
            )


def _file_for(language: Language, files: Mapping[str, TextFile]) -> TextFile | None:
    """The file of a language: one of its own code wins over the one of the written language."""
    return files.get(language.code) or files.get(language.written)


def _converted(language: Language, file: TextFile) -> bool:
    return language.code == TRADITIONAL and file.path.stem != TRADITIONAL


def _card_text(file: TextFile, language: Language, source: TextFile) -> CardText:
    section = file.sections[0]
    text = CardText(
        title=section.title,
        status=cast(Status, file.status),
        answer=section.blocks,
        phrasings=tuple(phrasing for _, phrasing in section.phrasings),
        behind=file is not source and file.translates != source.fingerprint,
    )
    if _converted(language, file):
        answer = blocks_to_traditional(text.answer)
        return replace(text, title=to_traditional(text.title), answer=answer, phrasings=())
    return text


def _without_dead_links(
    cards: dict[str, Card], resources: Mapping[str, Resource], content: Path, faults: Faults
) -> dict[str, Card]:
    """Tell of links to cards and resources that do not exist, and leave those links out."""
    sound: dict[str, Card] = {}
    for card in cards.values():
        path = content / "cards" / card.id / "card.yaml"
        file = read_yaml(path, Faults()) or YamlFile(path, None, {})
        kept: dict[str, tuple[str, ...]] = {}
        for field, known, where in (
            ("resources", resources.keys(), "content/resources.yaml"),
            ("see_also", cards.keys(), "content/cards/"),
        ):
            ids: tuple[str, ...] = getattr(card.facts, field)
            kept[field] = tuple(id_ for id_ in ids if id_ in known)
            for place, id_ in enumerate(ids):
                if id_ not in known:
                    message = f"`{field}` names `{id_}`, which is not in {where}: mend the name or take it out"
                    faults.error(path, file.line(field, place), message)
        sound[card.id] = replace(card, facts=card.facts.model_copy(update=kept))
    return sound


def _emergency(
    folder: Path, languages: Languages, resources: Mapping[str, Resource], faults: Faults
) -> dict[str, Emergency]:
    if not folder.is_dir():
        faults.error(folder, 1, "the folder with the emergency steps is missing")
        return {}
    _unknown_files(folder, languages, set(), faults)
    files = {path.stem: text for path in sorted(folder.glob("*.md")) if (text := read_sections(path, faults))}
    source = files.get(SOURCE)
    found: dict[str, Emergency] = {}
    for language in languages.values():
        file = _file_for(language, files)
        if file is None:
            continue
        situations = {
            section.id: _situation(section, file, language, resources, faults)
            for section in file.sections
            if section.id != LOOK_ALIKES
        }
        converted = _converted(language, file)
        found[language.code] = Emergency(
            status=cast(Status, file.status),
            situations=situations,
            look_alikes=()
            if converted
            else tuple(
                phrasing for section in file.sections if section.id == LOOK_ALIKES for _, phrasing in section.phrasings
            ),
            behind=file is not source and source is not None and file.translates != source.fingerprint,
        )
    return found


def _situation(
    section: Section,
    file: TextFile,
    language: Language,
    resources: Mapping[str, Resource],
    faults: Faults,
) -> Situation:
    steps, named = [], []
    for block in section.blocks:
        id_ = block.text.strip()
        if not (id_.startswith("{") and id_.endswith("}")):
            steps.append(block)
        elif id_[1:-1] in resources:
            named.append(id_[1:-1])
        else:
            line = next((number for number, text in section.body if id_ in text), section.line)
            faults.error(file.path, line, f"`{id_}` is not in content/resources.yaml: mend the name or take it out")
    blocks, title = tuple(steps), section.title
    phrasings = tuple(phrasing for _, phrasing in section.phrasings)
    if _converted(language, file):
        blocks, title, phrasings = blocks_to_traditional(blocks), to_traditional(title), ()
    return Situation(section.id, title, blocks, tuple(named), phrasings)
