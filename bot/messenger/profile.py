"""What people see of the bot before they write: name, descriptions and commands, in every language."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from telegram import Bot
from telegram.error import TelegramError

from bot.cards.chinese import SIMPLIFIED
from bot.conversation.commands import describe as commands_in
from bot.languages import SOURCE, Language, Languages
from bot.logs import describe, log

_AT_ONCE = 4


async def set_profile(bot: Bot, languages: Languages) -> None:
    """Set what differs from what Telegram has; failures are logged and tried again at the next start.

    Telegram keeps these by two-letter code, so that both Chinese scripts share one: Simplified.
    """
    limit = asyncio.Semaphore(_AT_ONCE)

    async def guarded(step: Callable[[], Awaitable[None]]) -> None:
        async with limit:
            try:
                await step()
            except TelegramError as error:
                log.warning("a part of the bot's profile could not be set (%s)", describe(error))

    steps: list[Callable[[], Awaitable[None]]] = []
    for language in languages.values():
        if language.written == "zh" and language.code != SIMPLIFIED:
            continue
        code = None if language.code == SOURCE else language.locale.language
        steps += _steps(bot, language, code)
    await asyncio.gather(*(guarded(step) for step in steps))


def _steps(bot: Bot, language: Language, code: str | None) -> list[Callable[[], Awaitable[None]]]:
    say = language.say
    name = say("Know your rights NYC")
    description = say(
        "Questions about ICE, school, work or papers in New York City? Write them in your language. You get a sourced "
        "answer and free help that you can call. This bot keeps no names, numbers or messages. It is information, not "
        "legal advice."
    )
    short = say("Rights of immigrant families and workers in New York City, and free help. Keeps no names or messages.")
    commands = list(commands_in(language).items())

    async def set_commands() -> None:
        known = await bot.get_my_commands(language_code=code)
        if [(command.command, command.description) for command in known] != commands:
            await bot.set_my_commands(commands, language_code=code)

    async def set_name() -> None:
        if (await bot.get_my_name(language_code=code)).name != name:
            await bot.set_my_name(name, language_code=code)

    async def set_description() -> None:
        if (await bot.get_my_description(language_code=code)).description != description:
            await bot.set_my_description(description, language_code=code)

    async def set_short_description() -> None:
        if (await bot.get_my_short_description(language_code=code)).short_description != short:
            await bot.set_my_short_description(short, language_code=code)

    return [set_commands, set_name, set_description, set_short_description]
