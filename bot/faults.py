"""What is wrong with a file that a volunteer wrote, worded for that volunteer."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, order=True)
class Fault:
    """One thing that is wrong: where it is, what it is and how to mend it.

    ``line`` counts from 1. A warning is a fault with which the content can still be published. A consequence comes from
    an error in another file and goes with it.
    """

    path: Path
    line: int
    message: str
    warning: bool = False
    consequence: bool = False

    def __str__(self) -> str:
        kind = "warning: " if self.warning else ""
        return f"{self.path}:{self.line}: {kind}{self.message}"


class Faults(list[Fault]):
    """A list of faults with short ways to add to it."""

    def error(self, path: Path, line: int, message: str, *, consequence: bool = False) -> None:
        """Note something that must be mended."""
        self.append(Fault(path, line, message, consequence=consequence))

    def warn(self, path: Path, line: int, message: str) -> None:
        """Note something that should be mended soon."""
        self.append(Fault(path, line, message, warning=True))

    @property
    def errors(self) -> list[Fault]:
        """The faults that are not warnings, each once, by file and line."""
        return sorted({fault for fault in self if not fault.warning})

    @property
    def causes(self) -> list[Fault]:
        """The errors that are no consequences: what a volunteer has to mend."""
        return [fault for fault in self.errors if not fault.consequence]

    @property
    def warnings(self) -> list[Fault]:
        """The warnings, each once, by file and line."""
        return sorted({fault for fault in self if fault.warning})


def one_of(values: Iterable[str], *, most: int = 12) -> str:
    """The values a writer may choose from, as the end of a sentence; cut where the list is long."""
    known = sorted(values)
    return ", ".join(known[:most]) + (", ..." if len(known) > most else "")
