"""What a running bot holds of people in memory, what its process gives away, and that both stay small."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import stat
import sys
import tracemalloc
from pathlib import Path
from typing import Any

import pytest
from telegram import Bot

from bot.conversation.incoming import Text
from bot.languages import Languages
from bot.messenger.lanes import MINUTE, MOST_SEEN, Lanes
from bot.messenger.lanes import MOST_CHATS as MOST_WRITING
from bot.messenger.memory import MOST_CHATS, MOST_MESSAGES, ChosenLanguages, KnownMessages
from bot.messenger.receiving import BATCH
from bot.messenger.updates import Received
from tests.canaries import (
    CANARIES,
    NAME,
    NO,
    Edit,
    confirmed,
    copied_program,
    goes_every_way,
    handed_over,
    joins,
    shows,
    telegram,
)
from tests.conftest import ROOT
from tests.loopback import LoopbackTelegram
from tests.running import HURRIED, PATIENCE, running, until

__all__ = ["telegram"]  # a fixture
CHATS = 100_000
PROBE = """
import ctypes, gc, json, os, pathlib, signal, sys

HOLDERS = {"ChosenLanguages", "KnownMessages"}  # what is held on purpose, and bounded


def everything(begin, without=()):
    seen, todo, texts = set(map(id, without)), list(begin), []
    while todo:
        one = todo.pop()
        if id(one) in seen:
            continue
        seen.add(id(one))
        if isinstance(one, (bytes, bytearray)):
            texts.append(bytes(one))
        elif isinstance(one, (str, int)):
            texts.append(str(one).encode("utf-8", "replace"))
        else:
            todo += gc.get_referents(one)
    return texts


def parts(one):
    return [one, *(part for inner in gc.get_referents(one) for part in parts(inner))]


def tell(*_):
    gc.collect()
    objects = gc.get_objects()
    holders = [one for one in objects if type(one).__name__ in HOLDERS]
    fields = [field for one in holders for field in vars(one).values()]
    stores = [field for field in fields if type(field).__name__ in {"OrderedDict", "deque"}]
    held = [part for store in stores for part in parts(store)]
    folder = pathlib.Path(os.environ["PROBE"])
    # The words that the search itself is made of are not what it looks for.
    (folder / "memory").write_bytes(b"\\n".join(everything(objects, [*held, objects, held, stores, fields, holders])))
    (folder / "held").write_bytes(b"\\n".join(everything(stores)))
    libraries = sorted(name for name in sys.modules if name.startswith("telegram.ext"))
    told = {"dumpable": ctypes.CDLL(None).prctl(3, 0, 0, 0, 0), "libraries": libraries, "stores": len(stores)}
    (folder / "told.new").write_text(json.dumps(told))
    (folder / "told.new").rename(folder / "told")


if sys.orig_argv[-1] == "run":
    signal.signal(signal.SIGUSR1, tell)
    (pathlib.Path(os.environ["PROBE"]) / "pid").write_text(str(os.getpid()))
"""
"""Makes a process tell, when it is asked, what its objects hold; Python starts a module of this name by itself."""


class Probe:
    """A bot that can be asked what is in its memory."""

    def __init__(self, folder: Path, program: Path = ROOT) -> None:
        """``folder`` is beside the bot's own."""
        self.folder = folder
        folder.mkdir()
        (folder / "sitecustomize.py").write_text(PROBE)
        self.settings = {"PYTHONPATH": f"{folder}{os.pathsep}{program}", "PROBE": str(folder)}

    @property
    def pid(self) -> int:
        """The process."""
        return int((self.folder / "pid").read_text())

    async def tell(self) -> dict[str, Any]:
        """Ask; what is told besides the files ``memory`` and ``held``."""
        os.kill(self.pid, signal.SIGUSR1)
        await until((self.folder / "told").exists, "the process told nothing")
        found: dict[str, Any] = json.loads((self.folder / "told").read_text())
        (self.folder / "told").unlink()
        return found

    def found(self, file: str, traces: list[str]) -> set[str]:
        """Those of the traces that are in a file that was told."""
        content = (self.folder / file).read_bytes()
        return {trace for trace in traces if trace.encode() in content}


