"""Nobody is on disk: unmistakable people go every way, and afterwards no trace of them can be found anywhere."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import aiohttp
import pytest

from bot.conversation.conversation import Conversation
from bot.conversation.incoming import Command, Incoming, Pressed, Text
from bot.counts.counter import EVERY
from bot.database.opening import database_at
from bot.languages import Languages
from bot.messenger import service
from bot.messenger.handling import Handler
from bot.messenger.memory import ChosenLanguages, KnownMessages
from bot.messenger.sending import Sender
from bot.messenger.updates import Received
from bot.messenger.webhook import SECRET_HEADER
from bot.settings import read_settings
from tests.canaries import (
    ADMIN,
    CANARIES,
    EVERYBODY,
    FIRST_MESSAGE,
    NAME,
    NAMED,
    NO,
    OFFER,
    TOKEN,
    UNHEARD,
    YES,
    Kept,
    as_written,
    command,
    confirmed,
    forms_of,
    found_traces,
    goes_every_way,
    handed_over,
    joins,
    kept_by,
    meets_every_fault,
    shows,
    strange_updates,
    telegram,
    traces_in,
)
from tests.loopback import LoopbackTelegram, User
from tests.running import HURRIED, PATIENCE, RunningBot, running, until

__all__ = ["telegram"]  # a fixture
PASSWORD = "Quomzilpassw0rd"
DRAWING = {"home/matplotlib"}
"""Where the drawing library keeps a list of the machine's fonts, once a maintainer has asked for the figures."""


@pytest.fixture(params=["sqlite", "postgres"])
def kept(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Kept]:
    """A database of each kind in turn, all bytes of which can be read."""
    folder = tmp_path / "bot"
    folder.mkdir()
    with kept_by(request.param, folder) as found:
        yield found


def left_behind(bot: RunningBot) -> set[str]:
    """The files that a bot has made, but for those of the drawing library."""
    return {file for file in bot.files() if not file.startswith(tuple(DRAWING))}


async def test_nobody_leaves_a_trace_in_the_database_on_disk_or_in_the_output(
    telegram: LoopbackTelegram, kept: Kept, tmp_path: Path
) -> None:
    users = [joins(telegram, person) for person in CANARIES]
    settings = {**kept.environment, "LOG_LEVEL": "DEBUG", "ADMIN_IDS": str(ADMIN.id)}
    async with running(telegram, tmp_path / "bot", most_a_minute=HURRIED, **settings) as bot:
        await meets_every_fault(telegram, users)
        for user, person in zip(users, CANARIES, strict=True):
            await goes_every_way(user, person)
            for update in strange_updates(user, person):
                telegram.inject(update)
            await user.says(person.question)
        await until(lambda: telegram.pending_update_count == 0, "an update was not confirmed")
        assert all(len(user.messages) > 30 for user in users)
        assert [any(message.photo for message in user.messages) for user in users] == [False] * 5 + [True]
        assert all(user.deleted for user in users)

        for user, person in zip(users, CANARIES, strict=True):
            await user.says(person.question)
        await bot.kill()
        assert kept.traces() == {}
        assert left_behind(bot) <= kept.may_exist

        await bot.start()
        await until(lambda: telegram.pending_update_count == 0, "an update was not confirmed")
        assert await bot.terminate() == 0
        rows = await kept.execute("SELECT day, card, language, outcome, number FROM counts")
        assert len(rows) > 10
        assert all(len(day) == 10 for day, *_ in rows)
        assert await kept.execute("SELECT * FROM questions") == []

        await kept.grow_old()
        printed = await asyncio.gather(
            *(command(bot, kept.environment, "stats", "--format", form) for form in ("table", "json", "csv", "html")),
            command(bot, kept.environment, "stats", "--public", str(bot.output / "public.json")),
            command(bot, kept.environment, "backup", str(bot.output / "backup.json")),
        )
        assert all("school" in text for text in printed[:4])
        assert "ice-at-school" in (bot.output / "backup.json").read_text()
        assert len(list(bot.output.glob("public*"))) == 3
        assert await kept.execute("SELECT * FROM counts") == []

        assert kept.traces() == {}
        assert left_behind(bot) <= kept.may_exist - {"data/unclean-starts"}
        assert "DEBUG" in bot.stderr  # the level was what it should be
        assert bot.stdout == ""


