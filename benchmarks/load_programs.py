"""The bots that are put under load, each a process beside a loopback Telegram of its own, and what it costs."""

from __future__ import annotations

import asyncio
import os
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.processes import NotMeasured, children, resident
from tests.conftest import ROOT
from tests.loopback import LoopbackTelegram
from tests.running import running

_TICKS = os.sysconf("SC_CLK_TCK")
_QUIET = 0.05
"""Share of a core below which a process has nothing to do."""
_LEARNING = 1800.0
"""Seconds for a bot to learn the content where it is not in the index."""


@dataclass(frozen=True)
class Program:
    """A running bot."""

    telegram: LoopbackTelegram
    pid: int

    def megabytes(self) -> float:
        """Its resident memory, with the engine's process."""
        return resident(self.pid) or 0.0

    def cpu_seconds(self) -> tuple[float, float]:
        """Processor time that it has taken, and that of the processes it started: the engine's."""
        return _cpu_seconds(self.pid), sum(_cpu_seconds(pid) for pid in children(self.pid))

    async def settle(self) -> None:
        """Wait until it has nothing to do any more: matching is complete, the profile is set."""
        end = time.monotonic() + _LEARNING
        before = -1.0
        while (now := sum(self.cpu_seconds())) - before > _QUIET or before < 0:
            if time.monotonic() > end:
                raise NotMeasured(f"the bot was still at work after {_LEARNING:.0f} s")
            before = now
            await asyncio.sleep(1)


@asynccontextmanager
async def ours(telegram: LoopbackTelegram, folder: Path, webhook: bool) -> AsyncIterator[Program]:
    """This bot, once it understands questions by meaning too."""
    before = children(os.getpid())
    async with running(telegram, folder, mode="--webhook" if webhook else "--polling"):
        (pid,) = children(os.getpid()) - before
        program = Program(telegram, pid)
        await program.settle()
        yield program


@asynccontextmanager
async def other(telegram: LoopbackTelegram, module: str, *arguments: str) -> AsyncIterator[Program]:
    """A bot to compare with: a module of this folder."""
    environment = {"TELEGRAM_BOT_TOKEN": telegram.token, "TELEGRAM_API_URL": telegram.base_url}
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", module, *arguments, cwd=ROOT, env={**os.environ, **environment}
    )
    try:
        program = Program(telegram, process.pid)
        while not telegram.calls_of("getUpdates"):
            if process.returncode is not None:
                raise NotMeasured(f"{module} ended with {process.returncode}")
            await asyncio.sleep(0.1)
        await program.settle()
        yield program
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


def _cpu_seconds(pid: int) -> float:
    """Processor time of one process; 0 where it has ended."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / _TICKS
