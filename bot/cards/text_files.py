"""The text files that volunteers write: header lines, the answer, the phrasings. No quoting, nothing to escape."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import get_args

from bot.cards.markup import Block, parse_blocks
from bot.cards.model import LOOK_ALIKES, Status
from bot.faults import Faults

Line = tuple[int, str]
"""A line's number, counted from 1, and its text."""

_HEADER = re.compile(r"(?P<key>[A-Z][A-Za-z ]*):(?P<value>.*)")
_SECTION = re.compile(r"# (?P<id>[a-z-]+):(?P<title>.*)")
_PHRASINGS = re.compile(r"#+ *how people (ask|say it) *", re.IGNORECASE)
_STATUSES: dict[str, Status] = {status: status for status in get_args(Status)}


@dataclass(frozen=True)
class Section:
    """A titled text with the ways in which people put it."""

    id: str
    line: int
    title: str
    body: tuple[Line, ...]
    phrasings: tuple[Line, ...]

    @property
    def blocks(self) -> tuple[Block, ...]:
        """The parsed answer."""
        return parse_blocks(text for _, text in self.body)

    @property
    def answers(self) -> bool:
        """Whether there is an answer at all."""
        return any(text.strip() for _, text in self.body)

    @property
    def headings(self) -> tuple[Line, ...]:
        """Headings inside the answer: wrong ones, since what stands below was meant for something else."""
        return tuple((number, text.strip()) for number, text in self.body if text.lstrip().startswith("#"))

    @property
    def whole(self) -> bool:
        """Whether it can be shown to people."""
        return self.answers and not self.headings

    @property
    def length(self) -> int:
        """Characters of the answer as people see it, lines' ends included."""
        return len("\n".join(block.text for block in self.blocks))


@dataclass(frozen=True)
class TextFile:
    """A text file: where it is, the header's values with their lines, and its sections (one in a card)."""

    path: Path
    header: dict[str, Line]
    sections: tuple[Section, ...]

    @property
    def status(self) -> Status:
        """original, draft or reviewed."""
        return _STATUSES[self.header["Translation"][1]]

    @property
    def translates(self) -> str:
        """The fingerprint of the English text that this one translates."""
        return self.header["Translates"][1]

    @property
    def fingerprint(self) -> str:
        """A short hash of titles and answers: what a translation of this file writes after ``Translates:``."""
        parts = [line for section in self.sections for line in (section.title, *(text for _, text in section.body))]
        text = "\n".join(" ".join(part.split()) for part in parts if part.strip())
        return hashlib.sha256(text.encode()).hexdigest()[:8]


def read_lines(path: Path, faults: Faults) -> list[Line] | None:
    """The numbered lines of a text file; None, with a fault, where it is not UTF-8 text."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        faults.error(path, 1, f"cannot be read ({type(error).__name__}): save it as UTF-8 text")
        return None
    return list(enumerate(text.splitlines(), 1))


def read_list(path: Path, faults: Faults) -> tuple[str, ...]:
    """The lines of a list file, without comments (``#``) and empty lines."""
    lines = read_lines(path, faults) or []
    return tuple(text.strip() for _, text in lines if text.strip() and not text.lstrip().startswith("#"))


def read_card_text(path: Path, faults: Faults) -> TextFile | None:
    """A card in one language; None where it has no title, no answer, or a heading that is not known."""
    lines = read_lines(path, faults)
    if lines is None:
        return None
    header, rest = _header(path, lines, ("Title", "Translation", "Translates"), faults)
    if header is None:
        return None
    line, title = header["Title"]
    section = _section("", line, title, rest, path, faults)
    _check_whole(section, path, "`## How people ask`", faults)
    return TextFile(path, header, (section,)) if section.whole else None


def read_sections(path: Path, faults: Faults) -> TextFile | None:
    """A file of several titled texts, each under a heading ``# id: Title``.

    Sections that are not ``whole`` are told of and stay in it: what else stands in the file is good.
    """
    lines = read_lines(path, faults)
    if lines is None:
        return None
    header, rest = _header(path, lines, ("Translation", "Translates"), faults)
    if header is None:
        return None
    starts = [(place, found) for place, (_, text) in enumerate(rest) if (found := _SECTION.fullmatch(text.strip()))]
    for number, text in rest[: starts[0][0]] if starts else rest:
        if text.strip():
            faults.error(path, number, "text before the first heading: put `# id: Title` above it")
            break
    ends = [place for place, _ in starts[1:]] + [len(rest)]
    sections: dict[str, Section] = {}
    for (place, found), end in zip(starts, ends, strict=True):
        line = rest[place][0]
        section = _section(found["id"], line, found["title"].strip(), rest[place + 1 : end], path, faults)
        if section.id in sections:
            faults.error(path, line, f"the section `# {section.id}:` stands twice: delete one of the two")
            continue
        _check_whole(section, path, "`# id: Title` or `## How people say it`", faults)
        sections[section.id] = section
    return TextFile(path, header, tuple(sections.values()))


def _header(
    path: Path, lines: Sequence[Line], keys: Sequence[str], faults: Faults
) -> tuple[dict[str, Line] | None, Sequence[Line]]:
    header: dict[str, Line] = {}
    end = next((place for place, (_, text) in enumerate(lines) if not _HEADER.fullmatch(text)), len(lines))
    for number, text in lines[:end]:
        key, _, value = (part.strip() for part in text.partition(":"))
        if key not in keys:
            faults.error(path, number, f"unknown header `{key}:`: known are {', '.join(f'`{k}:`' for k in keys)}")
        elif key in header:
            faults.error(path, number, f"`{key}:` stands twice: delete one of the two")
        else:
            header[key] = (number, value)
    missing = [key for key in keys if not header.get(key, (0, ""))[1]]
    for key in missing:
        faults.error(path, header.get(key, (1, ""))[0], f"`{key}:` is missing: the file must begin with its value")
    status = header.get("Translation")
    if status and status[1] and status[1] not in _STATUSES:
        faults.error(path, status[0], f"`Translation: {status[1]}` is unknown: write original, draft or reviewed")
        missing.append("Translation")
    return (None if missing else header), lines[end:]


def _section(section_id: str, line: int, title: str, lines: Iterable[Line], path: Path, faults: Faults) -> Section:
    body: list[Line] = []
    phrasings: list[Line] = []
    in_phrasings = False
    for number, text in lines:
        stripped = text.strip()
        if _PHRASINGS.fullmatch(stripped):
            in_phrasings = True
        elif not in_phrasings:
            body.append((number, text))
        elif stripped.startswith("- ") and stripped[2:].strip():
            phrasings.append((number, stripped[2:].strip()))
        elif stripped:
            faults.error(path, number, "a way of asking must be one line that begins with `- `")
    return Section(section_id, line, title, tuple(body), tuple(phrasings))


def _check_whole(section: Section, path: Path, headings: str, faults: Faults) -> None:
    for number, text in section.headings:
        message = f"`{text}` is a heading that is not known: write {headings}, these English words in every language"
        faults.error(path, number, message)
    if not section.answers and section.id != LOOK_ALIKES:
        faults.error(path, section.line, "the answer is missing: write it below an empty line")
