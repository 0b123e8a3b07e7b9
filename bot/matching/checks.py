"""What only matching can see of the content: the same way of asking under two cards, or nearly the same twice."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from rapidfuzz import fuzz, process

from bot.cards.text_files import Section, TextFile, read_card_text, read_sections
from bot.faults import Faults
from bot.matching.normalising import normalise

FEWEST, ENOUGH = 12, 25
"""Ways of asking that a text must have, and should have."""
SAME = 90
"""From this likeness (0-100) on two ways of asking count as one."""


def check_phrasings(content: Path, faults: Faults) -> None:
    """Add a fault for each phrasing that stands under two cards, and for each text that has too few."""
    seen: dict[str, tuple[Path, int]] = {}
    for path in sorted((content / "cards").glob("*/*.md")):
        file = read_card_text(path, Faults())  # what is unreadable was told of when loading
        if file:
            _check_count(path, file.sections[0], faults)
            _check_elsewhere(file, seen, faults)
    for path in sorted((content / "emergency").glob("*.md")):
        file = read_sections(path, Faults())
        for section in (one for one in file.sections if not one.headings) if file else ():
            _check_count(path, section, faults)


def distinct(phrasings: Sequence[str]) -> int:
    """How many phrasings differ: two that are nearly alike after normalising count as one."""
    kept: list[str] = []
    for text in map(normalise, phrasings):
        if text and process.extractOne(text, kept, scorer=fuzz.ratio, score_cutoff=SAME) is None:
            kept.append(text)
    return len(kept)


def _check_count(path: Path, section: Section, faults: Faults) -> None:
    count = distinct([text for _, text in section.phrasings])
    if count < FEWEST:
        message = f"{count} different ways of asking: write at least {FEWEST} below `## How people ask`"
        faults.error(path, section.line, message)
    elif count < ENOUGH:
        faults.warn(path, section.line, f"{count} different ways of asking: {ENOUGH} or more find the card better")


def _check_elsewhere(file: TextFile, seen: dict[str, tuple[Path, int]], faults: Faults) -> None:
    for number, phrasing in file.sections[0].phrasings:
        text = normalise(phrasing)
        if not text:
            faults.error(file.path, number, "this way of asking has no letters: write words")
            continue
        path, first = seen.setdefault(text, (file.path, number))
        if path.parent != file.path.parent:
            where = f"{path.parent.name}/{path.name}:{first}"
            message = f"`{phrasing}` also stands under another card ({where}): keep it where it belongs"
            faults.error(file.path, number, message)
