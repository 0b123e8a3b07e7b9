"""Somebody hands a question to the volunteers: they see the exact text first, and nothing but it is kept."""

from __future__ import annotations

import asyncio
import datetime as dt
from pathlib import Path

from bot.conversation.conversation import Conversation
from bot.counts.store import CountStore
from bot.database.opening import database_at
from bot.handover.questions import KEPT_DAYS, QuestionStore
from bot.languages import Languages
from tests.databases import Place
from tests.loopback import LoopbackTelegram, User
from tests.running import plain, running, until

OFFER = "Let volunteers see this question"
YES, NO = "✔ Yes, let them see it", "✖ No"
QUESTION = "how do I get a fishing licence for my boat, call me at 917-555-0182 or @ana_boat"
KEPT = "how do I get a fishing licence for my boat, call me at ▇▇▇ or ▇▇▇"


async def kept(place: Place) -> list[tuple[str, ...]]:
    return await asyncio.to_thread(place.rows, "SELECT language, text FROM questions")


async def says(user: User, text: str) -> None:
    assert plain(await user.next_message(60)).startswith(text)


async def test_the_exact_text_is_shown_confirmed_and_kept(
    telegram: LoopbackTelegram, user: User, place: Place, tmp_path: Path
) -> None:
    async with running(telegram, tmp_path, HAND_OVER="on", DATABASE_URL=place.url) as bot:
        nothing = await user.asks(QUESTION, 60)
        assert nothing.labels[0] == OFFER
        assert len(nothing.buttons) <= 4
        await user.presses(OFFER)
        preview = await user.next_message()
        assert preview.text.split("\n\n")[1] == KEPT
        assert "I cannot recognize names" in preview.text
        assert await kept(place) == []
        # Another process goes on: nothing of the question was held in memory.
        assert await bot.terminate() == 0
        await bot.start()
        await user.presses(YES)
        await says(user, "Thank you. Volunteers can now see this text")
        assert await kept(place) == [("en", KEPT)]
        page = await user.asks("/privacy")
        assert "you can let volunteers see your question" in page.text


async def test_whoever_says_no_leaves_nothing(telegram: LoopbackTelegram, user: User, tmp_path: Path) -> None:
    place = Place(f"sqlite:///{tmp_path / 'data/counts.sqlite3'}")
    async with running(telegram, tmp_path, HAND_OVER="on") as bot:
        await user.asks(QUESTION, 60)
        await user.presses(OFFER)
        await user.next_message()
        await user.presses(NO)
        await says(user, "Nothing was kept.")
        assert await bot.terminate() == 0
        assert await kept(place) == []
        assert b"fishing" not in place.path.read_bytes()


async def test_an_answer_that_did_not_help_leads_there_too(
    telegram: LoopbackTelegram, user: User, tmp_path: Path
) -> None:
    place = Place(f"sqlite:///{tmp_path / 'data/counts.sqlite3'}")
    async with running(telegram, tmp_path, HAND_OVER="on"):
        await user.asks("Can ICE enter my child's school?", 60)
        await user.presses("👎 Not what I need")
        sorry = await user.next_message()
        assert sorry.labels[0] == OFFER
        assert sorry.raw["reply_to_message"]["text"] == "Can ICE enter my child's school?"
        await user.presses(OFFER)
        await user.next_message()
        await user.presses(YES)
        await says(user, "Thank you.")
        assert await kept(place) == [("en", "Can ICE enter my child's school?")]
        # From the menu there is no question to hand over.
        await user.presses_data("no.warrants__en", message_id=7)
        assert OFFER not in (await user.next_message()).labels


async def test_a_question_that_was_deleted_meanwhile_is_asked_for_again(
    telegram: LoopbackTelegram, user: User, tmp_path: Path
) -> None:
    async with running(telegram, tmp_path, HAND_OVER="on"):
        for data in ("volunteers.__en", "keep.__en"):
            await user.presses_data(data, message_id=7)
            await says(user, "I do not have that question any more.")


async def test_a_database_that_is_away_is_told_and_the_button_works_later(
    telegram: LoopbackTelegram, user: User, tmp_path: Path
) -> None:
    place = Place(f"sqlite:///{tmp_path / 'data/counts.sqlite3'}")
    (tmp_path / "data").mkdir()
    place.path.mkdir()  # where the file should be
    async with running(telegram, tmp_path, HAND_OVER="on"):
        await user.asks(QUESTION, 60)
        await user.presses(OFFER)
        preview = await user.next_message()
        await user.presses(YES)
        await says(user, "This did not work just now.")
        place.path.rmdir()
        await user.presses(YES, message=preview)
        await says(user, "Thank you.")
        assert await kept(place) == [("en", KEPT)]


async def test_where_it_is_off_nobody_is_asked_and_old_buttons_do_nothing(
    telegram: LoopbackTelegram, user: User, tmp_path: Path
) -> None:
    place = Place(f"sqlite:///{tmp_path / 'data/counts.sqlite3'}")
    async with running(telegram, tmp_path):
        nothing = await user.asks(QUESTION, 60)
        assert OFFER not in nothing.labels
        assert "reply_to_message" not in nothing.raw
        for data in ("volunteers.__en", "keep.__en"):
            await user.presses_data(data)
            await says(user, "I do not know this button or command.")
        assert "Your questions are shown to nobody." in (await user.asks("/privacy")).text
        await until(place.path.exists, "nothing was counted")
        assert await kept(place) == []


async def test_questions_are_deleted_after_sixty_days_or_when_they_are_handled(place: Place) -> None:
    database = database_at(place.url)
    store = QuestionStore(database, CountStore(database, [], ["es", "ur"]).fill)
    first = dt.date(2026, 9, 23)  # a Wednesday
    await store.add("una pregunta", "es", first)
    await store.add("una pregunta", "es", first)
    await store.add("ایک سوال", "ur", first + dt.timedelta(weeks=1))
    waiting = await store.waiting()
    assert [(one.week, one.language, one.text) for one in waiting] == [
        ("2026-W39", "es", "una pregunta"),
        ("2026-W40", "ur", "ایک سوال"),
    ]
    await store.forget(first + dt.timedelta(days=KEPT_DAYS - 3))
    assert len(await store.waiting()) == 2
    await store.forget(first + dt.timedelta(days=KEPT_DAYS))
    assert await store.waiting() == waiting[1:]
    assert await store.handled("no such name") == 0
    assert await store.handled(waiting[1].name) == 1
    assert await store.waiting() == []
    await database.close()
    if place.is_sqlite:
        assert "سوال".encode() not in place.path.read_bytes()


def test_every_language_has_the_pages(conversation: Conversation, languages: Languages) -> None:
    for language in languages.values():
        assert language.code == "en" or language.say(OFFER) != OFFER
