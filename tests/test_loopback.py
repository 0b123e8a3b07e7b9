"""The loopback Telegram keeps Telegram's rules: what is bad is refused, what is good is taken."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from telegram import Bot, BotCommand, InlineKeyboardButton, InlineKeyboardMarkup, MessageEntity
from telegram.error import (
    BadRequest,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
)

from tests.loopback import LoopbackTelegram, ThreadedTelegram, User

TOKEN = "123456:made-up"
Answer = dict[str, Any]


@pytest.fixture
async def telegram() -> AsyncIterator[LoopbackTelegram]:
    async with LoopbackTelegram(token=TOKEN) as server:
        yield server


@pytest.fixture
async def bot(telegram: LoopbackTelegram) -> AsyncIterator[Bot]:
    async with Bot(TOKEN, base_url=f"{telegram.base_url}/bot") as client:
        yield client


@pytest.fixture
def user(telegram: LoopbackTelegram) -> User:
    return telegram.user("Ana", language_code="es", started=True)


async def call(telegram: LoopbackTelegram, method: str, token: str = TOKEN, **params: Any) -> Answer:
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{telegram.base_url}/bot{token}/{method}", json=params) as response,
    ):
        answer: Answer = await response.json()
        assert response.status == answer.get("error_code", 200)
        return answer


async def updates(telegram: LoopbackTelegram, **params: Any) -> list[Any]:
    answer = await call(telegram, "getUpdates", **params)
    assert answer["ok"], answer
    found: list[Any] = answer["result"]
    return found


def keyboard(*buttons: dict[str, Any]) -> dict[str, Any]:
    return {"inline_keyboard": [list(buttons)]}


def entity(kind: str, offset: int, length: int, **more: Any) -> dict[str, Any]:
    return {"type": kind, "offset": offset, "length": length, **more}


HTML = {"parse_mode": "HTML"}
GOOD_BUTTON = {"text": "Menu", "callback_data": "menu"}
MANY = [[{"text": "b", "callback_data": "b"}] * 8] * 13
# For each rule of sendMessage: what is refused, Telegram's words, and what is taken instead.
MESSAGES: dict[str, tuple[dict[str, Any], str, dict[str, Any]]] = {
    "a parameter that sendMessage does not have": (
        {"text": "x", "txt": "y"},
        'unknown parameter "txt" in sendMessage',
        {"text": "x", "protect_content": True},
    ),
    "a missing text": ({}, "message text is empty", {"text": "x"}),
    "an empty text": ({"text": ""}, "message text is empty", {"text": "."}),
    "a text of spaces": ({"text": " \n\t "}, "text must be non-empty", {"text": " a "}),
    "an invisible text": ({"text": "\u200b\u200f"}, "text must be non-empty", {"text": "\u200fא"}),
    "a text of only dropped characters": ({"text": "\u202a"}, "text must be non-empty", {"text": "\u202aa"}),
    "a text of 4097 characters": ({"text": "x" * 4097}, "message is too long", {"text": "x" * 4096}),
    "4097 UTF-16 units": ({"text": "😀" * 2048 + "x"}, "message is too long", {"text": "😀" * 2048}),
    "4097 characters between tags": (
        {"text": f"<b>{'x' * 4097}</b>", **HTML},
        "message is too long",
        {"text": f"<b>{'x' * 4096}</b>", **HTML},
    ),
    "an unknown parse mode": (
        {"text": "x", "parse_mode": "BB"},
        "unsupported parse_mode",
        {"text": "x", **HTML},
    ),
    "a tag without its end": (
        {"text": "<b>x", **HTML},
        "can't parse entities: Can't find end tag corresponding to start tag \"b\"",
        {"text": "<b>x</b>", **HTML},
    ),
    "an unknown tag": (
        {"text": "é<p>x</p>", **HTML},
        'can\'t parse entities: Unsupported start tag "p" at byte offset 2',
        {"text": "<u>x</u>", **HTML},
    ),
    "a lone less-than sign": (
        {"text": "1 < 2", **HTML},
        'can\'t parse entities: Unsupported start tag "" at byte offset 2',
        {"text": "1 &lt; 2", **HTML},
    ),
    "tags closed in the wrong order": (
        {"text": "<b><i>test</b></i>", **HTML},
        'can\'t parse entities: Unmatched end tag at byte offset 10, expected "</i>", found "</b>"',
        {"text": "<b><i>test</i></b>", **HTML},
    ),
    "an end tag alone": (
        {"text": "x</b>", **HTML},
        "can't parse entities: Unexpected end tag at byte offset 1",
        {"text": "x", **HTML},
    ),
    "a tag that is not closed": (
        {"text": "x <b", **HTML},
        "can't parse entities: Unclosed start tag at byte offset 2",
        {"text": "x <b>y</b>", **HTML},
    ),
    "a span that is no spoiler": (
        {"text": "<span>x</span>", **HTML},
        'can\'t parse entities: Tag "span" must have class "tg-spoiler" at byte offset 0',
        {"text": '<span class="tg-spoiler">x</span>', **HTML},
    ),
    "an attribute without value": (
        {"text": "<a href>x</a>", **HTML},
        'can\'t parse entities: Expected equal sign in declaration of an attribute of the tag "a" at byte offset 0',
        {"text": "<blockquote expandable>x</blockquote>", **HTML},
    ),
    "entities beside a parse mode": (
        {"text": "x", "entities": [entity("bold", 0, 1)], **HTML},
        "entities and parse_mode can't be used at once",
        {"text": "x", "entities": [entity("bold", 0, 1)]},
    ),
    "an entity after the end": (
        {"text": "hello", "entities": [entity("bold", 100, 1)]},
        "entity begins after the end of the text at UTF-16 offset 100",
        {"text": "hello", "entities": [entity("bold", 4, 1)]},
    ),
    "an entity that passes the end": (
        {"text": "hello", "entities": [entity("bold", 0, 6)]},
        "entity beginning at UTF-16 offset 0 ends after the end of the text at UTF-16 offset 6",
        {"text": "hello", "entities": [entity("bold", 0, 5)]},
    ),
    "an entity measured in characters, not in UTF-16 units": (
        {"text": "😀 hi", "entities": [entity("bold", 0, 1)]},
        "entity beginning at UTF-16 offset 0 ends in a middle of a UTF-16 symbol at byte offset 4",
        {"text": "😀 hi", "entities": [entity("bold", 0, 2)]},
    ),
    "an entity that begins inside a symbol": (
        {"text": "😀 hi", "entities": [entity("bold", 1, 2)]},
        "entity begins in a middle of a UTF-16 symbol at byte offset 4",
        {"text": "😀 hi", "entities": [entity("bold", 2, 2)]},
    ),
    "an entity before the beginning": (
        {"text": "hello", "entities": [entity("bold", -1, 1)]},
        "receive an entity with incorrect offset -1",
        {"text": "hello", "entities": [entity("bold", 0, 1)]},
    ),
    "an entity of negative length": (
        {"text": "hello", "entities": [entity("bold", 0, -1)]},
        "receive an entity with incorrect length -1",
        {"text": "hello", "entities": [entity("bold", 0, 1)]},
    ),
    "an entity of unknown type": (
        {"text": "x", "entities": [entity("loud", 0, 1)]},
        "can't parse MessageEntity: Unsupported type specified",
        {"text": "x", "entities": [entity("expandable_blockquote", 0, 1)]},
    ),
    "an entity without offset": (
        {"text": "x", "entities": [{"type": "bold", "length": 1}]},
        "can't parse MessageEntity: Can't find field \"offset\"",
        {"text": "x", "entities": [entity("bold", 0, 1)]},
    ),
    "an entity with a field of no meaning": (
        {"text": "x", "entities": [entity("bold", 0, 1, colour="red")]},
        'can\'t parse MessageEntity: Unknown field "colour"',
        {"text": "x", "entities": [entity("pre", 0, 1, language="python")]},
    ),
    "a text_link without url": (
        {"text": "x", "entities": [entity("text_link", 0, 1)]},
        "can't parse MessageEntity: Can't find field \"url\"",
        {"text": "x", "entities": [entity("text_link", 0, 1, url="https://example.org")]},
    ),
    "a text_link to no address": (
        {"text": "x", "entities": [entity("text_link", 0, 1, url="not-a-url")]},
        "entity URL 'not-a-url' is invalid: Wrong HTTP URL",
        {"text": "x", "entities": [entity("text_link", 0, 1, url="example.org/a?b")]},
    ),
    "callback data of 65 bytes": (
        {"text": "x", "reply_markup": keyboard({"text": "b", "callback_data": "é" * 32 + "x"})},
        "BUTTON_DATA_INVALID",
        {"text": "x", "reply_markup": keyboard({"text": "b", "callback_data": "é" * 32})},
    ),
    "empty callback data": (
        {"text": "x", "reply_markup": keyboard({"text": "b", "callback_data": ""})},
        "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard",
        {"text": "x", "reply_markup": keyboard({"text": "b", "callback_data": "1"})},
    ),
    "a button that does nothing": (
        {"text": "x", "reply_markup": keyboard({"text": "b"})},
        "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard",
        {"text": "x", "reply_markup": keyboard({"text": "b", "copy_text": {"text": "311"}})},
    ),
    "a button that does two things": (
        {"text": "x", "reply_markup": keyboard({**GOOD_BUTTON, "url": "https://example.org"})},
        "can't parse inline keyboard button: exactly one action must be used",
        {"text": "x", "reply_markup": keyboard(GOOD_BUTTON, {"text": "b", "url": "https://example.org"})},
    ),
    "a button without words": (
        {"text": "x", "reply_markup": keyboard({"callback_data": "b"})},
        "can't parse inline keyboard button: Can't find field \"text\"",
        {"text": "x", "reply_markup": keyboard(GOOD_BUTTON)},
    ),
    "a button with empty words": (
        {"text": "x", "reply_markup": keyboard({"text": " ", "callback_data": "b"})},
        "inline keyboard button text must be non-empty",
        {"text": "x", "reply_markup": keyboard(GOOD_BUTTON)},
    ),
    "a button with an unknown field": (
        {"text": "x", "reply_markup": keyboard({**GOOD_BUTTON, "colour": "red"})},
        'can\'t parse inline keyboard button: Unknown field "colour"',
        {"text": "x", "reply_markup": keyboard({**GOOD_BUTTON, "style": "danger"})},
    ),
    "a link button to no address": (
        {"text": "x", "reply_markup": keyboard({"text": "b", "url": "not-a-url"})},
        "inline keyboard button URL 'not-a-url' is invalid: Wrong HTTP URL",
        {"text": "x", "reply_markup": keyboard({"text": "b", "url": "https://example.org/x?y=1#z"})},
    ),
    "a link button to a telephone": (
        {"text": "x", "reply_markup": keyboard({"text": "b", "url": "tel:+12125550100"})},
        "inline keyboard button URL 'tel:+12125550100' is invalid: Unsupported URL protocol",
        {"text": "x", "reply_markup": keyboard({"text": "b", "url": "tg://resolve?domain=x"})},
    ),
    "a link button to this machine": (
        {"text": "x", "reply_markup": keyboard({"text": "b", "url": "http://localhost:80"})},
        "inline keyboard button URL 'http://localhost:80' is invalid: Wrong HTTP URL",
        {"text": "x", "reply_markup": keyboard({"text": "b", "url": "http://example.org:80"})},
    ),
    "101 buttons": (
        {"text": "x", "reply_markup": {"inline_keyboard": MANY}},
        "reply markup is too long",
        {"text": "x", "reply_markup": {"inline_keyboard": [*MANY[:12], MANY[0][:4]]}},
    ),
    "nine buttons in a row": (
        {"text": "x", "reply_markup": keyboard(*[GOOD_BUTTON] * 9)},
        "reply markup is too long",
        {"text": "x", "reply_markup": keyboard(*[GOOD_BUTTON] * 8)},
    ),
    "a keyboard that is no list": (
        {"text": "x", "reply_markup": {"inline_keyboard": "b"}},
        'field "inline_keyboard" must be of type Array',
        {"text": "x", "reply_markup": {"inline_keyboard": []}},
    ),
    "a reply keyboard with a wrong field": (
        {"text": "x", "reply_markup": {"keyboard": [[{"text": "A"}]], "selective": "yes"}},
        'field "selective" must be of type Boolean',
        {"text": "x", "reply_markup": {"keyboard": [["A", {"text": "B"}]], "resize_keyboard": True}},
    ),
    "removing a keyboard with a word": (
        {"text": "x", "reply_markup": {"remove_keyboard": "yes"}},
        'field "remove_keyboard" must be of type Boolean',
        {"text": "x", "reply_markup": {"remove_keyboard": True}},
    ),
    "a link preview switched off with a word": (
        {"text": "x", "link_preview_options": {"is_disabled": "yes"}},
        'field "is_disabled" must be of type Boolean',
        {"text": "x", "link_preview_options": {"is_disabled": True}},
    ),
    "an unknown field of link_preview_options": (
        {"text": "x", "link_preview_options": {"disabled": True}},
        'unknown field "disabled" in link_preview_options',
        {"text": "x", "link_preview_options": {"url": "https://example.org"}},
    ),
    "a reply to no message": (
        {"text": "x", "reply_parameters": {"message_id": 999}},
        "message to be replied not found",
        {"text": "x", "reply_parameters": {"message_id": 999, "allow_sending_without_reply": True}},
    ),
    "a topic in a private chat": (
        {"text": "x", "message_thread_id": 5},
        "message thread not found",
        {"text": "x"},
    ),
    "paid sending": (
        {"text": "x", "allow_paid_broadcast": True},
        "FLOODSKIP_NOT_ALLOWED",
        {"text": "x", "allow_paid_broadcast": False},
    ),
    "an unknown effect": ({"text": "x", "message_effect_id": "9"}, "EFFECT_ID_INVALID", {"text": "x"}),
    "a word where a truth value stands": (
        {"text": "x", "disable_notification": "perhaps"},
        'parameter "disable_notification" must be of type Boolean',
        {"text": "x", "disable_notification": True},
    ),
}


@pytest.mark.parametrize("rule", MESSAGES)
async def test_send_message_refuses_what_is_bad_and_takes_what_is_good(
    telegram: LoopbackTelegram, user: User, rule: str
) -> None:
    wrong, words, right = MESSAGES[rule]
    refused = await call(telegram, "sendMessage", chat_id=user.id, **wrong)
    assert (refused["ok"], refused.get("description")) == (False, f"Bad Request: {words}")
    assert user.messages == []
    taken = await call(telegram, "sendMessage", chat_id=user.id, **right)
    assert taken["ok"], taken
    assert len(user.messages) == 1


def command(name: str = "help", description: str = "Help") -> dict[str, str]:
    return {"command": name, "description": description}


PROFILE: dict[str, tuple[str, dict[str, Any], str, dict[str, Any]]] = {
    "a command in capitals": (
        "setMyCommands",
        {"commands": [command("Help")]},
        "BOT_COMMAND_INVALID",
        {"commands": [command("help_2")]},
    ),
    "a command with an accent": (
        "setMyCommands",
        {"commands": [command("menú")]},
        "BOT_COMMAND_INVALID",
        {"commands": [command("menu", "Menú")]},
    ),
    "a command of 33 characters": (
        "setMyCommands",
        {"commands": [command("a" * 33)]},
        "command length must not exceed 32",
        {"commands": [command("a" * 32)]},
    ),
    "an empty command": (
        "setMyCommands",
        {"commands": [command("")]},
        "command must be non-empty",
        {"commands": [command("a")]},
    ),
    "a command without description": (
        "setMyCommands",
        {"commands": [command("a", " ")]},
        "command description must be non-empty",
        {"commands": [command("a", "b")]},
    ),
    "a description of 257 characters": (
        "setMyCommands",
        {"commands": [command("a", "b" * 257)]},
        "command description length must not exceed 256",
        {"commands": [command("a", "b" * 256)]},
    ),
    "101 commands": (
        "setMyCommands",
        {"commands": [command(f"c{number}") for number in range(101)]},
        "BOT_COMMANDS_TOO_MUCH",
        {"commands": [command(f"c{number}") for number in range(100)]},
    ),
    "commands for an unknown scope": (
        "setMyCommands",
        {"commands": [command()], "scope": {"type": "friends"}},
        "can't parse BotCommandScope: Unsupported type specified",
        {"commands": [command()], "scope": {"type": "all_private_chats"}},
    ),
    "commands for a chat that is not named": (
        "setMyCommands",
        {"commands": [command()], "scope": {"type": "chat"}},
        "can't parse BotCommandScope: Can't find field \"chat_id\"",
        {"commands": [command()], "scope": {"type": "default"}},
    ),
    "commands for a chat that is not there": (
        "setMyCommands",
        {"commands": [command()], "scope": {"type": "chat", "chat_id": 5}},
        "chat not found",
        {"commands": [command()]},
    ),
    "a language with its script": (
        "setMyCommands",
        {"commands": [command()], "language_code": "zh-hant"},
        "invalid language code specified",
        {"commands": [command()], "language_code": "zh"},
    ),
    "a language that is none": (
        "getMyCommands",
        {"language_code": "xx"},
        "invalid language code specified",
        {"language_code": "ht"},
    ),
    "a name of 65 characters": ("setMyName", {"name": "x" * 65}, "bot name is too long", {"name": "x" * 64}),
    "a bot description of 513 characters": (
        "setMyDescription",
        {"description": "x" * 513},
        "bot description is too long",
        {"description": "x" * 512},
    ),
    "a short description of 121 characters": (
        "setMyShortDescription",
        {"short_description": "x" * 121},
        "bot short description is too long",
        {"short_description": "x" * 120},
    ),
    "a menu button of unknown type": (
        "setChatMenuButton",
        {"menu_button": {"type": "bell"}},
        "can't parse MenuButton: Unsupported type specified",
        {"menu_button": {"type": "commands"}},
    ),
    "more updates at once than there may be": (
        "getUpdates",
        {"limit": 101},
        "limit must be between 1 and 100",
        {"limit": 100},
    ),
    "a negative time to wait": (
        "getUpdates",
        {"timeout": -1},
        "timeout must not be negative",
        {"timeout": 0},
    ),
    "a webhook without HTTPS": (
        "setWebhook",
        {"url": "http://example.org/hook"},
        "bad webhook: An HTTPS URL must be provided for webhook",
        {"url": ""},
    ),
    "a secret with spaces": (
        "setWebhook",
        {"url": "", "secret_token": "a b"},
        "secret token contains unallowed characters",
        {"url": "", "secret_token": "a-b_C"},
    ),
    "too many connections": (
        "setWebhook",
        {"url": "", "max_connections": 101},
        "max_connections must be between 1 and 100",
        {"url": "", "max_connections": 100},
    ),
}


@pytest.mark.parametrize("rule", PROFILE)
async def test_other_methods_refuse_what_is_bad_and_take_what_is_good(telegram: LoopbackTelegram, rule: str) -> None:
    method, wrong, words, right = PROFILE[rule]
    refused = await call(telegram, method, **wrong)
    assert (refused["ok"], refused.get("description")) == (False, f"Bad Request: {words}")
    assert (await call(telegram, method, **right))["ok"]


async def test_a_wrong_token_is_unauthorized(telegram: LoopbackTelegram) -> None:
    assert (await call(telegram, "getMe", token="123456:other"))["error_code"] == 401
    assert (await call(telegram, "getMe"))["result"]["is_bot"] is True
    stranger = Bot("1:x", base_url=f"{telegram.base_url}/bot")
    with pytest.raises(InvalidToken):
        await stranger.initialize()
    # A bot that did not start does not close its connections by itself.
    await stranger.request.shutdown()


async def test_a_method_that_does_not_exist_is_not_found_and_case_does_not_matter(
    telegram: LoopbackTelegram,
) -> None:
    answer = await call(telegram, "sendTelegram")
    assert (answer["error_code"], answer["description"]) == (404, "Not Found: method not found")
    assert (await call(telegram, "GETME"))["ok"]


async def test_parameters_may_come_by_address_form_json_or_multipart(telegram: LoopbackTelegram, user: User) -> None:
    address = f"{telegram.base_url}/bot{TOKEN}/sendMessage"
    markup = json.dumps(keyboard(GOOD_BUTTON))
    fields = {"chat_id": str(user.id), "text": "x", "reply_markup": markup}
    multipart = aiohttp.MultipartWriter("form-data")
    for name, value in fields.items():
        multipart.append(value).set_content_disposition("form-data", name=name)
    async with aiohttp.ClientSession() as session:
        for request in (
            session.get(address, params=fields),
            session.post(address, data=fields),
            session.post(address, json={**fields, "reply_markup": keyboard(GOOD_BUTTON)}),
            session.post(address, data=multipart),
        ):
            async with request as response:
                assert response.status == 200, await response.text()
    assert [message.labels for message in user.messages] == [["Menu"]] * 4


async def test_an_update_is_sent_again_until_a_higher_offset_confirms_it(
    telegram: LoopbackTelegram, user: User
) -> None:
    for number in range(3):
        await user.says(f"{number}")
    first = await updates(telegram)
    assert [one["message"]["text"] for one in first] == ["0", "1", "2"]
    assert await updates(telegram) == first
    assert await updates(telegram, offset=first[0]["update_id"]) == first
    assert await updates(telegram, offset=first[1]["update_id"]) == first[1:]
    assert await updates(telegram) == first[1:]
    assert await updates(telegram, limit=1) == first[1:2]
    assert await updates(telegram, offset=first[2]["update_id"] + 1) == []
    assert telegram.pending_update_count == 0


async def test_a_negative_offset_forgets_all_but_the_last(telegram: LoopbackTelegram, user: User) -> None:
    for number in range(5):
        await user.says(f"{number}")
    assert [one["message"]["text"] for one in await updates(telegram, offset=-2)] == ["3", "4"]
    assert len(await updates(telegram)) == 2
    assert len(await updates(telegram, offset=-100)) == 2


async def test_updates_are_kept_for_a_day(telegram: LoopbackTelegram, user: User) -> None:
    await user.says("old")
    telegram.advance(24 * 3600 - 60)
    await user.says("new")
    assert telegram.pending_update_count == 2
    telegram.advance(120)
    assert [one["message"]["text"] for one in await updates(telegram)] == ["new"]


async def test_a_long_poll_waits_for_an_update_and_no_longer(telegram: LoopbackTelegram, user: User) -> None:
    started = time.monotonic()
    assert await updates(telegram, timeout=1) == []
    assert 0.9 < time.monotonic() - started < 3
    waiting = asyncio.create_task(updates(telegram, timeout=30))
    await asyncio.sleep(0.05)
    await user.says("hola")
    found = await asyncio.wait_for(waiting, 2)
    assert found[0]["message"]["from"]["language_code"] == "es"


async def test_a_second_reader_ends_the_first_with_a_conflict(telegram: LoopbackTelegram, bot: Bot) -> None:
    first = asyncio.create_task(bot.get_updates(timeout=30))
    await asyncio.sleep(0.1)
    assert await updates(telegram, timeout=0) == []
    with pytest.raises(Conflict, match="terminated by other getUpdates request"):
        await first


async def test_allowed_updates_choose_the_kinds_made_after_the_call(telegram: LoopbackTelegram, user: User) -> None:
    await user.says("before")
    await updates(telegram, allowed_updates=["callback_query"])
    await user.says("not wanted")
    await user.presses_data("x")
    kinds = [sorted(one) for one in await updates(telegram)]
    assert kinds == [["message", "update_id"], ["callback_query", "update_id"]]
    await updates(telegram, allowed_updates=[])
    await user.says("wanted")
    assert len(await updates(telegram)) == 3


class Hook:
    """A bot's webhook that fails when it is told to."""

    def __init__(self) -> None:
        self.taken: list[tuple[str | None, str]] = []
        self.failures = 0
        self.answer: dict[str, Any] = {}
        self.url = ""

    async def handle(self, request: web.Request) -> web.Response:
        if self.failures:
            self.failures -= 1
            return web.Response(status=503)
        body = await request.json()
        self.taken.append((request.headers.get("X-Telegram-Bot-Api-Secret-Token"), body["message"]["text"]))
        return web.json_response(self.answer)


