"""What the tests of the loopback Telegram share: calls as JSON, and parts of messages."""

from __future__ import annotations

from typing import Any

import aiohttp

from tests.loopback import LoopbackTelegram

TOKEN = "123456:made-up"
Answer = dict[str, Any]
GOOD_BUTTON = {"text": "Menu", "callback_data": "menu"}


async def call(telegram: LoopbackTelegram, method: str, token: str = TOKEN, **params: Any) -> Answer:
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{telegram.base_url}/bot{token}/{method}", json=params) as response,
    ):
        answer: Answer = await response.json()
        assert response.status == answer.get("error_code", 200)
        return answer


async def updates(telegram: LoopbackTelegram, **params: Any) -> list[Any]:
    answer = await call(telegram, "getUpdates", **params)
    assert answer["ok"], answer
    found: list[Any] = answer["result"]
    return found


def keyboard(*buttons: dict[str, Any]) -> dict[str, Any]:
    return {"inline_keyboard": [list(buttons)]}


def entity(kind: str, offset: int, length: int, **more: Any) -> dict[str, Any]:
    return {"type": kind, "offset": offset, "length": length, **more}


def command(name: str = "help", description: str = "Help") -> dict[str, str]:
    return {"command": name, "description": description}
