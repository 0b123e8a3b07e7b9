"""Serving by long polling: one process asks Telegram for updates, and needs no address of its own."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from telegram import Bot

from bot.logs import log
from bot.messenger.lanes import Lanes
from bot.messenger.receiving import Fetch, Receiver, insist
from bot.messenger.requests import READ_TIMEOUT, TelegramClock, TelegramRequest
from bot.messenger.restarts import Restarts
from bot.messenger.updates import ALLOWED

_UNREAD_AFTER = 3
"""Unclean ends in a row after which the first message is answered without being read."""


def polling_request(clock: TelegramClock) -> TelegramRequest:
    """The one connection on which Telegram is asked for updates."""
    return TelegramRequest(1, clock)


async def serve_by_polling(
    bot: Bot,
    request: TelegramRequest,
    lanes: Lanes,
    data: Path,
    stopping: asyncio.Event,
    on_ready: Callable[[], None],
    remove_webhook: bool = False,
) -> int:
    """Answer updates until ``stopping`` is set; the exit status. ``data`` is the folder to note unclean ends in."""
    if remove_webhook and await insist(bot.delete_webhook, stopping, "the webhook could not be removed"):
        log.info("the webhook is removed")
    info = await insist(bot.get_webhook_info, stopping, "whether a webhook is set is not known")
    if info is None:
        return 0
    if info.url:
        log.error(
            "a webhook is set, so Telegram gives polling no messages: start with `run --webhook`, or remove it, once, "
            "with `run --polling --remove-webhook`"
        )
        return 1
    restarts = Restarts(data)
    unclean = restarts.begin()
    on_ready()
    if unclean:
        log.warning("the last run did not end cleanly: the first messages are taken one at a time")
    receiver = Receiver(_fetcher(bot, request), lanes, stopping)
    await receiver.run(careful=unclean > 0, unread_first=unclean >= _UNREAD_AFTER, on_settled=restarts.settled)
    restarts.end()
    return 0


def _fetcher(bot: Bot, polling: TelegramRequest) -> Fetch:
    """getUpdates without the library's parsing: a malformed update must not stop the others of its batch."""

    async def fetch(offset: int | None, limit: int, seconds: int) -> list[Any]:
        asked = {"offset": offset, "limit": limit, "timeout": seconds, "allowed_updates": json.dumps(ALLOWED)}
        query = urlencode({name: value for name, value in asked.items() if value is not None})
        answer = await polling.retrieve(
            f"{bot.base_url}/getUpdates?{query}", read_timeout=max(seconds + 10, READ_TIMEOUT)
        )
        found = json.loads(answer)
        return list(found["result"]) if isinstance(found, dict) and isinstance(found.get("result"), list) else []

    return fetch
