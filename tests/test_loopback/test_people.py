"""The made-up people and groups of the loopback Telegram."""

from __future__ import annotations

import time

import pytest
from telegram import Bot
from telegram.error import BadRequest, Forbidden

from tests.loopback import LoopbackTelegram, User
from tests.test_loopback.calls import call


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


async def test_silence_is_seen_as_silence(user: User) -> None:
    assert await user.messages_until_quiet(0.05) == []
    with pytest.raises(TimeoutError, match="the bot wrote nothing"):
        await user.next_message(timeout=0.05)
