"""The small closed set of markup in answers: bold, links, lists and quotes, parsed once into plain data."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

BlockKind = Literal["paragraph", "item", "quote"]

_INLINE = re.compile(r"\*\*(?P<bold>[^*\n]+)\*\*|\[(?P<label>[^\]\n]+)\]\((?P<link>https://[^\s)]+)\)")
_OUTSIDE = (
    (re.compile(r"\*"), "a lone `*`: bold is written **between two stars on each side** of one line"),
    (re.compile(r"\]\(|\["), "a broken link: write [text](https://address)"),
    (re.compile(r"^\s*#"), "a heading: only `## How people ask` may be one"),
    (re.compile(r"^\s*\d+[.)] "), "a numbered list: start each line of a list with `- `"),
    (re.compile(r"^\s*[•·*+–—] "), "a list mark of another kind: start each line of a list with `- `"),
    (
        re.compile(r"</?[A-Za-z][^>]*>"),
        "HTML: only **bold**, [links](https://...), `- ` lists and `> ` quotes are known",
    ),
    (
        re.compile(r"`|__|~~|\|\|"),
        "markup that is not known: only **bold**, [links](https://...), `- ` lists and `> ` quotes",
    ),
)


@dataclass(frozen=True)
class Span:
    """A run of text of one kind."""

    text: str
    bold: bool = False
    link: str | None = None


@dataclass(frozen=True)
class Block:
    """A paragraph, a line of a list, or words to say aloud (a quote)."""

    kind: BlockKind
    spans: tuple[Span, ...]

    @property
    def text(self) -> str:
        """The words alone."""
        return "".join(span.text for span in self.spans)


def paragraph(*parts: str | Span) -> Block:
    """A paragraph from plain strings and spans."""
    return Block("paragraph", tuple(Span(part) if isinstance(part, str) else part for part in parts))


def bold(text: str) -> Span:
    """Text in bold."""
    return Span(text, bold=True)


def parse_spans(line: str) -> tuple[Span, ...]:
    """The spans of one line: ``**bold**`` and ``[text](https://...)``, everything else as it stands."""

    def spans() -> Iterator[Span]:
        end = 0
        for found in _INLINE.finditer(line):
            if found.start() > end:
                yield Span(line[end : found.start()])
            if found["bold"] is not None:
                yield Span(found["bold"], bold=True)
            else:
                yield Span(found["label"], link=found["link"])
            end = found.end()
        if end < len(line):
            yield Span(line[end:])

    return tuple(spans())


def parse_blocks(lines: Iterable[str]) -> tuple[Block, ...]:
    """The blocks of an answer. Lines that follow each other without an empty line are one paragraph."""
    blocks: list[Block] = []
    words: list[str] = []

    def close() -> None:
        if words:
            blocks.append(Block("paragraph", parse_spans(" ".join(words))))
            words.clear()

    for line in (raw.strip() for raw in lines):
        if line.startswith(("- ", "> ")):
            close()
            blocks.append(Block("item" if line[0] == "-" else "quote", parse_spans(line[2:].strip())))
        elif line:
            words.append(line)
        else:
            close()
    close()
    return tuple(blocks)


def title_faults(title: str) -> list[str]:
    """What in a title looks like markup: titles stand on buttons, which show none."""
    if _INLINE.search(title):
        return ["a title is plain text: take the markup out of it"]
    return [message for pattern, message in _OUTSIDE if pattern.search(title)]


def markup_faults(line: str) -> list[str]:
    """What in one line of an answer lies outside the closed set, in words for its writer."""
    rest = _INLINE.sub("", line.removeprefix("- ").removeprefix("> "))
    return [message for pattern, message in _OUTSIDE if pattern.search(rest)]