async def test_of_a_question_that_is_handed_over_nothing_is_kept_but_what_was_shown(
    telegram: LoopbackTelegram, kept: Kept, tmp_path: Path
) -> None:
    person = CANARIES[0]
    user = joins(telegram, person)
    questions = tmp_path / "questions"
    questions.mkdir()
    settings = {**kept.environment, "LOG_LEVEL": "DEBUG", "HAND_OVER": "on"}
    async with running(telegram, tmp_path / "bot", most_a_minute=HURRIED, **settings) as bot:
        await shows(user, f"{handed_over(person)} {UNHEARD}")
        await user.presses(NO)
        assert (await user.next_message(PATIENCE)).text == "Nothing was kept."
        await shows(user, handed_over(person))
        assert kept.traces({**EVERYBODY, **NAMED}) == {}

        about = f"{handed_over(person)} {person.question}"
        telegram.faults.refuse("sendMessage", 400, f"Bad Request: {about}")
        telegram.faults.refuse("answerCallbackQuery", 400, f"Bad Request: {about}")
        await user.presses(YES)
        assert (await user.next_message(PATIENCE)).text.startswith("Thank you.")
        for stranger in CANARIES[1:]:
            other = joins(telegram, stranger)
            await shows(other, handed_over(stranger).replace(NAME, "Ana"))
            await other.presses(YES)
            await confirmed(telegram, other)
        await until(lambda: telegram.pending_update_count == 0, "an update was not confirmed")
        assert await bot.terminate() == 0

        texts = [text for (text,) in await kept.execute("SELECT text FROM questions")]
        assert len(texts) == 2  # all but the name was masked, so that those of the others are one
        assert sum(NAME in text for text in texts) == 1
        assert not any(traces_in(text.encode(), EVERYBODY) for text in texts)
        assert kept.traces() == {}
        assert left_behind(bot) <= kept.may_exist - {"data/unclean-starts"}
        assert {Path(place).name for place in found_traces(bot.folder, forms=NAMED)} <= {"counts.sqlite3"}

        await kept.grow_old()
        await command(bot, kept.environment, "stats", "--format", "html")
        await command(bot, kept.environment, "stats", "--public", str(bot.output / "public.json"))
        await command(bot, kept.environment, "backup", str(bot.output / "backup.json"))
        assert not [place for place in found_traces(bot.output, forms=NAMED) if place != "names of files"]
        listed = await command(bot, kept.environment, "questions")
        for line in listed.splitlines():
            await command(bot, kept.environment, "questions", "--handled", line.split()[0])
        for file in bot.output.glob("command-*"):
            if file.read_text(encoding="utf-8") == listed:  # what a volunteer read
                file.unlink()
        assert await kept.execute("SELECT * FROM questions") == []
        assert found_traces(bot.folder, forms=NAMED) == {}
        assert kept.traces() == {}
        log = kept.folders[-1] / "log"
        assert not log.exists() or traces_in(log.read_bytes(), NAMED) == set()


async def test_nothing_is_handed_over_where_that_is_not_switched_on(telegram: LoopbackTelegram, tmp_path: Path) -> None:
    user = joins(telegram, CANARIES[0])
    async with running(telegram, tmp_path, most_a_minute=HURRIED, LOG_LEVEL="DEBUG") as bot:
        question = await user.says(handed_over(CANARIES[0]))
        answer = await user.next_message(PATIENCE)
        assert OFFER not in answer.labels
        assert "reply_to_message" not in answer.raw
        for data in ("none.__en", "no.ice-at-school__en", "volunteers.__en", "keep.__en", "keepnot.__en"):
            quoted = {**answer.raw, "text": handed_over(CANARIES[0]), "reply_to_message": question}
            quoted["entities"] = [{"type": "blockquote", "offset": 0, "length": 99}]
            press = {"id": "1", "from": user.person, "data": data, "message": quoted}
            telegram.inject({"callback_query": press})
            said = await user.next_message(PATIENCE)
            assert OFFER not in said.labels
            assert YES not in said.labels
            assert "reply_to_message" not in said.raw
        assert await bot.terminate() == 0
        assert found_traces(tmp_path, forms={**EVERYBODY, **NAMED}) == {}
        assert bot.files() <= {"data/counts.sqlite3", "data/counts.sqlite3-journal"}
    with sqlite3.connect(tmp_path / "data/counts.sqlite3") as database:
        assert database.execute("SELECT * FROM questions").fetchall() == []


