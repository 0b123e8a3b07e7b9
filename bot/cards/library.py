"""Reads ``content/`` into a Library. What is broken is left out and told; what is good is served."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from bot.cards.chinese import TRADITIONAL, blocks_to_traditional, to_traditional
from bot.cards.model import LOOK_ALIKES, Card, CardFacts, CardText, Emergency, Group, Library, Resource, Situation
from bot.cards.text_files import Section, TextFile, read_card_text, read_list, read_sections
from bot.faults import Faults, one_of
from bot.languages import SOURCE, Language, Languages
from bot.yaml_files import Model, YamlFile, parse, read_yaml, salvage_list

CONTENT = Path(__file__).resolve().parent.parent.parent / "content"
_ID = re.compile(r"^[-{ ]*id: *[\"']?([a-z0-9-]+)", re.MULTILINE)


@dataclass(frozen=True)
class _Ids:
    """The ids that a field may name: ``where`` they stand, the ``sound`` ones, and all that are ``written`` there."""

    where: str
    sound: Collection[str]
    written: Collection[str]

    def broken(self, id_: str) -> bool:
        """Whether an id that is not sound is the fault of its own file, which is then told of there."""
        return id_ in self.written or not self.sound


def load_library(content: Path, languages: Languages, faults: Faults | None = None) -> Library:
    """Read all content; each fault that keeps something from being served is added to ``faults``."""
    faults = Faults() if faults is None else faults
    if not content.is_dir():
        faults.error(content, 1, "the content folder is missing: set CONTENT_DIR or run from the project's folder")
        return Library()
    groups = _entries(Group, content / "groups.yaml", faults)
    group_ids = _Ids("content/groups.yaml", groups, _written(content / "groups.yaml"))
    resources = _entries(Resource, content / "resources.yaml", faults)
    resource_ids = _Ids("content/resources.yaml", resources, _written(content / "resources.yaml"))
    cards: dict[str, Card] = {}
    folders = sorted(path for path in (content / "cards").glob("*") if path.is_dir())
    for folder in folders:
        try:
            card = _card(folder, languages, group_ids, faults)
        except Exception as error:  # whatever the files of one card bring about, the others are served
            message = f"this card cannot be read ({type(error).__name__}): compare its files with another card's"
            faults.error(folder / "card.yaml", 1, message)
            continue
        if card:
            cards[card.id] = card
    card_ids = _Ids("content/cards/", cards, [folder.name for folder in folders])
    _unknown_files(content / "not_ours", ".txt", languages, set(), faults)
    emergency = _emergency(content / "emergency", languages, resource_ids, faults)
    situations = [id_ for steps in emergency.values() for id_ in steps.situations]
    links = {
        "resources": resource_ids,
        "see_also": card_ids,
        "situations": _Ids("content/emergency/en.md", situations, situations),
    }
    return Library(
        cards=_without_dead_links(cards, links, content, faults),
        groups=tuple(groups.values()),
        resources=resources,
        emergency=emergency,
        not_ours={path.stem: read_list(path, faults) for path in sorted((content / "not_ours").glob("*.txt"))},
        elsewhere=read_list(path, faults) if (path := content / "elsewhere.txt").is_file() else (),
    )


def _entries(model: type[Model], path: Path, faults: Faults) -> dict[str, Model]:
    file = read_yaml(path, faults)
    if file and (not isinstance(file.data, list) or not file.data):
        faults.error(path, 1, "expected a list of entries, each beginning with `- id: ...`")
        return {}
    file = file or salvage_list(path)
    if file is None:
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


def _written(path: Path) -> list[str]:
    """The ids in a file of entries, those of broken entries too."""
    return _ID.findall(path.read_text(encoding="utf-8", errors="replace")) if path.is_file() else []


def _card(folder: Path, languages: Languages, groups: _Ids, faults: Faults) -> Card | None:
    file = read_yaml(folder / "card.yaml", faults)
    facts = parse(CardFacts, file, faults) if file else None
    if file is None or facts is None:
        return None
    if facts.id is not None and facts.id != folder.name:
        message = f"`id: {facts.id}` does not match its folder `{folder.name}`: make the two the same"
        faults.error(file.path, file.line("id"), message)
    if facts.group not in groups.sound:  # the card answers all the same, but stands in no menu
        message = f"`group: {facts.group}` is not in groups.yaml: choose one of {one_of(groups.sound)}"
        faults.error(file.path, file.line("group"), message, consequence=groups.broken(facts.group))
    _unknown_files(folder, ".md", languages, {"card.yaml"}, faults)
    files = {path.stem: text for path in sorted(folder.glob("*.md")) if (text := read_card_text(path, faults))}
    source = files.get(SOURCE)
    if source is None:
        if not (path := folder / f"{SOURCE}.md").exists():
            faults.error(path, 1, "the English text is missing: every card begins with it")
        return None
    texts = {
        language.code: _card_text(file_text, language, source)
        for language in languages.values()
        if (file_text := _file_for(language, files))
    }
    return Card(folder.name, facts, texts)


def _unknown_files(folder: Path, suffix: str, languages: Languages, known: set[str], faults: Faults) -> None:
    codes = {*languages, *languages.written}
    for path in sorted(folder.glob("*")):
        if path.name.startswith(".") or path.name in known:
            continue
        if path.suffix != suffix or path.stem not in codes:
            message = f"this is no language's file: name it `<code>{suffix}` with a code of {one_of(codes, most=20)}"
            faults.error(path, 1, message)


def _file_for(language: Language, files: Mapping[str, TextFile]) -> TextFile | None:
    """The file of a language: one of its own code wins over the one of the written language."""
    return files.get(language.code) or files.get(language.written)


def _converted(language: Language, file: TextFile) -> bool:
    return language.code == TRADITIONAL and file.path.stem != TRADITIONAL


def _card_text(file: TextFile, language: Language, source: TextFile) -> CardText:
    section = file.sections[0]
    text = CardText(
        title=section.title,
        status=file.status,
        answer=section.blocks,
        phrasings=tuple(phrasing for _, phrasing in section.phrasings),
        behind=file is not source and file.translates != source.fingerprint,
    )
    if _converted(language, file):
        answer = blocks_to_traditional(text.answer)
        return replace(text, title=to_traditional(text.title), answer=answer, phrasings=())
    return text


def _without_dead_links(
    cards: dict[str, Card], links: Mapping[str, _Ids], content: Path, faults: Faults
) -> dict[str, Card]:
    """Tell of links to what does not exist, and leave those links out; ``links`` by the field that names them."""
    sound: dict[str, Card] = {}
    for card in cards.values():
        path = content / "cards" / card.id / "card.yaml"
        file = read_yaml(path, Faults()) or YamlFile(path, None, {})
        kept: dict[str, tuple[str, ...]] = {}
        for field, ids in links.items():
            named: tuple[str, ...] = getattr(card.facts, field)
            kept[field] = tuple(id_ for id_ in named if id_ in ids.sound)
            for place, id_ in enumerate(named):
                if id_ not in ids.sound:
                    message = f"`{field}` names `{id_}`, which is not in {ids.where}: mend the name or take it out"
                    faults.error(path, file.line(field, place), message, consequence=ids.broken(id_))
        sound[card.id] = replace(card, facts=card.facts.model_copy(update=kept))
    return sound


def _emergency(folder: Path, languages: Languages, resources: _Ids, faults: Faults) -> dict[str, Emergency]:
    if not folder.is_dir():
        faults.error(folder, 1, "the folder with the emergency steps is missing")
        return {}
    _unknown_files(folder, ".md", languages, set(), faults)
    files = {path.stem: text for path in sorted(folder.glob("*.md")) if (text := read_sections(path, faults))}
    source = files.get(SOURCE)
    english = _situations(source, languages.source, resources, faults) if source else {}
    # Where a translation lacks a section, the English steps stand in; the English phrasings are known already.
    stand_ins = {id_: replace(situation, phrasings=()) for id_, situation in english.items()}
    found: dict[str, Emergency] = {}
    for language in languages.values():
        file = _file_for(language, files)
        if file is None:
            continue
        situations = english if file is source else stand_ins | _situations(file, language, resources, faults)
        converted = _converted(language, file)
        found[language.code] = Emergency(
            status=file.status,
            situations=situations,
            look_alikes=()
            if converted
            else tuple(
                phrasing for section in file.sections if section.id == LOOK_ALIKES for _, phrasing in section.phrasings
            ),
            behind=file is not source and source is not None and file.translates != source.fingerprint,
        )
    return found


def _situations(file: TextFile, language: Language, resources: _Ids, faults: Faults) -> dict[str, Situation]:
    return {
        section.id: _situation(section, file, language, resources, faults)
        for section in file.sections
        if section.id != LOOK_ALIKES and section.whole
    }


def _situation(section: Section, file: TextFile, language: Language, resources: _Ids, faults: Faults) -> Situation:
    steps, named = [], []
    for block in section.blocks:
        id_ = block.text.strip()
        if not (id_.startswith("{") and id_.endswith("}")):
            steps.append(block)
        elif id_[1:-1] in resources.sound:
            named.append(id_[1:-1])
        else:
            line = next((number for number, text in section.body if id_ in text), section.line)
            message = f"`{id_}` is not in {resources.where}: mend the name or take it out"
            faults.error(file.path, line, message, consequence=resources.broken(id_[1:-1]))
    blocks, title = tuple(steps), section.title
    phrasings = tuple(phrasing for _, phrasing in section.phrasings)
    if _converted(language, file):
        blocks, title, phrasings = blocks_to_traditional(blocks), to_traditional(title), ()
    return Situation(section.id, title, blocks, tuple(named), phrasings)
