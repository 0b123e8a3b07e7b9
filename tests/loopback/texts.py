"""Texts as Telegram keeps them: cleaned, trimmed, measured, and parsed from HTML."""

from __future__ import annotations

import re
from typing import Any

from .errors import bad
from .links import link_fault

Entity = dict[str, Any]

# The characters that Telegram's library takes out of every text: U+2028-U+202E (line separators and the old
# direction marks; the isolates U+2066-U+2069 stay), carriage returns and three combining marks.
DROPPED = frozenset("\r\u0333\u033f\u030a") | {chr(code) for code in range(0x2028, 0x202F)}
# Control characters, tabs among them, become spaces; only the line feed stays.
BLANKED = frozenset(chr(code) for code in range(32)) - {"\n", "\r"}
# A text with nothing but these counts as empty.
INVISIBLE = frozenset(" \n\u00a0\u1680\u180e\u202e\u202f\u205f\u2800\u3000\ufffc\ufeff") | {
    chr(code) for code in range(0x2000, 0x2010)
}
MIDDLE = -1


def utf16_length(text: str) -> int:
    """Measure in UTF-16 code units.

    MessageEntity.length: "Length of the entity in UTF-16 code units".
    """
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def clean(text: str, entities: list[Entity]) -> tuple[str, list[Entity]]:
    """Drop, blank and trim as Telegram does, and move the entities along."""
    kept: list[str] = []
    moved: list[int] = []
    position = 0
    for character in text:
        moved.append(position)
        wide = character > "\uffff"
        if wide:
            moved.append(MIDDLE)
        if character in DROPPED:
            continue
        kept.append(" " if character in BLANKED else character)
        position += 2 if wide else 1
    moved.append(position)
    cleaned = "".join(kept)
    body = cleaned.lstrip(" \n")
    lead = len(cleaned) - len(body)
    body = body.rstrip(" \n")
    size = utf16_length(body)
    fixed: list[Entity] = []
    for entity in sorted(entities, key=lambda one: (one["offset"], -one["length"])):
        start, end = _place(entity, moved, text)
        start, end = max(0, start - lead), min(size, end - lead)
        if end > start:
            fixed.append({**entity, "offset": start, "length": end - start})
    return body, fixed


def _place(entity: Entity, moved: list[int], text: str) -> tuple[int, int]:
    """Find where an entity stands in the cleaned text, or refuse it."""
    # MessageEntity.offset: "Offset in UTF-16 code units to the start of the entity".
    offset, length = entity["offset"], entity["length"]
    if offset < 0:
        raise bad(f"receive an entity with incorrect offset {offset}")
    if length < 0:
        raise bad(f"receive an entity with incorrect length {length}")
    last = len(moved) - 1
    if offset > last or (offset == last and length > 0):
        raise bad(f"entity begins after the end of the text at UTF-16 offset {offset}")
    if offset + length > last:
        raise bad(
            f"entity beginning at UTF-16 offset {offset} ends after the end of the text at UTF-16 offset"
            f" {offset + length}"
        )
    if moved[offset] == MIDDLE:
        raise bad(f"entity begins in a middle of a UTF-16 symbol at byte offset {_bytes(text, offset)}")
    if moved[offset + length] == MIDDLE:
        raise bad(
            f"entity beginning at UTF-16 offset {offset} ends in a middle of a UTF-16 symbol at byte offset"
            f" {_bytes(text, offset + length)}"
        )
    return moved[offset], moved[offset + length]


def _bytes(text: str, offset: int) -> int:
    """Count the bytes up to the end of the symbol that a UTF-16 offset cuts in two."""
    units = text.encode("utf-16-le", "surrogatepass")[: 2 * (offset + 1)]
    return len(units.decode("utf-16-le", "replace").encode())


# Formatting options, HTML style: the tags "currently supported"; everything else is an error.
TAGS = {
    "b": "bold", "strong": "bold", "i": "italic", "em": "italic", "u": "underline", "ins": "underline",
    "s": "strikethrough", "strike": "strikethrough", "del": "strikethrough", "tg-spoiler": "spoiler",
    "span": "spoiler", "a": "text_link", "tg-emoji": "custom_emoji", "code": "code", "pre": "pre",
    "blockquote": "blockquote",
}  # fmt: skip
# HTML style: "The API currently supports only the following named HTML entities: &lt;, &gt;, &amp; and
# &quot;."
NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
_REFERENCE = re.compile(r"&(?:#(?:[xX]([0-9a-fA-F]{1,8})|([0-9]{1,8}))|(lt|gt|amp|quot));?")
_SPECIAL = re.compile(r"[<&]")
_TAG_NAME = re.compile(r"[^\s>]*")
_ATTRIBUTE = re.compile(r"""\s*([^\s=>/"']*)\s*(=\s*(?:"([^"]*)"|'([^']*)'|([\w.-]+)))?""")


