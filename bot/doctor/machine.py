"""Whether the machine has room for the bot."""

from __future__ import annotations

import os
import shutil
import stat
from pathlib import Path

from bot.doctor.finding import Finding, mend, ok, size_in_words, warning

_LEAST_FREE = 200 * 1024**2
_LEAST_MEMORY = 400 * 1024**2
"""The bot has some 380 MB with meaning, some 200 MB without."""


def disk_finding(folder: Path) -> Finding:
    """Whether the one folder that the bot writes to is there for it, and for nobody else."""
    if not writable(folder):
        return mend(f"{folder} cannot be written: give it to the user who runs the bot (`chown`), or mend DATABASE_URL")
    there = folder if folder.exists() else next(above for above in folder.parents if above.exists())
    free = shutil.disk_usage(there).free
    if free < _LEAST_FREE:
        return warning(f"only {size_in_words(free)} are free where {folder} is: make room, or counts will be lost")
    if folder.exists() and stat.S_IMODE(folder.stat().st_mode) & 0o077:
        return warning(f"other users of this machine can look into {folder}: `chmod 700 {folder}`")
    return ok(f"{folder} can be written, {size_in_words(free)} are free")


def writable(folder: Path) -> bool:
    """Whether files can be made in a folder, or the folder itself where it is not there yet."""
    there = folder if folder.exists() else next(above for above in folder.parents if above.exists())
    return there.is_dir() and os.access(there, os.W_OK | os.X_OK)


def memory(limit: Path = Path("/sys/fs/cgroup/memory.max")) -> int | None:
    """Bytes of memory that this process may have; None where the system does not tell."""
    try:
        machine = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
        allowed = limit.read_text().strip() if limit.exists() else "max"
    except (OSError, ValueError, AttributeError):
        return None
    return min(machine, int(allowed)) if allowed.isdecimal() else machine


def memory_finding(size: int | None) -> Finding:
    """Whether the bot fits into the memory."""
    if size is None:
        return ok("this system does not tell how much there is")
    if size < _LEAST_MEMORY:
        return warning(f"{size_in_words(size)}: with letters and meaning the bot takes some 380 MB; give it 512 MB")
    return ok(f"{size_in_words(size)} for everything on it; the bot takes some 380 MB")
