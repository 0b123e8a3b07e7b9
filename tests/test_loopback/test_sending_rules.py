"""sendMessage keeps Telegram's rules: what is bad is refused, what is good is taken."""

from __future__ import annotations

from typing import Any

import pytest

from tests.loopback import LoopbackTelegram, User
from tests.test_loopback.calls import GOOD_BUTTON, call, entity, keyboard

HTML = {"parse_mode": "HTML"}
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
