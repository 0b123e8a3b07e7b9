"""The content folder is emptied, half written, deleted card by card, unreadable: what is good stays in use."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from bot.cards.library import CONTENT
from tests.faults.crowd import QUESTIONS, Crowd, Figures
from tests.faults.process import TriedBot, bot_and_telegram
from tests.faults.trial import Outcome, Stand, Trial
from tests.loopback import LoopbackTelegram

TAKEN_OVER = "changed content was taken over"


@asynccontextmanager
async def _own_content(folder: Path) -> AsyncIterator[tuple[LoopbackTelegram, TriedBot, Path]]:
    content = folder / "work" / "content"
    shutil.copytree(CONTENT, content)
    async with bot_and_telegram(folder, CONTENT_DIR=str(content)) as (telegram, bot):
        yield telegram, bot, content


async def _asked_until_taken_over(telegram: LoopbackTelegram, bot: TriedBot) -> Figures:
    """People ask before, while and after the changed content is looked at."""
    crowd = Crowd(telegram)
    for _ in range(60):
        await crowd.ask_for(1)
        if TAKEN_OVER in bot.log:
            break
    await crowd.ask(len(QUESTIONS))
    return await crowd.figures()


async def emptied(stand: Stand) -> Outcome:
    """Everything in the folder goes away."""
    async with _own_content(stand.folder) as (telegram, bot, content):
        for path in content.iterdir():
            shutil.rmtree(path) if path.is_dir() else path.unlink()
        figures = await _asked_until_taken_over(telegram, bot)
        return Outcome(str(figures), figures.answered and TAKEN_OVER in bot.log)


async def half_written(stand: Stand) -> Outcome:
    """A card that people ask for is cut off in the middle, in the middle of a character where there is one."""
    async with _own_content(stand.folder) as (telegram, bot, content):
        for path in (content / "cards/ice-at-school").glob("*"):
            whole = path.read_bytes()
            path.write_bytes(whole[: len(whole) // 2 | 1])
        figures = await _asked_until_taken_over(telegram, bot)
        return Outcome(
            f"{figures}; refused in the log: {bot.log.count('refused: ')} lines",
            figures.answered and "refused: " in bot.log and TAKEN_OVER in bot.log,
        )


async def deleted_one_by_one(stand: Stand) -> Outcome:
    """Each card is deleted, those that people ask for among them."""
    async with _own_content(stand.folder) as (telegram, bot, content):
        cards = sorted((content / "cards").iterdir())

        async def delete() -> None:
            for card in cards:
                shutil.rmtree(card)
                await asyncio.sleep(30 / len(cards))

        crowd = Crowd(telegram)
        deleting = asyncio.ensure_future(delete())
        while not deleting.done():
            await crowd.ask_for(0.5)
        await deleting
        figures = await crowd.figures()
        return Outcome(str(figures), figures.helped and "Traceback" not in bot.log)


async def unreadable(stand: Stand) -> Outcome:
    """Files become folders, bytes that are no text, and links to nothing."""
    async with _own_content(stand.folder) as (telegram, bot, content):
        for number, path in enumerate(sorted((content / "cards").glob("*/*.md"))):
            path.unlink()
            if number % 3 == 0:
                path.mkdir()
            elif number % 3 == 1:
                path.write_bytes(b"\xff\xfe\x00" * 100)
            else:
                path.symlink_to("nowhere")
        (content / "resources.yaml").write_bytes(b"\xff" * 100)
        figures = await _asked_until_taken_over(telegram, bot)
        return Outcome(str(figures), figures.answered and TAKEN_OVER in bot.log)


TRIALS = (
    Trial(
        "content-emptied",
        "the content folder is emptied while the bot runs",
        "the same answers as before",
        emptied,
        beside=True,
    ),
    Trial(
        "card-half-written",
        "all files of a card are cut off half-way while the bot runs",
        "the card is shown as it was; the log names the file",
        half_written,
        quick=False,
        beside=True,
    ),
    Trial(
        "cards-deleted",
        "all cards are deleted one by one while the bot runs",
        "an answer, a choice of cards or numbers to call, each once",
        deleted_one_by_one,
        quick=False,
        beside=True,
    ),
    Trial(
        "content-unreadable",
        "every text of a card becomes a folder, bytes that are no text, or a link to nothing; so do the hotlines",
        "the same answers as before",
        unreadable,
        quick=False,
        beside=True,
    ),
)
