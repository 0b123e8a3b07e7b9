"""/clear: what can be deleted of a chat is deleted, what can't is told, and the language is forgotten."""

from __future__ import annotations

from pathlib import Path

from bot.messenger.memory import DELETABLE_FOR, KnownMessages
from tests.loopback import LoopbackTelegram, User
from tests.running import HURRIED, PATIENCE, plain, running


async def test_everything_of_this_chat_is_deleted_in_bulk_and_nothing_of_another(
    telegram: LoopbackTelegram, user: User, tmp_path: Path
) -> None:
    other = telegram.user("Luz", language_code="es", started=True)
    async with running(telegram, tmp_path, most_a_minute=HURRIED):
        await other.asks("/menu", PATIENCE)
        for _ in range(55):
            await user.asks("/menu", PATIENCE)
        before = set(user.chat.messages)
        assert len(before) == 110
        page = await user.asks("/clear", PATIENCE)
        assert page.text.startswith("111 messages were deleted. Your choice of language is forgotten, too.")
        assert "Delete chat" in page.text
        assert "Older ones are still here." in page.text
        assert set(user.chat.messages) == {page.message_id}
        assert [len(call.parameters["message_ids"]) for call in telegram.calls_of("deleteMessages")] == [100, 11]
        assert len(other.chat.messages) == 2
        assert (await user.asks("/clear")).text.startswith("2 messages were deleted.")


async def test_the_language_is_forgotten_here_and_at_telegram(
    telegram: LoopbackTelegram, user: User, tmp_path: Path
) -> None:
    async with running(telegram, tmp_path, most_a_minute=HURRIED) as bot:
        await user.asks("/language", PATIENCE)
        await user.presses("Polski")
        await user.next_message()
        page = await user.asks("/clear", PATIENCE)
        assert plain(page).startswith("Usunięto 4 wiadomości.")  # said in the language that was chosen
        menu = await user.asks("/menu")
        assert menu.text == "Write your question, or choose:"
        assert await bot.terminate() == 0
        await bot.start()
        assert (await user.asks("/menu", PATIENCE)).text == "Write your question, or choose:"
        assert user.command_menu()[3]["description"].startswith("English")


async def test_messages_from_before_a_restart_stay_and_that_is_said(
    telegram: LoopbackTelegram, user: User, tmp_path: Path
) -> None:
    async with running(telegram, tmp_path, most_a_minute=HURRIED) as bot:
        await user.asks("/menu", PATIENCE)
        assert await bot.terminate() == 0
        await bot.start()
        page = await user.asks("/clear", PATIENCE)
        assert page.text.startswith("1 message was deleted.")
        assert "I know only those that came since I was last restarted" in page.text
        assert len(user.chat.messages) == 3


async def test_a_refusal_of_telegram_is_told(telegram: LoopbackTelegram, user: User, tmp_path: Path) -> None:
    async with running(telegram, tmp_path, most_a_minute=HURRIED):
        await user.asks("/menu", PATIENCE)
        telegram.faults.refuse("deleteMessages", 400, "Bad Request: message can't be deleted")
        telegram.faults.answer_500("deleteMyCommands")
        page = await user.asks("/clear", PATIENCE)
        assert page.text.startswith("0 messages were deleted.")
        assert "Some messages could not be deleted. Write /clear again in a minute." in page.text
        assert (await user.asks("/clear", PATIENCE)).text.startswith("5 messages were deleted.")


def test_numbers_of_messages_are_held_for_48_hours_and_no_more_than_so_many() -> None:
    now = [0.0]
    known = KnownMessages(most=10, clock=lambda: now[0])
    known.note(1, 100)
    now[0] = DELETABLE_FOR / 2
    known.note(1, 101)
    now[0] = DELETABLE_FOR + 1
    assert known.of(1) == [101]
    known.forget(1, [101])
    assert len(known) == 0
    known.note(1, 102)
    now[0] *= 3
    known.note(2, 200)  # another chat's message makes room, too
    assert (len(known), known.of(1)) == (1, [])
    for number in range(30):
        known.note(number % 3, number)
    assert len(known) == 10
    assert sorted(number for chat in range(3) for number in known.of(chat)) == list(range(20, 30))
