"""The same conversation in a terminal: blocks as lines, buttons as numbers."""

from __future__ import annotations

import asyncio
import sys
import threading
from collections.abc import Callable, Iterable

from rich.console import Console
from rich.text import Text as RichText

from bot.cards.markup import Block
from bot.conversation.conversation import Conversation
from bot.conversation.incoming import Chat, Command, Incoming, Pressed, Text, read_text
from bot.conversation.reply import Button, Message
from bot.counts.count import Count

_MARKS = {"paragraph": "", "item": "• ", "quote": "❝ "}


async def converse(
    conversation: Conversation,
    count: Callable[[Iterable[Count]], None],
    language: str | None = None,
    console: Console | None = None,
) -> None:
    """Read lines until the end of the input and answer each: a number presses a button, ``/word`` is a command."""
    console = console or Console(highlight=False, soft_wrap=not sys.stdout.isatty())
    interactive = sys.stdin.isatty()
    chosen = language
    asked = quoted = ""
    buttons: list[Button] = []

    async def remembered() -> str | None:
        return chosen

    if interactive:
        reply = await conversation.answer(Command("start"), Chat(chosen=remembered))
        buttons = _show(console, reply.messages)
    while True:
        line = await _line("> " if interactive else "")
        if line is None:
            return
        if not line.strip():
            continue
        incoming = _understand(line.strip(), buttons)
        if incoming is None:
            console.print(f"There is no button {line.strip()}: choose 1 to {len(buttons)}, or write a question.")
            continue
        if isinstance(incoming, Text):
            asked = incoming.text
        elif isinstance(incoming, Pressed):
            incoming = Pressed(incoming.data, asked, quoted)
        reply = await conversation.answer(incoming, Chat(chosen=remembered))
        if reply.clear:
            chosen, asked = None, ""
            console.clear()
            reply = conversation.cleared(reply.language, deleted=0, all_deleted=True)
        count(reply.counts)
        chosen = reply.set_language or chosen
        quoted = next((block.text for one in reply.messages for block in one.blocks if block.kind == "quote"), "")
        buttons = _show(console, reply.messages)


async def _line(prompt: str) -> str | None:
    """The next line, or None at the end of the input.

    The thread that waits for it is a daemon: Ctrl-C ends the program at once, whatever the thread waits for.
    """
    loop = asyncio.get_running_loop()
    found: asyncio.Future[str | None] = loop.create_future()

    def settle(line: str | None) -> None:
        if not found.done():
            found.set_result(line)

    def read() -> None:
        try:
            line: str | None = input(prompt)
        except (EOFError, KeyboardInterrupt, ValueError):
            line = None
        loop.call_soon_threadsafe(settle, line)

    threading.Thread(target=read, daemon=True).start()
    return await found


def _understand(line: str, buttons: list[Button]) -> Incoming | None:
    """What a line means; None where it is the number of a button that is not there."""
    if line.isdecimal() and buttons and len(line) <= 4:
        number = int(line)
        return Pressed(buttons[number - 1].data) if 0 < number <= len(buttons) else None
    return read_text(line)


def _show(console: Console, messages: Iterable[Message]) -> list[Button]:
    """Print messages; the buttons of all of them are numbered in order."""
    buttons: list[Button] = []
    for message in messages:
        console.print()
        previous: Block | None = None
        for block in message.blocks:
            if previous and not (previous.kind == block.kind != "paragraph"):
                console.print()
            console.print(_rich(block))
            previous = block
        if message.buttons:
            console.print()
        for row in message.buttons:
            parts = []
            for button in row:
                buttons.append(button)
                parts.append(f"[{len(buttons)}] {button.title or button.label}")
            console.print(RichText("   ".join(parts) if not row[0].title else "\n".join(parts), style="cyan"))
    console.print()
    return buttons


def _rich(block: Block) -> RichText:
    text = RichText(_MARKS[block.kind])
    for span in block.spans:
        text.append(span.text, style="bold" if span.bold else "")
        if span.link and span.text.rstrip("/") not in span.link:
            text.append(f" <{span.link}>", style="dim")
    return text


def show_answer(conversation: Conversation, question: str, language: str | None = None) -> None:
    """Print the reply to one question."""

    async def chosen() -> str | None:
        return language

    reply = asyncio.run(conversation.answer(Text(question), Chat(chosen=chosen)))
    _show(Console(highlight=False, soft_wrap=not sys.stdout.isatty()), reply.messages)
