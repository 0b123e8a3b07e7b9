"""The bot as a process: puts the parts together, runs until it is told to stop, and ends cleanly."""

from __future__ import annotations

import asyncio
import os
import signal

from telegram import Bot
from telegram.error import InvalidToken, TelegramError

from bot import logs
from bot.conversation.conversation import Conversation, today_in_new_york
from bot.counts.counter import CountWriter
from bot.database.address import data_folder, is_postgres
from bot.kept import Kept, kept_at
from bot.loading import load_conversation
from bot.logs import describe, log
from bot.matching.meaning.engine import forbid_dumps
from bot.messenger.handling import Handler
from bot.messenger.lanes import Lanes
from bot.messenger.memory import ChosenLanguages, KnownMessages
from bot.messenger.polling import polling_request, serve_by_polling
from bot.messenger.profile import set_profile
from bot.messenger.receiving import WRONG_TOKEN, insist
from bot.messenger.requests import TelegramClock, TelegramRequest
from bot.messenger.sending import Sender
from bot.messenger.statistics import Statistics, send_to_all
from bot.messenger.webhook import serve_by_webhook
from bot.reloading import Stamp, stamp, watch
from bot.settings import Settings
from bot.statistics.report import Report

_CONNECTIONS = 16
_TIDY_EVERY = 3600.0


def serve(settings: Settings, webhook: bool = False, remove_webhook: bool = False) -> int:
    """Serve Telegram, by long polling or a webhook, until SIGTERM or SIGINT; the exit status."""
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
    return asyncio.run(_serve(settings, conversation, before, webhook, remove_webhook))


async def _serve(
    settings: Settings, conversation: Conversation, before: Stamp | None, webhook: bool, remove_webhook: bool
) -> int:
    loop = asyncio.get_running_loop()
    logs.set_up_loop(loop)
    stopping = asyncio.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, stopping.set)
    clock = TelegramClock()
    request = polling_request(clock)
    bot = _bot(settings, request, clock)
    kept = kept_at(settings.database_url, conversation.library, conversation.languages)
    counts = CountWriter(kept.counts, today_in_new_york)
    conversation = conversation.handing_over(kept.hand_over if settings.hand_over else None)
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
        clock,
    )
    lanes = Lanes(handler.handle, handler.tell_to_wait, clock)
    beside: list[asyncio.Task[None]] = []

    def ready() -> None:
        log.info("ready: %d cards in %d languages", len(conversation.library.cards), len(conversation.languages))
        beside.append(asyncio.create_task(set_profile(bot, conversation.languages)))
        beside.append(asyncio.create_task(_follow_content(settings, before, handler, kept)))
        beside.append(asyncio.create_task(_tidy_often(kept)))

    def cards() -> int:
        return len(handler.conversation.library.cards)

    status = 0
    counts.start()
    try:
        await insist(bot.initialize, stopping, "Telegram cannot be reached")
        if webhook:
            status = await serve_by_webhook(bot, settings, lanes, cards, stopping, ready)
        else:
            data = data_folder(settings.database_url)
            status = await serve_by_polling(bot, request, lanes, data, stopping, ready, remove_webhook)
    except InvalidToken:
        log.error(WRONG_TOKEN)
        status = 1
    finally:
        for task in beside:
            task.cancel()
        await counts.stop()
        await kept.database.close()
        await _shut_down(bot)
    log.info("stopped")
    return status


def send_statistics(settings: Settings, report: Report) -> int:
    """Send the figures to the maintainers; how many could not be reached."""

    async def session() -> int:
        bot = _bot(settings)
        try:
            return await send_to_all(settings.admin_ids, Sender(bot), report)
        finally:
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


def _bot(settings: Settings, polling: TelegramRequest | None = None, clock: TelegramClock | None = None) -> Bot:
    assert settings.telegram_bot_token
    return _Bot(
        settings.telegram_bot_token,
        base_url=f"{settings.telegram_api_url}/bot",
        base_file_url=f"{settings.telegram_api_url}/file/bot",
        request=TelegramRequest(_CONNECTIONS, clock),
        get_updates_request=polling or TelegramRequest(1),
    )


async def _shut_down(bot: Bot) -> None:
    try:
        await asyncio.wait_for(bot.shutdown(), 3)
    except (TelegramError, TimeoutError) as error:
        log.debug("connections were not closed (%s)", describe(error))
