"""The loopback Telegram as a server: how it is called, what it remembers, how it fails when told to, how fast it is."""

from __future__ import annotations

import asyncio
import json
import time

import aiohttp
import pytest
from telegram import Bot
from telegram.error import InvalidToken, NetworkError, RetryAfter, TelegramError

from tests.loopback import LoopbackTelegram, ThreadedTelegram, User
from tests.test_loopback.calls import GOOD_BUTTON, TOKEN, call, keyboard, updates


async def test_a_wrong_token_is_unauthorized(telegram: LoopbackTelegram) -> None:
    assert (await call(telegram, "getMe", token="123456:other"))["error_code"] == 401
    assert (await call(telegram, "getMe"))["result"]["is_bot"] is True
    stranger = Bot("1:x", base_url=f"{telegram.base_url}/bot")
    with pytest.raises(InvalidToken):
        await stranger.initialize()
    # A bot that did not start does not close its connections by itself.
    await stranger.request.shutdown()


async def test_a_method_that_does_not_exist_is_not_found_and_case_does_not_matter(
    telegram: LoopbackTelegram,
) -> None:
    answer = await call(telegram, "sendTelegram")
    assert (answer["error_code"], answer["description"]) == (404, "Not Found: method not found")
    assert (await call(telegram, "GETME"))["ok"]


async def test_parameters_may_come_by_address_form_json_or_multipart(telegram: LoopbackTelegram, user: User) -> None:
    address = f"{telegram.base_url}/bot{TOKEN}/sendMessage"
    markup = json.dumps(keyboard(GOOD_BUTTON))
    fields = {"chat_id": str(user.id), "text": "x", "reply_markup": markup}
    multipart = aiohttp.MultipartWriter("form-data")
    for name, value in fields.items():
        multipart.append(value).set_content_disposition("form-data", name=name)
    async with aiohttp.ClientSession() as session:
        for request in (
            session.get(address, params=fields),
            session.post(address, data=fields),
            session.post(address, json={**fields, "reply_markup": keyboard(GOOD_BUTTON)}),
            session.post(address, data=multipart),
        ):
            async with request as response:
                assert response.status == 200, await response.text()
    assert [message.labels for message in user.messages] == [["Menu"]] * 4


@pytest.mark.filterwarnings("ignore::telegram.warnings.PTBDeprecationWarning")
async def test_calls_can_be_answered_with_429_and_500(telegram: LoopbackTelegram, bot: Bot, user: User) -> None:
    other = telegram.user("Bo", started=True)
    telegram.faults.answer_429("sendMessage", retry_after=7, times=2, chat_id=user.id)
    for _ in range(2):
        with pytest.raises(RetryAfter, match="Retry in 7 seconds"):
            await bot.send_message(user.id, "x")
        await bot.send_message(other.id, "x")
    await bot.send_message(user.id, "x")
    telegram.faults.answer_500("*")
    with pytest.raises(NetworkError, match="Internal Server Error"):
        await bot.get_me()
    assert await bot.get_me()
    assert [one.method for one in telegram.refused] == ["sendMessage", "sendMessage", "getMe"]


async def test_connections_can_be_dropped_before_or_after_the_call_has_acted(
    telegram: LoopbackTelegram, bot: Bot, user: User
) -> None:
    telegram.faults.drop("sendMessage")
    with pytest.raises(NetworkError):
        await bot.send_message(user.id, "lost")
    telegram.faults.drop("sendMessage", after_acting=True)
    with pytest.raises(NetworkError):
        await bot.send_message(user.id, "sent, though nobody said so")
    await bot.send_message(user.id, "sent")
    assert [one.text for one in user.messages] == ["sent, though nobody said so", "sent"]


async def test_answers_can_be_late_or_garbled(telegram: LoopbackTelegram, bot: Bot) -> None:
    telegram.faults.delay("getMe", 0.2)
    started = time.monotonic()
    await bot.get_me()
    assert time.monotonic() - started >= 0.2
    telegram.faults.garble()
    with pytest.raises(TelegramError, match="Invalid server response"):
        await bot.get_updates()
    assert await bot.get_updates() == ()


async def test_telegram_can_be_down_and_come_back_with_its_memory(
    telegram: LoopbackTelegram, bot: Bot, user: User
) -> None:
    address = telegram.base_url
    polling = asyncio.create_task(bot.get_updates(timeout=30))
    await asyncio.sleep(0.1)
    await telegram.stop_listening()
    with pytest.raises(NetworkError):
        await polling
    with pytest.raises(NetworkError):
        await bot.get_me()
    await user.says("while it was down")
    await telegram.resume()
    assert telegram.base_url == address
    assert len(await bot.get_updates()) == 1


@pytest.mark.parametrize("turns", range(12))
async def test_a_connection_that_is_being_made_while_telegram_goes_down_breaks_too(turns: int) -> None:
    async with LoopbackTelegram(TOKEN) as telegram:
        polling = asyncio.create_task(call(telegram, "getUpdates", timeout=30))
        for _ in range(turns):
            await asyncio.sleep(0)
        await telegram.stop_listening()
        with pytest.raises(aiohttp.ClientError):
            await asyncio.wait_for(polling, 5)


async def test_calls_are_kept_in_order_with_their_parameters(telegram: LoopbackTelegram, bot: Bot, user: User) -> None:
    await bot.send_message(user.id, "one")
    await bot.send_message(user.id, "two", disable_notification=True)
    assert [one.method for one in telegram.calls] == ["getMe", "sendMessage", "sendMessage"]
    first, second = telegram.calls_of("sendMessage")
    assert first.parameters == {"chat_id": user.id, "text": "one"}
    assert second.parameters["disable_notification"] is True
    assert first.at <= second.at


def test_it_serves_programs_without_an_event_loop() -> None:
    with ThreadedTelegram(TOKEN) as threaded:
        user = threaded.telegram.user()
        threaded.run(user.says("hello"))
        found = threaded.run(updates(threaded.telegram))
        assert found[0]["message"]["text"] == "hello"
        threaded.run(call(threaded.telegram, "sendMessage", chat_id=user.id, text="hi"))
        assert threaded.run(user.next_message()).text == "hi"


async def test_it_carries_three_hundred_messages_a_second(telegram: LoopbackTelegram, user: User) -> None:
    address = f"{telegram.base_url}/bot{TOKEN}/sendMessage"
    text = "<b>The rule is no.</b> " + "Agents do not always follow the rule. " * 20
    async with aiohttp.ClientSession() as session:

        async def send(number: int) -> None:
            fields = {"chat_id": user.id, "text": f"{text}{number}", "parse_mode": "HTML"}
            async with session.post(address, data=fields) as response:
                assert response.status == 200

        started = time.monotonic()
        for _ in range(20):
            await asyncio.gather(*(send(number) for number in range(30)))
        assert time.monotonic() - started < 2.0
    assert len(user.messages) == 600
