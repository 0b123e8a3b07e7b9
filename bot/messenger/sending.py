"""Sends to Telegram and knows what each refusal means: wait, try again, send plainer, or let go."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from typing import Any, TypeVar

from telegram import Bot
from telegram.constants import BulkRequestLimit
from telegram.error import (
    BadRequest,
    ChatMigrated,
    EndPointNotFound,
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

    def __init__(self, bot: Bot, on_sent: Callable[[int, int], None] = lambda chat_id, message_id: None) -> None:
        """``on_sent`` is told the chat and the number of each message."""
        self._bot = bot
        self._on_sent = on_sent

    async def send(self, chat_id: int, message: Message, right_to_left: bool, answers: int | None = None) -> bool:
        """Send all parts of a message; False where the chat cannot be reached (blocked, deleted).

        ``answers`` is the number of a message as an answer to which it is shown.
        """
        for part in render(message, right_to_left):
            try:
                await self._send_in_some_form(chat_id, part, answers)
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

    async def delete(self, chat_id: int, message_ids: Sequence[int]) -> list[int]:
        """Delete messages of a chat, in bulk; those of them that Telegram took."""
        deleted: list[int] = []
        for start in range(0, len(message_ids), BulkRequestLimit.MAX_LIMIT):
            some = message_ids[start : start + BulkRequestLimit.MAX_LIMIT]
            try:
                await self._bot.delete_messages(chat_id, some)
                deleted += some
            except TelegramError as error:
                log.warning("messages could not be deleted (%s)", describe(error))
        return deleted

    async def send_picture(self, chat_id: int, picture: bytes, caption: str) -> None:
        """Send a picture with words below it."""
        sent = await _until_done(lambda: self._bot.send_photo(chat_id, picture, caption=caption))
        self._on_sent(chat_id, sent.message_id)

    async def _send_in_some_form(self, chat_id: int, part: Rendered, answers: int | None) -> None:
        """Send a part, plainer where Telegram calls it malformed: buttons are kept as long as they can be."""
        for form in (part, replace(part, entities=())):
            try:
                return await self._send(chat_id, form, answers)
            except BadRequest as error:
                if _not_found(error):
                    raise
                log.warning("Telegram refused a message as malformed: it is sent again plainer")
        return await self._send(chat_id, Rendered(part.text), None)

    async def _send(self, chat_id: int, part: Rendered, answers: int | None) -> None:
        message: dict[str, Any] = {
            "chat_id": chat_id,
            "text": part.text,
            "entities": part.entities,
            "link_preview_options": {"is_disabled": True},
        }
        if part.keyboard:
            message["reply_markup"] = part.keyboard
        if answers:
            message["reply_parameters"] = {"message_id": answers, "allow_sending_without_reply": True}
        # In small letters, which Telegram takes as well: the library warns where it has a method of that name. Its own
        # makes objects of all that is sent and answered, which costs more than sending it.
        sent = await _until_done(lambda: self._bot.do_api_request("sendmessage", message))
        self._on_sent(chat_id, sent["message_id"])


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
        except (BadRequest, ChatMigrated, EndPointNotFound, Forbidden, InvalidToken):
            raise  # trying again would not help
        except TelegramError:  # also an answer that cannot be read, as a proxy may give
            if loop.time() > end:
                raise
            await asyncio.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE)
