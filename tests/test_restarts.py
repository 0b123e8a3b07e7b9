"""The bot starts, stops, is killed and starts again: no question is lost, and nothing is done twice for nothing."""

from __future__ import annotations

import asyncio
import sqlite3
from pathlib import Path

from telegram import Bot

from bot.conversation.commands import describe
from bot.languages import Languages
from tests.loopback import LoopbackTelegram, User
from tests.running import PATIENCE, RunningBot, direct_answer, plain, running, until

QUESTION = "Can ICE enter my child's school?"
ANSWER = direct_answer("ice-at-school")


async def test_a_chosen_language_is_still_there_after_a_restart_and_nothing_about_it_is_on_disk(
    telegram: LoopbackTelegram, tmp_path: Path, languages: Languages
) -> None:
    user = telegram.user("Ana", language_code="en", started=True)
    async with running(telegram, tmp_path) as bot:
        await user.asks("/start")
        await user.presses("العربية")
        await user.next_message()
        arabic = describe(languages["ar"])
        assert arabic["language"].startswith("العربية")
        await until(
            lambda: {one["command"]: one["description"] for one in user.command_menu()} == arabic,
            "the chat has no menu in the chosen language",
        )
        assert await bot.terminate() == 0
        assert bot.files() <= {"data/counts.sqlite3", "data/counts.sqlite3-journal"}

        await bot.start()
        answer = await user.asks(QUESTION)
        assert plain(answer).startswith(direct_answer("ice-at-school", "ar"))
        assert "English" in answer.labels
        asked = [call for call in telegram.calls_of("getMyCommands") if "scope" in call.parameters]
        await user.asks(QUESTION)
        again = [call for call in telegram.calls_of("getMyCommands") if "scope" in call.parameters]
        assert len(asked) == len(again) == 2  # once for the chat and each process
        assert await bot.terminate() == 0
        assert all(str(user.id).encode() not in (bot.folder / name).read_bytes() for name in bot.files())


async def test_twenty_questions_are_all_answered_though_the_process_is_killed_half_way(
    telegram: LoopbackTelegram, tmp_path: Path
) -> None:
    people = [telegram.user(f"Person {number}", language_code="en") for number in range(20)]
    async with running(telegram, tmp_path) as bot:
        for slow in people[1::2]:
            telegram.faults.delay("sendMessage", 300, chat_id=slow.id)
        for user in people:
            await user.says(QUESTION)
        await until(lambda: all(user.messages for user in people[::2]), "ten were not answered")
        await bot.kill()
        telegram.faults.clear()
        assert not any(user.messages for user in people[1::2])
        assert bot.files() <= {"data/unclean-starts", "data/counts.sqlite3", "data/counts.sqlite3-journal"}

        await bot.start()
        await until(lambda: all(user.messages for user in people), "not everybody was answered")
        assert all(user.messages[0].text.startswith(ANSWER) for user in people)
        assert "the last run did not end cleanly: the first messages are taken one at a time" in bot.log
        await until(lambda: telegram.pending_update_count == 0, "an update was not confirmed")
        assert await bot.terminate() == 0

        newcomer = telegram.user(language_code="en")
        await newcomer.says(QUESTION)
        await bot.start()
        await newcomer.next_message(30)
        assert "did not end cleanly" not in bot.log
        assert max(len(user.messages) for user in people) <= 2


async def test_a_message_that_would_kill_the_process_each_time_is_answered_without_being_read(
    telegram: LoopbackTelegram, tmp_path: Path
) -> None:
    first, second = telegram.user(language_code="en"), telegram.user(language_code="en")
    await first.says(QUESTION)
    await second.says(QUESTION)
    (tmp_path / "data").mkdir()
    (tmp_path / "data/unclean-starts").write_text("3")
    async with running(telegram, tmp_path):
        assert (await first.next_message()).text.startswith("Something went wrong here. These people can help you now")
        assert (await second.next_message()).text.startswith(ANSWER)


