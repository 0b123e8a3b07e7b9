"""Messages of the conversation -> texts with entities and keyboards that Telegram accepts.

Entities are used instead of HTML or Markdown, so that no text can ever be taken for markup. They are written as the
Bot API has them: the library's objects would cost as much time as all the rest of an answer.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypedDict

from telegram.constants import InlineKeyboardButtonLimit, MessageEntityType, MessageLimit

from bot.cards.markup import Block, Span
from bot.conversation.reply import Message, Rows

_RIGHT_TO_LEFT_MARK = "\u200f"
_BULLET = "• "
_ISOLATES = {"\u2066": 1, "\u2067": 1, "\u2068": 1, "\u2069": -1}


class Entity(TypedDict, total=False):
    """MessageEntity of the Bot API; ``offset`` and ``length`` count UTF-16 code units."""

    type: str
    offset: int
    length: int
    url: str


class Keyboard(TypedDict):
    """InlineKeyboardMarkup of the Bot API: rows of buttons, each with its text and callback_data."""

    inline_keyboard: list[list[dict[str, str]]]


@dataclass(frozen=True)
class Rendered:
    """One message as it is sent."""

    text: str
    entities: tuple[Entity, ...] = ()
    keyboard: Keyboard | None = None


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
    text = _Text()
    quote_start: int | None = None
    previous: Block | None = None
    for block in blocks:
        together = previous is not None and previous.kind == block.kind != "paragraph"
        if not together:
            text.mark(MessageEntityType.BLOCKQUOTE, quote_start)
            quote_start = None
        if previous is not None:
            text.add("\n" if together else "\n\n")
        ours = right_to_left and _has_right_to_left(block.text)  # an English answer keeps its own direction
        if ours and not _starts_right_to_left(block.text.partition("\n")[0]):
            text.add(_RIGHT_TO_LEFT_MARK)
        if block.kind == "quote" and quote_start is None:
            quote_start = text.length
        if block.kind == "item":
            text.add(_BULLET)
        for span in block.spans:
            start = text.length
            text.add(_marked(span.text) if ours else span.text)
            if span.bold and span.text.strip():
                text.mark(MessageEntityType.BOLD, start)
            if span.link and span.text.strip():
                text.mark(MessageEntityType.TEXT_LINK, start, span.link)
        previous = block
    text.mark(MessageEntityType.BLOCKQUOTE, quote_start)
    return Rendered("".join(text.parts), tuple(sorted(text.entities, key=lambda one: (one["offset"], -one["length"]))))


class _Text:
    """A text that grows; its ``length`` is in UTF-16 code units."""

    def __init__(self) -> None:
        self.parts: list[str] = []
        self.length = 0
        self.entities: list[Entity] = []

    def add(self, text: str) -> None:
        self.parts.append(text)
        self.length += utf16_length(text)

    def mark(self, kind: str, start: int | None, url: str = "") -> None:
        """Mark what was added since ``start``; nothing where that is None."""
        if start is not None:
            entity = Entity(type=str(kind), offset=start, length=self.length - start)
            self.entities.append(entity | Entity(url=url) if url else entity)


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


def _keyboard(rows: Rows) -> Keyboard | None:
    if not rows:
        return None
    return {
        "inline_keyboard": [
            [
                {"text": button.label, "callback_data": button.data}
                for button in row
                if len(button.data.encode()) <= InlineKeyboardButtonLimit.MAX_CALLBACK_DATA
            ]
            for row in rows
        ]
    }
