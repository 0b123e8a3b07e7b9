"""Which methods there are, which parameters each takes, and how a request is read."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from .errors import Refusal, bad

Params = dict[str, Any]


@dataclass(frozen=True)
class Upload:
    """A file that came with a request."""

    name: str
    content_type: str
    content: bytes


_SENT = {
    "business_connection_id": "str", "chat_id": "chat", "message_thread_id": "int",
    "direct_messages_topic_id": "int", "disable_notification": "bool", "protect_content": "bool",
    "allow_paid_broadcast": "bool", "message_effect_id": "str", "suggested_post_parameters": "json",
    "reply_parameters": "json", "reply_markup": "json",
}  # fmt: skip
_CAPTION = {"caption": "str", "parse_mode": "str", "caption_entities": "json"}
_EDITED = {
    "business_connection_id": "str", "chat_id": "chat", "message_id": "int", "inline_message_id": "str",
    "reply_markup": "json",
}  # fmt: skip
_LOCAL = {"language_code": "str"}

# The parameter tables of the Bot API documentation, one a method. Telegram overlooks parameters that it does
# not know; here they are refused, since each is somebody's mistake.
METHODS: dict[str, dict[str, str]] = {
    "getMe": {},
    "getUpdates": {"offset": "int", "limit": "int", "timeout": "int", "allowed_updates": "json"},
    "setWebhook": {
        "url": "str", "certificate": "file", "ip_address": "str", "max_connections": "int",
        "allowed_updates": "json", "drop_pending_updates": "bool", "secret_token": "str",
    },
    "deleteWebhook": {"drop_pending_updates": "bool"},
    "getWebhookInfo": {},
    "sendMessage": {
        **_SENT, "text": "str", "parse_mode": "str", "entities": "json", "link_preview_options": "json",
    },
    "sendPhoto": {
        **_SENT, **_CAPTION, "photo": "file", "show_caption_above_media": "bool", "has_spoiler": "bool",
    },
    "sendDocument": {
        **_SENT, **_CAPTION, "document": "file", "thumbnail": "file",
        "disable_content_type_detection": "bool",
    },
    "sendChatAction": {
        "business_connection_id": "str", "chat_id": "chat", "message_thread_id": "int", "action": "str",
    },
    "editMessageText": {
        **_EDITED, "text": "str", "parse_mode": "str", "entities": "json", "link_preview_options": "json",
    },
    "editMessageReplyMarkup": _EDITED,
    "deleteMessage": {"chat_id": "chat", "message_id": "int"},
    "deleteMessages": {"chat_id": "chat", "message_ids": "json"},
    "answerCallbackQuery": {
        "callback_query_id": "str", "text": "str", "show_alert": "bool", "url": "str", "cache_time": "int",
    },
    "setMyCommands": {"commands": "json", "scope": "json", **_LOCAL},
    "getMyCommands": {"scope": "json", **_LOCAL},
    "deleteMyCommands": {"scope": "json", **_LOCAL},
    "setMyName": {"name": "str", **_LOCAL},
    "getMyName": _LOCAL,
    "setMyDescription": {"description": "str", **_LOCAL},
    "getMyDescription": _LOCAL,
    "setMyShortDescription": {"short_description": "str", **_LOCAL},
    "getMyShortDescription": _LOCAL,
    "setChatMenuButton": {"chat_id": "chat", "menu_button": "json"},
}  # fmt: skip
# Making requests: "All methods in the Bot API are case-insensitive."
BY_LOWER_NAME = {name.lower(): name for name in METHODS}


async def read_parameters(request: web.Request, method: str) -> Params:
    """Read the parameters, whichever way they came.

    Making requests: "We support GET and POST HTTP methods. We support four ways of passing parameters in Bot
    API requests: URL query string, application/x-www-form-urlencoded, application/json (except for uploading
    files), multipart/form-data (use to upload files)".
    """
    raw: Params = dict(request.query)
    if request.method == "POST" and request.can_read_body:
        if request.content_type == "application/json":
            try:
                body = json.loads(await request.read())
            except ValueError:
                raise bad("can't parse request body JSON") from None
            if not isinstance(body, dict):
                raise bad("object expected as request body")
            raw.update(body)
        elif request.content_type in {"application/x-www-form-urlencoded", "multipart/form-data"}:
            for name, value in (await request.post()).items():
                if isinstance(value, web.FileField):
                    raw[name] = Upload(value.filename, value.content_type, value.file.read())
                else:
                    raw[name] = value
        else:
            raise bad("unsupported content type")
    return typed(method, raw)


def typed(method: str, raw: Params) -> Params:
    """Give each parameter its type, and refuse those that the method does not have."""
    known = METHODS[method]
    attached = {name for name in raw if name not in known and isinstance(raw[name], Upload)}
    params: Params = {}
    for name, value in raw.items():
        if name in attached:
            continue
        if name not in known:
            raise bad(f'unknown parameter "{name}" in {method}')
        if value is not None:
            params[name] = _typed(name, known[name], value)
    for name, value in params.items():
        # Sending files: "Pass 'attach://<file_attach_name>' to upload a new one using multipart/form-data
        # under <file_attach_name> name."
        if known[name] == "file" and isinstance(value, str) and value.startswith("attach://"):
            part = value.removeprefix("attach://")
            if part not in attached:
                raise bad(f'file "{part}" not found in the request')
            params[name] = raw[part]
            attached.discard(part)
    if attached:
        raise bad(f'unknown parameter "{sorted(attached)[0]}" in {method}')
    return params


def _typed(name: str, kind: str, value: Any) -> Any:
    if kind == "file":
        if not isinstance(value, str | Upload):
            raise _wrong(name, "String")
        return value
    if isinstance(value, Upload):
        raise _wrong(name, "String")
    if kind == "json":
        if not isinstance(value, str):
            return value
        try:
            return json.loads(value)
        except ValueError:
            raise bad(f"can't parse {name} JSON object") from None
    if kind == "bool":
        if isinstance(value, bool):
            return value
        if str(value).lower() in {"true", "false", "0", "1"}:
            return str(value).lower() in {"true", "1"}
        raise _wrong(name, "Boolean")
    if kind == "int" or (kind == "chat" and not str(value).startswith("@")):
        if isinstance(value, bool | float | list | dict):
            raise _wrong(name, "Number")
        try:
            return int(value)
        except ValueError:
            # sendMessage with chat_id "not_a_chat" is answered with "chat not found", an empty one with
            # "chat_id is empty": left to the method.
            if kind == "chat":
                return str(value)
            raise _wrong(name, "Number") from None
    if isinstance(value, bool | list | dict):
        raise _wrong(name, "String")
    return str(value)


def _wrong(name: str, kind: str) -> Refusal:
    return bad(f'parameter "{name}" must be of type {kind}')
