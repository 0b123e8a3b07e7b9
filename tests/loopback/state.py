"""What Telegram would remember: chats, messages, the bot's profile, callback queries."""

from __future__ import annotations

import asyncio
import itertools
import time
from dataclasses import dataclass, field
from typing import Any

from .errors import Refusal, bad
from .received import Received
from .updates import UpdateQueue

Message = dict[str, Any]


@dataclass
class Chat:
    """One chat, as the bot sees it."""

    info: dict[str, Any]
    started: bool = False
    blocked: str | None = None
    messages: dict[int, Message] = field(default_factory=dict)
    deleted: list[int] = field(default_factory=list)
    actions: list[str] = field(default_factory=list)
    received: list[Received] = field(default_factory=list)
    waiters: list[asyncio.Future[None]] = field(default_factory=list)

    @property
    def id(self) -> int:
        """The chat's identifier."""
        return int(self.info["id"])

    @property
    def private(self) -> bool:
        """Whether it is a chat with one person."""
        return bool(self.info["type"] == "private")

    def show(self, message: Message, *, edited: bool) -> None:
        """Let those who watch the chat see a message."""
        self.received.append(Received(message, edited=edited, at=time.monotonic()))
        waiters, self.waiters = self.waiters, []
        for waiter in waiters:
            if not waiter.done():
                waiter.set_result(None)


@dataclass
class CallbackQuery:
    """A press of a button that waits for its answer."""

    id: str
    made: float
    answer: dict[str, Any] | None = None
    answered: asyncio.Event = field(default_factory=asyncio.Event)


class State:
    """Everything that outlives the bot process."""

    def __init__(self, bot: dict[str, Any], callback_seconds: float) -> None:
        """Start an empty Telegram with one bot in it."""
        self.bot = bot
        self.callback_seconds = callback_seconds
        self.shift = 0.0
        self.queue = UpdateQueue(self.now)
        self.chats: dict[int, Chat] = {}
        self.queries: dict[str, CallbackQuery] = {}
        self.commands: dict[tuple[str, str], list[dict[str, str]]] = {}
        self.names: dict[str, str] = {}
        self.descriptions: dict[str, str] = {}
        self.short_descriptions: dict[str, str] = {}
        self.menu_buttons: dict[int, dict[str, Any]] = {}
        self.files: dict[str, bytes] = {}
        # Message.message_id is "unique message identifier inside this chat": private chats share one row of
        # numbers at Telegram, each supergroup has its own.
        self._private_ids = itertools.count(1)
        self._group_ids: dict[int, itertools.count[int]] = {}
        self._serial = itertools.count(1)

    def now(self) -> float:
        """Tell the time, moved by tests at will."""
        return time.time() + self.shift

    def serial(self) -> int:
        """Give a number that was not given before."""
        return next(self._serial)

    def message_id(self, chat: Chat) -> int:
        """Give the next number of a message in a chat."""
        if chat.private:
            return next(self._private_ids)
        return next(self._group_ids.setdefault(chat.id, itertools.count(1)))

    def chat(self, identifier: object) -> Chat:
        """Find a chat to which the bot may write, or refuse it."""
        if identifier is None or identifier == "":
            raise bad("chat_id is empty")
        chat = self.chats.get(identifier) if isinstance(identifier, int) else None
        if isinstance(identifier, str) and identifier.startswith("@"):
            # sendMessage.chat_id: "or username of the target channel": of a group here, never of a person.
            name = identifier[1:].lower()
            named = (one for one in self.chats.values() if not one.private)
            chat = next((one for one in named if one.info.get("username", "").lower() == name), None)
        # A bot can't write first: until a person has written, the chat does not exist for it.
        if chat is None or not chat.started:
            raise bad("chat not found")
        return chat

    def writable(self, identifier: object) -> Chat:
        """Find a chat that takes messages, or refuse it."""
        chat = self.chat(identifier)
        if chat.blocked is not None:
            raise Refusal(403, f"Forbidden: {chat.blocked}")
        return chat

    def new_message(self, chat: Chat, sender: dict[str, Any], fields: dict[str, Any]) -> Message:
        """Make a message and keep it."""
        message: Message = {
            "message_id": self.message_id(chat),
            "from": sender,
            "chat": chat.info,
            "date": int(self.now()),
            **fields,
        }
        chat.messages[message["message_id"]] = message
        return message
