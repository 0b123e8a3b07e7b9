"""How updates come from the loopback Telegram: getUpdates and webhooks."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import web
from telegram import Bot
from telegram.error import Conflict

from tests.loopback import LoopbackTelegram, User
from tests.test_loopback.calls import updates


async def test_an_update_is_sent_again_until_a_higher_offset_confirms_it(
    telegram: LoopbackTelegram, user: User
) -> None:
    for number in range(3):
        await user.says(f"{number}")
    first = await updates(telegram)
    assert [one["message"]["text"] for one in first] == ["0", "1", "2"]
    assert await updates(telegram) == first
    assert await updates(telegram, offset=first[0]["update_id"]) == first
    assert await updates(telegram, offset=first[1]["update_id"]) == first[1:]
    assert await updates(telegram) == first[1:]
    assert await updates(telegram, limit=1) == first[1:2]
    assert await updates(telegram, offset=first[2]["update_id"] + 1) == []
    assert telegram.pending_update_count == 0


async def test_a_negative_offset_forgets_all_but_the_last(telegram: LoopbackTelegram, user: User) -> None:
    for number in range(5):
        await user.says(f"{number}")
    assert [one["message"]["text"] for one in await updates(telegram, offset=-2)] == ["3", "4"]
    assert len(await updates(telegram)) == 2
    assert len(await updates(telegram, offset=-100)) == 2


async def test_updates_are_kept_for_a_day(telegram: LoopbackTelegram, user: User) -> None:
    await user.says("old")
    telegram.advance(24 * 3600 - 60)
    await user.says("new")
    assert telegram.pending_update_count == 2
    telegram.advance(120)
    assert [one["message"]["text"] for one in await updates(telegram)] == ["new"]


async def test_a_long_poll_waits_for_an_update_and_no_longer(telegram: LoopbackTelegram, user: User) -> None:
    started = time.monotonic()
    assert await updates(telegram, timeout=1) == []
    assert 0.9 < time.monotonic() - started < 3
    waiting = asyncio.create_task(updates(telegram, timeout=30))
    await asyncio.sleep(0.05)
    await user.says("hola")
    found = await asyncio.wait_for(waiting, 2)
    assert found[0]["message"]["from"]["language_code"] == "es"


async def test_a_second_reader_ends_the_first_with_a_conflict(telegram: LoopbackTelegram, bot: Bot) -> None:
    first = asyncio.create_task(bot.get_updates(timeout=30))
    await asyncio.sleep(0.1)
    assert await updates(telegram, timeout=0) == []
    with pytest.raises(Conflict, match="terminated by other getUpdates request"):
        await first


async def test_allowed_updates_choose_the_kinds_made_after_the_call(telegram: LoopbackTelegram, user: User) -> None:
    await user.says("before")
    await updates(telegram, allowed_updates=["callback_query"])
    await user.says("not wanted")
    await user.presses_data("x")
    kinds = [sorted(one) for one in await updates(telegram)]
    assert kinds == [["message", "update_id"], ["callback_query", "update_id"]]
    await updates(telegram, allowed_updates=[])
    await user.says("wanted")
    assert len(await updates(telegram)) == 3


class Hook:
    """A bot's webhook that fails when it is told to."""

    def __init__(self) -> None:
        self.taken: list[tuple[str | None, str]] = []
        self.failures = 0
        self.answer: dict[str, Any] = {}
        self.url = ""

    async def handle(self, request: web.Request) -> web.Response:
        if self.failures:
            self.failures -= 1
            return web.Response(status=503)
        body = await request.json()
        self.taken.append((request.headers.get("X-Telegram-Bot-Api-Secret-Token"), body["message"]["text"]))
        return web.json_response(self.answer)


@pytest.fixture
async def hook() -> AsyncIterator[Hook]:
    found = Hook()
    app = web.Application()
    app.router.add_post("/hook", found.handle)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    found.url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    yield found
    await runner.cleanup()


async def until(condition: Any, seconds: float = 5.0) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not come to pass"
        await asyncio.sleep(0.01)


async def test_a_webhook_gets_updates_in_order_with_its_secret_and_again_until_it_takes_them(
    telegram: LoopbackTelegram, bot: Bot, user: User, hook: Hook
) -> None:
    await user.says("0")
    hook.failures = 2
    await bot.set_webhook(hook.url, secret_token="s-1", max_connections=2)
    for number in range(1, 5):
        await user.says(f"{number}")
    await until(lambda: len(hook.taken) == 5)
    assert hook.taken == [("s-1", f"{number}") for number in range(5)]
    await until(lambda: telegram.pending_update_count == 0)
    info = await bot.get_webhook_info()
    assert (info.url, info.max_connections) == (hook.url, 2)
    assert info.last_error_message == "Wrong response from the webhook: 503 Service Unavailable"


async def test_an_answer_to_a_webhook_may_carry_a_call(
    bot: Bot, telegram: LoopbackTelegram, user: User, hook: Hook
) -> None:
    hook.answer = {"method": "sendMessage", "chat_id": user.id, "text": "by return"}
    await bot.set_webhook(hook.url)
    assert (await user.asks("hi")).text == "by return"


async def test_with_a_webhook_set_there_is_no_polling(
    telegram: LoopbackTelegram, bot: Bot, user: User, hook: Hook
) -> None:
    polling = asyncio.create_task(bot.get_updates(timeout=30))
    await asyncio.sleep(0.1)
    await bot.set_webhook(hook.url)
    with pytest.raises(Conflict, match="terminated by setWebhook request"):
        await polling
    with pytest.raises(Conflict, match="can't use getUpdates method while webhook is active"):
        await bot.get_updates()
    hook.failures = 1000
    await user.says("kept")
    await bot.delete_webhook()
    assert [update.message.text for update in await bot.get_updates() if update.message] == ["kept"]
    assert (await bot.get_webhook_info()).url == ""
    await bot.delete_webhook(drop_pending_updates=True)
    assert telegram.pending_update_count == 0


async def test_any_update_can_be_put_in_the_queue(telegram: LoopbackTelegram, user: User) -> None:
    await user.says("good")
    telegram.inject({"quantum_message": {"spin": 1}})
    telegram.inject({"message": {"text": 5}})
    telegram.inject("no object at all")
    await user.says("good too")
    found = await updates(telegram)
    assert found[1] == {"update_id": found[0]["update_id"] + 1, "quantum_message": {"spin": 1}}
    assert found[3] == "no object at all"
    assert found[4]["update_id"] == found[0]["update_id"] + 4


async def test_a_reader_that_died_does_not_stand_in_the_way_of_the_next(telegram: LoopbackTelegram, user: User) -> None:
    dead = asyncio.create_task(updates(telegram, timeout=30))
    await asyncio.sleep(0.1)
    dead.cancel()
    with pytest.raises(asyncio.CancelledError):
        await dead
    await user.says("not lost")
    assert [one["message"]["text"] for one in await updates(telegram)] == ["not lost"]
