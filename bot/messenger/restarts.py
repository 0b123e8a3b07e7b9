"""Remembers whether the last run ended by itself: a file that holds a number, and nothing of anybody."""

from __future__ import annotations

from pathlib import Path

from bot.logs import describe, log


class Restarts:
    """Counts the runs since one ended cleanly. Where the disk can't be written, every start counts as clean."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / "unclean-starts"

    def begin(self) -> int:
        """How many runs before this one ended without a clean stop, in a row; notes that a run begins."""
        try:
            before = int(self._file.read_text()) if self._file.exists() else 0
        except (OSError, ValueError):
            before = 1
        self._write(before + 1)
        return before

    def settled(self) -> None:
        """The first messages were answered: a crash after this is a first one again."""
        self._write(1)

    def end(self) -> None:
        """A clean stop."""
        try:
            self._file.unlink(missing_ok=True)
        except OSError as error:
            log.warning("the clean stop could not be noted (%s)", describe(error))

    def _write(self, number: int) -> None:
        try:
            self._file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._file.write_text(str(number))
        except OSError as error:
            log.warning("the start could not be noted (%s)", describe(error))
