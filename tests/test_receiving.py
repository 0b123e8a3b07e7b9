"""When an update is confirmed to Telegram: a queue with getUpdates' rules, and a handler that can be held up."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest

from bot.conversation.incoming import Text
from bot.messenger import receiving
from bot.messenger.lanes import Lanes
from bot.messenger.receiving import CROWDED, Receiver
from bot.messenger.updates import Received
from tests.loopback.updates import UpdateQueue
from tests.running import until

STUCK = 1
"""The chat to which nothing can be sent for now."""


class Setting:
    """A queue of updates, and what became of those that the receiver took."""

    def __init__(self) -> None:
        self.queue = UpdateQueue(lambda: 0.0)
        self.answered: list[int] = []
        self.unread: list[int] = []
        self.way_is_free = asyncio.Event()

    def writes(self, chat_id: int) -> None:
        self.queue.add_raw({"message": {"chat": {"id": chat_id, "type": "private"}, "text": "hello"}})

    async def fetch(self, offset: int | None, limit: int, seconds: int) -> list[Any]:
        return await self.queue.poll(offset or 0, limit, seconds)

    async def handle(self, received: Received, unread: bool = False) -> None:
        assert received.incoming == Text("hello")
        if received.chat_id == STUCK:
            await self.way_is_free.wait()
        self.answered.append(received.chat_id)
        self.unread += [received.chat_id] if unread else []

    async def told_to_wait(self, received: Received) -> None:
        raise AssertionError("nobody here writes too fast")

    @asynccontextmanager
    async def received(self, careful: bool = False, unread_first: bool = False) -> AsyncIterator[None]:
        """A receiver that runs, until the end of the block."""
        stopping = asyncio.Event()
        receiver = Receiver(self.fetch, Lanes(self.handle, self.told_to_wait), stopping)
        running = asyncio.create_task(receiver.run(careful, unread_first, finish_within=0.1))
        try:
            yield
        finally:
            stopping.set()
            await running

    def has_answered(self, chat_id: int) -> Callable[[], bool]:
        return lambda: chat_id in self.answered

    @property
    def unconfirmed(self) -> list[int]:
        """The chats of what the next process would be given."""
        return [update.payload["message"]["chat"]["id"] for update in self.queue.pending()]


@pytest.fixture
def setting(monkeypatch: pytest.MonkeyPatch) -> Setting:
    monkeypatch.setattr(receiving, "LET_PASS_AFTER", 0.3)
    return Setting()


async def test_two_messages_of_a_chat_that_must_wait_keep_nobody_else_waiting(setting: Setting) -> None:
    setting.writes(STUCK)
    setting.writes(STUCK)
    others = range(2, 301)
    for chat_id in others:
        setting.writes(chat_id)
    async with setting.received():
        await until(lambda: len(setting.answered) == len(others), "not everybody else was answered")
        setting.way_is_free.set()
        await until(lambda: setting.answered.count(STUCK) == 2, "what was let pass was not answered")
    assert sorted(setting.answered) == [STUCK, STUCK, *others]
    assert setting.unconfirmed == []


async def test_what_is_not_answered_is_not_confirmed_while_there_is_room(setting: Setting) -> None:
    setting.writes(2)
    setting.writes(STUCK)
    for chat_id in range(3, CROWDED):
        setting.writes(chat_id)
    async with setting.received():
        await until(setting.has_answered(CROWDED - 1), "not everybody else was answered")
        await asyncio.sleep(1)  # far longer than after which it might be let pass
        setting.writes(1000)
        await until(setting.has_answered(1000), "a newcomer was not answered")
    # A process that is killed here loses nothing: the next one is given the message again.
    assert setting.unconfirmed[0] == STUCK


async def test_no_more_is_let_pass_than_must_be(setting: Setting) -> None:
    for _ in range(CROWDED + 5):
        setting.writes(STUCK)
    async with setting.received():
        await asyncio.sleep(1)
        setting.writes(2)
        await until(setting.has_answered(2), "a newcomer was not answered")
        await asyncio.sleep(0.5)
    assert setting.unconfirmed.count(STUCK) >= CROWDED - 2


async def test_after_an_unclean_stop_a_chat_that_must_wait_is_neither_lost_nor_in_the_way(setting: Setting) -> None:
    for chat_id in (2, STUCK, 3, 4):
        setting.writes(chat_id)
    async with setting.received(careful=True, unread_first=True):
        await until(setting.has_answered(4), "not everybody else was answered")
    assert setting.unread == [2]
    assert setting.unconfirmed[0] == STUCK
