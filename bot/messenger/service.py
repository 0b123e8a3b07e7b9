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
from bot.counts.counter import CountWriter
from bot.database.address import data_folder, is_postgres
from bot.kept import Kept, kept_at
from bot.loading import load_content, load_conversation
from bot.logs import describe, log
from bot.matching.meaning.engine import forbid_dumps
from bot.messenger.handling import Handler
from bot.messenger.memory import ChosenLanguages, KnownMessages
from bot.messenger.profile import set_profile
from bot.messenger.receiving import POLL_SECONDS, WRONG_TOKEN, Fetch, Receiver
from bot.messenger.restarts import Restarts
from bot.messenger.sending import Sender
from bot.messenger.statistics import Statistics, send_to_all
from bot.messenger.updates import ALLOWED
from bot.reloading import Stamp, stamp, watch
from bot.settings import Settings

_CONNECTIONS = 16
"""More are slower: the HTTP client looks through its whole pool for every request."""
_TIDY_EVERY = 3600.0
_UNREAD_AFTER = 3
"""Unclean ends in a row after which the first message is answered without being read."""


def serve(settings: Settings) -> int:
    """Serve Telegram until SIGTERM or SIGINT; the exit status."""
    os.umask(0o077)
    forbid_dumps()  # a core file would hold what people are writing
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        log.warning("running as root: an ordinary user is safer")
    if not (settings.operator and settings.contact):
        log.warning("OPERATOR and CONTACT are not set: /about says that this is a trial run by nobody named")
    if settings.hand_over and is_postgres(settings.database_url):
        log.warning("HAND_OVER is on: PostgreSQL and its backups may keep a deleted question for some time")
    before = stamp(settings.content_dir)
    conversation = load_conversation(settings.content_dir, settings.operator, settings.contact)
    return asyncio.run(_serve(settings, conversation, before))


async def _serve(settings: Settings, conversation: Conversation, before: Stamp | None) -> int:
    loop = asyncio.get_running_loop()
    logs.set_up_loop(loop)
    polling = HTTPXRequest(1, read_timeout=POLL_SECONDS + 10, connect_timeout=10)
    bot = _bot(settings, polling)
    kept = kept_at(settings.database_url, conversation.library, conversation.languages)
    conversation = conversation.handing_over(kept.hand_over if settings.hand_over else None)
    counts = CountWriter(kept.counts, today_in_new_york)

    known = KnownMessages()
    sender = Sender(bot, known.note)
    handler = Handler(
        conversation,
        sender,
        ChosenLanguages(bot, conversation.languages),
        known,
        counts.add,
        Statistics(
            settings.admin_ids, sender, lambda: kept.report(settings.content_dir, handler.conversation.library)
        ).send_to,
    )
    receiver = Receiver(_fetcher(bot, polling), handler.handle)
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, receiver.stop)
    restarts = Restarts(data_folder(settings.database_url))
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
                asyncio.create_task(_follow_content(settings, before, handler, kept)),
                asyncio.create_task(_tidy_often(kept)),
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
        await kept.database.close()
        await _shut_down(bot)
    log.info("stopped")
    return status


def send_statistics(settings: Settings) -> int:
    """Send the figures to the maintainers; how many could not be reached."""
    languages, library, _ = load_content(settings.content_dir)

    async def session() -> int:
        kept = kept_at(settings.database_url, library, languages)
        bot = _bot(settings)
        try:
            report = await kept.report(settings.content_dir, library)
            return await send_to_all(settings.admin_ids, Sender(bot), report)
        finally:
            await kept.database.close()
            await _shut_down(bot)

    return asyncio.run(session())


async def _follow_content(settings: Settings, before: Stamp | None, handler: Handler, kept: Kept) -> None:
    def change(conversation: Conversation) -> None:
        kept.counts.know(conversation.library.cards)
        handler.conversation = conversation

    await watch(settings.content_dir, before, lambda: handler.conversation, change)


async def _tidy_often(kept: Kept) -> None:
    """Sum up weeks that are over and delete old questions; what fails now is done in an hour."""
    while True:
        try:
            await kept.tidy()
        except Exception as error:
            log.warning("weeks that are over will be summed up in an hour (%s)", describe(error))
        await asyncio.sleep(_TIDY_EVERY)


class _Bot(Bot):
    def __repr__(self) -> str:  # the library's own shows the token
        return "Bot(...)"


def _bot(settings: Settings, polling: HTTPXRequest | None = None) -> Bot:
    assert settings.telegram_bot_token
    return _Bot(
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
