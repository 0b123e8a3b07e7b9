"""The bot as a process: puts the parts together, runs until it is told to stop, and ends cleanly."""

from __future__ import annotations

import asyncio
import json
import os
import signal
from typing import Any
from urllib.parse import urlencode

from telegram import Bot
from telegram.error import InvalidToken, TelegramError
from telegram.request import HTTPXRequest

from bot import logs
from bot.conversation.conversation import Conversation, today_in_new_york
from bot.counts.address import sqlite_path
from bot.counts.counter import CountWriter
from bot.counts.store import SqliteStore
from bot.loading import load_conversation
from bot.logs import describe, log
from bot.messenger.handling import Handler
from bot.messenger.memory import ChosenLanguages
from bot.messenger.profile import set_profile
from bot.messenger.receiving import POLL_SECONDS, WRONG_TOKEN, Fetch, Receiver
from bot.messenger.restarts import Restarts
from bot.messenger.sending import Sender
from bot.messenger.updates import ALLOWED
from bot.reloading import Stamp, stamp, watch
from bot.settings import Settings

_CONNECTIONS = 16
"""More are slower: the HTTP client looks through its whole pool for every request."""
_UNREAD_AFTER = 3
"""Unclean ends in a row after which the first message is answered without being read."""


def serve(settings: Settings) -> int:
    """Serve Telegram until SIGTERM or SIGINT; the exit status."""
    os.umask(0o077)
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        log.warning("running as root: an ordinary user is safer")
    if not (settings.operator and settings.contact):
        log.warning("OPERATOR and CONTACT are not set: /about says that this is a trial run by nobody named")
    before = stamp(settings.content_dir)
    conversation = load_conversation(settings.content_dir, settings.operator, settings.contact)
    return asyncio.run(_serve(settings, conversation, before))


async def _serve(settings: Settings, conversation: Conversation, before: Stamp | None) -> int:
    loop = asyncio.get_running_loop()
    logs.set_up_loop(loop)
    polling = HTTPXRequest(1, read_timeout=POLL_SECONDS + 10, connect_timeout=10)
    bot = _bot(settings, polling)
    store = SqliteStore(sqlite_path(settings.database_url), conversation.library.cards, conversation.languages)
    counts = CountWriter(store, today_in_new_york)
    handler = Handler(conversation, Sender(bot), ChosenLanguages(bot, conversation.languages), counts.add)
    receiver = Receiver(_fetcher(bot, polling), handler.handle)
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, receiver.stop)
    restarts = Restarts(sqlite_path(settings.database_url).parent)
    unclean = restarts.begin()
    counts.start()
    beside: list[asyncio.Task[None]] = []
    status = 0
    try:
        await _start(bot, receiver)
        if not receiver.stopping:
            log.info("ready: %d cards in %d languages", len(conversation.library.cards), len(conversation.languages))
            beside = [
                asyncio.create_task(set_profile(bot, conversation.languages)),
                asyncio.create_task(_follow_content(settings, before, handler, store)),
            ]
            if unclean:
                log.warning("the last run did not end cleanly: the first messages are taken one at a time")
            await receiver.run(careful=unclean > 0, unread_first=unclean >= _UNREAD_AFTER, on_settled=restarts.settled)
        restarts.end()
    except InvalidToken:
        log.error(WRONG_TOKEN)
        restarts.end()
        status = 1
    finally:
        for task in beside:
            task.cancel()
        await counts.stop()
        await _shut_down(bot)
    log.info("stopped")
    return status


async def _follow_content(settings: Settings, before: Stamp | None, handler: Handler, store: SqliteStore) -> None:
    def change(conversation: Conversation) -> None:
        store.know(conversation.library.cards)
        handler.conversation = conversation

    await watch(settings.content_dir, before, lambda: handler.conversation, change)


def _bot(settings: Settings, polling: HTTPXRequest) -> Bot:
    assert settings.telegram_bot_token
    return Bot(
        settings.telegram_bot_token,
        base_url=f"{settings.telegram_api_url}/bot",
        base_file_url=f"{settings.telegram_api_url}/file/bot",
        request=HTTPXRequest(_CONNECTIONS, read_timeout=20, connect_timeout=10, pool_timeout=30),
        get_updates_request=polling,
    )


def _fetcher(bot: Bot, polling: HTTPXRequest) -> Fetch:
    """getUpdates without the library's parsing: a malformed update must not stop the others of its batch."""

    async def fetch(offset: int | None, limit: int, seconds: int) -> list[Any]:
        asked = {"offset": offset, "limit": limit, "timeout": seconds, "allowed_updates": json.dumps(ALLOWED)}
        query = urlencode({name: value for name, value in asked.items() if value is not None})
        answer = await polling.retrieve(f"{bot.base_url}/getUpdates?{query}", read_timeout=seconds + 10)
        found = json.loads(answer)
        return list(found["result"]) if isinstance(found, dict) and isinstance(found.get("result"), list) else []

    return fetch


async def _start(bot: Bot, receiver: Receiver) -> None:
    """Wait until Telegram answers or the bot is stopped; a wrong token ends it, everything else is tried again."""
    pause = 1.0
    while not receiver.stopping:
        try:
            await bot.initialize()
            return
        except InvalidToken:
            raise
        except TelegramError as error:
            log.warning("Telegram cannot be reached, trying again (%s)", describe(error))
            await receiver.pause(pause)
            pause = min(pause * 2, 15)


async def _shut_down(bot: Bot) -> None:
    try:
        await asyncio.wait_for(bot.shutdown(), 3)
    except (TelegramError, TimeoutError) as error:
        log.debug("connections were not closed (%s)", describe(error))
