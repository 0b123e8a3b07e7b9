"""One update from beginning to end: understand, answer, send, count, remember the language."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import replace

from bot.cards.markup import paragraph
from bot.conversation import pages
from bot.conversation.conversation import Conversation
from bot.conversation.incoming import Chat, Command
from bot.conversation.reply import Message, Reply
from bot.counts.count import Count
from bot.languages import Language
from bot.logs import log
from bot.messenger.memory import ChosenLanguages, KnownMessages
from bot.messenger.sending import Sender
from bot.messenger.updates import Received

ANSWER_WITHIN = 10.0
"""Seconds for an answer to be found; after that the person is told whom to call."""
STATISTICS = Command("stats")
"""For maintainers; to everybody else a command like any other that is not known."""
LATE_AFTER = 600.0
"""Seconds after which an answer begins by saying that it is late."""


async def _nobody(_: int) -> bool:
    return False


class Handler:
    """Answers updates. Nothing of an update is kept when ``handle`` returns."""

    def __init__(
        self,
        conversation: Conversation,
        sender: Sender,
        chosen: ChosenLanguages,
        known: KnownMessages,
        count: Callable[[Iterable[Count]], None],
        statistics: Callable[[int], Awaitable[bool]] = _nobody,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """``statistics`` sends the figures to a chat that may see them, and says whether it is one."""
        self.conversation = conversation
        """What answers; another may be put in its place at any time, when content has changed."""
        self._sender = sender
        self._chosen = chosen
        self._known = known
        self._count = count
        self._statistics = statistics
        self._clock = clock

    async def handle(self, received: Received, unread: bool = False) -> None:
        """Answer one update. ``unread`` answers with whom to call, without looking at what was written."""
        if received.message_id is not None:
            self._known.note(received.chat_id, received.message_id)
        if received.incoming == STATISTICS and not unread and await self._statistics(received.chat_id):
            return
        pressed = asyncio.create_task(self._sender.answer_press(received.callback_id)) if received.callback_id else None
        reply = await (self._fallback(received) if unread else self._answer(received))
        if reply.clear:
            reply = await self._clear(received.chat_id, reply.language)
        beside: list[Awaitable[None]] = [pressed] if pressed else []
        if reply.set_language:
            beside.append(self._chosen.set(received.chat_id, reply.set_language))
        await asyncio.gather(self._deliver(received, reply), *beside)

    async def tell_to_wait(self, received: Received) -> None:
        """Say, kindly, that this chat writes faster than it can be answered."""
        code = self._chosen.remembered(received.chat_id)
        language = self.conversation.settled(code, received.phone_language)
        await self._sender.send(received.chat_id, pages.too_many(language), language.right_to_left)

    async def _answer(self, received: Received) -> Reply:
        chat = Chat(chosen=lambda: self._chosen.get(received.chat_id), phone_language=received.phone_language)
        try:
            async with asyncio.timeout(ANSWER_WITHIN):
                return await self.conversation.answer(received.incoming, chat)
        except TimeoutError:
            log.error("no answer was found in time, the fallback was sent instead")
            return await self._fallback(received)

    async def _fallback(self, received: Received) -> Reply:
        """Whom to call, in a language for which Telegram need not be asked: that might be what took too long."""

        async def remembered() -> str | None:
            return self._chosen.remembered(received.chat_id)

        return await self.conversation.fallback(Chat(remembered, received.phone_language))

    async def _deliver(self, received: Received, reply: Reply) -> None:
        language = self.conversation.languages[reply.language]
        messages = self._said_late(reply.messages, language, received.sent_at)
        answers = received.question_id if reply.to_question else None
        for message in messages:
            if not await self._sender.send(received.chat_id, message, language.right_to_left, answers):
                return
        self._count(reply.counts)

    async def _clear(self, chat_id: int, language: str) -> Reply:
        """Delete what can be deleted of a chat, and forget its language."""
        known = self._known.of(chat_id)
        deleted, _ = await asyncio.gather(self._sender.delete(chat_id, known), self._chosen.forget(chat_id))
        self._known.forget(chat_id, deleted)
        return self.conversation.cleared(language, len(deleted), all_deleted=len(deleted) == len(known))

    def _said_late(self, messages: tuple[Message, ...], language: Language, sent_at: float) -> tuple[Message, ...]:
        if not messages or not sent_at or self._clock() - sent_at < LATE_AFTER:
            return messages
        late = paragraph(language.say("This answer comes late: your message reached me only now. I am sorry."))
        return (replace(messages[0], blocks=(late, *messages[0].blocks)), *messages[1:])
