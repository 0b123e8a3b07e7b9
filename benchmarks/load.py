"""The bot under load, beside the least bot of the same library: ``python -m benchmarks.load``.

Both are processes beside a loopback Telegram, and are measured in turns, so that whatever else the machine does hits
both. A bot without a library tells how much the loopback Telegram itself can do.
"""

from __future__ import annotations

import asyncio
import gc
import json
import os
import time
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import asdict, dataclass, field
from pathlib import Path
from statistics import linear_regression, median, quantiles
from tempfile import TemporaryDirectory
from typing import Any

import click
from rich.table import Table

from benchmarks.load_people import KNOWN, Asked, People
from benchmarks.load_programs import Program, other, ours
from benchmarks.reports import Row, number, table, write_json
from bot.tables import percent, show
from tests.loopback import LoopbackTelegram, User

OURS, NEW, ECHO, BARE = "ours", "ours, new chats", "echo bot", "no library"
_IN_HAND, _EVERY = 20, 10_000
"""While memory is watched: questions in hand, and questions between two looks."""


@dataclass(frozen=True)
class Subject:
    """A bot with those who ask it."""

    name: str
    program: Program
    people: People
    chats: Callable[[], User]


@dataclass
class Closed:
    """What a bot does while so many chats wait for it; a value each round."""

    bot: str
    chats: int
    rates: list[float] = field(default_factory=list)
    """Answers a second."""
    cpu_ms: list[float] = field(default_factory=list)
    """Processor time of an answer: the bot's."""
    engine_ms: list[float] = field(default_factory=list)
    """Processor time of an answer: that of the engine's process."""
    messages: list[float] = field(default_factory=list)
    """Messages of an answer."""
    unanswered: int = 0

    async def measure(self, subject: Subject, seconds: float) -> None:
        """Add a round."""
        begun, before = time.monotonic(), subject.program.cpu_seconds()
        asked = await subject.people.in_turn(subject.chats, self.chats, lambda _: time.monotonic() > begun + seconds)
        own, engine = (after - was for was, after in zip(before, subject.program.cpu_seconds(), strict=True))
        answers = max(1, len(asked.waited))
        self.rates.append(len(asked.waited) / (time.monotonic() - begun))
        self.cpu_ms.append(1000 * own / answers)
        self.engine_ms.append(1000 * engine / answers)
        self.messages.append(asked.messages / answers)
        self.unanswered += asked.unanswered


@dataclass
class Open:
    """How long an answer takes where questions come at a rate of their own, in milliseconds; a value each round."""

    bot: str
    rate: float
    medians: list[float] = field(default_factory=list)
    p99s: list[float] = field(default_factory=list)
    unanswered: int = 0

    async def measure(self, subject: Subject, seconds: float) -> None:
        """Add a round."""
        asked = await subject.people.at_random(subject.chats, self.rate, seconds)
        self.medians.append(1000 * median(asked.waited))
        self.p99s.append(1000 * quantiles(asked.waited, n=100, method="inclusive")[98])
        self.unanswered += asked.unanswered


def _levels(_: click.Context, __: click.Parameter, written: str) -> list[int]:
    try:
        return [max(1, int(number)) for number in written.split(",")]
    except ValueError:
        raise click.BadParameter("write numbers with commas between them, as in 5,20,200") from None


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--seconds", type=click.FloatRange(min=1), default=10, show_default=True, help="Of each measurement.")
@click.option("--rounds", type=click.IntRange(min=1), default=3, show_default=True, help="Of each measurement.")
@click.option("--chats", "levels", default="5,20,200", show_default=True, callback=_levels, help="That wait at once.")
@click.option("--rate", type=click.FloatRange(min=1), default=30, show_default=True, help="Questions a second.")
@click.option("--questions", type=click.IntRange(min=1), help="Instead: memory along so many questions from new chats.")
@click.option("--webhook", is_flag=True, help="Updates are posted to our bot; the others poll.")
@click.option("--echo-connections", type=click.IntRange(min=1), default=16, show_default=True)
@click.option("--json", "json_file", type=click.Path(path_type=Path), help="Write the figures to this file.")
def main(
    seconds: float,
    rounds: int,
    levels: list[int],
    rate: float,
    questions: int | None,
    webhook: bool,
    echo_connections: int,
    json_file: Path | None,
) -> None:
    """Measure how many answers a second the bot gives, how soon, and what it keeps in memory."""
    machine = {"cores": os.cpu_count(), "load_before": os.getloadavg()[0], "webhook": webhook}
    if questions:
        found = asyncio.run(_watch_memory(questions, webhook))
    else:
        found = asyncio.run(_compare(seconds, rounds, levels, rate, webhook, echo_connections))
    print(f"{machine['cores']} cores, load {machine['load_before']:.1f} before the start")
    if json_file:
        write_json(json_file, {**machine, **found})


