"""The process with the model dies or hangs: letters decide until there is another."""

from __future__ import annotations

import csv
import os
import signal
from functools import partial
from pathlib import Path

from bot.matching.meaning.process import PATIENCE
from tests.conftest import ROOT
from tests.faults.crowd import Crowd, Question, within
from tests.faults.process import TriedBot, bot_and_telegram
from tests.faults.trial import Outcome, Stand, Trial
from tests.running import until


def _engine_of(bot: TriedBot) -> int | None:
    """The process with the model, which is a child of the bot's."""
    for process in Path("/proc").glob("[0-9]*"):
        try:
            parent = int((process / "stat").read_text().rpartition(")")[2].split()[1])
            if parent == bot.pid and b"engine.py" in (process / "cmdline").read_bytes():
                return int(process.name)
        except OSError:
            continue
    return None


def _in_own_words() -> list[Question]:
    """Questions of the evaluation, for most of which meaning is asked."""
    with (ROOT / "tests/questions/en.tsv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    return [
        Question(row["card"], "en", row["question"], alone=False)
        for row in rows
        if row["card"] != "-" and row["urgent"] == "no" and row["style"] in {"worried", "oblique"}
    ]


async def harmed(stand: Stand, how: signal.Signals) -> Outcome:
    """The process is killed or stopped again and again, under load."""
    async with bot_and_telegram(stand.folder) as (telegram, bot):
        await until(lambda: _engine_of(bot) is not None, "there is no process with the model")
        crowd, harmed = Crowd(telegram, _in_own_words()), set[int]()
        for _ in range(stand.times(1, 5)):
            await crowd.ask_for(0.5, every=0.05)
            engine = _engine_of(bot)
            if engine is not None and engine not in harmed:
                harmed.add(engine)
                os.kill(engine, how)
            await crowd.ask_for(stand.seconds(1, 4), every=0.05)
        figures = await crowd.figures()
        replaced = await within(PATIENCE + 2, lambda: _engine_of(bot) not in {None, *harmed})
        return Outcome(
            f"{figures}; {len(harmed)} processes harmed, another took over: {'yes' if replaced else 'no'}",
            figures.helped and figures.longest < PATIENCE + 4 and bool(harmed) and replaced,
        )


TRIALS = (
    Trial(
        "model-killed",
        "the process with the model is killed five times under load",
        "each gets an answer or cards to choose from, none waits for longer than 6 s; the process is replaced",
        partial(harmed, how=signal.SIGKILL),
        quick=False,
    ),
    Trial(
        "model-hung",
        "the process with the model is stopped (SIGSTOP) five times under load",
        "each gets an answer or cards to choose from, none waits for longer than 6 s; the process is replaced",
        partial(harmed, how=signal.SIGSTOP),
    ),
)
