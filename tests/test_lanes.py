"""A chat's messages in order, chats beside each other, repeats once, and floods held back."""

from __future__ import annotations

import asyncio

import pytest

from bot.conversation.incoming import Text
from bot.messenger import lanes as module
from bot.messenger.lanes import MOST_A_MINUTE, MOST_CHATS, MOST_SEEN, NEWEST, Lanes
from bot.messenger.updates import Received


class Desk:
    """Answers what comes out of the lanes, as slowly as a test wants."""

    def __init__(self) -> None:
        self.answered: list[tuple[int, str]] = []
        self.told: list[int] = []
        self.now = 1_000_000.0
        self.way_is_free = asyncio.Event()
        self.way_is_free.set()
        self.lanes = Lanes(self.handle, self.tell, clock=lambda: self.now)
        self._number = 0

    async def handle(self, received: Received, unread: bool = False) -> None:
        await self.way_is_free.wait()
        assert isinstance(received.incoming, Text)
        if received.incoming.text == "fails":
            raise RuntimeError
        self.answered.append((received.chat_id, received.incoming.text))

    async def tell(self, received: Received) -> None:
        self.told.append(received.chat_id)

    def writes(self, chat_id: int, text: str = "hello", sent_at: float = 0.0) -> asyncio.Future[None]:
        self._number += 1
        return self.lanes.enter(Received(self._number, chat_id, Text(text), sent_at=sent_at))


async def test_one_chat_is_answered_in_order_and_another_beside_it() -> None:
    desk = Desk()
    desk.way_is_free.clear()
    first = [desk.writes(1, str(number)) for number in range(5)]
    await asyncio.sleep(0.01)
    assert not any(one.done() for one in first)
    desk.way_is_free.set()
    await asyncio.wait([*first, desk.writes(2)])
    assert [text for chat, text in desk.answered if chat == 1] == ["0", "1", "2", "3", "4"]
    assert (2, "hello") in desk.answered
    await desk.lanes.finish(1)


async def test_a_repeat_waits_for_the_same_answer_and_is_not_answered_again() -> None:
    desk = Desk()
    received = Received(7, 1, Text("once"))
    assert desk.lanes.enter(received) is desk.lanes.enter(received)
    await desk.lanes.enter(received)
    await desk.lanes.enter(received)
    assert desk.answered == [(1, "once")]


async def test_what_cannot_be_answered_stops_nothing() -> None:
    desk = Desk()
    await desk.writes(1, "fails")
    await desk.writes(1, "works")
    assert desk.answered == [(1, "works")]


async def test_whoever_writes_too_fast_is_told_once_and_the_newest_few_are_answered_later(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "MINUTE", 0.3)
    desk = Desk()
    for number in range(100):
        done = desk.writes(1, str(number))
    assert done.done()  # Telegram need not keep them, and nobody else waits for them
    await desk.writes(2, "another chat")
    assert (2, "another chat") in desk.answered
    await desk.lanes.finish(5)
    answered = [text for chat, text in desk.answered if chat == 1]
    assert answered == [str(number) for number in [*range(MOST_A_MINUTE), *range(100 - NEWEST, 100)]]
    assert desk.told == [1]
    desk.now += 1
    await desk.writes(1, "the minute is over")
    assert desk.answered[-1] == (1, "the minute is over")


async def test_messages_that_waited_at_telegram_for_a_day_are_no_flood() -> None:
    desk = Desk()
    await asyncio.wait([desk.writes(1, str(number), sent_at=desk.now - 60.0 * (50 - number)) for number in range(50)])
    assert len(desk.answered) == 50
    assert desk.told == []


async def test_what_is_remembered_is_bounded() -> None:
    desk = Desk()
    for chat in range(12_000):
        desk.writes(chat)
        if chat % 500 == 0:
            await asyncio.sleep(0)
    await desk.lanes.finish(10)
    assert len(desk.answered) == 12_000
    sizes = [len(found) for found in vars(desk.lanes).values() if hasattr(found, "__len__")]
    assert sorted(sizes) == [0, MOST_CHATS, MOST_SEEN]
