"""The least bot that python-telegram-bot can be: it sends back what was written. Started by ``benchmarks.load``.

``python -m benchmarks.echo_bot CONNECTIONS``, with TELEGRAM_BOT_TOKEN and TELEGRAM_API_URL as our bot takes them.
"""

from __future__ import annotations

import os
import sys

from telegram import Update
from telegram.ext import Application, ContextTypes, MessageHandler, filters


async def _echo(update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
    if update.message and update.message.text:
        await update.message.reply_text(update.message.text)


def main(connections: int) -> None:
    """Answer until SIGTERM."""
    builder = Application.builder().token(os.environ["TELEGRAM_BOT_TOKEN"])
    builder = builder.base_url(f"{os.environ['TELEGRAM_API_URL']}/bot").concurrent_updates(True)
    # Where more updates are in hand than there are connections, the library would give up after a second.
    application = builder.connection_pool_size(connections).pool_timeout(60).build()
    application.add_handler(MessageHandler(filters.TEXT, _echo))
    application.run_polling()


if __name__ == "__main__":
    main(int(sys.argv[1]))
