"""What a check finds, and how each is said."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from bot.logs import describe


@dataclass(frozen=True)
class Finding:
    """How a thing is: well, worth a look, or to be mended; what is the matter, and what to do."""

    level: Literal["ok", "warning", "mend"]
    told: str


Look = Callable[[], Finding]


def ok(told: str) -> Finding:
    """Nothing to do."""
    return Finding("ok", told)


def warning(told: str) -> Finding:
    """The bot works; somebody should know this."""
    return Finding("warning", told)


def mend(told: str) -> Finding:
    """The bot does not work, or loses something, until this is mended."""
    return Finding("mend", told)


def looked(look: Look) -> Finding:
    """What a check finds; that it fails is a finding too."""
    try:
        return look()
    except Exception as error:
        return mend(f"this could not be checked ({describe(error)}); if the bot works all the same, tell its authors")


def size_in_words(size: int) -> str:
    for unit, factor in (("GB", 1024**3), ("MB", 1024**2)):
        if size >= factor:
            return f"{size / factor:.3g} {unit}" if size < 10 * factor else f"{size / factor:.0f} {unit}"
    return f"{size / 1024:.0f} kB"
