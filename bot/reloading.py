"""Picks up changed content while the bot runs: no restart, no lost question, and nothing broken is taken over.

The folder is looked at every few seconds. A change is read and indexed beside the running conversation, which goes on
answering; then the new one takes its place. What has an error keeps its old form, and the log says why.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

from bot.cards.checks import check_content
from bot.cards.model import Card, Emergency, Library, Withdrawal
from bot.conversation.conversation import Conversation
from bot.faults import Faults
from bot.languages import Languages
from bot.logs import log, log_exception
from bot.matching.checks import check_phrasings

EVERY = 3.0
"""Seconds between two looks at the folder."""

Stamp = frozenset[tuple[str, int, int]]
_WITHDRAWN = re.compile(r"^withdrawn *:(?! *(?:null|~|false|no) *(?:#.*)?$)", re.MULTILINE | re.IGNORECASE)
"""The line of a card.yaml by which a card is withdrawn, even where the rest of the file cannot be read."""


def stamp(folder: Path) -> Stamp | None:
    """What tells whether any file of a folder has changed: names, sizes and times; None where that cannot be seen."""
    found = []
    try:
        for path in folder.rglob("*"):
            if path.is_file():  # an editor's lock may be a link to nothing
                state = path.stat()
                found.append((str(path), state.st_size, state.st_mtime_ns))
    except OSError:
        return None  # something went away between two looks: the next one will tell
    return frozenset(found)


def reread(conversation: Conversation, content: Path) -> Conversation:
    """The conversation over the content as it is now; what `rights-bot check` refuses keeps its old form."""
    faults = Faults()
    library = check_content(content, conversation.languages, conversation.today(), faults)
    check_phrasings(content, faults)
    for fault in faults.errors:
        log.error("refused: %s", fault)
    broken = {fault.path for fault in faults.errors}
    kept = _keep_old(conversation, library, content, broken)
    return replace(conversation, library=kept, matcher=conversation.matcher.over(kept))


def _keep_old(conversation: Conversation, new: Library, content: Path, broken: set[Path]) -> Library:
    old = conversation.library
    cards = _cards(old, new, content, broken, conversation.today())
    emergency = _emergency(old, new, conversation.languages, content / "emergency", broken)
    resources = new.resources
    if content / "resources.yaml" in broken or not new.resources:
        resources = {**new.resources, **old.resources}
    named = {id_ for card in cards.values() for id_ in card.facts.resources}
    named |= {id_ for one in emergency.values() for situation in one.situations.values() for id_ in situation.resources}
    missing = named - resources.keys()
    return replace(
        new,
        cards=cards,
        groups=old.groups if content / "groups.yaml" in broken or not new.groups else new.groups,
        resources={**resources, **{id_: old.resources[id_] for id_ in missing if id_ in old.resources}},
        emergency=emergency,
        not_ours=_lists(old.not_ours, new.not_ours, content / "not_ours", broken),
        elsewhere=old.elsewhere if content / "elsewhere.txt" in broken or not new.elsewhere else new.elsewhere,
    )


def _cards(old: Library, new: Library, content: Path, broken: set[Path], today: dt.date) -> Mapping[str, Card]:
    """The cards as they are now: a refused one in its old form, and without its answer where it is to be withdrawn."""
    refused = {path.parent.name for path in broken if path.parent.parent == content / "cards"}
    cards = {id_: card for id_, card in new.cards.items() if id_ not in refused}
    for id_ in refused & old.cards.keys():
        card = old.cards[id_]
        if not card.facts.withdrawn and _is_to_be_withdrawn(content / "cards" / id_ / "card.yaml"):
            log.error("withdrawn all the same, since its file says so: %s", id_)
            withdrawal = Withdrawal(since=today, because="card.yaml says so, and cannot be used otherwise")
            card = replace(card, facts=card.facts.model_copy(update={"withdrawn": withdrawal}))
        cards[id_] = card
    cards = cards or dict(old.cards)
    return {id_: _without_dead_links(cards[id_], cards) for id_ in sorted(cards)}


def _without_dead_links(card: Card, cards: Mapping[str, Card]) -> Card:
    """The card without related cards that are refused or gone."""
    see_also = tuple(id_ for id_ in card.facts.see_also if id_ in cards)
    return replace(card, facts=card.facts.model_copy(update={"see_also": see_also}))


def _is_to_be_withdrawn(path: Path) -> bool:
    """Whether a file that is refused asks for the withdrawal of its card: a wrong answer must not go on being shown."""
    try:
        return _WITHDRAWN.search(path.read_text(encoding="utf-8-sig", errors="replace")) is not None
    except OSError:
        return False


def _emergency(
    old: Library, new: Library, languages: Languages, folder: Path, broken: set[Path]
) -> Mapping[str, Emergency]:
    """The emergency steps; a language whose file is refused keeps its own, and no other language waits for it."""
    sound = {
        code: steps
        for code, steps in new.emergency.items()
        if not broken & {folder / f"{code}.md", folder / f"{languages[code].written}.md"}
    }
    return {**old.emergency, **sound}


def _lists(
    old: Mapping[str, tuple[str, ...]], new: Mapping[str, tuple[str, ...]], folder: Path, broken: set[Path]
) -> Mapping[str, tuple[str, ...]]:
    return {name: old.get(name, ()) if folder / f"{name}.txt" in broken else new[name] for name in new} or old


async def watch(
    content: Path,
    before: Stamp | None,
    current: Callable[[], Conversation],
    change: Callable[[Conversation], None],
    every: float = EVERY,
) -> None:
    """Look at ``content`` for ever; give each new conversation to ``change``.

    ``before`` is the stamp of what is now in use, taken before it was read: what changes meanwhile is not missed.
    """
    while True:
        await asyncio.sleep(every)
        now = await asyncio.to_thread(stamp, content)
        if now is None or now == before:
            continue
        before = now
        try:
            change(await asyncio.to_thread(reread, current(), content))
            log.info("changed content was taken over: %d cards", len(current().library.cards))
        except Exception as error:
            log_exception("changed content could not be read, the old stays", error)
