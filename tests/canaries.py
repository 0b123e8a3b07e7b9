"""Unmistakable people who go every way through the running bot, and the search for their traces afterwards."""

from __future__ import annotations

import asyncio
import datetime as dt
import itertools
import json
import os
import re
import shutil
import sqlite3
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

import asyncpg
import pytest

from bot.matching.normalising import normalise
from tests.conftest import ROOT
from tests.databases import postgres_server
from tests.loopback import LoopbackTelegram, User
from tests.running import PATIENCE, RunningBot, until

TOKEN = "7391846205:AAQuetzalcoatlToken0Zyx"
OFFER, YES, NO = "Let volunteers see this question", "✔ Yes, let them see it", "✖ No"
FIRST_MESSAGE = 1_955_871_001
"""Numbers of messages begin here, so that they can be told from all other numbers."""


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
        texts = [self.first_name, self.last_name, self.username, self.question, *self.words]
        self.traces = [str(self.id), *texts, *map(str.casefold, texts), *map(normalise, texts)]
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
ADMIN = CANARIES[5]
"""Maintainers are people too: this one's account stands in ADMIN_IDS."""
NAME = "Vuxolmirandwe"
"""A name in a text that is handed over: the one thing that masking cannot recognize."""
E_MAIL, A_NUMBER, STREET = "qwyzzle.pobfrag@example.org", "213-486-957", "Quibblewump"
UNHEARD = "Snorfblattigwex"
"""A word of a question that is shown in a preview and not handed over."""


def handed_over(person: Canary) -> str:
    """A question with everything in it that betrays somebody."""
    return (
        f"My cousin {NAME} wants a fishing licence for a boat, call {person.phone} or {E_MAIL}, A {A_NUMBER}, we live "
        f"at 45-12 {STREET} Avenue apt 3B, write @{person.username} or {person.id}"
    )


def as_written(trace: str) -> Iterable[bytes]:
    """A trace in the forms in which programs write: plain, escaped, as a wide text, as a number in a database."""
    yield trace.encode()
    yield json.dumps(trace)[1:-1].encode()
    yield ascii(trace)[1:-1].encode()
    yield quote(trace).encode()
    yield repr(trace.encode())[2:-1].encode()
    yield trace.encode().hex().encode()
    if len(trace) > 2:  # four bytes may be anything
        yield trace.encode("utf-16-le")
        yield trace.encode("utf-16-be")
    if trace.isascii() and trace.isdigit() and len(trace) > 9:
        yield int(trace).to_bytes(8, "big")
        yield int(trace).to_bytes(8, "big").lstrip(b"\0")  # SQLite leaves leading zeros out
        yield int(trace).to_bytes(8, "little")


def forms_of(traces: Iterable[str]) -> dict[bytes, str]:
    """Each form with its trace; a form that holds a shorter one is found with that, and left out."""
    forms = {form: trace for trace in traces for form in as_written(trace)}
    kept: dict[bytes, str] = {}
    for form in sorted(forms, key=len):
        if not any(shorter in form for shorter in kept):
            kept[form] = forms[form]
    return kept


EVERYBODY = forms_of(
    [
        *(TOKEN, TOKEN.partition(":")[2]),
        *(trace for person in CANARIES for trace in person.traces),
        *(E_MAIL, A_NUMBER, A_NUMBER.replace("-", ""), STREET, STREET.casefold(), UNHEARD, UNHEARD.casefold()),
        str(FIRST_MESSAGE)[:-3],
    ]
)
NAMED = forms_of([NAME, NAME.casefold()])


def traces_in(content: bytes, forms: dict[bytes, str]) -> set[str]:
    """Those of the traces that are found."""
    return {trace for form, trace in forms.items() if form in content}


_EMPTY = re.compile(rb"\0{10,}")
"""Files of a database are full of it."""


def found_traces(*folders: Path, forms: dict[bytes, str] = EVERYBODY, since: int = 0) -> dict[str, set[str]]:
    """Where traces are found: in the names and bytes of files; ``since`` leaves out what has not changed since then."""
    places = [path for folder in folders for path in folder.rglob("*") if path.is_file() and not path.is_symlink()]
    changed = [path for path in places if path.stat().st_mtime_ns > since]
    found = {str(path): traces_in(_EMPTY.sub(b"\0" * 9, path.read_bytes()), forms) for path in changed}
    found["names of files"] = traces_in("\n".join(map(str, places)).encode(), forms)
    return {place: traces for place, traces in found.items() if traces}