async def test_a_stop_finishes_what_is_in_hand(telegram: LoopbackTelegram, tmp_path: Path) -> None:
    user = telegram.user(language_code="en")
    async with running(telegram, tmp_path) as bot:
        telegram.faults.delay("sendMessage", 2, chat_id=user.id)
        await user.says(QUESTION)
        await until(lambda: bool(telegram.calls_of("sendMessage")), "no answer was begun")
        assert user.messages == []
        assert await bot.terminate() == 0
        assert user.messages[0].text.startswith(ANSWER)
        assert telegram.pending_update_count == 0
        assert bot.log.endswith(" INFO stopped\n")
        assert "Traceback" not in bot.stderr
        assert bot.stdout == ""
        with sqlite3.connect(bot.data / "counts.sqlite3") as database:
            rows = database.execute("SELECT card, language, outcome, number FROM counts").fetchall()
        assert rows == [("ice-at-school", "en", "answered", 1)]


async def test_a_stop_comes_through_while_telegram_cannot_be_reached(
    telegram: LoopbackTelegram, tmp_path: Path
) -> None:
    async with running(telegram, tmp_path) as bot:
        await telegram.stop_listening()
        await until(lambda: "Telegram did not give messages, trying again" in bot.log, "the log does not tell")
        assert await bot.terminate() == 0


async def test_a_stop_before_telegram_ever_answered_says_nothing_of_being_ready(
    telegram: LoopbackTelegram, tmp_path: Path
) -> None:
    await telegram.stop_listening()
    bot = RunningBot(telegram, tmp_path)
    try:
        await bot.launch()
        await until(lambda: "Telegram cannot be reached, trying again" in bot.log, "the log does not tell")
        assert await bot.terminate() == 0
    finally:
        await bot.kill()
    assert bot.log.endswith(" INFO stopped\n")
    assert " ready: " not in bot.log


async def test_a_start_waits_for_a_telegram_that_cannot_be_reached_yet(
    telegram: LoopbackTelegram, tmp_path: Path
) -> None:
    user = telegram.user(language_code="en")
    await user.says(QUESTION)
    await telegram.stop_listening()
    bot = RunningBot(telegram, tmp_path)
    try:
        await bot.launch()
        await until(lambda: "Telegram cannot be reached, trying again" in bot.log, "the log does not tell")
        await telegram.resume()
        assert (await user.next_message(30)).text.startswith(ANSWER)
    finally:
        await bot.kill()


async def test_a_wrong_token_ends_the_start_with_one_clear_line(telegram: LoopbackTelegram, tmp_path: Path) -> None:
    bot = RunningBot(telegram, tmp_path, TELEGRAM_BOT_TOKEN="987654321:AAsecretAA", LOG_LEVEL="DEBUG")
    try:
        await bot.launch()
        assert await bot.ends() == 1
    finally:
        await bot.kill()
    told = [line for line in bot.log.splitlines() if "TELEGRAM_BOT_TOKEN" in line]
    assert len(told) == 1
    line = "ERROR Telegram does not know TELEGRAM_BOT_TOKEN: copy it again from @BotFather (/mybots, API Token)"
    assert told[0].endswith(line)
    assert "Traceback" not in bot.log
    assert "AAsecretAA" not in bot.log + bot.stdout
    assert bot.files() == set()


async def test_a_token_that_is_none_is_told_in_one_line_without_it(telegram: LoopbackTelegram, tmp_path: Path) -> None:
    bot = RunningBot(telegram, tmp_path, TELEGRAM_BOT_TOKEN="AAsecretAA")
    try:
        await bot.launch()
        assert await bot.ends() == 1
    finally:
        await bot.kill()
    expected = "Error: TELEGRAM_BOT_TOKEN: copy the whole token from @BotFather, as in 123456789:AA...\n"
    assert bot.log == expected


