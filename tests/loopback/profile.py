"""The bot's own things: commands, name, descriptions, menu button."""

from __future__ import annotations

import re
from typing import Any

from .errors import bad
from .parameters import Params
from .state import State

# language_code: "A two-letter ISO 639-1 language code".
_CODES = (
    "aa ab ae af ak am an ar as av ay az ba be bg bh bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de "
    "dv dz ee el en eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id "
    "ie ig ii ik io is it iu ja jv ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu "
    "lv mg mh mi mk ml mn mr ms mt my na nb nd ne ng nl nn no nr nv ny oc oj om or os pa pi pl ps pt qu "
    "rm rn ro ru rw sa sc sd se sg si sk sl sm sn so sq sr ss st su sv sw ta te tg th ti tk tl tn to tr "
    "ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu"
)
ISO_639_1 = frozenset(_CODES.split())
_COMMAND = re.compile(r"[a-z0-9_]{1,32}")
# BotCommandScope: "Currently, the following 7 scopes are supported", with the fields that each needs.
SCOPES: dict[str, tuple[str, ...]] = {
    "default": (), "all_private_chats": (), "all_group_chats": (), "all_chat_administrators": (),
    "chat": ("chat_id",), "chat_administrators": ("chat_id",), "chat_member": ("chat_id", "user_id"),
}  # fmt: skip


def language(params: Params) -> str:
    """Read language_code, empty when there is none."""
    code: str = params.get("language_code", "")
    if code and code not in ISO_639_1:
        raise bad("invalid language code specified")
    return code


def _scope(state: State, params: Params) -> str:
    """Read a scope as one word: its type and whom it is for."""
    scope = params.get("scope")
    # setMyCommands.scope: "Defaults to BotCommandScopeDefault."
    if scope is None:
        return "default"
    if not isinstance(scope, dict):
        raise bad("object expected as bot command scope")
    kind = scope.get("type")
    if not isinstance(kind, str) or kind not in SCOPES:
        raise bad("can't parse BotCommandScope: Unsupported type specified")
    for field in SCOPES[kind]:
        if field not in scope:
            raise bad(f"can't parse BotCommandScope: Can't find field \"{field}\"")
    for field in scope:
        if field != "type" and field not in SCOPES[kind]:
            raise bad(f'can\'t parse BotCommandScope: Unknown field "{field}"')
    if not SCOPES[kind]:
        return kind
    identifier = scope["chat_id"]
    digits = isinstance(identifier, str) and identifier.lstrip("-").isdigit()
    chat = state.chat(int(identifier) if digits else identifier)
    if kind != "chat" and chat.private:
        # BotCommandScopeChatAdministrators and ChatMember are for "a specific group or supergroup chat".
        raise bad("chat is not a group")
    return ":".join([kind, str(chat.id), *(str(scope[field]) for field in SCOPES[kind][1:])])


def _command(value: object) -> dict[str, str]:
    if not isinstance(value, dict):
        raise bad("expected an Object of BotCommand")
    for field in ("command", "description"):
        if not isinstance(value.get(field), str):
            raise bad(f'can\'t find field "{field}"')
    for field in value:
        if field not in {"command", "description"}:
            raise bad(f'unknown field "{field}" in BotCommand')
    name = value["command"].strip().removeprefix("/")
    description = value["description"].strip()
    if not name:
        raise bad("command must be non-empty")
    # BotCommand.command: "Text of the command; 1-32 characters. Can contain only lowercase English letters,
    # digits and underscores."
    if len(name) > 32:
        raise bad("command length must not exceed 32")
    if not _COMMAND.fullmatch(name):
        raise bad("BOT_COMMAND_INVALID")
    # BotCommand.description: "Description of the command; 1-256 characters."
    if not description:
        raise bad("command description must be non-empty")
    if len(description) > 256:
        raise bad("command description length must not exceed 256")
    return {"command": name, "description": description}