@dataclass(frozen=True)
class Kept:
    """A database with everything that it writes: the folders in which nobody may be found."""

    url: str
    folders: tuple[Path, ...]
    environment: dict[str, str]
    """What a bot is started with to use it."""
    may_exist: frozenset[str]
    """The files that a bot may leave in its folder."""
    begun: int = 0
    """The time, in nanoseconds, from which files may hold anything of anybody."""

    def traces(self, forms: dict[bytes, str] = EVERYBODY) -> dict[str, set[str]]:
        """Where traces of anybody are found in all that the bot and its database have written."""
        return found_traces(*self.folders, forms=forms, since=self.begun)

    async def grow_old(self) -> None:
        """Let the counts be those of two weeks ago, and many, so that the figures show them."""
        day = dt.date.today() - dt.timedelta(days=14)
        await self.execute(f"UPDATE counts SET day = '{day.isoformat()}', number = number * 50")

    async def execute(self, statement: str) -> list[tuple[Any, ...]]:
        """Run a statement from outside; the rows that it gives."""
        if self.url.startswith("sqlite"):
            with sqlite3.connect(self.url.removeprefix("sqlite:///")) as database:
                return list(database.execute(statement))
        connection = await asyncpg.connect(self.url)
        try:
            return [tuple(row) for row in await connection.fetch(statement)]
        finally:
            await connection.close()


_numbers = itertools.count()
SQLITE_FILES = frozenset({"data/counts.sqlite3", "data/counts.sqlite3-journal", "data/unclean-starts"})


@contextmanager
def kept_by(kind: str, folder: Path) -> Iterator[Kept]:
    """A database of a kind for a bot in a folder; PostgreSQL is a server of its own, so that all of it can be read."""
    if kind == "sqlite":
        url = f"sqlite:///{folder / 'data' / 'counts.sqlite3'}"
        yield Kept(url, (folder,), {"DATABASE_URL": url}, SQLITE_FILES)
        return
    # Beside PostgreSQL the bot writes to the project's own folder: so it is a project of its own.
    program = copied_program(folder.with_name(f"{folder.name}-program"))
    with postgres_server() as server:
        url = server.new()
        begun = time.time_ns()
        environment = {"DATABASE_URL": url, "PYTHONPATH": str(program)}
        yield Kept(url, (folder, program / "data", server.folder), environment, frozenset(), begun)


def copied_program(folder: Path) -> Path:
    """The program in a folder of its own; what it only reads is linked."""
    folder.mkdir()
    shutil.copytree(ROOT / "bot", folder / "bot", ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("content", "locales", "index", "requirements.txt"):
        (folder / name).symlink_to(ROOT / name)
    return folder


@dataclass(frozen=True)
class Edit:
    """Code that is put before a line of a file."""

    file: str
    line: str
    before: str

    def make(self, program: Path) -> None:
        """Change the file; fails where the line is not there exactly once."""
        path = program / "bot" / self.file
        lines = path.read_text(encoding="utf-8").splitlines()
        places = [number for number, line in enumerate(lines) if line.strip() == self.line]
        assert len(places) == 1, f"{self.file} has the line {len(places)} times: {self.line}"
        indent = lines[places[0]].partition(self.line)[0]
        lines.insert(places[0], indent + self.before)
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")


async def command(bot: RunningBot, environment: dict[str, str], *arguments: str, fails: bool = False) -> str:
    """Run another command of the program beside a bot; all that it prints is kept with the bot's output."""
    path = bot.output / f"command-{next(_numbers)}"
    with path.open("wb") as output:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bot", *arguments),
            cwd=bot.folder / "work",
            env={
                "PATH": os.environ.get("PATH", ""),
                "PYTHONPATH": str(ROOT),
                "PYTHONDONTWRITEBYTECODE": "1",
                "HOME": str(bot.folder / "home"),
                "TMPDIR": str(bot.folder / "temporary"),
                "LOG_LEVEL": "DEBUG",
                **environment,
            },
            stdin=asyncio.subprocess.DEVNULL,
            stdout=output,
            stderr=output,
        )
        status = await process.wait()
    printed = path.read_text(encoding="utf-8")
    assert (status != 0) == fails, printed
    return printed


def joins(telegram: LoopbackTelegram, person: Canary) -> User:
    """A person with a private chat."""
    return telegram.user(
        person.first_name,
        id=person.id,
        last_name=person.last_name,
        username=person.username,
        language_code=person.language_code,
        started=True,
    )


def unmistakable(telegram: LoopbackTelegram) -> LoopbackTelegram:
    """Telegram, whose numbers of messages can be told from all other numbers."""
    telegram.state._private_ids = itertools.count(FIRST_MESSAGE)
    return telegram


async def confirmed(telegram: LoopbackTelegram, user: User) -> None:
    """Wait until everything that a person sent is answered."""
    await until(
        lambda: not any(pending.lane == user.id for pending in telegram.state.queue.pending()),
        "an update was not confirmed",
    )


