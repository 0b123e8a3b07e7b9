"""The bot's own things on the loopback Telegram: commands, names, descriptions; and the rules of other methods."""

from __future__ import annotations

from typing import Any

import pytest
from telegram import Bot, BotCommand

from tests.loopback import LoopbackTelegram, User
from tests.test_loopback.calls import call, command

PROFILE: dict[str, tuple[str, dict[str, Any], str, dict[str, Any]]] = {
    "a command in capitals": (
        "setMyCommands",
        {"commands": [command("Help")]},
        "BOT_COMMAND_INVALID",
        {"commands": [command("help_2")]},
    ),
    "a command with an accent": (
        "setMyCommands",
        {"commands": [command("menú")]},
        "BOT_COMMAND_INVALID",
        {"commands": [command("menu", "Menú")]},
    ),
    "a command of 33 characters": (
        "setMyCommands",
        {"commands": [command("a" * 33)]},
        "command length must not exceed 32",
        {"commands": [command("a" * 32)]},
    ),
    "an empty command": (
        "setMyCommands",
        {"commands": [command("")]},
        "command must be non-empty",
        {"commands": [command("a")]},
    ),
    "a command without description": (
        "setMyCommands",
        {"commands": [command("a", " ")]},
        "command description must be non-empty",
        {"commands": [command("a", "b")]},
    ),
    "a description of 257 characters": (
        "setMyCommands",
        {"commands": [command("a", "b" * 257)]},
        "command description length must not exceed 256",
        {"commands": [command("a", "b" * 256)]},
    ),
    "101 commands": (
        "setMyCommands",
        {"commands": [command(f"c{number}") for number in range(101)]},
        "BOT_COMMANDS_TOO_MUCH",
        {"commands": [command(f"c{number}") for number in range(100)]},
    ),
    "commands for an unknown scope": (
        "setMyCommands",
        {"commands": [command()], "scope": {"type": "friends"}},
        "can't parse BotCommandScope: Unsupported type specified",
        {"commands": [command()], "scope": {"type": "all_private_chats"}},
    ),
    "commands for a chat that is not named": (
        "setMyCommands",
        {"commands": [command()], "scope": {"type": "chat"}},
        "can't parse BotCommandScope: Can't find field \"chat_id\"",
        {"commands": [command()], "scope": {"type": "default"}},
    ),
    "commands for a chat that is not there": (
        "setMyCommands",
        {"commands": [command()], "scope": {"type": "chat", "chat_id": 5}},
        "chat not found",
        {"commands": [command()]},
    ),
    "a language with its script": (
        "setMyCommands",
        {"commands": [command()], "language_code": "zh-hant"},
        "invalid language code specified",
        {"commands": [command()], "language_code": "zh"},
    ),
    "a language that is none": (
        "getMyCommands",
        {"language_code": "xx"},
        "invalid language code specified",
        {"language_code": "ht"},
    ),
    "a name of 65 characters": ("setMyName", {"name": "x" * 65}, "bot name is too long", {"name": "x" * 64}),
    "a bot description of 513 characters": (
        "setMyDescription",
        {"description": "x" * 513},
        "bot description is too long",
        {"description": "x" * 512},
    ),
    "a short description of 121 characters": (
        "setMyShortDescription",
        {"short_description": "x" * 121},
        "bot short description is too long",
        {"short_description": "x" * 120},
    ),
    "a menu button of unknown type": (
        "setChatMenuButton",
        {"menu_button": {"type": "bell"}},
        "can't parse MenuButton: Unsupported type specified",
        {"menu_button": {"type": "commands"}},
    ),
    "more updates at once than there may be": (
        "getUpdates",
        {"limit": 101},
        "limit must be between 1 and 100",
        {"limit": 100},
    ),
    "a negative time to wait": (
        "getUpdates",
        {"timeout": -1},
        "timeout must not be negative",
        {"timeout": 0},
    ),
    "a webhook without HTTPS": (
        "setWebhook",
        {"url": "http://example.org/hook"},
        "bad webhook: An HTTPS URL must be provided for webhook",
        {"url": ""},
    ),
    "a secret with spaces": (
        "setWebhook",
        {"url": "", "secret_token": "a b"},
        "secret token contains unallowed characters",
        {"url": "", "secret_token": "a-b_C"},
    ),
    "too many connections": (
        "setWebhook",
        {"url": "", "max_connections": 101},
        "max_connections must be between 1 and 100",
        {"url": "", "max_connections": 100},
    ),
}


@pytest.mark.parametrize("rule", PROFILE)
async def test_other_methods_refuse_what_is_bad_and_take_what_is_good(telegram: LoopbackTelegram, rule: str) -> None:
    method, wrong, words, right = PROFILE[rule]
    refused = await call(telegram, method, **wrong)
    assert (refused["ok"], refused.get("description")) == (False, f"Bad Request: {words}")
    assert (await call(telegram, method, **right))["ok"]


async def test_commands_are_kept_by_scope_and_language_and_the_user_sees_the_nearest(
    telegram: LoopbackTelegram, bot: Bot, user: User
) -> None:
    private = {"type": "all_private_chats"}
    own = {"type": "chat", "chat_id": user.id}
    await bot.set_my_commands([BotCommand("help", "Help")])
    assert [one["description"] for one in user.command_menu()] == ["Help"]
    assert (await call(telegram, "getMyCommands", language_code="es"))["result"] == []
    await call(telegram, "setMyCommands", commands=[command("help", "Ayuda")], scope=private, language_code="es")
    assert [one["description"] for one in user.command_menu()] == ["Ayuda"]
    await call(telegram, "setMyCommands", commands=[command("help", "Only Ana")], scope=own)
    assert [one["description"] for one in user.command_menu()] == ["Only Ana"]
    assert (await call(telegram, "getMyCommands", scope=private))["result"] == []
    assert (await call(telegram, "getMyCommands", scope=own))["result"] == [command("help", "Only Ana")]
    await call(telegram, "deleteMyCommands", scope=own)
    assert (await call(telegram, "getMyCommands", scope=own))["result"] == []
    assert [one.description for one in await bot.get_my_commands()] == ["Help"]


async def test_names_and_descriptions_are_kept_by_language(bot: Bot) -> None:
    assert (await bot.get_my_name()).name == "Made-up bot"
    await bot.set_my_name("Rights", language_code="en")
    await bot.set_my_description("Derechos", language_code="es")
    await bot.set_my_short_description("Dwa", language_code="ht")
    assert (await bot.get_my_name("en")).name == "Rights"
    assert (await bot.get_my_description("es")).description == "Derechos"
    assert (await bot.get_my_description("en")).description == ""
    assert (await bot.get_my_short_description("ht")).short_description == "Dwa"
    await bot.set_my_description("", language_code="es")
    assert (await bot.get_my_description("es")).description == ""
