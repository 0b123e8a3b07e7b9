"""Nobody is on disk: unmistakable people go every way, and afterwards no trace of them can be found anywhere."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from tests.loopback import LoopbackTelegram, User
from tests.running import PATIENCE, RunningBot, running, until

TOKEN = "7391846205:AAQuetzalcoatlToken0Zyx"
MAY_EXIST = {"data/counts.sqlite3", "data/counts.sqlite3-journal", "data/unclean-starts"}


@dataclass
class Canary:
    """A person whom nothing else in the world resembles."""

    id: int
    first_name: str
    last_name: str
    username: str
    phone: str
    language_code: str
    question: str
    words: tuple[str, ...]
    """What of the question occurs nowhere else."""
    traces: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Gather all that must be found nowhere."""
        self.traces = [str(self.id), self.first_name, self.last_name, self.username, self.question, *self.words]
        self.traces += [self.phone, self.phone.removeprefix("+"), self.phone[-10:]]


def canary(number: int, first: str, last: str, language: str, question: str, *words: str) -> Canary:
    person = Canary(
        7_700_123_450_001 + number * 1_111_111,
        first,
        last,
        f"quxzvb_{number}_handle",
        f"+1917555{8173 + number}",
        language,
        question,
        words,
    )
    assert all(word in question for word in words)
    return person


CANARIES = [
    canary(0, "Zyxwilda", "Quorfeather", "en", "Zorblatt Vexley asks: can ICE enter my child's school?", "Zorblatt"),
    canary(1, "Ñandutíxa", "Güezpaxi", "es", "la migra entra a la escuela de mi hijo Xochiquetzpal", "Xochiquetzpal"),
    canary(2, "麒麟龘", "鬱魑", "zh-hans", "移民局会进我孩子龘靐的学校吗", "龘靐"),
    canary(3, "ظغضثان", "قشطغاوي", "ar", "هل تقدر الهجرة تدخل مدرسة ابني ظغثضوان", "ظغثضوان"),
    canary(4, "Щъыфка", "Цзюхъёва", "ru", "может ли миграционная полиция ICE войти в школу к Жъщюфке", "Жъщюфке"),
    canary(5, "ঞৎঢ়কন্যা", "ঙৌঢ়ঞ", "bn", "আমার ছেলে ঞঢ়ৎমান এর স্কুলে কি ICE ঢুকতে পারে", "ঞঢ়ৎমান"),
]


def as_written(trace: str) -> Iterable[bytes]:
    """A trace in the forms in which programs write: plain, escaped, as a wide text, as a number in a database."""
    yield trace.encode()
    yield json.dumps(trace)[1:-1].encode()
    yield ascii(trace)[1:-1].encode()
    yield quote(trace).encode()
    yield repr(trace.encode())[2:-1].encode()
    yield trace.encode("utf-16-le")
    yield trace.encode("utf-16-be")
    if trace.isascii() and trace.isdigit() and len(trace) > 9:
        yield int(trace).to_bytes(8, "big")
        yield int(trace).to_bytes(8, "big").lstrip(b"\0")  # SQLite leaves leading zeros out
        yield int(trace).to_bytes(8, "little")


def traces_in(content: bytes, traces: Iterable[str]) -> set[str]:
    """Those of the traces that are found."""
    return {trace for trace in traces for form in as_written(trace) if form in content}


ALL_TRACES = [TOKEN, TOKEN.partition(":")[2], *(trace for person in CANARIES for trace in person.traces)]


def found_traces(bot: RunningBot) -> dict[str, set[str]]:
    """Where traces of anybody are found: in the names and bytes of files, and in what the process printed."""
    places = [path for path in bot.folder.rglob("*") if path.is_file()]
    found = {str(path.relative_to(bot.folder)): traces_in(path.read_bytes(), ALL_TRACES) for path in places}
    found["names of files"] = traces_in("\n".join(map(str, places)).encode(), ALL_TRACES)
    return {place: traces for place, traces in found.items() if traces}


