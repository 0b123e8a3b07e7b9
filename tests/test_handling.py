"""One update from beginning to end, in this process: what the person gets where no answer is found in time."""

from __future__ import annotations

import asyncio
from dataclasses import fields

import pytest
from telegram import Bot

from bot.conversation.conversation import Conversation
from bot.conversation.incoming import Chat, Incoming, Text
from bot.conversation.reply import Reply
from bot.languages import Languages
from bot.messenger import handling
from bot.messenger.handling import Handler
from bot.messenger.memory import ChosenLanguages, KnownMessages
from bot.messenger.sending import Sender
from bot.messenger.updates import Received
from tests.loopback import LoopbackTelegram


class Slow(Conversation):
    """A conversation that never finds an answer."""

    async def answer(self, incoming: Incoming, chat: Chat | None = None) -> Reply:
        await asyncio.sleep(3600)
        raise AssertionError


@pytest.mark.parametrize("unread", [False, True])
@pytest.mark.parametrize("chosen", ["es", None])
async def test_whom_to_call_is_said_in_the_language_that_is_known_without_asking_telegram(
    telegram: LoopbackTelegram,
    conversation: Conversation,
    languages: Languages,
    monkeypatch: pytest.MonkeyPatch,
    chosen: str | None,
    unread: bool,
) -> None:
    monkeypatch.setattr(handling, "ANSWER_WITHIN", 0.05)
    slow = Slow(**{field.name: getattr(conversation, field.name) for field in fields(conversation)})
    user = telegram.user(started=True)
    async with Bot(telegram.token, base_url=f"{telegram.base_url}/bot") as bot:
        memory = ChosenLanguages(bot, languages)
        if chosen:
            await memory.set(user.id, chosen)
        handler = Handler(slow, Sender(bot), memory, KnownMessages(), count=lambda counts: None)
        await handler.handle(Received(1, user.id, Text("hello"), phone_language="en"), unread)
    said = languages[chosen or "en"].say("Something went wrong here. These people can help you now, for free:")
    assert (await user.next_message()).text.startswith(said)
    assert telegram.calls_of("getMyCommands") == []
