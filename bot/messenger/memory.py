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
"""Messages whose numbers are held in memory, over all chats; the oldest go first."""
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
        self._clock = clock
        # One list of all, looked through when somebody clears a chat: a list for each chat would take thrice the room.
        self._messages: deque[tuple[float, int, int]] = deque(maxlen=most)

    def __len__(self) -> int:
        return len(self._messages)

    def note(self, chat_id: int, message_id: int) -> None:
        """Remember that a chat has this message from now on."""
        self._messages.append((self._clock(), chat_id, message_id))
        self._forget_old()

    def of(self, chat_id: int) -> list[int]:
        """The messages of a chat that can be deleted."""
        self._forget_old()
        return [message for _, chat, message in self._messages if chat == chat_id]

    def forget(self, chat_id: int, message_ids: Collection[int]) -> None:
        """Forget messages of a chat: they are deleted."""
        gone = set(message_ids)
        left = (one for one in self._messages if one[1] != chat_id or one[2] not in gone)
        self._messages = deque(left, self._messages.maxlen)

    def _forget_old(self) -> None:
        while self._messages and self._messages[0][0] < self._clock() - DELETABLE_FOR:
            self._messages.popleft()