@pytest.fixture
async def hook() -> AsyncIterator[Hook]:
    found = Hook()
    app = web.Application()
    app.router.add_post("/hook", found.handle)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    found.url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    yield found
    await runner.cleanup()


async def until(condition: Any, seconds: float = 5.0) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not come to pass"
        await asyncio.sleep(0.01)


async def test_a_webhook_gets_updates_in_order_with_its_secret_and_again_until_it_takes_them(
    telegram: LoopbackTelegram, bot: Bot, user: User, hook: Hook
) -> None:
    await user.says("0")
    hook.failures = 2
    await bot.set_webhook(hook.url, secret_token="s-1", max_connections=2)
    for number in range(1, 5):
        await user.says(f"{number}")
    await until(lambda: len(hook.taken) == 5)
    assert hook.taken == [("s-1", f"{number}") for number in range(5)]
    await until(lambda: telegram.pending_update_count == 0)
    info = await bot.get_webhook_info()
    assert (info.url, info.max_connections) == (hook.url, 2)
    assert info.last_error_message == "Wrong response from the webhook: 503 Service Unavailable"


async def test_an_answer_to_a_webhook_may_carry_a_call(
    bot: Bot, telegram: LoopbackTelegram, user: User, hook: Hook
) -> None:
    hook.answer = {"method": "sendMessage", "chat_id": user.id, "text": "by return"}
    await bot.set_webhook(hook.url)
    assert (await user.asks("hi")).text == "by return"


