"""Sends to Telegram and knows what each refusal means: wait, try again, send plainer, or let go."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import TypeVar

from telegram import Bot, LinkPreviewOptions
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Forbidden,
    InvalidToken,
    RetryAfter,
    TelegramError,
)

from bot.conversation.reply import Message
from bot.logs import describe, log
from bot.messenger.rendering import Rendered, render

LONGEST_PAUSE = 5.0
GIVE_UP_AFTER = 900.0
"""Seconds for which a message is tried again while Telegram does not answer."""

Result = TypeVar("Result")


class Sender:
    """Messages to chats, one after the other within a chat (the caller keeps that order)."""

    def __init__(self, bot: Bot) -> None:
        self._bot = bot

    async def send(self, chat_id: int, message: Message, right_to_left: bool) -> bool:
        """Send all parts of a message; False where the chat cannot be reached (blocked, deleted)."""
        for part in render(message, right_to_left):
            try:
                await self._send_in_some_form(chat_id, part)
            except (Forbidden, ChatMigrated):
                return False
            except BadRequest as error:
                if _not_found(error):
                    return False
                log.error("Telegram refused a message even as plain text (%s)", describe(error))
        return True

    async def answer_press(self, callback_id: str) -> None:
        """Stop the clock on a pressed button; one that is too old needs no answer any more."""
        try:
            await self._bot.answer_callback_query(callback_id)
        except TelegramError as error:
            log.debug("a press was not confirmed (%s)", describe(error))

    async def _send_in_some_form(self, chat_id: int, part: Rendered) -> None:
        """Send a part, plainer where Telegram calls it malformed: buttons are kept as long as they can be."""
        for form in (part, replace(part, entities=())):
            try:
                return await self._send(chat_id, form)
            except BadRequest as error:
                if _not_found(error):
                    raise
                log.warning("Telegram refused a message as malformed: it is sent again plainer")
        return await self._send(chat_id, Rendered(part.text))

    async def _send(self, chat_id: int, part: Rendered) -> None:
        await _until_done(
            lambda: self._bot.send_message(
                chat_id,
                part.text,
                entities=part.entities,
                reply_markup=part.keyboard,
                link_preview_options=LinkPreviewOptions(is_disabled=True),
            )
        )


def _not_found(error: BadRequest) -> bool:
    return "chat not found" in error.message.lower()


async def _until_done(call: Callable[[], Awaitable[Result]]) -> Result:
    """Call again after what passes: too many messages, a broken connection, an error inside Telegram.

    A send whose result is unknown is repeated: an answer that comes twice does less harm than none.
    """
    loop = asyncio.get_running_loop()
    end, pause = loop.time() + GIVE_UP_AFTER, 0.5
    while True:
        try:
            return await call()
        except RetryAfter as error:
            wait = error.retry_after
            await asyncio.sleep(wait.total_seconds() if not isinstance(wait, (int, float)) else wait)
        except (BadRequest, ChatMigrated, Forbidden, InvalidToken):
            raise  # trying again would not help
        except TelegramError:  # also an answer that cannot be read, as a proxy may give
            if loop.time() > end:
                raise
            await asyncio.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE)