@pytest.fixture
async def telegram() -> AsyncIterator[LoopbackTelegram]:
    async with LoopbackTelegram(TOKEN) as server:
        yield server


def joins(telegram: LoopbackTelegram, person: Canary) -> User:
    return telegram.user(
        person.first_name,
        id=person.id,
        last_name=person.last_name,
        username=person.username,
        language_code=person.language_code,
        started=True,
    )


async def goes_every_way(user: User, person: Canary) -> None:
    """Write, press, command and send everything that a person can."""
    for text in (
        person.question,
        f"my number is {person.phone}, I am {person.first_name} {person.last_name}",
        f"ICE is at my door now, {person.words[0]}!",
        f"my boss did not pay me, I am {person.first_name}",
        f"how do I get a work permit, asks {person.last_name}",
        *("/start", "/menu", "/help_now", "/language", "/resources", "/privacy", "/about"),
        f"/start {person.words[0]}__{person.username}",
        f"/{person.username} {person.question}",
        "/start ice-at-school__es",
    ):
        await user.says(text)
    await user.sends_sticker()
    await user.sends_voice()
    await user.sends_photo(caption=person.question)
    await user.sends_document(file_name=f"{person.words[0]}.pdf", caption=person.phone)
    await user.sends_location()
    await user.sends_contact(person.phone, person.first_name)
    message = await user.says(person.question)
    await user.edits(message, f"{person.question} {person.phone}")
    for data in (
        *("menu.__en", "group.school__en", "ice-at-school__ar", "chosen.warrants__en", "now.door__en", "more.warrants"),
        *("yes.ice-at-school__en", "no.ice-at-school__en", "none.__en", "language.es", "gone.x__en"),
        person.username,
        f"group.{person.words[0]}__{person.id}",
    ):
        await user.presses_data(data[:60], message_id=7)


def strange_updates(user: User, person: Canary) -> list[Any]:
    message = {"message_id": 5, "from": user.person, "chat": user.chat.info, "date": 1, "text": person.question}
    return [
        person.question,
        [user.person],
        {"update_id": person.question, "message": message},
        {"message": person.question},
        {"message": {**message, "chat": person.question}},
        {"message": {**message, "chat": {"id": str(person.id), "type": "private"}}},
        {"message": {**message, "text": [person.question]}},
        {"message": {**message, "date": person.question, "from": person.first_name}},
        {"message": {**message, "from": {**user.person, "language_code": person.words[0]}}},
        {"message": {**message, "contact": person.phone, "entities": person.username}},
        {"callback_query": {"id": person.question, "from": user.person, "data": [person.question], "message": message}},
        {"callback_query": {"from": user.person, "data": person.question}},
        {"inline_query": {"id": "1", "from": user.person, "query": person.question}},
        {person.username: message},
        {"message": {**message, "chat": {"id": person.id * 10**20, "type": "private"}}},
    ]


async def meets_every_fault(telegram: LoopbackTelegram, user: User, person: Canary) -> None:
    """Every refusal and failure of Telegram, its words full of the person and of another."""
    about = f"{person.first_name} {person.id} {person.question} {CANARIES[0].question} {CANARIES[0].id}"
    faults = telegram.faults
    for method in ("getMyCommands", "sendMessage", "getUpdates", "answerCallbackQuery", "setMyCommands"):
        faults.refuse(method, 400, f"Bad Request: {about}")
        faults.refuse(method, 502, about)
        faults.drop(method)
        faults.garble(method, body=f"<html>{about}</html>".encode())
        faults.answer_429(method, retry_after=1)
        while faults.waiting:
            await user.says(person.question)
            await user.presses_data(person.words[0], message_id=7)
            if method == "setMyCommands":
                await user.presses_data("language.es", message_id=7)
            await until(lambda: telegram.pending_update_count == 0, "an update was not confirmed")
    await user.blocks_bot()
    await user.says(person.question)
    await until(lambda: telegram.pending_update_count == 0, "an update was not confirmed")
    await user.unblocks_bot()