def set_my_commands(state: State, params: Params) -> bool:
    """setMyCommands."""
    commands = params.get("commands")
    if not isinstance(commands, list):
        raise bad("can't parse commands JSON object")
    # setMyCommands.commands: "At most 100 commands can be specified."
    if len(commands) > 100:
        raise bad("BOT_COMMANDS_TOO_MUCH")
    checked = [_command(one) for one in commands]
    if len({one["command"] for one in checked}) != len(checked):
        # Not in the documentation; two commands of one name could only be a mistake.
        raise bad("BOT_COMMAND_INVALID")
    key = (_scope(state, params), language(params))
    if checked:
        state.commands[key] = checked
    else:
        state.commands.pop(key, None)
    return True


def get_my_commands(state: State, params: Params) -> list[dict[str, str]]:
    """getMyCommands.

    "Use this method to get the current list of the bot's commands for the given scope and user language.
    Returns an Array of BotCommand objects. If commands aren't set, an empty list is returned."
    """
    return state.commands.get((_scope(state, params), language(params)), [])


def delete_my_commands(state: State, params: Params) -> bool:
    """deleteMyCommands."""
    state.commands.pop((_scope(state, params), language(params)), None)
    return True


def visible_commands(state: State, chat_id: int, code: str | None, *, private: bool) -> list[dict[str, str]]:
    """Give the menu that a person sees.

    Determining list of commands: "The following algorithm is used to determine the list of commands for a
    particular user viewing the bot menu. The first list of commands which is set is returned": chat, then all
    private or group chats, then default, each with the user's language before it without.
    """
    for scope in (f"chat:{chat_id}", "all_private_chats" if private else "all_group_chats", "default"):
        for lang in (code or "", ""):
            if found := state.commands.get((scope, lang)):
                return found
    return []


def _set_text(store: dict[str, str], params: Params, field: str, longest: int, words: str) -> bool:
    text: str = params.get(field, "")
    code = language(params)
    if len(text) > longest:
        raise bad(words)
    if text:
        store[code] = text
    else:
        # "Pass an empty string to remove the dedicated description for the given language."
        store.pop(code, None)
    return True


def set_my_name(state: State, params: Params) -> bool:
    """setMyName; the words of its refusal are not known."""
    # setMyName.name: "New bot name; 0-64 characters."
    return _set_text(state.names, params, "name", 64, "bot name is too long")


def set_my_description(state: State, params: Params) -> bool:
    """setMyDescription; the words of its refusal are not known."""
    # setMyDescription.description: "New bot description; 0-512 characters."
    return _set_text(state.descriptions, params, "description", 512, "bot description is too long")


def set_my_short_description(state: State, params: Params) -> bool:
    """setMyShortDescription; the words of its refusal are not known."""
    # setMyShortDescription.short_description: "New short description for the bot; 0-120 characters."
    words = "bot short description is too long"
    return _set_text(state.short_descriptions, params, "short_description", 120, words)


def get_my_name(state: State, params: Params) -> dict[str, str]:
    """getMyName: "the current bot name for the given user language"."""
    code = language(params)
    return {"name": state.names.get(code, "" if code else state.bot["first_name"])}


def get_my_description(state: State, params: Params) -> dict[str, str]:
    """getMyDescription: "the current bot description for the given user language"."""
    return {"description": state.descriptions.get(language(params), "")}


def get_my_short_description(state: State, params: Params) -> dict[str, str]:
    """getMyShortDescription: "the current bot short description for the given user language"."""
    return {"short_description": state.short_descriptions.get(language(params), "")}


def set_chat_menu_button(state: State, params: Params) -> bool:
    """setChatMenuButton."""
    button: Any = params.get("menu_button", {"type": "default"})
    # MenuButton: "It should be one of MenuButtonCommands, MenuButtonWebApp, MenuButtonDefault".
    if not isinstance(button, dict) or button.get("type") not in {"commands", "web_app", "default"}:
        raise bad("can't parse MenuButton: Unsupported type specified")
    # setChatMenuButton.chat_id: "If not specified, default bot's menu button will be changed".
    chat_id = state.chat(params["chat_id"]).id if "chat_id" in params else 0
    if chat_id and not state.chats[chat_id].private:
        raise bad("chat is not a private chat")
    state.menu_buttons[chat_id] = button
    return True
