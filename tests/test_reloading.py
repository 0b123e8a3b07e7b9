"""Changed content is taken over while the bot runs; what is broken keeps its old form."""

from __future__ import annotations

import asyncio
import dataclasses
import shutil
from pathlib import Path

import pytest

from bot.cards.library import CONTENT, load_library
from bot.conversation.conversation import Conversation
from bot.conversation.incoming import Pressed
from bot.languages import Languages
from bot.matching.matcher import Matcher
from bot.reloading import reread, watch
from tests.conftest import TODAY

CARD = "ice-at-school"


@pytest.fixture
def content(tmp_path: Path) -> Path:
    """A copy of the real content, in English alone."""
    folder = tmp_path / "content"

    def left_out(path: str, names: list[str]) -> set[str]:
        return {name for name in names if name.endswith((".md", ".txt")) and name != "en.md" and "cards" in path}

    shutil.copytree(CONTENT, folder, ignore=left_out)
    return folder


@pytest.fixture
def running(content: Path, languages: Languages) -> Conversation:
    library = load_library(content, languages)
    return Conversation(library, languages, Matcher(library, languages), today=lambda: TODAY)


def rewrite(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


async def first_words(conversation: Conversation) -> str:
    reply = await conversation.answer(Pressed(f"{CARD}__en"))
    return reply.messages[0].blocks[0].text


async def test_a_changed_card_is_taken_over(content: Path, running: Conversation) -> None:
    rewrite(content / "cards" / CARD / "en.md", "**The rule is no:", "**The rule is still no:")
    assert (await first_words(reread(running, content))).startswith("The rule is still no:")


async def test_a_broken_card_keeps_its_old_form_and_the_others_change(content: Path, running: Conversation) -> None:
    rewrite(content / "cards" / CARD / "en.md", "**The rule is no:", "**Half")
    rewrite(content / "cards" / CARD / "card.yaml", "urgent: true", "urgent: [")
    rewrite(content / "cards" / "warrants" / "en.md", "Title: ", "Title: New: ")
    now = reread(running, content)
    assert (await first_words(now)).startswith("The rule is no:")
    assert now.library.cards["warrants"].texts["en"].title.startswith("New: ")


def test_an_emptied_folder_keeps_everything(content: Path, running: Conversation) -> None:
    shutil.rmtree(content)
    content.mkdir()
    now = reread(running, content)
    assert now.library.cards == running.library.cards
    assert now.library.fallback == running.library.fallback


def test_broken_hotlines_keep_the_old_ones(content: Path, running: Conversation) -> None:
    rewrite(content / "resources.yaml", "+1-800-354-0365", "call us")
    assert reread(running, content).library.resources == running.library.resources


def test_a_deleted_card_is_gone(content: Path, running: Conversation) -> None:
    shutil.rmtree(content / "cards" / "film-ice")
    assert "film-ice" not in reread(running, content).library.cards


async def test_the_folder_is_watched(content: Path, running: Conversation) -> None:
    held = [dataclasses.replace(running)]
    watching = asyncio.create_task(watch(content, lambda: held[-1], held.append, every=0.05))
    await asyncio.sleep(0.2)
    rewrite(content / "cards" / CARD / "en.md", "**The rule is no:", "**The rule is still no:")
    for _ in range(300):
        await asyncio.sleep(0.05)
        if len(held) > 1:
            break
    watching.cancel()
    assert (await first_words(held[-1])).startswith("The rule is still no:")
