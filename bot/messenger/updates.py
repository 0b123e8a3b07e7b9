"""Reads Telegram's raw updates: a handful of fields, each of which may be missing or of another kind.

Updates are read from the JSON itself, one at a time. The library's own objects refuse a whole update for one field
that changed, and log it raw when they do; here an odd field costs nothing but itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from telegram import MessageEntity

from bot.conversation.incoming import Incoming, Pressed, Text, Unreadable, read_text

ALLOWED = ["message", "edited_message", "callback_query"]
"""The kinds of update that are asked for."""
_WRITTEN_OR_SENT = {
    "text", "animation", "audio", "checklist", "contact", "dice", "document", "game", "live_photo", "location",
    "paid_media", "photo", "poll", "sticker", "story", "venue", "video", "video_note", "voice",
}  # fmt: skip
"""The fields of a message in which a person writes or sends something. Others tell of pins, timers and the like."""


@dataclass(frozen=True)
class Received:
    """What one update asks, and where to answer. Lives in memory until it is answered."""

    update_id: int
    chat_id: int
    incoming: Incoming
    phone_language: str | None = None
    sent_at: float = 0.0
    callback_id: str | None = None
    message_id: int | None = None
    """The person's own message; None of a press."""
    question_id: int | None = None
    """The message that an answer to a question is shown as an answer to."""

    def __repr__(self) -> str:  # an id in a message of an error would end up in a log
        return "Received(...)"


def update_id(raw: Any) -> int | None:
    """The id of an update, or None where it is not an update at all."""
    found = raw.get("update_id") if isinstance(raw, dict) else None
    return found if isinstance(found, int) else None


def read_update(raw: dict[str, Any]) -> Received | None:
    """What an update asks; None where it asks nothing of us: groups, channels, bots, pins, kinds we do not know."""
    pressed = _part(raw, "callback_query")
    message = _part(raw, "message") or _part(raw, "edited_message") or _part(pressed, "message")
    chat, sender = _part(message, "chat"), _part(pressed or message, "from")
    chat_id = chat.get("id")
    if not isinstance(chat_id, int) or chat.get("type", "private") != "private" or sender.get("is_bot") is True:
        return None
    incoming: Incoming | None
    question = _part(message, "reply_to_message") if pressed else message
    if pressed:
        incoming = Pressed(_string(pressed, "data"), asked=_written(question), quoted=_quoted(message))
    else:
        incoming = _read_message(message, edited="edited_message" in raw)
    if incoming is None:
        return None
    sent_at = message.get("edit_date", message.get("date"))
    return Received(
        update_id=update_id(raw) or 0,
        chat_id=chat_id,
        incoming=incoming,
        phone_language=_string(sender, "language_code") or None,
        sent_at=float(sent_at) if isinstance(sent_at, int) and not pressed else 0.0,
        callback_id=_string(pressed, "id") or None,
        message_id=None if pressed else _number(message, "message_id"),
        question_id=_number(question, "message_id"),
    )


def _part(raw: dict[str, Any], name: str) -> dict[str, Any]:
    found = raw.get(name)
    return found if isinstance(found, dict) else {}


def _string(raw: dict[str, Any], name: str) -> str:
    found = raw.get(name)
    return found if isinstance(found, str) else ""


def _number(raw: dict[str, Any], name: str) -> int | None:
    found = raw.get(name)
    return found if isinstance(found, int) else None


def _written(message: dict[str, Any]) -> str:
    """The words of a message, or those below a photo or file."""
    return _string(message, "text") or _string(message, "caption")


def _quoted(message: dict[str, Any]) -> str:
    """The first quote in a message of ours. Places in it are counted in UTF-16 code units."""
    entities = message.get("entities")
    units = _string(message, "text").encode("utf-16-le", "surrogatepass")
    for entity in entities if isinstance(entities, list) else []:
        if isinstance(entity, dict) and entity.get("type") == MessageEntity.BLOCKQUOTE:
            start, length = _number(entity, "offset"), _number(entity, "length")
            if start is not None and length is not None and start >= 0 and length >= 0:
                return units[2 * start : 2 * (start + length)].decode("utf-16-le", "replace")
    return ""


def _read_message(message: dict[str, Any], edited: bool) -> Incoming | None:
    text, caption = message.get("text"), message.get("caption")
    if isinstance(text, str) and text.strip():
        return read_text(text)
    if isinstance(caption, str) and caption.strip():
        return Text(caption, attachment=True)
    # A live location is edited with every step: to answer each time would be to talk without end.
    return Unreadable() if not edited and _WRITTEN_OR_SENT & message.keys() else None
