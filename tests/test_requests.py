"""Requests to Telegram over real connections: what happens to them where Telegram is slow, away or wrong."""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from telegram import Bot
from telegram.error import NetworkError, TimedOut

from bot.messenger.requests import TelegramClock, TelegramRequest
from tests.loopback import LoopbackTelegram


@asynccontextmanager
async def calling(base_url: str, token: str, connections: int = 1, seconds: float = 5) -> AsyncIterator[Bot]:
    """The library's Bot over our requests."""
    requests = [TelegramRequest(connections, read_timeout=seconds) for _ in range(2)]
    bot = Bot(token, base_url=f"{base_url}/bot", request=requests[0], get_updates_request=requests[1])
    try:
        yield bot
    finally:
        for request in requests:
            await request.shutdown()


async def test_a_request_that_is_given_up_leaves_its_place_to_others(telegram: LoopbackTelegram) -> None:
    async with calling(telegram.base_url, telegram.token) as bot:
        telegram.faults.delay("getMyCommands", 3)
        holding = asyncio.create_task(bot.get_my_commands())
        waiting = [asyncio.create_task(bot.get_me()) for _ in range(5)]
        await asyncio.sleep(0.2)
        for task in (*waiting, holding):  # those that wait for a connection, then the one that has it
            task.cancel()
        await asyncio.gather(*waiting, holding, return_exceptions=True)
        assert (await asyncio.wait_for(bot.get_me(), 2)).is_bot


async def test_an_answer_that_takes_too_long_is_told_as_such(telegram: LoopbackTelegram) -> None:
    async with calling(telegram.base_url, telegram.token, seconds=0.2) as bot:
        telegram.faults.delay("getMe", 3)
        with pytest.raises(TimedOut):
            await bot.get_me()
        assert (await bot.get_me()).is_bot


async def test_a_broken_connection_is_told_without_the_token(telegram: LoopbackTelegram) -> None:
    async with calling(telegram.base_url, telegram.token) as bot:
        telegram.faults.drop("getMe")
        with pytest.raises(NetworkError) as broken:
            await bot.get_me()
    with socket.create_server(("127.0.0.1", 0)) as found:
        nobody = f"http://127.0.0.1:{found.getsockname()[1]}"
    async with calling(nobody, telegram.token) as bot:
        with pytest.raises(NetworkError) as refused:
            await bot.get_me()
    async with calling("http://no host", telegram.token) as bot:
        with pytest.raises(NetworkError) as wrong:
            await bot.get_me()
    for error in (broken, refused, wrong):
        assert telegram.token not in str(error.value)


async def test_the_clock_is_that_of_telegram() -> None:
    clock = TelegramClock()
    assert abs(clock() - time.time()) < 1
    clock.hear(format_datetime(datetime.now(UTC) + timedelta(hours=2), usegmt=True))
    assert abs(clock() - time.time() - 7200) < 2
    for nothing in ("", "yesterday", "Sun, 99 Nov 2026 10:00:00 GMT"):
        clock.hear(nothing)
    assert abs(clock() - time.time() - 7200) < 2


async def test_each_answer_sets_the_clock(telegram: LoopbackTelegram) -> None:
    clock = TelegramClock()
    clock.hear(format_datetime(datetime.now(UTC) - timedelta(days=1), usegmt=True))
    request = TelegramRequest(1, clock, read_timeout=5)
    await request.retrieve(f"{telegram.base_url}/bot{telegram.token}/getMe")
    await request.shutdown()
    assert abs(clock() - time.time()) < 5
