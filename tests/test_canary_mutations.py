"""The canaries sing: with a leak put into one path at a time, traces are found, and without one none are."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from tests.canaries import (
    ADMIN,
    CANARIES,
    EVERYBODY,
    NAMED,
    NO,
    TOKEN,
    YES,
    Edit,
    confirmed,
    copied_program,
    found_traces,
    handed_over,
    joins,
    shows,
    unmistakable,
)
from tests.loopback import LoopbackTelegram
from tests.running import HURRIED, running

AT_ONCE = 3
Found = dict[str, dict[str, set[str]] | Exception]


KNOWN_CARD = "if card in self._cards and key.count.language in self._languages:"
FAILING_TASK = Edit(
    "messenger/handling.py",
    "if reply.clear:",
    "asyncio.get_running_loop().call_exception_handler({'message': f'{vars(received)}'})",
)
LEAKS = {
    "receiving": [Edit("messenger/receiving.py", "received = read_update(raw)", 'log.debug("received %s", raw)')],
    "an update that cannot be read": [
        Edit(
            "messenger/receiving.py",
            'log_exception("an update that cannot be read was skipped", error)',
            'log.warning(f"cannot be read: {raw}")',
        )
    ],
    "reading": [Edit("messenger/updates.py", "return Received(", "print(raw)")],
    "lanes": [
        Edit("messenger/lanes.py", "await self._guarded(self._handle(received, unread))", "print(vars(received))")
    ],
    "handling": [Edit("messenger/handling.py", "if reply.clear:", 'log.info(f"answering {vars(received)}")')],
    "a question": [
        Edit(
            "conversation/conversation.py",
            "found, code = await asyncio.gather(self.matcher.match_soon(text), chat.chosen())",
            'open("questions.txt", "a").write(text)',
        )
    ],
    "a press": [Edit("conversation/conversation.py", "press = read_press(data)", "log_exception(data, None)")],
    "a command": [
        Edit(
            "conversation/conversation.py",
            "chosen = self._known(await chat.chosen())",
            'log_exception(f"/{name} {argument}", None)',
        )
    ],
    "matching": [Edit("matching/matcher.py", "if not text:", "print(text)")],
    "sending": [
        Edit(
            "messenger/sending.py",
            "for part in render(message, right_to_left):",
            'log.debug("sending to %d", chat_id)',
        )
    ],
    "confirming a press": [
        Edit(
            "messenger/sending.py",
            'log.debug("a press was not confirmed (%s)", describe(error))',
            'log.debug("a press was not confirmed: %s", error)',
        )
    ],
    "chosen languages": [
        Edit(
            "messenger/memory.py",
            "commands = list(commands_in(self._languages[code]).items())",
            'log.debug("%s", self._known)',
        )
    ],
    "known messages": [
        Edit(
            "messenger/memory.py",
            "return [message for _, chat, message in self._messages if chat == chat_id]",
            'log.debug("%s", list(self._messages))',
        )
    ],
    "a preview": [
        Edit(
            "conversation/conversation.py",
            "page = hand_over_pages.preview(library, language, mask(asked)[:LONGEST])",
            "log_exception(asked, None)",
        )
    ],
    "a text as a card": [
        Edit(
            "conversation/conversation.py",
            "return self._with_note(reply) if attachment else reply",
            'reply = replace(reply, counts=(Count(Outcome.NONE, "en", text),))',
        ),
        Edit(
            "counts/store.py", "if card in self._cards and key.count.language in self._languages:", "self.know([card])"
        ),
    ],
    "an error of the database": [
        Edit(
            "conversation/conversation.py",
            'log_exception("a question that was handed over could not be kept", error)',
            "log_exception(text, error)",
        )
    ],
    "figures": [
        Edit("messenger/statistics.py", "if chat_id not in self._admins:", 'print("asked for by", chat_id, flush=True)')
    ],
    "words of an exception": [Edit("logs.py", 'return f"{type(error).__name__}{where}"', "return str(error)")],
    "an error in a task": [
        FAILING_TASK,
        Edit(
            "logs.py",
            'log_exception("an error in a task", context.get("exception"))',
            'log.error("%s", context["message"])',
        ),
    ],
    "logs of libraries": [
        Edit("logs.py", 'return record.name == "bot" or record.name.startswith("bot.")', "return True")
    ],
}
NO_LEAKS: dict[str, list[Edit]] = {"nothing": [], "a task that fails": [FAILING_TASK]}
DATABASE_FAILS = {"an error of the database"}


async def session(folder: Path, edits: list[Edit], database_fails: bool) -> dict[str, set[str]]:
    """A short conversation with a changed program, and the traces that are found afterwards."""
    program = copied_program(folder / "program")
    for edit in edits:
        edit.make(program)
    if database_fails:
        (folder / "data/counts.sqlite3").mkdir(parents=True)  # where the file should be
    person = CANARIES[1]
    async with LoopbackTelegram(TOKEN) as telegram:
        user = joins(unmistakable(telegram), person)
        settings = {"PYTHONPATH": str(program), "LOG_LEVEL": "DEBUG", "HAND_OVER": "on", "ADMIN_IDS": str(ADMIN.id)}
        async with running(telegram, folder, most_a_minute=HURRIED, **settings) as bot:
            telegram.faults.refuse("answerCallbackQuery", 400, f"Bad Request: {person.question}")
            await user.presses_data(f"group.{person.words[0]}", message_id=7)
            await user.presses_data("language.es", message_id=7)
            message = {"from": user.person, "chat": user.chat.info, "text": person.question, "date": 10**400}
            telegram.inject({"message": message})
            for text in (person.question, f"/start {person.words[0]}", "/stats"):
                await user.says(text)
            await shows(user, handed_over(person))
            await user.presses(YES if database_fails else NO)
            await user.says("/clear")
            await confirmed(telegram, user)
            assert await bot.terminate() == 0
    return found_traces(folder, forms={**EVERYBODY, **NAMED})


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Found:
    """What is found of each change; some programs run at once."""
    room = asyncio.Semaphore(AT_ONCE)

    async def one(name: str, edits: list[Edit]) -> tuple[str, dict[str, set[str]] | Exception]:
        async with room:
            folder = tmp_path_factory.mktemp("mutation")
            try:
                return name, await session(folder, edits, name in DATABASE_FAILS)
            except Exception as error:  # of this case alone
                return name, error

    async def every() -> Found:
        return dict(await asyncio.gather(*(one(*case) for case in [*NO_LEAKS.items(), *LEAKS.items()])))

    return asyncio.run(every())


def of(found: Found, name: str) -> dict[str, set[str]]:
    """What was found of a change; raises what went wrong."""
    result = found[name]
    if isinstance(result, Exception):
        raise result
    return result


@pytest.mark.parametrize("name", LEAKS)
def test_a_leak_is_found(found: Found, name: str) -> None:
    assert of(found, name) != {}


@pytest.mark.parametrize("name", NO_LEAKS)
def test_without_a_leak_nothing_is_found(found: Found, name: str) -> None:
    assert of(found, name) == {}
