"""A Telegram on this machine, for tests: it speaks the Bot API over HTTP and drives made-up people.

    async with LoopbackTelegram(token="123456:made-up") as telegram:
        user = telegram.user(first_name="Ana", language_code="es")
        await user.says("hola")
        reply = await user.next_message()
        await user.presses(reply.labels[0])

The rules are copied from the Bot API documentation (core.telegram.org/bots/api); a comment beside each gives
the sentence. Where the documentation gives no words for a refusal they are those that the real server is
known for.
"""

from .driving import Group, Press, User
from .errors import Refusal
from .parameters import Upload
from .received import Button, Received
from .server import Call, LoopbackTelegram
from .threaded import ThreadedTelegram

__all__ = [
    "Button",
    "Call",
    "Group",
    "LoopbackTelegram",
    "Press",
    "Received",
    "Refusal",
    "ThreadedTelegram",
    "Upload",
    "User",
]
