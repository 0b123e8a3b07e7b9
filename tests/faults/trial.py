"""What a trial of a fault is: what is done to the bot, what is expected of it, and what was measured."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass
from functools import partial
from pathlib import Path


class NotPossibleHere(Exception):
    """The fault cannot be caused on this machine; the message says what is missing."""


@dataclass(frozen=True)
class Outcome:
    """What was measured, in words, and whether it is what was expected."""

    measured: str
    passed: bool


@dataclass(frozen=True)
class Stand:
    """Where a trial takes place: an empty folder, and whether there are only a few seconds for it."""

    folder: Path
    quick: bool

    def seconds(self, quick: float, long: float) -> float:
        """How long the fault lasts."""
        return quick if self.quick else long

    def times(self, quick: int, long: int) -> int:
        """How often it happens."""
        return quick if self.quick else long


@dataclass(frozen=True)
class Trial:
    """One fault. ``quick`` ones are also tests; those that mostly wait may run ``beside`` others."""

    name: str
    fault: str
    expectation: str
    run: Callable[[Stand], Awaitable[Outcome]]
    quick: bool = True
    beside: bool = False


WAYS = ("polling", "webhook")


def both_ways(
    name: str,
    fault: str,
    expectation: str,
    run: Callable[..., Awaitable[Outcome]],
    quick: Collection[str] = WAYS,
    beside: bool = False,
) -> tuple[Trial, ...]:
    """A trial by polling and one by a webhook; ``quick`` names those that are also tests."""
    return tuple(
        Trial(f"{name}-{way}", f"{fault} ({way})", expectation, partial(run, mode=f"--{way}"), way in quick, beside)
        for way in WAYS
    )
