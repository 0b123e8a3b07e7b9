"""What a front (Telegram, the terminal) receives to show: blocks of text, buttons, and what to do besides."""

from __future__ import annotations

from dataclasses import dataclass

from bot.cards.markup import Block
from bot.counts.count import Count

MOST_ROWS = 4
"""Rows of buttons under a message: more hide the answer on a small phone."""


@dataclass(frozen=True)
class Button:
    """A button. ``title`` is what it stands for where the label is only a number in a list."""

    label: str
    data: str
    title: str = ""


Rows = tuple[tuple[Button, ...], ...]


@dataclass(frozen=True)
class Message:
    """One message: blocks of text and rows of buttons below it."""

    blocks: tuple[Block, ...]
    buttons: Rows = ()


@dataclass(frozen=True)
class Reply:
    """All that follows from one message or press: messages in order, counts to add, a language to remember.

    ``to_question``: the messages are sent as answers to the question, so that a press on them brings it along.
    ``clear``: the front deletes what it can of the chat, and asks `Conversation.cleared` what to say of it.
    """

    language: str
    messages: tuple[Message, ...]
    counts: tuple[Count, ...] = ()
    set_language: str | None = None
    to_question: bool = False
    clear: bool = False


def in_rows(buttons: list[Button], most_rows: int, width: int = 2) -> Rows:
    """Buttons in rows of ``width``, or of more where they would need too many rows."""
    width = max(width, -(-len(buttons) // max(most_rows, 1)))
    return tuple(tuple(buttons[start : start + width]) for start in range(0, len(buttons), width))