async def test_with_a_webhook_set_there_is_no_polling(
    telegram: LoopbackTelegram, bot: Bot, user: User, hook: Hook
) -> None:
    polling = asyncio.create_task(bot.get_updates(timeout=30))
    await asyncio.sleep(0.1)
    await bot.set_webhook(hook.url)
    with pytest.raises(Conflict, match="terminated by setWebhook request"):
        await polling
    with pytest.raises(Conflict, match="can't use getUpdates method while webhook is active"):
        await bot.get_updates()
    hook.failures = 1000
    await user.says("kept")
    await bot.delete_webhook()
    assert [update.message.text for update in await bot.get_updates() if update.message] == ["kept"]
    assert (await bot.get_webhook_info()).url == ""
    await bot.delete_webhook(drop_pending_updates=True)
    assert telegram.pending_update_count == 0


async def test_texts_are_cleaned_and_trimmed_and_entities_move_along(bot: Bot, user: User) -> None:
    message = await bot.send_message(
        user.id,
        " \u202aab\tc\r\n😀 d\u2066e\u2069\u202c \n",
        entities=[MessageEntity("bold", 2, 4), MessageEntity("italic", 8, 3)],
    )
    assert message.text == "ab c\n😀 d\u2066e\u2069"
    seen = await user.next_message()
    assert (seen.bold(), seen.spans("italic")) == (["ab c"], ["😀 "])


