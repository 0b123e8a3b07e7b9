"""A Telegram, a client of its Bot API, and a person, for the tests of the loopback."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from telegram import Bot

from tests.loopback import LoopbackTelegram, User
from tests.test_loopback.calls import TOKEN


@pytest.fixture
async def telegram() -> AsyncIterator[LoopbackTelegram]:
    async with LoopbackTelegram(token=TOKEN) as server:
        yield server


@pytest.fixture
async def bot(telegram: LoopbackTelegram) -> AsyncIterator[Bot]:
    async with Bot(TOKEN, base_url=f"{telegram.base_url}/bot") as client:
        yield client


@pytest.fixture
def user(telegram: LoopbackTelegram) -> User:
    return telegram.user("Ana", language_code="es", started=True)
