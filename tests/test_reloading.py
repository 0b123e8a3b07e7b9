"""Changed content is taken over while the bot runs; what is broken keeps its old form."""

from __future__ import annotations

import asyncio
import itertools
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.cards.library import CONTENT, load_library
from bot.conversation.conversation import Conversation
from bot.conversation.incoming import Pressed
from bot.languages import Languages
from bot.reloading import reread, stamp, watch
from tests.conftest import TODAY, understood
from tests.loopback import LoopbackTelegram
from tests.running import PATIENCE, direct_answer, until
from tests.running import running as running_bot

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
    return Conversation(library, languages, understood(library, languages), today=lambda: TODAY)


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
    assert reread(running, content).library == running.library


async def test_what_check_refuses_is_refused_card_by_card(
    content: Path, running: Conversation, caplog: pytest.LogCaptureFixture
) -> None:
    rewrite(content / "cards" / CARD / "en.md", "**The rule is no:", "**The rule is call +1-900-555-0199 no:")
    shutil.copytree(content / "cards" / "film-ice", content / "cards" / "film-ice-again")
    rewrite(content / "cards" / "film-ice-again" / "card.yaml", "id: film-ice", "id: film-ice-again")
    rewrite(content / "cards" / "warrants" / "card.yaml", "see_also: [", "see_also: [film-ice-again, ")
    now = reread(running, content)
    assert (await first_words(now)).startswith("The rule is no:")
    assert "film-ice-again" not in now.library.cards
    # A button to a card that is refused would break the page that has it.
    assert "film-ice-again" not in now.library.cards["warrants"].facts.see_also
    told = [line for line in caplog.messages if line.startswith("refused: ")]
    assert any(f"{CARD}/en.md:5: the phone number" in line for line in told)
    assert any("also stands under another card" in line for line in told)


def test_a_card_that_somebody_withdraws_with_a_mistake_is_withdrawn(content: Path, running: Conversation) -> None:
    added = {
        "ice-at-school": "withdrawn: yes",
        "ice-at-home": "withdrawn:\n  since: soon\n  because: the rule changed",
        "warrants": "withdrawn:\nurgent: [",
        "film-ice": "withdrawn: null\nurgent: [",
        "asylum": "withdrawn: no  # shown\nurgent: [",
        "avoid-fraud": "urgent: [",
    }
    for card, lines in added.items():
        with (content / "cards" / card / "card.yaml").open("a", encoding="utf-8") as file:
            file.write(f"{lines}\n")
    cards = reread(running, content).library.cards
    hidden = [card for card in added if cards[card].facts.withdrawn]
    assert hidden == ["ice-at-school", "ice-at-home", "warrants"]
    assert cards["warrants"].texts == running.library.cards["warrants"].texts


def test_broken_emergency_steps_keep_only_their_own_language(content: Path, running: Conversation) -> None:
    rewrite(content / "emergency" / "es.md", "Translation: draft", "Translation: perhaps")
    rewrite(
        content / "emergency" / "en.md", "## How people say it\n", "## How people say it\n- zorblatt at my door now\n"
    )
    before, now = running.library.emergency, reread(running, content).library.emergency
    assert now["es"] == before["es"]
    assert now["en"] != before["en"]


def test_lists_that_cannot_be_read_keep_their_old_lines(content: Path, running: Conversation) -> None:
    before = running.library
    for name in ("not_ours/en.txt", "elsewhere.txt"):
        (content / name).write_bytes(b"\xff\xfe\x00")
    rewrite(content / "cards" / "warrants" / "en.md", "Title: ", "Title: New: ")
    now = reread(running, content).library
    assert now.not_ours == before.not_ours
    assert now.elsewhere == before.elsewhere
    assert now.cards["warrants"] != before.cards["warrants"]


def test_broken_hotlines_keep_the_old_ones(content: Path, running: Conversation) -> None:
    rewrite(content / "resources.yaml", "+1-800-354-0365", "call us")
    assert reread(running, content).library.resources == running.library.resources


def test_a_deleted_card_is_gone(content: Path, running: Conversation) -> None:
    shutil.rmtree(content / "cards" / "film-ice")
    assert "film-ice" not in reread(running, content).library.cards


async def changes_while_watched(content: Path, running: Conversation) -> str:
    """Change a card a while after the watch has begun; the first words that are then shown."""
    held = [running]
    watching = asyncio.create_task(watch(content, stamp(content), lambda: held[-1], held.append, every=0.05))
    await asyncio.sleep(0.2)
    rewrite(content / "cards" / CARD / "en.md", "**The rule is no:", "**The rule is still no:")
    await until(lambda: watching.done() or held[-1].library.cards[CARD] != running.library.cards[CARD], "no change")
    watching.cancel()
    return await first_words(held[-1])


async def test_the_folder_is_watched(content: Path, running: Conversation) -> None:
    assert (await changes_while_watched(content, running)).startswith("The rule is still no:")


async def test_the_watch_goes_on_though_a_folder_disappears_while_it_looks(
    content: Path, running: Conversation, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, looks = Path.rglob, itertools.count()

    def vanishing(folder: Path, pattern: str) -> Iterator[Path]:
        if next(looks) == 1:
            raise FileNotFoundError
        return real(folder, pattern)

    monkeypatch.setattr(Path, "rglob", vanishing)
    assert (await changes_while_watched(content, running)).startswith("The rule is still no:")


def test_a_link_to_nothing_does_not_blind_the_watch(content: Path) -> None:
    before = stamp(content)
    (content / ".#lock").symlink_to("nowhere")
    assert stamp(content) == before is not None


async def test_a_card_that_comes_while_the_bot_runs_is_shown_and_counted(content: Path, tmp_path: Path) -> None:
    shutil.move(content / "cards" / CARD, tmp_path / CARD)
    async with (
        LoopbackTelegram() as telegram,
        running_bot(telegram, tmp_path / "bot", CONTENT_DIR=str(content)) as bot,
    ):
        shutil.move(tmp_path / CARD, content / "cards" / CARD)
        await until(lambda: "changed content was taken over" in bot.log, "the card was not taken over")
        user = telegram.user(language_code="en", started=True)
        await user.presses_data(f"{CARD}__en", message_id=7)
        assert (await user.next_message(PATIENCE)).text.startswith(direct_answer(CARD))
        assert await bot.terminate() == 0
        with sqlite3.connect(bot.data / "counts.sqlite3") as database:
            rows = database.execute("SELECT card, language, outcome, number FROM counts").fetchall()
        assert rows == [(CARD, "en", "browsed", 1)]