async def test_nobody_leaves_a_trace_where_updates_are_posted(telegram: LoopbackTelegram, tmp_path: Path) -> None:
    person = CANARIES[0]
    user = joins(telegram, person)
    secret = "a-word-of-the-tests"
    settings = {"LOG_LEVEL": "DEBUG", "WEBHOOK_SECRET": secret, "LOG_FORMAT": "json"}
    async with running(telegram, tmp_path, mode="--webhook", most_a_minute=HURRIED, **settings) as bot:
        for update in strange_updates(user, person):
            telegram.inject(update)
        async with aiohttp.ClientSession() as session:
            address = f"{bot.webhook_url}/telegram"
            for word, body in ((person.words[0], person.question), (secret, person.question), (secret, "x" * 2**21)):
                headers = {SECRET_HEADER: quote(word), "User-Agent": str(person.id)}
                async with session.post(f"{address}?{person.id}", data=body, headers=headers) as response:
                    assert response.status in {200, 403, 413}
            async with session.get(f"{bot.webhook_url}/{quote(person.words[0])}") as response:
                assert response.status == 404
        telegram.faults.refuse("sendMessage", 400, f"Bad Request: {person.question}")
        await goes_every_way(user, person)
        await until(lambda: telegram.pending_update_count == 0, "an update was not answered")
        assert len(user.messages) > 20
        assert await bot.terminate() == 0
        forms = {**EVERYBODY, **forms_of([secret])}
        assert found_traces(tmp_path, forms=forms) == {}
        assert bot.files() <= {"data/counts.sqlite3", "data/counts.sqlite3-journal"}
        assert '"level": "DEBUG"' in bot.stderr


async def test_a_database_that_cannot_be_written_makes_nobody_leave_a_trace(
    telegram: LoopbackTelegram, tmp_path: Path
) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data/counts.sqlite3").mkdir()  # where the file should be
    users = [joins(telegram, person) for person in CANARIES]
    settings = {"LOG_LEVEL": "DEBUG", "HAND_OVER": "on", "ADMIN_IDS": str(ADMIN.id)}
    async with running(telegram, tmp_path, most_a_minute=HURRIED, **settings) as bot:
        for user, person in zip(users, CANARIES, strict=True):
            await user.says(person.question)
        for user in users:
            await user.next_message(PATIENCE)
        await shows(users[0], handed_over(CANARIES[0]))
        await users[0].presses(YES)
        assert (await users[0].next_message(PATIENCE)).text.startswith("This did not work just now.")
        users[5].forget_messages()
        await users[5].says("/stats")
        assert (await users[5].next_message(PATIENCE)).text.startswith("The counts cannot be read now")
        await until(lambda: "counts wait in memory until the database can be written" in bot.log, "nothing is told")
        assert await bot.terminate() == 0
        assert "counts that could not be written before the exit: " in bot.log
        assert "a question that was handed over could not be kept" in bot.log
        assert found_traces(tmp_path, forms={**EVERYBODY, **NAMED}) == {}
        assert bot.files() == set()


@pytest.mark.parametrize("kept", ["postgres"], indirect=True)
async def test_a_postgresql_that_refuses_makes_nobody_leave_a_trace(
    telegram: LoopbackTelegram, kept: Kept, tmp_path: Path
) -> None:
    person = CANARIES[0]
    user = joins(telegram, person)
    settings = {**kept.environment, "LOG_LEVEL": "DEBUG", "HAND_OVER": "on"}
    async with running(telegram, tmp_path / "bot", most_a_minute=HURRIED, **settings) as bot:
        await user.asks(person.question, PATIENCE)
        await asyncio.sleep(2 * EVERY)  # by then the tables are there
        await shows(user, handed_over(person))
        # A rule that every text breaks: PostgreSQL's own words to such an error hold the whole row.
        await kept.execute("ALTER TABLE questions ADD CONSTRAINT never CHECK (text = 'never')")
        await user.presses(YES)
        assert (await user.next_message(PATIENCE)).text.startswith("This did not work just now.")
        assert await bot.terminate() == 0
        assert "a question that was handed over could not be kept" in bot.log
        assert kept.traces() == {}
        assert found_traces(bot.folder, forms=NAMED) == {}


async def test_an_undisturbed_conversation_is_not_in_the_log_at_all(telegram: LoopbackTelegram, tmp_path: Path) -> None:
    user = joins(telegram, CANARIES[1])
    settings = {"LOG_LEVEL": "DEBUG", "HAND_OVER": "on", "ADMIN_IDS": str(CANARIES[1].id)}
    async with running(telegram, tmp_path, most_a_minute=HURRIED, **settings) as bot:
        await user.asks(CANARIES[1].question, PATIENCE)  # by then all is learned
        before = bot.log
        await goes_every_way(user, CANARIES[1])
        await shows(user, "quiero una licencia de pesca para mi bote")
        await user.presses(YES)
        await until(lambda: telegram.pending_update_count == 0, "an update was not confirmed")
        refused = [call.error for call in telegram.refused if "reply" not in (call.error or "")]
        assert bot.log == before, refused
        assert before.endswith("languages\n")