async def test_after_a_conversation_only_numbers_of_chats_and_messages_are_held(
    telegram: LoopbackTelegram, tmp_path: Path
) -> None:
    users = [joins(telegram, person) for person in CANARIES]
    everybody = [trace for person in CANARIES for trace in person.traces] + [NAME, NAME.casefold()]
    probe = Probe(tmp_path / "probe")
    async with running(telegram, tmp_path / "bot", most_a_minute=HURRIED, **probe.settings, HAND_OVER="on"):
        for user, person in zip(users, CANARIES, strict=True):
            await goes_every_way(user, person)
            await shows(user, handed_over(person))
            await user.presses(NO)
            await confirmed(telegram, user)
        # What was read last is written over by what is read next.
        await telegram.user(started=True).asks("/menu", PATIENCE)
        await asyncio.sleep(2)
        told = await probe.tell()
    assert told["libraries"] == []  # no Application, no user_data, no persistence, no cache of buttons
    assert told["stores"] == 2
    assert probe.found("memory", everybody) == set()
    assert probe.found("held", everybody) == {str(person.id) for person in CANARIES}
    assert b"Menu" in (probe.folder / "memory").read_bytes()  # the search sees what is there


async def test_a_message_that_is_held_would_be_found(telegram: LoopbackTelegram, tmp_path: Path) -> None:
    program = copied_program(tmp_path / "program")
    Edit("messenger/handling.py", "if reply.clear:", "self.__dict__['last'] = received").make(program)
    probe = Probe(tmp_path / "probe", program)
    user, person = joins(telegram, CANARIES[2]), CANARIES[2]
    async with running(telegram, tmp_path / "bot", most_a_minute=HURRIED, **probe.settings):
        await user.asks(person.question, PATIENCE)
        await asyncio.sleep(2)
        await probe.tell()
    assert probe.found("memory", person.traces) >= {person.question, str(person.id)}


@pytest.mark.skipif(sys.platform != "linux", reason="/proc")
async def test_no_memory_image_is_ever_written_and_nobody_else_may_read_what_is(
    telegram: LoopbackTelegram, tmp_path: Path
) -> None:
    probe = Probe(tmp_path / "probe")
    before = os.umask(0)  # the widest there is: the bot must narrow it
    try:
        async with running(telegram, tmp_path / "bot", most_a_minute=HURRIED, **probe.settings) as bot:
            await telegram.user(started=True).asks("can ICE enter my child's school", PATIENCE)
            await until((bot.data / "counts.sqlite3").exists, "nothing was counted")
            process = Path("/proc") / str(probe.pid)
            limits = (process / "limits").read_text().splitlines()
            assert next(line for line in limits if line.startswith("Max core file size")).split()[4:6] == ["0", "0"]
            assert "Umask:\t0077" in (process / "status").read_text()
            assert (await probe.tell())["dumpable"] == 0
            assert stat.S_IMODE(bot.data.stat().st_mode) == 0o700
            modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in bot.data.iterdir()}
            assert modes == dict.fromkeys(("counts.sqlite3", "counts.sqlite3-journal", "unclean-starts"), 0o600)
    finally:
        os.umask(before)


async def test_chosen_languages_are_bounded_however_many_chats_there_are(languages: Languages) -> None:
    memory = ChosenLanguages(Bot("1:made-up"), languages)
    tracemalloc.start()
    for chat in range(CHATS):
        memory._remember(7_000_000_000 + chat, "es")
    size, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(memory) == MOST_CHATS == 20_000
    assert memory.remembered(7_000_000_000 + CHATS - 1) == "es"
    assert memory.remembered(7_000_000_000) is None
    assert size < 5_000_000, size


def test_known_messages_are_bounded_however_many_chats_there_are() -> None:
    memory = KnownMessages()
    tracemalloc.start()
    for chat in range(CHATS):
        for number in range(2):
            memory.note(7_000_000_000 + chat, 2 * chat + number)
    size, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(memory) == MOST_MESSAGES == 100_000
    assert memory.of(7_000_000_000 + CHATS - 1) == [2 * CHATS - 2, 2 * CHATS - 1]
    assert memory.of(7_000_000_000) == []
    assert size < 20_000_000, size


async def test_nothing_is_held_of_chats_that_were_answered() -> None:
    answered = 0

    async def handle(received: Received, unread: bool = False) -> None:
        nonlocal answered
        answered += 1

    async def tell_to_wait(received: Received) -> None:
        raise AssertionError("nobody here writes too fast")

    now = 0.0
    lanes = Lanes(handle, tell_to_wait, lambda: now)
    for first in range(0, CHATS, BATCH):
        some = [Received(number, 7_000_000_000 + number, Text("hello")) for number in range(first, first + BATCH)]
        await asyncio.gather(*(lanes.enter(one) for one in some))
        assert len(lanes._lanes) <= BATCH
    await lanes.finish(10)
    assert answered == CHATS
    assert lanes._lanes == {}
    assert (len(lanes._seen), len(lanes._written)) == (MOST_SEEN, MOST_WRITING)
    now += MINUTE
    await lanes.enter(Received(CHATS, 7, Text("hello")))
    assert len(lanes._written) == 1
