"""The figures on Telegram: a picture and a few lines, for maintainers and nobody else."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection

from bot.cards.markup import Block, Span, bold, paragraph
from bot.conversation.reply import Message
from bot.logs import log_exception
from bot.messenger.sending import Sender
from bot.statistics.advice import advice, summary
from bot.statistics.chart import chart
from bot.statistics.report import Report


class Statistics:
    """Answers maintainers who ask for the figures. An account's number is also that of its private chat."""

    def __init__(self, admins: Collection[int], sender: Sender, read: Callable[[], Awaitable[Report]]) -> None:
        self._admins = frozenset(admins)
        self._sender = sender
        self._read = read

    async def send_to(self, chat_id: int) -> bool:
        """Send a short summary and a chart; False, and nothing, where the chat is not a maintainer's."""
        if chat_id not in self._admins:
            return False
        try:
            await _send_summary(self._sender, chat_id, await self._read())
        except Exception as error:
            log_exception("the figures could not be sent", error)
            failed = paragraph("The counts cannot be read now: `rights-bot doctor` says what to mend.")
            await self._sender.send(chat_id, Message((failed,)), right_to_left=False)
        return True


async def send_to_all(admins: Collection[int], sender: Sender, report: Report) -> int:
    """Send the summary, the chart and what to do about it to every maintainer; how many could not be reached."""
    to_do = (paragraph(bold("What to do about it")), *(Block("item", (Span(line),)) for line in advice(report)))
    failed = 0
    for admin in sorted(set(admins)):
        try:
            await _send_summary(sender, admin, report)
            failed += not await sender.send(admin, Message(to_do), right_to_left=False)
        except Exception as error:
            log_exception("the figures could not be sent to a maintainer", error)
            failed += 1
    return failed


async def _send_summary(sender: Sender, chat_id: int, report: Report) -> None:
    picture = await asyncio.to_thread(chart, report)
    await sender.send_picture(chat_id, picture, "\n".join(summary(report)))