async def test_html_becomes_text_and_entities(bot: Bot, user: User) -> None:
    source = (
        '😀 <b>bold <i>both</i></b> <a href="https://example.org/?a=1&amp;b=2">link</a> &lt;&#233;&gt; R&D'
        ' <blockquote expandable>q</blockquote><pre><code class="language-python">x</code></pre>'
        ' <a href="nowhere">plain</a>'
    )
    await bot.send_message(user.id, source, parse_mode="HTML")
    seen = await user.next_message()
    assert seen.text == "😀 bold both link <é> R&D qx plain"
    assert (seen.bold(), seen.spans("italic")) == (["bold both"], ["both"])
    assert seen.links() == [("link", "https://example.org/?a=1&b=2")]
    assert seen.spans("expandable_blockquote") == ["q"]


async def test_a_chat_that_has_not_begun_is_not_found(telegram: LoopbackTelegram, bot: Bot) -> None:
    stranger = telegram.user("Bo")
    with pytest.raises(BadRequest, match="Chat not found"):
        await bot.send_message(stranger.id, "hi")
    answer = await call(telegram, "sendMessage", text="hi")
    assert answer["description"] == "Bad Request: chat_id is empty"
    await stranger.says("/start")
    assert (await bot.send_message(stranger.id, "hi")).chat.id == stranger.id