async def test_nobody_leaves_a_trace_on_disk_or_in_the_output(telegram: LoopbackTelegram, tmp_path: Path) -> None:
    users = [joins(telegram, person) for person in CANARIES]
    async with running(telegram, tmp_path, LOG_LEVEL="DEBUG") as bot:
        await meets_every_fault(telegram, users[3], CANARIES[3])
        for user, person in zip(users, CANARIES, strict=True):
            await goes_every_way(user, person)
            for update in strange_updates(user, person):
                telegram.inject(update)
            await user.says(person.question)
        await until(lambda: telegram.pending_update_count == 0, "an update was not confirmed")
        assert all(len(user.messages) > 30 for user in users)
        await until(lambda: (bot.data / "counts.sqlite3").exists(), "nothing was counted")
        assert found_traces(bot) == {}

        for user, person in zip(users, CANARIES, strict=True):
            await user.says(person.question)
        await bot.kill()
        assert found_traces(bot) == {}
        assert bot.files() <= MAY_EXIST

        await bot.start()
        await until(lambda: telegram.pending_update_count == 0, "an update was not confirmed")
        assert await bot.terminate() == 0
        assert found_traces(bot) == {}
        assert bot.files() <= MAY_EXIST - {"data/unclean-starts"}
        assert "DEBUG" in bot.stderr  # the level was what it should be
        assert bot.stdout == ""

    with sqlite3.connect(tmp_path / "data/counts.sqlite3") as database:
        rows = database.execute("SELECT day, card, language, outcome, number FROM counts").fetchall()
    assert len(rows) > 10
    assert all(len(day) == 10 for day, *_ in rows)


async def test_a_database_that_cannot_be_written_makes_nobody_leave_a_trace(
    telegram: LoopbackTelegram, tmp_path: Path
) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data/counts.sqlite3").mkdir()  # where the file should be
    users = [joins(telegram, person) for person in CANARIES]
    async with running(telegram, tmp_path, LOG_LEVEL="DEBUG") as bot:
        for user, person in zip(users, CANARIES, strict=True):
            await user.says(person.question)
        for user in users:
            await user.next_message(PATIENCE)
        await until(lambda: "counts wait in memory until the database can be written" in bot.log, "nothing is told")
        assert await bot.terminate() == 0
        assert "counts that could not be written before the exit: " in bot.log
        assert found_traces(bot) == {}
        assert bot.files() == set()


async def test_a_wrong_token_is_not_repeated(tmp_path: Path) -> None:
    async with LoopbackTelegram("111:another") as other:
        bot = RunningBot(other, tmp_path, TELEGRAM_BOT_TOKEN=TOKEN, LOG_LEVEL="DEBUG")
        try:
            await bot.launch()
            assert await bot.ends() == 1
        finally:
            await bot.kill()
    assert found_traces(bot) == {}


@pytest.mark.parametrize("trace", [CANARIES[0].question, CANARIES[3].first_name, str(CANARIES[1].id)])
def test_a_trace_would_be_found_in_whatever_form_it_is_written(trace: str, tmp_path: Path) -> None:
    for number, written in enumerate(as_written(trace)):
        assert trace in traces_in(b"2026-11-21 INFO " + written + b"\n", ALL_TRACES), number
    with sqlite3.connect(tmp_path / "data.sqlite3") as database:
        database.execute("CREATE TABLE chats (id INTEGER, words TEXT)")
        database.execute("INSERT INTO chats VALUES (?, ?)", (int(trace), "") if trace.isdigit() else (1, trace))
    assert traces_in((tmp_path / "data.sqlite3").read_bytes(), ALL_TRACES) >= {trace}
