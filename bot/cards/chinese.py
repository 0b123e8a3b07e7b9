"""Chinese is written once, in Simplified characters; Traditional is made from it (OpenCC, s2tw: Taiwan's forms)."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

from opencc import OpenCC

from bot.cards.markup import Block

SIMPLIFIED, TRADITIONAL = "zh_Hans", "zh_Hant"


@cache
def _converter(configuration: str) -> OpenCC:
    return OpenCC(configuration)


def to_traditional(text: str) -> str:
    """Text in Taiwan's Traditional characters; words stay as they are (s2tw does not swap vocabulary)."""
    return str(_converter("s2tw").convert(text))


def to_simplified(text: str) -> str:
    """Text in Simplified characters, so that both scripts match the same phrasings."""
    return str(_converter("t2s").convert(text))


def blocks_to_traditional(blocks: tuple[Block, ...]) -> tuple[Block, ...]:
    """Blocks with their text converted; links stay as they are."""
    return tuple(
        replace(block, spans=tuple(replace(span, text=to_traditional(span.text)) for span in block.spans))
        for block in blocks
    )
