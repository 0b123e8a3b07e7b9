"""The bot as people meet it: a real process, beside a loopback Telegram, with a folder of its own."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import socket
import sys
import time
from asyncio.subprocess import Process
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from tests.conftest import ROOT
from tests.loopback import LoopbackTelegram, Received

PATIENCE = 60.0
"""Seconds to wait for what must happen: a busy machine is slow, and a test that passes never waits so long."""


HURRIED = "1_000_000"
"""Messages a minute of people who do in seconds what takes others a day."""
_WITHOUT_LIMIT = """
import bot.messenger.lanes as lanes
from bot.cli import main
lanes.MOST_A_MINUTE = {}
main()
"""


class RunningBot:
    """One bot: it can be started, stopped, killed and started again, and keeps its folder and its output.

    Everything that the process may write to lies in ``folder``: ``data`` (the database), ``home`` (the home of its
    user, where caches would go), ``work`` (the folder it is started in) and ``temporary``. What it prints is in
    ``output``.
    """

    def __init__(
        self,
        telegram: LoopbackTelegram,
        folder: Path,
        *,
        mode: str = "--polling",
        most_a_minute: str = "",
        **environment: str,
    ) -> None:
        """``mode`` is an option of ``run``; ``environment`` adds to or replaces what it is started with.

        ``most_a_minute`` is how many messages a chat may write, for people who do in seconds what takes a day.
        """
        self._start = ("-m", "bot") if not most_a_minute else ("-c", _WITHOUT_LIMIT.format(most_a_minute))
        self.arguments: tuple[str, ...] = ("run",) if mode == "--polling" else ("run", mode)
        port = _free_port()
        self.webhook_url = f"http://127.0.0.1:{port}"
        """Where it listens, with a webhook."""
        self.folder = folder
        self.data = folder / "data"
        self.output = folder / "output"
        for name in ("output", "home", "work", "temporary"):
            (folder / name).mkdir(parents=True, exist_ok=True)
        self._environment = {
            "PATH": os.environ.get("PATH", ""),
            "PYTHONPATH": str(ROOT),
            "PYTHONDONTWRITEBYTECODE": "1",
            "PYTHONUNBUFFERED": "1",
            "HOME": str(folder / "home"),
            "XDG_CACHE_HOME": str(folder / "home"),
            "TMPDIR": str(folder / "temporary"),
            "TELEGRAM_BOT_TOKEN": telegram.token,
            "TELEGRAM_API_URL": telegram.base_url,
            "DATABASE_URL": f"sqlite:///{self.data / 'counts.sqlite3'}",
            "OPERATOR": "The tests",
            "CONTACT": "tests@example.org",
            **({"PORT": str(port), "WEBHOOK_URL": self.webhook_url} if mode == "--webhook" else {}),
            **environment,
        }
        self._process: Process | None = None
        self._runs = 0

    @property
    def stdout(self) -> str:
        """All that was printed, over all runs."""
        return self._read("stdout")

    @property
    def stderr(self) -> str:
        """All that was logged, over all runs."""
        return self._read("stderr")

    @property
    def log(self) -> str:
        """What the latest run logged."""
        path = self.output / f"stderr-{self._runs}"
        return path.read_text(errors="replace") if path.exists() else ""

    def _read(self, stream: str) -> str:
        return "".join(path.read_text(errors="replace") for path in sorted(self.output.glob(f"{stream}-*")))

    async def launch(self) -> None:
        """Start the process without waiting for anything."""
        self._runs += 1
        with (
            (self.output / f"stdout-{self._runs}").open("wb") as stdout,
            (self.output / f"stderr-{self._runs}").open("wb") as stderr,
        ):
            self._process = await asyncio.create_subprocess_exec(
                sys.executable,
                *self._start,
                *self.arguments,
                cwd=self.folder / "work",
                env=self._environment,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=stdout,
                stderr=stderr,
            )

    async def start(self) -> None:
        """Start the process and wait until it says that it is ready."""
        await self.launch()
        await until(lambda: "ready: " in self.log or self._ended(), "the bot did not become ready")
        if self._ended():
            raise AssertionError(f"the bot ended at its start:\n{self.log}")

    def _ended(self) -> bool:
        return self._process is None or self._process.returncode is not None

    async def ends(self) -> int:
        """Wait until the process ends; its exit status."""
        assert self._process is not None
        return await asyncio.wait_for(self._process.wait(), PATIENCE)

    async def terminate(self) -> int:
        """Ask the process to stop, as platforms do; its exit status."""
        assert self._process is not None
        self._process.send_signal(signal.SIGTERM)
        return await self.ends()

    async def kill(self) -> None:
        """End the process as a loss of power would; does nothing where it has ended."""
        if self._process is not None and self._process.returncode is None:
            self._process.kill()
            await self._process.wait()

    def files(self) -> set[str]:
        """Every file that the process has written, by its path in the folder; its output is not among them."""
        return {
            path.relative_to(self.folder).as_posix()
            for path in self.folder.rglob("*")
            if path.is_file() and self.output not in path.parents
        }


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as found:
        return int(found.getsockname()[1])


@asynccontextmanager
async def running(
    telegram: LoopbackTelegram, folder: Path, *, mode: str = "--polling", most_a_minute: str = "", **environment: str
) -> AsyncIterator[RunningBot]:
    """A bot that is ready; it is killed at the end where it still runs."""
    bot = RunningBot(telegram, folder, mode=mode, most_a_minute=most_a_minute, **environment)
    try:
        await bot.start()
        yield bot
    finally:
        await bot.kill()


async def until(holds: Callable[[], bool], otherwise: str) -> None:
    """Wait until something holds."""
    end = time.monotonic() + PATIENCE
    while not holds():
        if time.monotonic() > end:
            raise AssertionError(otherwise)
        await asyncio.sleep(0.02)


def direct_answer(card: str, language: str = "en") -> str:
    """The first words of a card as its file has them: the bold line that answers."""
    found = re.search(r"^\*\*(.+?)\*\*", (ROOT / "content/cards" / card / f"{language}.md").read_text(), re.MULTILINE)
    assert found, f"{card}/{language}.md does not begin with a bold answer"
    return found[1]


def title(card: str, language: str = "en") -> str:
    """The title of a card as its file has it."""
    first = (ROOT / "content/cards" / card / f"{language}.md").read_text().partition("\n")[0]
    return first.removeprefix("Title: ")


def plain(message: Received | str) -> str:
    """A text without the invisible marks that keep right-to-left lines in order."""
    text = message if isinstance(message, str) else message.text
    return re.sub("[\u200f\u2066-\u2069]", "", text)