async def test_who_has_blocked_the_bot_gets_nothing(telegram: LoopbackTelegram, bot: Bot, user: User) -> None:
    await user.blocks_bot()
    with pytest.raises(Forbidden, match="bot was blocked by the user"):
        await bot.send_message(user.id, "hi")
    update = (await bot.get_updates())[-1]
    assert update.my_chat_member
    assert update.my_chat_member.new_chat_member.status == "kicked"
    await user.unblocks_bot()
    assert await bot.send_message(user.id, "hi")
    await user.deletes_account()
    with pytest.raises(Forbidden, match="user is deactivated"):
        await bot.send_message(user.id, "hi")


async def test_editing_changes_a_message_and_its_keyboard(bot: Bot, user: User) -> None:
    markup = InlineKeyboardMarkup([[InlineKeyboardButton("Menu", callback_data="menu")]])
    sent = await bot.send_message(user.id, "one", reply_markup=markup)
    with pytest.raises(BadRequest, match="specified new message content and reply markup are exactly the same"):
        await bot.edit_message_text("one", user.id, sent.message_id, reply_markup=markup)
    await bot.edit_message_text("two", user.id, sent.message_id)
    with pytest.raises(BadRequest, match="are exactly the same"):
        await bot.edit_message_reply_markup(user.id, sent.message_id)
    await bot.edit_message_reply_markup(user.id, sent.message_id, reply_markup=markup)
    seen = [(one.text, one.labels, one.edited) for one in await user.messages_until_quiet(0.05)]
    assert seen == [("one", ["Menu"], False), ("two", [], True), ("two", ["Menu"], True)]