async def test_an_answer_to_an_old_message_says_that_it_is_late(telegram: LoopbackTelegram, tmp_path: Path) -> None:
    user = telegram.user(language_code="en")
    old = await user.says(QUESTION, age=1200)
    async with running(telegram, tmp_path):
        late = "This answer comes late: your message reached me only now. I am sorry.\n\n"
        assert (await user.next_message(30)).text.startswith(late + ANSWER)
        assert (await user.asks(QUESTION)).text.startswith(ANSWER)
        await user.edits(old, QUESTION)
        assert (await user.next_message()).text.startswith(ANSWER)  # what was written anew is not late


async def test_the_profile_is_set_in_every_language_and_only_where_it_differs(
    telegram: LoopbackTelegram, tmp_path: Path, languages: Languages
) -> None:
    seen = [one for one in languages.values() if one.code != "zh_Hant"]  # Telegram has one `zh`

    def asked() -> int:
        return len(telegram.calls_of("getMyShortDescription"))

    def settings() -> list[str]:
        return [call.method for call in telegram.calls if call.method.startswith("set")]

    async def as_people_see_it() -> list[tuple[dict[str, str], str, str, str]]:
        async with Bot(telegram.token, base_url=f"{telegram.base_url}/bot") as reader:
            return [
                (
                    {one.command: one.description for one in await reader.get_my_commands(language_code=code)},
                    (await reader.get_my_name(code)).name,
                    (await reader.get_my_description(code)).description,
                    (await reader.get_my_short_description(code)).short_description,
                )
                for code in (None if one.code == "en" else one.locale.language for one in seen)
            ]

    async with running(telegram, tmp_path) as bot:
        await until(lambda: asked() == len(seen), "the profile was not asked for")
        user = telegram.user()
        await user.asks("/menu")
        await bot.terminate()
        assert {"setMyCommands", "setMyName", "setMyDescription", "setMyShortDescription"} == set(settings())
        found = await as_people_see_it()
        assert [commands for commands, *_ in found] == [describe(language) for language in seen]
        assert [name for _, name, *_ in found] == [language.say("Know your rights NYC") for language in seen]
        english = found[0]
        assert english[2].startswith("Questions about ICE, school, work or papers in New York City?")
        assert english[3].startswith("Rights of immigrant families and workers in New York City, and free help.")
        assert telegram.refused == []

        before, count = len(settings()), asked()
        await bot.start()
        await until(lambda: asked() == count + len(seen), "the profile was not asked for again")
        await user.asks("/menu")
        await bot.terminate()
        assert len(settings()) == before

        telegram.state.names["es"] = "Somebody changed this"
        count = asked()
        await bot.start()
        await until(lambda: asked() == count + len(seen), "the profile was not asked for a third time")
        await user.asks("/menu")
        await bot.terminate()
        assert settings()[before:] == ["setMyName"]


async def test_whatever_telegram_refuses_at_the_start_is_asked_again(
    telegram: LoopbackTelegram, user: User, tmp_path: Path
) -> None:
    for method in ("getMe", "getWebhookInfo"):
        telegram.faults.answer_500(method)
    async with running(telegram, tmp_path) as bot:
        assert (await user.asks(QUESTION, PATIENCE)).text.startswith(ANSWER)
        assert "Telegram cannot be reached, trying again" in bot.log
        assert "whether a webhook is set is not known, trying again" in bot.log


async def test_what_is_answered_is_confirmed_whenever_the_stop_comes(
    telegram: LoopbackTelegram, user: User, tmp_path: Path
) -> None:
    async with running(telegram, tmp_path) as bot:
        for seconds in (0.0, 0.003, 0.006, 0.012, 0.025):
            await user.asks("/menu", 30)
            await asyncio.sleep(seconds)
            assert await bot.terminate() == 0
            assert telegram.pending_update_count == 0, f"stopped {seconds} s after the answer"
            await bot.start()
    assert len(user.messages) == 5
