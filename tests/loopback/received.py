"""What a person sees of a message."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Button:
    """A button under a message, or of a reply keyboard."""

    text: str
    callback_data: str | None = None
    url: str | None = None


class Received:
    """A message of the bot as it stood when it was sent or edited."""

    def __init__(self, message: dict[str, Any], *, edited: bool, at: float) -> None:
        """Take the Message of the Bot API as it is; it is never changed afterwards."""
        self.raw = message
        self.edited = edited
        self.at = at

    @property
    def message_id(self) -> int:
        """The message's number in its chat."""
        return int(self.raw["message_id"])

    @property
    def text(self) -> str:
        """The text, or the caption of a photo or document."""
        return str(self.raw.get("text", self.raw.get("caption", "")))

    @property
    def entities(self) -> list[dict[str, Any]]:
        """The entities as Telegram gives them."""
        found: list[dict[str, Any]] = self.raw.get("entities", self.raw.get("caption_entities", []))
        return found

    @property
    def buttons(self) -> list[list[Button]]:
        """The rows of inline buttons."""
        rows = self.raw.get("reply_markup", {}).get("inline_keyboard", [])
        return [[Button(one["text"], one.get("callback_data"), one.get("url")) for one in row] for row in rows]

    @property
    def all_buttons(self) -> list[Button]:
        """The inline buttons in one list."""
        return [button for row in self.buttons for button in row]

    @property
    def labels(self) -> list[str]:
        """The words on the inline buttons."""
        return [button.text for button in self.all_buttons]

    @property
    def document(self) -> dict[str, Any] | None:
        """The Document, where there is one."""
        return self.raw.get("document")

    @property
    def photo(self) -> list[dict[str, Any]]:
        """The sizes of the photo, where there is one."""
        found: list[dict[str, Any]] = self.raw.get("photo", [])
        return found

    def button(self, text: str) -> Button:
        """Find a button by its words."""
        for button in self.all_buttons:
            if button.text == text:
                return button
        raise LookupError(f"no button {text!r} among {self.labels}")

    def spans(self, kind: str) -> list[str]:
        """Give the stretches of text that an entity of a kind covers."""
        units = self.text.encode("utf-16-le")
        return [
            units[2 * one["offset"] : 2 * (one["offset"] + one["length"])].decode("utf-16-le")
            for one in self.entities
            if one["type"] == kind
        ]

    def bold(self) -> list[str]:
        """Give the bold stretches."""
        return self.spans("bold")

    def links(self) -> list[tuple[str, str]]:
        """Give the links: words and address."""
        addresses = [one["url"] for one in self.entities if one["type"] == "text_link"]
        return list(zip(self.spans("text_link"), addresses, strict=True))

    def __repr__(self) -> str:
        """Show enough to read a failed test."""
        kind = "edited" if self.edited else "sent"
        return f"<{kind} #{self.message_id} {self.text!r} {self.labels}>"
