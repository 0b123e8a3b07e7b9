"""The texts of messages: entities checked, length measured."""

from __future__ import annotations

from typing import Any

from .errors import Refusal, bad
from .links import link_fault
from .texts import INVISIBLE, Entity, clean, parse_html, utf16_length

# MessageEntity.type: "Type of the entity. Currently, can be ...": with what each of them needs besides
# (text_link: "For 'text_link' only, URL that will be opened after user taps on the text", and so on).
TYPES: dict[str, str | None] = {
    "mention": None, "hashtag": None, "cashtag": None, "bot_command": None, "url": None, "email": None,
    "phone_number": None, "bold": None, "italic": None, "underline": None, "strikethrough": None,
    "spoiler": None, "blockquote": None, "expandable_blockquote": None, "code": None, "pre": None,
    "text_link": "url", "text_mention": "user", "custom_emoji": "custom_emoji_id", "date_time": "unix_time",
}  # fmt: skip
OPTIONAL = {"pre": {"language"}, "date_time": {"date_time_format"}}


def checked_entities(value: object) -> list[Entity]:
    """Check a list of MessageEntity, all but its places in the text."""
    if not isinstance(value, list):
        raise bad("expected an Array of MessageEntity")
    return [_checked(one) for one in value]


def _fault(words: str) -> Refusal:
    return bad(f"can't parse MessageEntity: {words}")


def _checked(entity: object) -> Entity:
    if not isinstance(entity, dict):
        raise _fault("expected an Object")
    for field in ("offset", "length"):
        if field not in entity:
            raise _fault(f'Can\'t find field "{field}"')
        if isinstance(entity[field], bool) or not isinstance(entity[field], int):
            raise _fault(f'Field "{field}" must be of type Number')
    kind = entity.get("type")
    if not isinstance(kind, str) or kind not in TYPES:
        raise _fault("Unsupported type specified")
    needed = TYPES[kind]
    if needed is not None and needed not in entity:
        raise _fault(f'Can\'t find field "{needed}"')
    allowed = {"type", "offset", "length", needed} | OPTIONAL.get(kind, set())
    for field in entity:
        if field not in allowed:
            # Telegram overlooks fields it does not know; here they are mistakes.
            raise _fault(f'Unknown field "{field}"')
    if kind == "text_link":
        link = str(entity["url"])
        if fault := link_fault(link):
            raise bad(f"entity URL '{link}' is invalid: {fault}")
    if kind == "custom_emoji" and not str(entity["custom_emoji_id"]).isdigit():
        raise _fault('Field "custom_emoji_id" must be a valid Number')
    return dict(entity)


def formatted(
    text: str | None, parse_mode: str | None, entities: object, *, limit: int, caption: bool = False
) -> tuple[str, list[Entity]]:
    """Read a text or caption with its formatting, or refuse it.

    sendMessage.text: "Text of the message to be sent, 1-4096 characters after entities parsing".
    sendPhoto.caption: "Photo caption, 0-1024 characters after entities parsing".
    """
    if not text:
        if caption:
            return "", []
        raise bad("message text is empty")
    found: list[Entity] = []
    if parse_mode:
        # sendMessage.entities: "A JSON-serialized list of special entities that appear in message text, which
        # can be specified instead of parse_mode": Telegram takes the mode; both at once are a mistake here.
        if entities:
            raise bad("entities and parse_mode can't be used at once")
        if parse_mode.lower() != "html":
            # Markdown is Telegram's too; nothing in this project writes it.
            raise bad("unsupported parse_mode")
        text, found = parse_html(text)
    elif entities is not None:
        found = checked_entities(entities)
    text, found = clean(text, found)
    if not caption and all(character in INVISIBLE for character in text):
        raise bad("text must be non-empty")
    # The documentation says "characters" and not how they are counted. Entities are measured in UTF-16 code
    # units, and no other way of counting gives more: what fits so, fits whichever way Telegram counts.
    if utf16_length(text) > limit:
        raise bad("message caption is too long" if caption else "message is too long")
    return text, found


def text_fields(text: str, entities: list[Entity], *, caption: bool = False) -> dict[str, Any]:
    """Give the fields of a Message that hold this text."""
    fields: dict[str, Any] = {}
    if text or not caption:
        fields["caption" if caption else "text"] = text
    if entities:
        fields["caption_entities" if caption else "entities"] = entities
    return fields
