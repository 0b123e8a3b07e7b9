"""Picks up changed content while the bot runs: no restart, no lost question, and nothing broken is taken over.

The folder is looked at every few seconds. A change is read and indexed beside the running conversation, which goes on
answering; then the new one takes its place. What has an error keeps its old form, and the log says why.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from bot.cards.library import load_library
from bot.cards.model import Library
from bot.conversation.conversation import Conversation
from bot.faults import Faults
from bot.logs import log, log_exception
from bot.matching.matcher import Matcher

EVERY = 3.0
"""Seconds between two looks at the folder."""

Stamp = frozenset[tuple[str, int, int]]


def stamp(folder: Path) -> Stamp:
    """What tells whether any file of a folder has changed: names, sizes and times."""
    found = []
    for path in folder.rglob("*"):
        try:
            state = path.stat()
        except OSError:
            continue  # it went away between the two looks: the next one will tell
        if path.is_file():
            found.append((str(path), state.st_size, state.st_mtime_ns))
    return frozenset(found)


def reread(conversation: Conversation, content: Path) -> Conversation:
    """The conversation over the content as it is now; what has an error keeps its old form."""
    faults = Faults()
    library = load_library(content, conversation.languages, faults)
    for fault in faults.errors:
        log.error("refused: %s", fault)
    kept = _keep_old(conversation.library, library, content, faults)
    return replace(conversation, library=kept, matcher=Matcher(kept, conversation.languages))


def _keep_old(old: Library, new: Library, content: Path, faults: Faults) -> Library:
    broken = {fault.path for fault in faults.errors}
    broken_cards = {path.parent.name for path in broken if path.parent.parent == content / "cards"}
    cards = dict(new.cards)
    for card in broken_cards & old.cards.keys():
        cards[card] = old.cards[card]
    resources = new.resources
    if content / "resources.yaml" in broken or not new.resources:
        resources = {**new.resources, **old.resources}
    missing = {id_ for card in cards.values() for id_ in card.facts.resources} - resources.keys()
    resources = {**resources, **{id_: old.resources[id_] for id_ in missing if id_ in old.resources}}
    return replace(
        new,
        cards=cards or old.cards,
        resources=resources,
        groups=old.groups if content / "groups.yaml" in broken or not new.groups else new.groups,
        emergency={**old.emergency, **new.emergency} if not _any_in(broken, content / "emergency") else old.emergency,
    )


def _any_in(paths: set[Path], folder: Path) -> bool:
    return any(path == folder or path.parent == folder for path in paths)


async def watch(
    content: Path, current: Callable[[], Conversation], change: Callable[[Conversation], None], every: float = EVERY
) -> None:
    """Look at ``content`` for ever; give each new conversation to ``change``."""
    before = await asyncio.to_thread(stamp, content)
    while True:
        await asyncio.sleep(every)
        now = await asyncio.to_thread(stamp, content)
        if now == before:
            continue
        before = now
        try:
            change(await asyncio.to_thread(reread, current(), content))
            log.info("changed content was taken over: %d cards", len(current().library.cards))
        except Exception as error:
            log_exception("changed content could not be read, the old stays", error)