async def test_only_messages_of_the_bot_that_stand_can_be_edited(
    telegram: LoopbackTelegram, bot: Bot, user: User
) -> None:
    with pytest.raises(BadRequest, match="Message to edit not found"):
        await bot.edit_message_text("x", user.id, 999)
    own = await user.says("mine")
    with pytest.raises(BadRequest, match="Message can't be edited"):
        await bot.edit_message_text("x", user.id, own["message_id"])
    answer = await call(telegram, "editMessageText", chat_id=user.id, text="x")
    assert answer["description"] == "Bad Request: message identifier is not specified"
    sent = await bot.send_message(user.id, "x")
    with pytest.raises(BadRequest, match="Message is too long"):
        await bot.edit_message_text("x" * 4097, user.id, sent.message_id)
    answer = await call(
        telegram,
        "editMessageReplyMarkup",
        chat_id=user.id,
        message_id=sent.message_id,
        reply_markup={"force_reply": True},
    )
    assert answer["description"] == "Bad Request: inline keyboard expected"


async def test_messages_are_deleted_once_and_within_two_days(telegram: LoopbackTelegram, bot: Bot, user: User) -> None:
    sent = [(await bot.send_message(user.id, f"{number}")).message_id for number in range(4)]
    assert await bot.delete_message(user.id, sent[0])
    with pytest.raises(BadRequest, match="Message to delete not found"):
        await bot.delete_message(user.id, sent[0])
    assert await bot.delete_messages(user.id, [sent[0], sent[1], sent[2]])
    assert user.deleted == sent[:3]
    for wrong in ([], list(range(1, 102))):
        assert not (await call(telegram, "deleteMessages", chat_id=user.id, message_ids=wrong))["ok"]
    telegram.advance(48 * 3600 + 1)
    with pytest.raises(BadRequest, match="Message can't be deleted"):
        await bot.delete_message(user.id, sent[3])


async def test_a_press_is_answered_once_and_soon(telegram: LoopbackTelegram, bot: Bot, user: User) -> None:
    markup = InlineKeyboardMarkup([[InlineKeyboardButton("Menu", callback_data="menu")]])
    await bot.send_message(user.id, "hello", reply_markup=markup)
    await bot.send_message(user.id, "later, without buttons")
    press = await user.presses("Menu")
    query = (await bot.get_updates())[-1].callback_query
    assert query
    assert query.message
    assert (query.data, query.message.message_id) == ("menu", user.messages[0].message_id)
    answer = await call(telegram, "answerCallbackQuery", callback_query_id=query.id, text="x" * 201)
    assert answer["description"] == "Bad Request: MESSAGE_TOO_LONG"
    assert press.answer is None
    await query.answer("x" * 200)
    assert (await press.answered())["text"] == "x" * 200
    with pytest.raises(BadRequest, match="Query is too old and response timeout expired or query id is invalid"):
        await query.answer()
    late = await user.presses("Menu")
    telegram.advance(16)
    with pytest.raises(BadRequest, match="Query is too old"):
        await bot.answer_callback_query(late.id)
    with pytest.raises(BadRequest, match="Query is too old"):
        await bot.answer_callback_query("made-up")


