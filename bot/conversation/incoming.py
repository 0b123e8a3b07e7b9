"""What a person can do in a chat, freed of everything that says who did it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field


async def _nothing() -> str | None:
    return None


# What a person wrote is kept out of repr(), which could end up in the message of an error.
@dataclass(frozen=True)
class Text:
    """A written message. ``attachment`` says that it stood beside something that was not opened, such as a photo."""

    text: str = field(repr=False)
    attachment: bool = False


@dataclass(frozen=True)
class Command:
    """A command without its slash, and what followed it."""

    name: str = field(repr=False)
    argument: str = field(default="", repr=False)


@dataclass(frozen=True)
class Pressed:
    """A button with its data, the question that its message answers, and what its message quotes, where known."""

    data: str = field(repr=False)
    asked: str = field(default="", repr=False)
    quoted: str = field(default="", repr=False)


@dataclass(frozen=True)
class Unreadable:
    """Something that is not read: a voice message, a photo, a sticker, a place, a file, a contact."""


def read_text(text: str) -> Text | Command:
    """What was written: a command such as ``/menu`` or ``/Menu@name_of_the_bot``, or a question."""
    if not text.startswith("/"):
        return Text(text)
    word, _, argument = text[1:].partition(" ")
    name = word.partition("@")[0].lower()
    # "/" before a sentence is a slip of the finger, not a command
    return Command(name, argument) if name.isidentifier() and name.isascii() else Text(text.lstrip("/ "))


Incoming = Text | Command | Pressed | Unreadable


@dataclass(frozen=True)
class Chat:
    """What a chat tells about languages: the one chosen by a button (asked for when needed), and the phone's."""

    chosen: Callable[[], Awaitable[str | None]] = _nothing
    phone_language: str | None = None