async def shows(user: User, text: str) -> None:
    """Let the bot show the exact text that would be handed over."""
    await user.says(text)
    await confirmed(user.telegram, user)
    user.forget_messages()
    await user.presses_data("volunteers.__en")
    preview = await user.next_message(PATIENCE)
    assert preview.labels == [YES, NO]


async def goes_every_way(user: User, person: Canary) -> None:
    """Write, press, command and send everything that a person can."""
    for text in (
        person.question,
        f"my number is {person.phone}, I am {person.first_name} {person.last_name}",
        f"ICE is at my door now, {person.words[0]}!",
        f"my boss did not pay me, I am {person.first_name}",
        f"how do I get a work permit, asks {person.last_name}",
        *("/start", "/menu", "/help_now", "/language", "/resources", "/privacy", "/about", "/stats"),
        f"/start {person.words[0]}__{person.username}",
        f"/stats {person.username}",
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
        *("volunteers.__en", "keep.__en", "keepnot.__en"),
        person.username,
        f"group.{person.words[0]}__{person.id}",
    ):
        await user.presses_data(data[:60], message_id=7)
    await user.says("/clear")


def strange_updates(user: User, person: Canary) -> list[Any]:
    """What Telegram never sent until now."""
    message = {"message_id": 5, "from": user.person, "chat": user.chat.info, "date": 1, "text": person.question}
    quoted = [{"type": "blockquote", "offset": person.question, "length": person.id}]
    press = {"id": person.question, "from": user.person}
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
        {"callback_query": {**press, "data": [person.question], "message": message}},
        {"callback_query": {**press, "data": "keep.__en", "message": {**message, "entities": quoted}}},
        {"callback_query": {**press, "data": "volunteers.__en", "message": {**message, "reply_to_message": press}}},
        {"callback_query": {"from": user.person, "data": person.question}},
        {"inline_query": {"id": "1", "from": user.person, "query": person.question}},
        {person.username: message},
        {"message": {**message, "chat": {"id": person.id * 10**20, "type": "private"}}},
    ]


async def meets_every_fault(telegram: LoopbackTelegram, users: list[User]) -> None:
    """Every refusal and failure of Telegram on every path, its words full of a person and of another.

    The last of the users is a maintainer.
    """

    async def asks(user: User, person: Canary) -> None:
        await user.says(person.question)
        await user.presses_data(person.words[0], message_id=7)

    async def chooses(user: User, person: Canary) -> None:
        await user.presses_data("language.es", message_id=7)

    async def clears(user: User, person: Canary) -> None:
        await user.says(person.question)
        await user.says("/clear")

    async def looks(user: User, person: Canary) -> None:
        await user.says("/stats")

    ways: dict[str, tuple[list[int], Callable[[User, Canary], Awaitable[None]]]] = {
        "sendMessage": ([1], asks),
        "getUpdates": ([2], asks),
        "answerCallbackQuery": ([3], asks),
        "setMyCommands": ([4], chooses),
        "deleteMessages": ([0], clears),
        "deleteMyCommands": ([1], clears),
        "sendPhoto": ([5], looks),
        # A chat's language is asked for once: each fault needs a chat that was never heard of.
        "getMyCommands": ([6, 7, 8, 9, 10], asks),
    }
    strangers = [telegram.user(CANARIES[0].first_name, id=10 * CANARIES[0].id + n, started=True) for n in range(5)]
    people = [*zip(users, CANARIES, strict=True), *((one, CANARIES[0]) for one in strangers)]

    async def meets(method: str) -> None:
        numbers, goes = ways[method]
        faults, chosen = telegram.faults, itertools.cycle(numbers)
        person = people[numbers[0]][1]
        about = f"{person.first_name} {person.id} {person.question} {CANARIES[0].question} {CANARIES[0].id}"
        kinds: tuple[Callable[[], None], ...] = (
            lambda: faults.refuse(method, 400, f"Bad Request: {about}"),
            lambda: faults.refuse(method, 502, about),
            lambda: faults.drop(method),
            lambda: faults.garble(method, body=f"<html>{about}</html>".encode()),
            lambda: faults.answer_429(method, retry_after=1),
        )
        for fault in kinds:
            fault()
            while any(one.method == method for one in faults.waiting):
                user, person = people[next(chosen)]
                await goes(user, person)
                await confirmed(telegram, user)

    await until(lambda: len(telegram.calls_of("setMyShortDescription")) >= 11, "the profile was not set")
    await asyncio.gather(*map(meets, ways))
    assert telegram.faults.waiting == []
    await users[3].blocks_bot()
    await asks(users[3], CANARIES[3])
    await confirmed(telegram, users[3])
    await users[3].unblocks_bot()


@pytest.fixture
async def telegram() -> AsyncIterator[LoopbackTelegram]:
    async with LoopbackTelegram(TOKEN) as server:
        yield unmistakable(server)