async def phase(telegram: LoopbackTelegram, user: User, question: str, card: str, language: str) -> None:
    """Meet some faults while asking, pressing and choosing, always in the same order."""
    for method, act in (
        ("sendMessage", user.says(question)),
        ("answerCallbackQuery", user.presses_data(f"{card}__{language}", message_id=7)),
        ("answerCallbackQuery", user.presses_data(f"no.{card}__{language}", message_id=7)),
        ("setMyCommands", user.presses_data(f"language.{language}", message_id=7)),
        ("deleteMessages", user.says("/clear")),
        ("deleteMyCommands", user.says("/clear")),
    ):
        telegram.faults.refuse(method, 400, f"Bad Request: {card} {language}")
        await act
        await confirmed(telegram, user)
        assert telegram.faults.waiting == []


async def test_a_fault_is_logged_in_the_same_words_whatever_was_asked_and_answered(
    telegram: LoopbackTelegram, tmp_path: Path
) -> None:
    logged = []
    async with running(telegram, tmp_path, most_a_minute=HURRIED, LOG_LEVEL="DEBUG") as bot:
        await until(lambda: len(telegram.calls_of("setMyShortDescription")) >= 11, "the profile was not set")
        for question, card, language in (
            ("can ICE enter my child's school", "ice-at-school", "en"),
            ("mi patrón no me pagó", "unpaid-wages", "es"),
            ("wędkowanie na łódce zzz", "warrants", "pl"),
        ):
            before = len(bot.log)
            await phase(telegram, telegram.user(started=True), question, card, language)
            logged.append([line.split(maxsplit=2)[2] for line in bot.log[before:].splitlines()])
    assert len(logged[0]) >= 5
    assert logged[0] == logged[1] == logged[2]


async def test_a_wrong_token_is_not_repeated(tmp_path: Path) -> None:
    async with LoopbackTelegram("111:another") as other:
        bot = RunningBot(other, tmp_path, TELEGRAM_BOT_TOKEN=TOKEN, LOG_LEVEL="DEBUG")
        settings = {"TELEGRAM_BOT_TOKEN": TOKEN, "TELEGRAM_API_URL": other.base_url, "ADMIN_IDS": str(ADMIN.id)}
        settings["DATABASE_URL"] = f"sqlite:///{tmp_path / 'data/other.sqlite3'}"
        try:
            await bot.launch()
            assert await bot.ends() == 1
            await command(bot, settings, "stats", "--send", fails=True)
        finally:
            await bot.kill()
    assert found_traces(tmp_path) == {}


