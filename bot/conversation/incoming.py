"""What a person can do in a chat, freed of everything that says who did it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass


async def _nothing() -> str | None:
    return None


@dataclass(frozen=True)
class Text:
    """A written message."""

    text: str


@dataclass(frozen=True)
class Command:
    """A command without its slash, and what followed it."""

    name: str
    argument: str = ""


@dataclass(frozen=True)
class Pressed:
    """A button with its data."""

    data: str


@dataclass(frozen=True)
class Unreadable:
    """Something that is not read: a voice message, a photo, a sticker, a place, a file, a contact."""


Incoming = Text | Command | Pressed | Unreadable


@dataclass(frozen=True)
class Chat:
    """What a chat tells about languages: the one chosen by a button (asked for when needed), and the phone's."""

    chosen: Callable[[], Awaitable[str | None]] = _nothing
    phone_language: str | None = None