async def test_a_press_may_carry_data_that_no_message_has(bot: Bot, user: User) -> None:
    await user.presses_data("from-an-old-version", message_id=77)
    query = (await bot.get_updates())[-1].callback_query
    assert query
    assert query.message
    assert (query.data, query.message.is_accessible) == ("from-an-old-version", False)
    with pytest.raises(LookupError, match="no message has a button 'Menu'"):
        await user.presses("Menu")


async def test_commands_are_kept_by_scope_and_language_and_the_user_sees_the_nearest(
    telegram: LoopbackTelegram, bot: Bot, user: User
) -> None:
    private = {"type": "all_private_chats"}
    own = {"type": "chat", "chat_id": user.id}
    await bot.set_my_commands([BotCommand("help", "Help")])
    assert [one["description"] for one in user.command_menu()] == ["Help"]
    assert (await call(telegram, "getMyCommands", language_code="es"))["result"] == []
    await call(telegram, "setMyCommands", commands=[command("help", "Ayuda")], scope=private, language_code="es")
    assert [one["description"] for one in user.command_menu()] == ["Ayuda"]
    await call(telegram, "setMyCommands", commands=[command("help", "Only Ana")], scope=own)
    assert [one["description"] for one in user.command_menu()] == ["Only Ana"]
    assert (await call(telegram, "getMyCommands", scope=private))["result"] == []
    assert (await call(telegram, "getMyCommands", scope=own))["result"] == [command("help", "Only Ana")]
    await call(telegram, "deleteMyCommands", scope=own)
    assert (await call(telegram, "getMyCommands", scope=own))["result"] == []
    assert [one.description for one in await bot.get_my_commands()] == ["Help"]


async def test_names_and_descriptions_are_kept_by_language(bot: Bot) -> None:
    assert (await bot.get_my_name()).name == "Made-up bot"
    await bot.set_my_name("Rights", language_code="en")
    await bot.set_my_description("Derechos", language_code="es")
    await bot.set_my_short_description("Dwa", language_code="ht")
    assert (await bot.get_my_name("en")).name == "Rights"
    assert (await bot.get_my_description("es")).description == "Derechos"
    assert (await bot.get_my_description("en")).description == ""
    assert (await bot.get_my_short_description("ht")).short_description == "Dwa"
    await bot.set_my_description("", language_code="es")
    assert (await bot.get_my_description("es")).description == ""


async def test_files_are_taken_as_uploads_and_again_by_their_id(
    telegram: LoopbackTelegram, bot: Bot, user: User
) -> None:
    sent = await bot.send_document(user.id, b"%PDF", filename="card.pdf", caption="A <b>card</b>", parse_mode="HTML")
    assert sent.document
    assert sent.document.file_name == "card.pdf"
    assert telegram.state.files[sent.document.file_id] == b"%PDF"
    seen = await user.next_message()
    assert (seen.text, seen.bold(), seen.document is not None) == ("A card", ["card"], True)
    assert (await bot.send_document(user.id, sent.document.file_id)).document
    assert (await bot.send_photo(user.id, b"\x89PNG")).photo
    with pytest.raises(BadRequest, match="File must be non-empty"):
        await bot.send_photo(user.id, b"")
    with pytest.raises(BadRequest, match="Wrong file identifier"):
        await bot.send_photo(user.id, "no-such-file")
    with pytest.raises(BadRequest, match="Message caption is too long"):
        await bot.send_photo(user.id, b"x", caption="x" * 1025)
    assert await bot.send_photo(user.id, b"x", caption="x" * 1024)
    answer = await call(telegram, "sendPhoto", chat_id=user.id)
    assert answer["description"] == "Bad Request: there is no photo in the request"


async def test_chat_actions_are_those_that_telegram_has(bot: Bot, user: User) -> None:
    await bot.send_chat_action(user.id, "typing")
    with pytest.raises(BadRequest, match="Wrong parameter action in request"):
        await bot.send_chat_action(user.id, "thinking")
    assert user.actions == ["typing"]


@pytest.mark.filterwarnings("ignore::telegram.warnings.PTBDeprecationWarning")
async def test_calls_can_be_answered_with_429_and_500(telegram: LoopbackTelegram, bot: Bot, user: User) -> None:
    other = telegram.user("Bo", started=True)
    telegram.faults.answer_429("sendMessage", retry_after=7, times=2, chat_id=user.id)
    for _ in range(2):
        with pytest.raises(RetryAfter, match="Retry in 7 seconds"):
            await bot.send_message(user.id, "x")
        await bot.send_message(other.id, "x")
    await bot.send_message(user.id, "x")
    telegram.faults.answer_500("*")
    with pytest.raises(NetworkError, match="Internal Server Error"):
        await bot.get_me()
    assert await bot.get_me()
    assert [one.method for one in telegram.refused] == ["sendMessage", "sendMessage", "getMe"]


async def test_connections_can_be_dropped_before_or_after_the_call_has_acted(
    telegram: LoopbackTelegram, bot: Bot, user: User
) -> None:
    telegram.faults.drop("sendMessage")
    with pytest.raises(NetworkError):
        await bot.send_message(user.id, "lost")
    telegram.faults.drop("sendMessage", after_acting=True)
    with pytest.raises(NetworkError):
        await bot.send_message(user.id, "sent, though nobody said so")
    await bot.send_message(user.id, "sent")
    assert [one.text for one in user.messages] == ["sent, though nobody said so", "sent"]


