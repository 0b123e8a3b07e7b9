"""Runs a measurement in a process of its own, so that its memory is its own and a time limit can end it."""

from __future__ import annotations

import importlib.util
import os
from collections.abc import Callable
from contextlib import suppress
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TypeVar

import click

T = TypeVar("T")

_ONE_THREAD = {name: "1" for name in ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "OMP_NUM_THREADS")}
"""Else the threads of numpy, which wait by spinning, take the time of the engine of meaning: nearest vectors then took
twice as long, a regression ten times."""

_PROCESSES = Path("/proc")
_KILOBYTES = 1024


class NotMeasured(Exception):
    """Something could not be measured; the message says why."""


def alone(function: Callable[..., T], *arguments: object, limit: float | None = None) -> T:
    """What a function gives in a new process, which inherits nothing of this one; ``limit`` in seconds.

    The function must stand at the top of a module, and what it takes and gives must be plain data.
    """
    context = get_context("spawn")
    receiver, sender = context.Pipe(duplex=False)
    process = context.Process(target=_send, args=(sender, function, arguments))
    os.environ.update(_ONE_THREAD)
    process.start()
    sender.close()
    try:
        if not receiver.poll(limit):
            raise NotMeasured(f"longer than {limit:.0f} s")
        good, value = receiver.recv()
    except EOFError:  # killed, as where memory does not suffice
        process.join()
        raise NotMeasured(f"the process ended with {process.exitcode}") from None
    finally:
        process.kill()
        process.join()
    if not good:
        raise NotMeasured(value)
    found: T = value
    return found


def _send(sender: Connection, function: Callable[..., object], arguments: tuple[object, ...]) -> None:
    try:
        sender.send((True, function(*arguments)))
    except Exception as error:
        sender.send((False, f"{type(error).__name__}: {error}"))


def resident(process: int | str = "self") -> float | None:
    """Megabytes that a process and those that it started have in memory; None where the system does not tell (Linux
    does)."""
    own = _field(process, "VmRSS")
    if own is None:
        return None
    return own / _KILOBYTES + sum(resident(one) or 0.0 for one in children(process))


def children(process: int | str = "self") -> set[int]:
    """The processes that a process has started and that still run (Linux)."""
    found: set[int] = set()
    for path in (_PROCESSES / str(process) / "task").glob("*/children"):
        with suppress(OSError):  # it has ended meanwhile
            found |= set(map(int, path.read_text().split()))
    return found


def _field(process: int | str, name: str) -> int | None:
    """A number of a process's status; None where the process or the number is not there."""
    try:
        lines = (_PROCESSES / str(process) / "status").read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return None
    return next((int(line.split()[1]) for line in lines if line.startswith(f"{name}:")), None)


def need(*packages: str) -> None:
    """End with one line where a package of the extras ``benchmarks`` or ``meaning`` is missing."""
    missing = [package for package in packages if importlib.util.find_spec(package) is None]
    if missing:
        names = ", ".join(missing)
        raise click.ClickException(f'not installed: {names}. Run `.venv/bin/pip install -e ".[benchmarks,meaning]"`')