async def _compare(
    seconds: float, rounds: int, levels: Sequence[int], rate: float, webhook: bool, connections: int
) -> dict[str, object]:
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory()))
        telegrams = [await stack.enter_async_context(LoopbackTelegram()) for _ in range(3)]
        people = [People(telegram) for telegram in telegrams]
        bot = await stack.enter_async_context(ours(telegrams[0], folder / "ours", webhook))
        echo = await stack.enter_async_context(other(telegrams[1], "benchmarks.echo_bot", str(connections)))
        memory = {OURS: bot.megabytes(), ECHO: echo.megabytes()}
        prepared = folder / "answer.json"
        prepared.write_text(json.dumps(await _usual_answer(telegrams[0], people[0])), encoding="utf-8")
        bare = await stack.enter_async_context(other(telegrams[2], "benchmarks.load_bare", str(prepared)))
        # So that the language of each known chat has been asked for.
        await people[0].in_turn(people[0].known, _IN_HAND, lambda asked: len(asked.waited) >= KNOWN)
        subjects = [
            Subject(OURS, bot, people[0], people[0].known),
            Subject(ECHO, echo, people[1], people[1].known),
            Subject(NEW, bot, people[0], people[0].new),
            Subject(BARE, bare, people[2], people[2].known),
        ]
        gc.freeze()
        closed = [(subject, Closed(subject.name, level)) for level in levels for subject in subjects]
        opened = [(subject, Open(subject.name, rate)) for subject in subjects]
        for _ in range(rounds):
            for subject, at_once in closed:
                await at_once.measure(subject, seconds)
            for subject, at_rate in opened:
                await at_rate.measure(subject, seconds)
    show(_closed_table([one for _, one in closed]), _open_table([one for _, one in opened]))
    print("MB at the start: " + ", ".join(f"{name} {megabytes:.0f}" for name, megabytes in memory.items()))
    return {
        "closed": [asdict(one) for _, one in closed],
        "open": [asdict(one) for _, one in opened],
        "megabytes": memory,
    }


async def _usual_answer(telegram: LoopbackTelegram, people: People) -> dict[str, Any]:
    """What our bot sends, of middling length, without the chat."""
    sent = []
    for _ in range(51):
        await people.ask(people.new(), Asked())
        sent.append(telegram.calls_of("sendMessage")[-1].parameters)
    found = sorted(sent, key=lambda parameters: len(str(parameters)))[len(sent) // 2]
    return {name: value for name, value in found.items() if name not in {"chat_id", "reply_parameters"}}


async def _watch_memory(questions: int, webhook: bool) -> dict[str, object]:
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory()))
        telegram = await stack.enter_async_context(LoopbackTelegram())
        bot = await stack.enter_async_context(ours(telegram, folder, webhook))
        people = People(telegram)
        looks = [(0, bot.megabytes())]
        print(f"{0:>9,} questions: {looks[0][1]:.1f} MB")
        unanswered = 0
        while looks[-1][0] < questions:
            some = min(_EVERY, questions - looks[-1][0])
            asked = await people.in_turn(people.new, _IN_HAND, _so_many(some))
            unanswered += asked.unanswered
            looks.append((looks[-1][0] + some, bot.megabytes()))
            print(f"{looks[-1][0]:>9,} questions: {looks[-1][1]:.1f} MB", flush=True)
    half = looks[len(looks) // 2 :]
    slope = _EVERY * linear_regression(*zip(*half, strict=True)).slope if len(half) > 1 else None
    print(f"{number(slope, 2)} MB more for 10,000 questions, over the second half; {unanswered} unanswered")
    return {"megabytes": looks, "slope": slope, "unanswered": unanswered}


def _so_many(questions: int) -> Callable[[Asked], bool]:
    """Ends when so many have been asked, of which some are still in hand."""
    left = iter(range(questions))
    return lambda _: next(left, None) is None


def _closed_table(found: Sequence[Closed]) -> Table:
    rows: list[Row] = []
    for one in found:
        echo = next(other for other in found if other.chats == one.chats and other.bot == ECHO)
        share = median(one.rates) / median(echo.rates)
        spread = f"{min(one.rates):.0f}-{max(one.rates):.0f}"
        rows.append(
            (
                f"{one.chats} chats: {one.bot}",
                number(median(one.rates)),
                spread,
                percent(share),
                number(median(one.messages), 2),
                number(median(one.cpu_ms), 2),
                number(median(one.engine_ms), 2),
                str(one.unanswered),
            )
        )
    columns = (
        "",
        "answers a second",
        "from-to",
        "of the echo bot",
        "messages each",
        "CPU ms",
        "engine's",
        "unanswered",
    )
    return table("Each chat asks its next question when it has its answer", columns, rows)


def _open_table(found: Sequence[Open]) -> Table:
    rows: list[Row] = [
        (
            one.bot,
            number(median(one.medians)),
            number(median(one.p99s)),
            f"{min(one.p99s):.0f}-{max(one.p99s):.0f}",
            str(one.unanswered),
        )
        for one in found
    ]
    columns = ("", "median ms", "99th percentile ms", "from-to", "unanswered")
    return table(f"{found[0].rate:.0f} questions a second, at random times", columns, rows)


if __name__ == "__main__":
    main()
