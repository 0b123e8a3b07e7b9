"""A Telegram on this machine to try the bot with: `python -m tests.loopback`.

It prints what the bot must be started with, and then the bot's answers to one made-up person: to each line of standard
input (the words of a button press it), or to one question again and again.
"""

from __future__ import annotations

import asyncio
import sys
import threading

import click

from tests.loopback import LoopbackTelegram, User

_TOKEN = "123456:made-up"


@click.command()
@click.option("--port", default=8081, show_default=True, help="Where to listen; 0 is any free port.")
@click.option("--language", default="es", show_default=True, help="The language of the person's Telegram.")
@click.option("--question", help="Ask this again and again, instead of reading lines.")
@click.option("--every", default=5.0, show_default=True, help="Seconds between two questions.")
def main(port: int, language: str, question: str | None, every: float) -> None:
    """A Telegram on this machine, with one person who writes what you type. The end of the input (Ctrl-D) ends it."""
    asyncio.run(_serve(port, language, question, every))


async def _serve(port: int, language: str, question: str | None, every: float) -> None:
    async with LoopbackTelegram(_TOKEN, port=port) as telegram:
        click.echo("# Start the bot in another terminal with:")
        click.echo(f"export TELEGRAM_BOT_TOKEN={telegram.token} TELEGRAM_API_URL={telegram.base_url}")
        person = telegram.user("Ana", language_code=language)
        showing = asyncio.create_task(_show(person))
        if question:
            while True:
                click.echo(f"> {question}")
                await person.says(question)
                await asyncio.sleep(every)
        lines = _lines()
        while (line := await lines.get()) is not None:
            await _write(person, line)
        while telegram.pending_update_count:  # noqa: ASYNC110
            await asyncio.sleep(0.2)
        showing.cancel()


async def _write(person: User, line: str) -> None:
    """Press the button with these words, or write them where there is none."""
    try:
        await person.presses(line)
    except LookupError:
        await person.says(line)


async def _show(person: User) -> None:
    while True:
        message = await person.next_message(timeout=float("inf"))
        click.echo(f"\n{message.text}\n{' '.join(f'[{label}]' for label in message.labels)}\n")


def _lines() -> asyncio.Queue[str | None]:
    """The lines of standard input as they come, then None."""
    loop, lines = asyncio.get_running_loop(), asyncio.Queue[str | None]()

    def read() -> None:
        for line in sys.stdin:
            if line.strip():
                loop.call_soon_threadsafe(lines.put_nowait, line.strip())
        loop.call_soon_threadsafe(lines.put_nowait, None)

    threading.Thread(target=read, daemon=True).start()
    return lines


if __name__ == "__main__":
    main()
