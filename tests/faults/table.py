"""All trials, and the page that tells what came of them."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.logs import describe
from tests.conftest import ROOT
from tests.faults import clock, content, database, ending, hostile, meaning, telegram
from tests.faults.trial import NotPossibleHere, Stand, Trial

TRIALS: tuple[Trial, ...] = tuple(
    trial for module in (database, telegram, content, meaning, clock, ending, hostile) for trial in module.TRIALS
)
PAGE = ROOT / "docs" / "reliability.md"
_INTRODUCTION = """# When things break

Each line is a fault that was caused on the real program: a process of its own beside a Telegram on the same machine,
while made-up people ask it questions in seven languages. Each person asks one question with one right answer, so that
an answer that is missing, wrong or comes twice is seen. `make faults` tries all of it and writes this page; no figure
is typed by hand, and what did not hold is written as such. The tests try shorter forms of some of it.

"Lost" is a question without an answer, a choice of cards or numbers to call. Times are from the question to the answer,
on a machine that does other work too. Memory is that of the bot's own process.
"""


@dataclass(frozen=True)
class Tried:
    """A trial and what came of it; ``held`` is None where the fault could not be caused here."""

    trial: Trial
    measured: str
    held: bool | None
    day: dt.date


async def tried(trial: Trial, quick: bool = False) -> Tried:
    """Try one fault; a trial that breaks has failed."""
    start = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="fault", ignore_cleanup_errors=True) as folder:
        held: bool | None
        try:
            outcome = await trial.run(Stand(Path(folder), quick))
            measured, held = outcome.measured, outcome.passed
        except NotPossibleHere as error:
            measured, held = f"not tried on this machine: {error}", None
        except Exception as error:
            measured, held = f"the trial broke ({describe(error)})", False
    said = {True: "held", False: "FAILED", None: "not tried"}[held]
    print(f"{said:9} {trial.name} ({time.monotonic() - start:.0f} s): {measured}", file=sys.stderr, flush=True)
    return Tried(trial, measured, held, dt.datetime.now(dt.UTC).date())


def commit() -> str:
    """The commit that was tried; a plus where files differ from it."""
    return _git("rev-parse", "--short", "HEAD") + ("+" if _git("status", "--porcelain", "--", "bot", "content") else "")


def _git(*arguments: str) -> str:
    return subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=True).stdout.strip()


def row(one: Tried, commit: str) -> str:
    """The line of the page for one trial."""
    held = {True: "yes", False: "**no**", None: "-"}[one.held]
    cells = (one.trial.fault, one.trial.expectation, one.measured, held, one.day.isoformat(), commit)
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def page(rows: Sequence[str]) -> str:
    """The page over the lines of all trials."""
    held, failed, not_tried = (sum(f" | {said} | " in row for row in rows) for said in ("yes", "**no**", "-"))
    summary = f"{len(rows)} faults: {held} held, {failed} failed"
    summary += f", {not_tried} could not be tried.\n" if not_tried else ".\n"
    head = ["| Fault | Expected | Measured | Held | Date | Commit |", "|---|---|---|---|---|---|"]
    return "\n".join([_INTRODUCTION, summary, *head, *rows, ""])


def renewed(text: str, all_tried: Sequence[Tried], commit: str) -> str:
    """A page with the lines of these trials made anew; those of the others stay while there is such a trial."""
    new = {one.trial.name: row(one, commit) for one in all_tried}
    old = {trial.name: line for line in text.splitlines() for trial in TRIALS if line.startswith(f"| {trial.fault} | ")}
    return page([(old | new)[trial.name] for trial in TRIALS if trial.name in old | new])