async def redirect(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Send whoever comes to the same place, as a captive network does."""
    place = (await reader.readline()).split()[1].decode()
    writer.write(f"HTTP/1.1 302 Found\r\nLocation: {place}\r\nContent-Length: 0\r\n\r\n".encode())
    writer.close()


@pytest.mark.parametrize("fault", ["redirects", "no such host", "refused"])
async def test_the_token_is_not_told_where_telegram_cannot_be_reached(tmp_path: Path, fault: str) -> None:
    server = await asyncio.start_server(redirect, "127.0.0.1")
    port = server.sockets[0].getsockname()[1]
    if fault == "refused":
        server.close()
    address = "http://no-such-host.invalid" if fault == "no such host" else f"http://127.0.0.1:{port}"
    bot = RunningBot(LoopbackTelegram(TOKEN), tmp_path, TELEGRAM_API_URL=address, LOG_LEVEL="DEBUG")
    settings = {"TELEGRAM_BOT_TOKEN": TOKEN, "TELEGRAM_API_URL": address, "ADMIN_IDS": str(ADMIN.id)}
    settings["DATABASE_URL"] = f"sqlite:///{tmp_path / 'data/other.sqlite3'}"
    try:
        await bot.launch()
        await until(lambda: "Telegram cannot be reached, trying again" in bot.log, "the log does not tell")
        assert await bot.terminate() == 0
    finally:
        await bot.kill()
        server.close()
    assert found_traces(tmp_path) == {}


async def test_a_setting_that_does_not_fit_does_not_tell_the_others(tmp_path: Path) -> None:
    bot = RunningBot(LoopbackTelegram(TOKEN), tmp_path)
    settings = {"TELEGRAM_BOT_TOKEN": TOKEN, "ADMIN_IDS": str(ADMIN.id)}
    bad = [
        {"TELEGRAM_BOT_TOKEN": f"{TOKEN} and more"},
        {"TELEGRAM_API_URL": f"http://{TOKEN}@["},
        {"DATABASE_URL": f"postgres://me:{PASSWORD}@["},
        {"DATABASE_URL": f"mysql://me:{PASSWORD}@localhost/counts"},
        {"DATABASE_URL": f"postgres://me:{PASSWORD}@localhost"},
        {"ADMIN_IDS": f"{ADMIN.id} {ADMIN.first_name}"},
        {"HAND_OVER": "maybe"},
        {"CONTENT_DIR": "/no/such/folder"},
        {"LOG_LEVEL": "loud"},
    ]
    printed = await asyncio.gather(*(command(bot, {**settings, **one}, "run", fails=True) for one in bad))
    for one, text in zip(bad, printed, strict=True):
        assert text.startswith(f"Error: {next(iter(one))}: "), text
    assert found_traces(tmp_path, forms={**EVERYBODY, **forms_of([PASSWORD])}) == {}


async def test_an_address_that_is_none_does_not_tell_its_password(tmp_path: Path) -> None:
    bot = RunningBot(LoopbackTelegram(TOKEN), tmp_path)
    await command(bot, {"DATABASE_URL": f"postgres://me:{PASSWORD}℀@localhost/counts"}, "stats", fails=True)
    assert found_traces(tmp_path, forms=forms_of([PASSWORD])) == {}


async def test_the_password_of_a_database_is_not_told_whatever_fails(
    tmp_path: Path, telegram: LoopbackTelegram
) -> None:
    addresses = ["no-such-host.invalid", "127.0.0.1:1", "127.0.0.1:port"]
    urls = [f"postgres://me:{PASSWORD}@{address}/counts" for address in addresses]
    async with running(telegram, tmp_path, most_a_minute=HURRIED, DATABASE_URL=urls[0], LOG_LEVEL="DEBUG") as bot:
        await telegram.user(started=True).asks("/help_now", PATIENCE)
        await asyncio.gather(
            *(
                command(bot, {"DATABASE_URL": url}, *line, fails=True)
                for url in urls
                for line in (["stats"], ["questions"])
            ),
            command(bot, {"DATABASE_URL": urls[1]}, "backup", str(tmp_path / "backup.json"), fails=True),
        )
        await until(lambda: "will be summed up in an hour" in bot.log, "the log does not tell")
        assert await bot.terminate() == 0
    assert found_traces(tmp_path, forms={**EVERYBODY, **forms_of([PASSWORD])}) == {}


def test_nothing_tells_a_secret_when_it_is_printed(
    monkeypatch: pytest.MonkeyPatch, conversation: Conversation, languages: Languages
) -> None:
    url = f"postgres://me:{PASSWORD}@localhost/counts"
    for name, value in {"TELEGRAM_BOT_TOKEN": TOKEN, "DATABASE_URL": url, "ADMIN_IDS": str(ADMIN.id)}.items():
        monkeypatch.setenv(name, value)
    settings = read_settings()
    bot = service._bot(settings)
    sender, chosen, known = Sender(bot), ChosenLanguages(bot, languages), KnownMessages()
    known.note(ADMIN.id, FIRST_MESSAGE)
    handler = Handler(conversation, sender, chosen, known, lambda counts: None)
    question, person = ADMIN.question, ADMIN.id
    incoming: list[Incoming] = [Text(question), Command(question, question), Pressed(question, question, question)]
    received = [Received(1, person, one, question, 0.0, question, FIRST_MESSAGE, FIRST_MESSAGE) for one in incoming]
    told = [settings, bot, sender, chosen, known, handler, database_at(url), *incoming, *received]
    for one in told:
        text = f"{one!r} {one}"
        assert traces_in(text.encode(), {**EVERYBODY, **forms_of([PASSWORD])}) == set(), type(one)


@pytest.mark.parametrize("trace", [CANARIES[0].question, CANARIES[3].first_name, str(CANARIES[1].id)])
def test_a_trace_would_be_found_in_whatever_form_it_is_written(trace: str, tmp_path: Path) -> None:
    for number, written in enumerate(as_written(trace)):
        assert traces_in(b"2026-11-21 INFO " + written + b"\n", EVERYBODY), number
    with sqlite3.connect(tmp_path / "data.sqlite3") as database:
        database.execute("CREATE TABLE chats (id INTEGER, words TEXT)")
        database.execute("INSERT INTO chats VALUES (?, ?)", (int(trace), "") if trace.isdigit() else (1, trace))
    assert found_traces(tmp_path).keys() == {str(tmp_path / "data.sqlite3")}


def test_everybody_is_looked_for() -> None:
    for person in CANARIES:
        for trace in person.traces:
            assert traces_in(trace.encode(), EVERYBODY), trace
    assert forms_of(["ab", "abc"]).keys() & {b"ab", b"abc"} == {b"ab"}
