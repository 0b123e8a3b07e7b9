"""Telegram waits, fails, refuses and breaks off: whoever wrote is answered, and nobody else waits for it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.loopback import LoopbackTelegram, User
from tests.running import PATIENCE, RunningBot, direct_answer, running, until

pytestmark = pytest.mark.asyncio(loop_scope="module")
QUESTION = "Can ICE enter my child's school?"
ANSWER = direct_answer("ice-at-school")


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def bot(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[tuple[LoopbackTelegram, RunningBot]]:
    """A Telegram and the bot on it, for all tests of this file: each makes its own people."""
    async with LoopbackTelegram() as server, running(server, tmp_path_factory.mktemp("bot")) as process:
        yield server, process


@pytest_asyncio.fixture(loop_scope="module")
async def telegram(bot: tuple[LoopbackTelegram, RunningBot]) -> AsyncIterator[LoopbackTelegram]:
    """A Telegram that is well again after each test."""
    yield bot[0]
    bot[0].faults.clear()


@pytest.fixture
def user(telegram: LoopbackTelegram) -> User:
    return telegram.user("Ana", language_code="en", started=True)


async def gets_the_answer(user: User) -> None:
    assert (await user.next_message(PATIENCE)).text.startswith(ANSWER)


async def everything_confirmed(telegram: LoopbackTelegram) -> None:
    await until(lambda: telegram.pending_update_count == 0, "an update was not confirmed")


async def test_a_chat_that_telegram_tells_to_wait_keeps_nobody_else_waiting(
    telegram: LoopbackTelegram, user: User
) -> None:
    telegram.faults.answer_429("sendMessage", retry_after=4, chat_id=user.id)
    await user.says(QUESTION)
    await until(lambda: bool(telegram.refused), "Telegram was not asked")
    others = [telegram.user(language_code="en") for _ in range(3)]
    for other in others:
        await other.says(QUESTION)
        await gets_the_answer(other)
    assert user.messages == []
    await gets_the_answer(user)
    await everything_confirmed(telegram)
    assert [len(one.messages) for one in [user, *others]] == [1, 1, 1, 1]


async def test_an_answer_is_sent_again_after_errors_inside_telegram(telegram: LoopbackTelegram, user: User) -> None:
    telegram.faults.answer_500("sendMessage", times=2, chat_id=user.id)
    await user.says(QUESTION)
    await gets_the_answer(user)
    await everything_confirmed(telegram)
    assert len(user.messages) == 1


@pytest.mark.parametrize("after_acting", [False, True])
async def test_an_answer_is_sent_again_where_the_connection_broke(
    telegram: LoopbackTelegram, user: User, after_acting: bool
) -> None:
    telegram.faults.drop("sendMessage", after_acting=after_acting, chat_id=user.id)
    await user.says(QUESTION)
    await gets_the_answer(user)
    await everything_confirmed(telegram)
    # What was done when the connection broke is not known: twice does less harm than never.
    assert len(user.messages) == (2 if after_acting else 1)


async def test_an_answer_is_sent_again_where_what_telegram_said_to_it_cannot_be_read(
    telegram: LoopbackTelegram, user: User
) -> None:
    telegram.faults.garble("sendMessage", body=b"<html>a proxy</html>")
    await user.says(QUESTION)
    await gets_the_answer(user)


@pytest.mark.parametrize("fault", ["500", "502", "409", "429", "dropped", "garbled", "odd", "late"])
async def test_messages_come_in_again_after_a_failed_fetch(telegram: LoopbackTelegram, user: User, fault: str) -> None:
    match fault:
        case "500":
            telegram.faults.answer_500("getUpdates", times=2)
        case "502":
            telegram.faults.refuse("getUpdates", 502, "Bad Gateway")
        case "409":
            telegram.faults.refuse("getUpdates", 409, "Conflict: terminated by other getUpdates request")
        case "429":
            telegram.faults.answer_429("getUpdates", retry_after=1)
        case "dropped":
            telegram.faults.drop("getUpdates", times=2)
        case "garbled":
            telegram.faults.garble()
        case "odd":
            telegram.faults.garble(body=b'{"ok":true,"result":7}')
        case "late":
            telegram.faults.delay("getUpdates", 1.5)
    # The fetch that is under way ends with the first message; the next ones meet the fault.
    await user.says(QUESTION)
    await gets_the_answer(user)
    await until(lambda: not telegram.faults.waiting, "the fault did not happen")
    await user.says(QUESTION)
    await gets_the_answer(user)
    await everything_confirmed(telegram)


async def test_messages_written_while_telegram_cannot_be_reached_are_answered_afterwards(
    telegram: LoopbackTelegram, user: User
) -> None:
    await telegram.stop_listening()
    await user.says(QUESTION)
    await asyncio.sleep(0.7)
    await telegram.resume()
    await gets_the_answer(user)
    await everything_confirmed(telegram)


async def test_a_slow_telegram_delays_only_the_chat_it_is_slow_for(telegram: LoopbackTelegram, user: User) -> None:
    telegram.faults.delay("sendMessage", 2, chat_id=user.id)
    await user.says(QUESTION)
    other = telegram.user(language_code="en")
    await other.says(QUESTION)
    await gets_the_answer(other)
    assert user.messages == []
    await gets_the_answer(user)


async def test_an_answer_does_not_wait_for_a_telegram_that_is_slow_to_tell_the_chosen_language(
    telegram: LoopbackTelegram, user: User
) -> None:
    telegram.faults.delay("getMyCommands", 30)
    await user.says(QUESTION)
    await gets_the_answer(user)


@pytest.mark.parametrize(
    ("status", "description"),
    [
        (403, "Forbidden: bot was blocked by the user"),
        (403, "Forbidden: user is deactivated"),
        (400, "Bad Request: chat not found"),
    ],
)
async def test_who_cannot_be_reached_is_let_go_at_once(
    telegram: LoopbackTelegram, user: User, status: int, description: str
) -> None:
    telegram.faults.refuse("sendMessage", status, description, chat_id=user.id)
    await user.says("ICE is knocking at my door right now")
    await everything_confirmed(telegram)
    assert len([call for call in telegram.calls_of("sendMessage") if call.parameters["chat_id"] == user.id]) == 1
    assert user.messages == []


async def test_who_blocked_the_bot_and_comes_back_is_answered(telegram: LoopbackTelegram, user: User) -> None:
    await user.says(QUESTION)
    await user.blocks_bot()
    await everything_confirmed(telegram)
    await user.unblocks_bot()
    user.forget_messages()
    await user.says(QUESTION)
    await gets_the_answer(user)


async def test_a_press_that_telegram_calls_too_old_is_followed_all_the_same(
    telegram: LoopbackTelegram, user: User
) -> None:
    too_old = "Bad Request: query is too old and response timeout expired or query ID is invalid"
    telegram.faults.refuse("answerCallbackQuery", 400, too_old)
    press = await user.presses_data("ice-at-school__en", message_id=7)
    await gets_the_answer(user)
    await everything_confirmed(telegram)
    assert press.answer is None


async def test_a_press_is_confirmed_before_its_page_is_there(telegram: LoopbackTelegram, user: User) -> None:
    telegram.faults.delay("sendMessage", 1, chat_id=user.id)
    press = await user.presses_data("ice-at-school__en", message_id=7)
    assert await press.answered() == {}
    assert user.messages == []
    await gets_the_answer(user)


@pytest.mark.parametrize("refusals", [1, 2])
async def test_an_answer_that_telegram_calls_malformed_is_sent_again_plainer(
    bot: tuple[LoopbackTelegram, RunningBot], telegram: LoopbackTelegram, user: User, refusals: int
) -> None:
    words = "Bad Request: can't parse entities: no such thing"
    telegram.faults.refuse("sendMessage", 400, words, times=refusals, chat_id=user.id)
    answer = await user.asks(QUESTION)
    assert answer.text.startswith(ANSWER)
    assert answer.entities == []
    assert bool(answer.labels) == (refusals == 1)  # the buttons are given up last
    assert "Telegram refused a message as malformed: it is sent again plainer" in bot[1].log
    assert "no such thing" not in bot[1].log


async def test_a_message_refused_even_as_plain_text_stops_nobody(
    bot: tuple[LoopbackTelegram, RunningBot], telegram: LoopbackTelegram, user: User
) -> None:
    telegram.faults.refuse("sendMessage", 400, "Bad Request: message text is empty", times=3, chat_id=user.id)
    await user.says(QUESTION)
    await until(lambda: "Telegram refused a message even as plain text" in bot[1].log, "the log does not tell")
    await user.says(QUESTION)
    await gets_the_answer(user)
    await everything_confirmed(telegram)


async def test_a_webhook_in_the_way_is_told_in_the_log_and_messages_come_when_it_is_gone(
    bot: tuple[LoopbackTelegram, RunningBot], telegram: LoopbackTelegram, user: User
) -> None:
    assert telegram.webhook is not None
    telegram.faults.delay("getUpdates", 0.1)
    await telegram.webhook.set({"url": "https://bot.invalid/hook"})
    telegram.state.queue.add_raw({"poll_answer": {}})  # the fetch that is under way ends
    await until(
        lambda: "stop the other process that uses this token, or remove the webhook (deleteWebhook)" in bot[1].log,
        "the log does not tell",
    )
    await telegram.webhook.set({})
    await user.says(QUESTION)
    await gets_the_answer(user)
    await everything_confirmed(telegram)
