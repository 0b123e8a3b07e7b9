"""Telegram gives the bot all kinds of updates: each is understood or let go, and none stops another."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from bot.conversation.incoming import Command, Pressed, Text, Unreadable
from bot.messenger.updates import Received, read_update
from tests.loopback import LoopbackTelegram, User
from tests.running import RunningBot, direct_answer, running, until

pytestmark = pytest.mark.asyncio(loop_scope="module")
QUESTION = "Can ICE enter my child's school?"
ANSWER = direct_answer("ice-at-school")
PERSON = {"id": 77, "is_bot": False, "first_name": "Ana", "language_code": "es"}
CHAT = {"id": 77, "type": "private", "first_name": "Ana"}
MESSAGE = {"message_id": 5, "from": PERSON, "chat": CHAT, "date": 1_700_000_000, "text": "hello"}

STRANGE: list[Any] = [
    "no object at all",
    None,
    7,
    [],
    [{"update_id": 1}],
    {},
    {"update_id": "seven"},
    {"update_id": None, "message": MESSAGE},
    {"quantum_message": {"spin": 1}},
    {"message": None},
    {"message": "text"},
    {"message": []},
    {"message": {"text": 5}},
    {"message": {**MESSAGE, "chat": "77"}},
    {"message": {**MESSAGE, "chat": {"id": "77", "type": "private"}}},
    {"message": {**MESSAGE, "chat": {"id": None}}},
    {"message": {**MESSAGE, "from": {**PERSON, "is_bot": True}}},
    {"message": {**MESSAGE, "chat": {"id": -100, "type": "channel", "title": "News"}}},
    {"callback_query": {"id": "1", "from": PERSON, "data": "ice-at-school__en"}},
    {"callback_query": "pressed"},
    {"edited_message": {"message_id": 5}},
    {"channel_post": {"message_id": 5, "chat": {"id": -100, "type": "channel"}, "date": 1, "text": "news"}},
    {"inline_query": {"id": "1", "from": PERSON, "query": QUESTION, "offset": ""}},
    {"my_chat_member": {"chat": CHAT, "from": PERSON, "date": 1}},
]


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def bot(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[tuple[LoopbackTelegram, RunningBot]]:
    """A Telegram and the bot on it, for all tests of this file: each makes its own people."""
    async with LoopbackTelegram() as server, running(server, tmp_path_factory.mktemp("bot")) as process:
        yield server, process


@pytest.fixture
def telegram(bot: tuple[LoopbackTelegram, RunningBot]) -> LoopbackTelegram:
    return bot[0]


@pytest.fixture
def user(telegram: LoopbackTelegram) -> User:
    return telegram.user("Ana", language_code="en", started=True)


async def test_strange_updates_among_good_ones_stop_no_answer(
    bot: tuple[LoopbackTelegram, RunningBot], telegram: LoopbackTelegram
) -> None:
    before = len(telegram.calls_of("sendMessage"))
    people = []
    for update in STRANGE:
        people.append(telegram.user(language_code="en"))
        await people[-1].says(QUESTION)
        telegram.inject(update)
    people.append(telegram.user(language_code="en"))
    await people[-1].says(QUESTION)
    for one in people:
        assert (await one.next_message(30)).text.startswith(ANSWER)
    await until(lambda: telegram.pending_update_count == 0, "an update was not confirmed")
    assert len(telegram.calls_of("sendMessage")) - before == len(people)
    assert "something that is not an update was skipped" in bot[1].log
    assert "Traceback" not in bot[1].log


async def test_what_cannot_be_confirmed_is_not_asked_for_over_and_over(telegram: LoopbackTelegram, user: User) -> None:
    telegram.inject("no object at all")
    before = len(telegram.calls_of("getUpdates"))
    await asyncio.sleep(1.5)
    assert len(telegram.calls_of("getUpdates")) - before < 8
    assert (await user.asks(QUESTION)).text.startswith(ANSWER)
    await until(lambda: telegram.pending_update_count == 0, "an update was not confirmed")


@pytest.mark.parametrize(
    "strange",
    [
        {"text": None},
        {"text": ["can", "ICE"]},
        {"text": ""},
        {"text": "\u200b \u00a0"},
        {"text": "\x00\ufffe\U0010ffff"},
        {"text": "🙂" * 4096},
        {"text": "\u202e" * 300 + "ICE"},
        {"text": QUESTION, "date": "yesterday"},
        {"text": QUESTION, "date": 10**30},
        {"text": QUESTION, "from": None},
        {"text": QUESTION, "from": {"id": 1, "language_code": 7}},
        {"text": QUESTION, "from": {"id": 1, "language_code": "--_x"}},
        {"text": QUESTION, "entities": "bold"},
        {"text": QUESTION, "message_id": None},
    ],
)
async def test_a_message_with_strange_fields_is_answered_all_the_same(
    telegram: LoopbackTelegram, user: User, strange: dict[str, Any]
) -> None:
    message = {"message_id": 5, "from": user.person, "chat": user.chat.info, "date": int(telegram.state.now())}
    telegram.inject({"message": {**message, **strange}})
    answer = await user.next_message()
    if strange.get("text") == QUESTION:
        assert answer.text.startswith(ANSWER)
    assert answer.labels


async def test_an_edited_message_is_answered_anew(user: User) -> None:
    message = await user.says("/privacy")
    assert (await user.next_message()).text.startswith("This bot does not keep")
    await user.edits(message, QUESTION)
    assert (await user.next_message()).text.startswith(ANSWER)


async def test_groups_get_silence(telegram: LoopbackTelegram, user: User) -> None:
    group = telegram.group("Tenants")
    await group.says(user, QUESTION)
    message = await group.says(user, "/start@made_up_bot")
    await group.edits(message, "/help_now")
    await until(lambda: telegram.pending_update_count == 0, "an update was not confirmed")
    # A private message that came later is answered, so that what came before was let go.
    assert (await user.asks(QUESTION)).text.startswith(ANSWER)
    assert group.messages == []


async def test_a_press_without_data_is_answered(telegram: LoopbackTelegram, user: User) -> None:
    press = await user.presses_data("", message_id=7)
    assert await press.answered() == {}
    assert (await user.next_message()).text.startswith("I do not know this button or command.")


def read(**update: Any) -> Received | None:
    return read_update({"update_id": 1, **update})


def incoming(text: str) -> object:
    found = read(message={**MESSAGE, "text": text})
    assert found
    return found.incoming


async def test_what_was_written_is_told_from_commands() -> None:
    assert incoming("can ICE enter?") == Text("can ICE enter?")
    assert incoming("/start") == incoming("/START") == Command("start")
    assert incoming("/start@made_up_bot ice-at-school__ar") == Command("start", "ice-at-school__ar")
    assert incoming("/ can ICE enter?") == Text("can ICE enter?")
    assert incoming("/¿puede entrar?") == Text("¿puede entrar?")
    assert incoming("  ") == Unreadable()


async def test_what_was_written_under_a_photo_is_a_question_beside_something_that_is_not_opened() -> None:
    photo = {key: value for key, value in MESSAGE.items() if key != "text"} | {"photo": [{"file_id": "1"}]}
    for kind in ("message", "edited_message"):
        found = read(**{kind: {**photo, "caption": "ICE is at my door"}})
        assert found
        assert found.incoming == Text("ICE is at my door", attachment=True)
    found = read(message=photo)
    assert found
    assert found.incoming == Unreadable()


@pytest.mark.parametrize(
    "service",
    [
        {"pinned_message": MESSAGE},
        {"message_auto_delete_timer_changed": {"message_auto_delete_time": 86400}},
        {"chat_background_set": {"type": {}}},
        {},
    ],
)
async def test_what_telegram_tells_by_itself_is_not_answered(service: dict[str, Any]) -> None:
    assert read(message={key: value for key, value in MESSAGE.items() if key != "text"} | service) is None


async def test_a_live_location_is_answered_once(telegram: LoopbackTelegram, user: User) -> None:
    place = await user.sends("location", {"latitude": 40.7, "longitude": -74.0, "live_period": 900})
    for _ in range(3):
        telegram.inject({"edited_message": {**place, "edit_date": int(telegram.state.now())}})
    assert (await user.next_message()).text.startswith("I can only read written words.")
    assert (await user.asks(QUESTION)).text.startswith(ANSWER)
    assert len(user.messages) == 2


async def test_only_what_is_needed_of_an_update_is_read() -> None:
    assert read(message=MESSAGE) == Received(1, 77, Text("hello"), "es", 1_700_000_000.0, message_id=5, question_id=5)
    pressed: dict[str, Any] = {"id": "9", "from": PERSON, "message": {**MESSAGE, "date": 0}, "data": "menu.__en"}
    assert read(callback_query=pressed) == Received(1, 77, Pressed("menu.__en"), "es", callback_id="9")
    pressed["message"] = {**MESSAGE, "reply_to_message": {**MESSAGE, "message_id": 3, "text": "is my school safe"}}
    pressed["message"] |= {"text": "🙂 see:\na b", "entities": [{"type": "blockquote", "offset": 8, "length": 3}]}
    asked = Pressed("menu.__en", asked="is my school safe", quoted="a b")
    assert read(callback_query=pressed) == Received(1, 77, asked, "es", callback_id="9", question_id=3)


async def test_what_an_update_says_cannot_be_printed_by_accident() -> None:
    found = read(message=MESSAGE)
    assert f"{found!r} {found} {[found]}" == "Received(...) Received(...) [Received(...)]"
    for written in (Text("secret"), Command("secret", "secret"), Pressed("secret")):
        assert "secret" not in f"{written!r} {written} {[written]}"
