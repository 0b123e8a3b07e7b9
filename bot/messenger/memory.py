"""Which language a chat has chosen: in memory, and on Telegram, never on our disk. Which messages it has: in memory.

The trick: Telegram keeps a command menu for each private chat (setMyCommands with the scope of that chat). When a
person chooses a language, the menu of that chat is set in it, which the person sees and wants anyway; and since the
description of /language begins with the language's own name, the choice can be read back (getMyCommands) after a
restart or by another process. So the choice survives without a row that says "this chat speaks Bengali".
"""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict, deque
from collections.abc import Callable, Collection

from telegram import Bot, BotCommandScopeChat
from telegram.error import TelegramError

from bot.conversation.commands import describe as commands_in
from bot.languages import Languages
from bot.logs import describe, log

MOST_CHATS = 20_000
"""Chats whose choice is held in memory; the longest unheard is forgotten, and read back when needed."""
MOST_MESSAGES = 100_000
"""Messages whose numbers are held in memory, over all chats; those of the chat longest unheard go first."""
DELETABLE_FOR = 48 * 3600.0
"""Seconds for which Telegram lets a bot delete a message (deleteMessage)."""
_LIMIT = 1.0
"""Seconds for Telegram to tell the choice: an answer does not wait longer for it."""


class ChosenLanguages:
    """The chosen language of each chat, or None where none was chosen."""

    def __init__(self, bot: Bot, languages: Languages, most: int = MOST_CHATS) -> None:
        self._bot = bot
        self._languages = languages
        self._most = most
        self._known: OrderedDict[int, str | None] = OrderedDict()

    def __len__(self) -> int:
        return len(self._known)

    def remembered(self, chat_id: int) -> str | None:
        """The code of the language that a chat chose, as far as it is known without asking Telegram."""
        return self._known.get(chat_id)

    async def get(self, chat_id: int) -> str | None:
        """The code of the language that a chat chose: asked of Telegram once for each chat and process."""
        if chat_id in self._known:
            self._known.move_to_end(chat_id)
            return self._known[chat_id]
        try:
            commands = await asyncio.wait_for(
                self._bot.get_my_commands(scope=BotCommandScopeChat(chat_id)), timeout=_LIMIT
            )
        except (TelegramError, TimeoutError) as error:
            log.debug("a chat's language could not be read back (%s)", describe(error))
            return None
        description = next((command.description for command in commands if command.command == "language"), "")
        self._remember(chat_id, self._named_in(description))
        return self._known[chat_id]

    async def set(self, chat_id: int, code: str) -> None:
        """Remember a choice, here and on Telegram."""
        self._remember(chat_id, code)
        commands = list(commands_in(self._languages[code]).items())
        try:
            await self._bot.set_my_commands(commands, scope=BotCommandScopeChat(chat_id))
        except TelegramError as error:
            log.warning("a chat's language could not be kept on Telegram (%s)", describe(error))

    async def forget(self, chat_id: int) -> None:
        """Forget a choice, here and on Telegram."""
        self._remember(chat_id, None)
        try:
            await self._bot.delete_my_commands(scope=BotCommandScopeChat(chat_id))
        except TelegramError as error:
            log.warning("a chat's language could not be forgotten on Telegram (%s)", describe(error))

    def _remember(self, chat_id: int, code: str | None) -> None:
        self._known[chat_id] = code
        self._known.move_to_end(chat_id)
        while len(self._known) > self._most:
            self._known.popitem(last=False)

    def _named_in(self, description: str) -> str | None:
        names = sorted(self._languages.values(), key=lambda language: -len(language.name))
        return next((one.code for one in names if description.startswith(one.name)), None)


class KnownMessages:
    """The numbers of each chat's messages, ours and the person's, as long as they can be deleted. Only in memory."""

    def __init__(self, most: int = MOST_MESSAGES, clock: Callable[[], float] = time.monotonic) -> None:
        self._most = most
        self._clock = clock
        self._chats: OrderedDict[int, deque[tuple[float, int]]] = OrderedDict()
        self._number = 0

    def __len__(self) -> int:
        return self._number

    def note(self, chat_id: int, message_id: int) -> None:
        """Remember that a chat has this message from now on."""
        self._chats.setdefault(chat_id, deque()).append((self._clock(), message_id))
        self._chats.move_to_end(chat_id)
        self._number += 1
        self._forget_old(chat_id)
        while self._number > self._most:
            self._forget_old(next(iter(self._chats)), at_least=1)
        oldest = next(iter(self._chats))
        if self._chats[oldest][-1][0] < self._clock() - DELETABLE_FOR:
            self._forget_old(oldest)

    def of(self, chat_id: int) -> list[int]:
        """The messages of a chat that can be deleted."""
        self._forget_old(chat_id)
        return [message_id for _, message_id in self._chats.get(chat_id, ())]

    def forget(self, chat_id: int, message_ids: Collection[int]) -> None:
        """Forget messages of a chat: they are deleted."""
        gone = set(message_ids)
        before = self._chats.pop(chat_id, deque())
        left = deque(one for one in before if one[1] not in gone)
        self._number -= len(before) - len(left)
        if left:
            self._chats[chat_id] = left

    def _forget_old(self, chat_id: int, at_least: int = 0) -> None:
        messages = self._chats.get(chat_id, deque())
        while messages and (at_least > 0 or messages[0][0] < self._clock() - DELETABLE_FOR):
            messages.popleft()
            self._number -= 1
            at_least -= 1
        if not messages:
            self._chats.pop(chat_id, None)
