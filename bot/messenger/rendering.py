"""Messages of the conversation -> texts with entities and keyboards that Telegram accepts.

Entities are used instead of HTML or Markdown, so that no text can ever be taken for markup.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from telegram import InlineKeyboardButton, InlineKeyboardMarkup, MessageEntity
from telegram.constants import InlineKeyboardButtonLimit, MessageLimit

from bot.cards.markup import Block, Span
from bot.conversation.reply import Message, Rows

_RIGHT_TO_LEFT_MARK = "\u200f"
_BULLET = "• "
_ISOLATES = {"\u2066": 1, "\u2067": 1, "\u2068": 1, "\u2069": -1}


@dataclass(frozen=True)
class Rendered:
    """One message as it is sent: its text, entities (offsets in UTF-16 code units) and buttons."""

    text: str
    entities: tuple[MessageEntity, ...] = ()
    keyboard: InlineKeyboardMarkup | None = None


def render(message: Message, right_to_left: bool = False) -> list[Rendered]:
    """The message in as many parts as Telegram's limit on length needs; buttons come under the last."""
    parts: list[list[Block]] = [[]]
    length = 0
    for block in (piece for whole in message.blocks for piece in _pieces(whole)):
        size = utf16_length(block.text) + 8  # room for a bullet, a mark and the lines between blocks
        if parts[-1] and length + size > MessageLimit.MAX_TEXT_LENGTH:
            parts.append([])
            length = 0
        parts[-1].append(block)
        length += size
    rendered = [_text(part, right_to_left) for part in parts]
    last = rendered[-1]
    return [*rendered[:-1], Rendered(last.text, last.entities, _keyboard(message.buttons))]


def utf16_length(text: str) -> int:
    """Length in UTF-16 code units, in which Telegram counts."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _pieces(block: Block) -> Iterable[Block]:
    """A block that is longer than a whole message, cut into shorter ones."""
    most = MessageLimit.MAX_TEXT_LENGTH // 2 - 100  # in characters: each may count twice
    if len(block.text) <= most:
        yield block
        return
    for span in block.spans:
        for start in range(0, len(span.text), most):
            yield Block(block.kind, (Span(span.text[start : start + most], span.bold, span.link),))


def _text(blocks: list[Block], right_to_left: bool) -> Rendered:
    text = ""
    entities: list[MessageEntity] = []
    quote_start: int | None = None
    previous: Block | None = None

    def close_quote() -> None:
        nonlocal quote_start
        if quote_start is not None:
            length = utf16_length(text) - quote_start
            entities.append(MessageEntity(MessageEntity.BLOCKQUOTE, quote_start, length))
            quote_start = None

    for block in blocks:
        together = previous is not None and previous.kind == block.kind != "paragraph"
        if not together:
            close_quote()
        if previous is not None:
            text += "\n" if together else "\n\n"
        ours = right_to_left and _has_right_to_left(block.text)  # an English answer keeps its own direction
        if ours and not _starts_right_to_left(block.text.partition("\n")[0]):
            text += _RIGHT_TO_LEFT_MARK
        if block.kind == "quote" and quote_start is None:
            quote_start = utf16_length(text)
        if block.kind == "item":
            text += _BULLET
        for span in block.spans:
            start, shown = utf16_length(text), _marked(span.text) if ours else span.text
            text += shown
            length = utf16_length(shown)
            if span.bold and shown.strip():
                entities.append(MessageEntity(MessageEntity.BOLD, start, length))
            if span.link and shown.strip():
                entities.append(MessageEntity(MessageEntity.TEXT_LINK, start, length, url=span.link))
        previous = block
    close_quote()
    return Rendered(text, tuple(sorted(entities, key=lambda entity: (entity.offset, -entity.length))))


def _marked(text: str) -> str:
    """Give each further line of a right-to-left text its direction where its first word would take it away."""
    first, *rest = text.split("\n")
    return "\n".join([first, *(line if _starts_right_to_left(line) else _RIGHT_TO_LEFT_MARK + line for line in rest)])


def _starts_right_to_left(text: str) -> bool:
    """Whether the first strong character outside isolates makes a line run from right to left."""
    depth = 0
    for character in text:
        depth += _ISOLATES.get(character, 0)
        if depth == 0 and (kind := unicodedata.bidirectional(character)) in {"L", "R", "AL"}:
            return kind != "L"
    return False


def _has_right_to_left(text: str) -> bool:
    """Whether a text holds words, or isolates, of a right-to-left language."""
    return any(character in _ISOLATES or unicodedata.bidirectional(character) in {"R", "AL"} for character in text)


def _keyboard(rows: Rows) -> InlineKeyboardMarkup | None:
    if not rows:
        return None
    return InlineKeyboardMarkup(
        [
            [
                InlineKeyboardButton(button.label, callback_data=button.data)
                for button in row
                if len(button.data.encode()) <= InlineKeyboardButtonLimit.MAX_CALLBACK_DATA
            ]
            for row in rows
        ]
    )
