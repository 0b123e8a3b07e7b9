"""Reads Telegram's raw updates: a handful of fields, each of which may be missing or of another kind.

Updates are read from the JSON itself, one at a time. The library's own objects refuse a whole update for one field
that changed, and log it raw when they do; here an odd field costs nothing but itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

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
    if pressed:
        data = pressed.get("data")
        incoming = Pressed(data if isinstance(data, str) else "")
    else:
        incoming = _read_message(message, edited="edited_message" in raw)
    if incoming is None:
        return None
    language, callback = sender.get("language_code"), pressed.get("id")
    sent_at = message.get("edit_date", message.get("date"))
    return Received(
        update_id=update_id(raw) or 0,
        chat_id=chat_id,
        incoming=incoming,
        phone_language=language if isinstance(language, str) else None,
        sent_at=float(sent_at) if isinstance(sent_at, int) and not pressed else 0.0,
        callback_id=callback if isinstance(callback, str) else None,
    )


def _part(raw: dict[str, Any], name: str) -> dict[str, Any]:
    found = raw.get(name)
    return found if isinstance(found, dict) else {}


def _read_message(message: dict[str, Any], edited: bool) -> Incoming | None:
    text, caption = message.get("text"), message.get("caption")
    if isinstance(text, str) and text.strip():
        return read_text(text)
    if isinstance(caption, str) and caption.strip():
        return Text(caption, attachment=True)
    # A live location is edited with every step: to answer each time would be to talk without end.
    return Unreadable() if not edited and _WRITTEN_OR_SENT & message.keys() else None