def _decoded(match: re.Match[str]) -> str:
    """Turn one character reference into its character."""
    hexadecimal, decimal, name = match.groups()
    if name:
        return NAMED[name]
    code = int(hexadecimal, 16) if hexadecimal else int(decimal)
    return chr(code) if 0 < code <= 0x10FFFF and not 0xD800 <= code <= 0xDFFF else match.group(0)


class _HtmlReader:
    """Reads one HTML text, failing where Telegram fails and with its words."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.at = 0
        self.parts: list[str] = []
        self.offset = 0
        self.open: list[tuple[str, Entity | None, int]] = []
        self.entities: list[Entity] = []

    def fail(self, words: str, at: int | None = None) -> Exception:
        # "Bad Request: can't parse entities: Unsupported start tag "script" at byte offset 0"
        where = "" if at is None else f" at byte offset {len(self.source[:at].encode())}"
        return bad(f"can't parse entities: {words}{where}")

    def put(self, text: str) -> None:
        self.parts.append(text)
        self.offset += utf16_length(text)

    def read(self) -> tuple[str, list[Entity]]:
        while match := _SPECIAL.search(self.source, self.at):
            begin = match.start()
            self.put(self.source[self.at : begin])
            self.at = begin
            if self.source[begin] == "&":
                self.reference()
            elif self.source.startswith("</", begin):
                self.end_tag(begin)
            else:
                self.start_tag(begin)
        self.put(self.source[self.at :])
        if self.open:
            raise self.fail(f'Can\'t find end tag corresponding to start tag "{self.open[-1][0]}"')
        return "".join(self.parts), self.entities

    def reference(self) -> None:
        match = _REFERENCE.match(self.source, self.at)
        # An ampersand that begins no reference is itself; Telegram does not refuse it.
        self.put(_decoded(match) if match else "&")
        self.at = match.end() if match else self.at + 1

    def start_tag(self, begin: int) -> None:
        match = _TAG_NAME.match(self.source, begin + 1)
        name = match.group(0).lower() if match else ""
        self.at = begin + 1 + len(name)
        if self.at >= len(self.source):
            raise self.fail("Unclosed start tag", begin)
        if name not in TAGS:
            raise self.fail(f'Unsupported start tag "{name}"', begin)
        attributes = self.attributes(name, begin)
        self.open.append((name, _entity(self, name, attributes, begin), self.offset))

    def attributes(self, tag: str, begin: int) -> dict[str, str]:
        found: dict[str, str] = {}
        while True:
            while self.at < len(self.source) and self.source[self.at].isspace():
                self.at += 1
            if self.at >= len(self.source):
                raise self.fail("Unclosed start tag", begin)
            if self.source[self.at] == ">":
                self.at += 1
                return found
            match = _ATTRIBUTE.match(self.source, self.at)
            if match is None or not match.group(1):
                raise self.fail(f'Empty attribute name in the tag "{tag}"', begin)
            name = match.group(1).lower()
            if match.group(2) is None and not (tag == "blockquote" and name == "expandable"):
                raise self.fail(f'Expected equal sign in declaration of an attribute of the tag "{tag}"', begin)
            value = next((group for group in match.groups()[2:] if group is not None), "")
            found[name] = _REFERENCE.sub(_decoded, value)
            self.at = match.end()

    def end_tag(self, begin: int) -> None:
        if not self.open:
            raise self.fail("Unexpected end tag", begin)
        close = self.source.find(">", begin)
        if close < 0:
            raise self.fail("Unclosed end tag", begin)
        name = self.source[begin + 2 : close].strip().lower()
        expected, entity, start = self.open.pop()
        if name and name != expected:
            raise self.fail(
                f"Unmatched end tag at byte offset {len(self.source[:begin].encode())},"
                f' expected "</{expected}>", found "</{name}>"'
            )
        if entity is not None and self.offset > start:
            self.entities.append({**entity, "offset": start, "length": self.offset - start})
        self.at = close + 1


def _entity(reader: _HtmlReader, name: str, attributes: dict[str, str], begin: int) -> Entity | None:
    """Say which entity a start tag opens; None for one that leaves no trace."""
    if name == "span" and attributes.get("class") != "tg-spoiler":
        raise reader.fail('Tag "span" must have class "tg-spoiler"', begin)
    if name == "a":
        # A link that can't be one is dropped and its words stay, as Telegram does.
        link = attributes.get("href", "")
        return {"type": "text_link", "url": link} if link and link_fault(link) is None else None
    if name == "tg-emoji":
        if not attributes.get("emoji-id", "").isdigit():
            raise reader.fail("Invalid custom emoji identifier specified")
        return {"type": "custom_emoji", "custom_emoji_id": attributes["emoji-id"]}
    if name == "blockquote" and "expandable" in attributes:
        return {"type": "expandable_blockquote"}
    return {"type": TAGS[name]}


def parse_html(source: str) -> tuple[str, list[Entity]]:
    """Read a text in parse mode HTML.

    HTML style: "All <, > and & symbols that are not a part of a tag or an HTML entity must be replaced with
    the corresponding HTML entities".
    """
    return _HtmlReader(source).read()