async def test_answers_can_be_late_or_garbled(telegram: LoopbackTelegram, bot: Bot) -> None:
    telegram.faults.delay("getMe", 0.2)
    started = time.monotonic()
    await bot.get_me()
    assert time.monotonic() - started >= 0.2
    telegram.faults.garble()
    with pytest.raises(TelegramError, match="Invalid server response"):
        await bot.get_updates()
    assert await bot.get_updates() == ()


async def test_any_update_can_be_put_in_the_queue(telegram: LoopbackTelegram, user: User) -> None:
    await user.says("good")
    telegram.inject({"quantum_message": {"spin": 1}})
    telegram.inject({"message": {"text": 5}})
    telegram.inject("no object at all")
    await user.says("good too")
    found = await updates(telegram)
    assert found[1] == {"update_id": found[0]["update_id"] + 1, "quantum_message": {"spin": 1}}
    assert found[3] == "no object at all"
    assert found[4]["update_id"] == found[0]["update_id"] + 4


async def test_a_reader_that_died_does_not_stand_in_the_way_of_the_next(telegram: LoopbackTelegram, user: User) -> None:
    dead = asyncio.create_task(updates(telegram, timeout=30))
    await asyncio.sleep(0.1)
    dead.cancel()
    with pytest.raises(asyncio.CancelledError):
        await dead
    await user.says("not lost")
    assert [one["message"]["text"] for one in await updates(telegram)] == ["not lost"]


async def test_telegram_can_be_down_and_come_back_with_its_memory(
    telegram: LoopbackTelegram, bot: Bot, user: User
) -> None:
    address = telegram.base_url
    polling = asyncio.create_task(bot.get_updates(timeout=30))
    await asyncio.sleep(0.1)
    await telegram.stop_listening()
    with pytest.raises(NetworkError):
        await polling
    with pytest.raises(NetworkError):
        await bot.get_me()
    await user.says("while it was down")
    await telegram.resume()
    assert telegram.base_url == address
    assert len(await bot.get_updates()) == 1


async def test_people_send_all_kinds_of_things(telegram: LoopbackTelegram, bot: Bot, user: User) -> None:
    await user.sends_sticker()
    await user.sends_voice()
    await user.sends_photo("my letter")
    await user.sends_document()
    await user.sends_location()
    await user.sends_contact()
    own = await user.says("/start card__es hello", age=3600)
    await user.edits(own, "/help")
    found = await bot.get_updates()
    messages = [update.message for update in found if update.message]
    kinds = ("sticker", "voice", "photo", "document", "location", "contact")
    assert all(getattr(message, kind) for message, kind in zip(messages, kinds, strict=False))
    assert messages[2].caption == "my letter"
    assert time.time() - messages[6].date.timestamp() >= 3600
    assert messages[6].parse_entities() == {messages[6].entities[0]: "/start"}
    assert found[-1].edited_message
    assert found[-1].edited_message.text == "/help"


async def test_a_group_has_its_own_chat_and_its_own_numbers(telegram: LoopbackTelegram, bot: Bot, user: User) -> None:
    group = telegram.group("Tenants")
    await user.says("in private")
    await group.says(user, "hello @made_up_bot")
    first, second = (update.message for update in await bot.get_updates())
    assert first
    assert second
    assert (first.chat.type, second.chat.type) == ("private", "supergroup")
    assert first.message_id == second.message_id == 1
    await bot.send_message(group.id, "hello all")
    assert (await group.next_message()).text == "hello all"
    assert user.messages == []
    await group.removes_bot()
    with pytest.raises(Forbidden, match="bot was kicked from the supergroup chat"):
        await bot.send_message(group.id, "x")


async def test_calls_are_kept_in_order_with_their_parameters(telegram: LoopbackTelegram, bot: Bot, user: User) -> None:
    await bot.send_message(user.id, "one")
    await bot.send_message(user.id, "two", disable_notification=True)
    assert [one.method for one in telegram.calls] == ["getMe", "sendMessage", "sendMessage"]
    first, second = telegram.calls_of("sendMessage")
    assert first.parameters == {"chat_id": user.id, "text": "one"}
    assert second.parameters["disable_notification"] is True
    assert first.at <= second.at


async def test_silence_is_seen_as_silence(user: User) -> None:
    assert await user.messages_until_quiet(0.05) == []
    with pytest.raises(TimeoutError, match="the bot wrote nothing"):
        await user.next_message(timeout=0.05)


def test_it_serves_programs_without_an_event_loop() -> None:
    with ThreadedTelegram(TOKEN) as threaded:
        user = threaded.telegram.user()
        threaded.run(user.says("hello"))
        found = threaded.run(updates(threaded.telegram))
        assert found[0]["message"]["text"] == "hello"
        threaded.run(call(threaded.telegram, "sendMessage", chat_id=user.id, text="hi"))
        assert threaded.run(user.next_message()).text == "hi"


async def test_it_carries_three_hundred_messages_a_second(telegram: LoopbackTelegram, user: User) -> None:
    address = f"{telegram.base_url}/bot{TOKEN}/sendMessage"
    text = "<b>The rule is no.</b> " + "Agents do not always follow the rule. " * 20
    async with aiohttp.ClientSession() as session:

        async def send(number: int) -> None:
            fields = {"chat_id": user.id, "text": f"{text}{number}", "parse_mode": "HTML"}
            async with session.post(address, data=fields) as response:
                assert response.status == 200

        started = time.monotonic()
        for _ in range(20):
            await asyncio.gather(*(send(number) for number in range(30)))
        assert time.monotonic() - started < 2.0
    assert len(user.messages) == 600
