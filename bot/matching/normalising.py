"""One form for all spellings of a question: case, width, accents, Arabic letter forms, Traditional characters.

Only differences that do not carry meaning are folded. ``rapidfuzz.utils.default_process`` is not used: it drops
Bengali vowel signs and Arabic letters, so that unrelated Bengali questions look alike.
"""

from __future__ import annotations

import re
import unicodedata

from bot.cards.chinese import to_simplified

LONGEST = 600
"""Characters of a message that cards are ranked by. Longer ones are stories whose beginning tells, or hostile."""

_DROPPED = {"'", "’", "‘", "`", "´", "ʼ", "ـ"}
_SAME_LETTERS = {
    # Arabic, Persian and Urdu write the same letters with different characters.
    "ا": "أإآٱٲٳ",
    "ي": "ىیئےۓې",
    "ه": "ةہھۀۂەۃ",
    "و": "ؤ",
    "ك": "کڪ",
    # Latin and Cyrillic letters that Unicode does not take apart into letter and accent.
    "l": "ł",
    "o": "ø",
    "d": "đ",
    "h": "ħ",
    "i": "ı",
    "и": "і",
}
_LETTERS = {ord(variant): letter for letter, variants in _SAME_LETTERS.items() for variant in variants}
_HAN = re.compile("[\u3400-\u9fff\uf900-\ufaff]")
_UNPAIRED = re.compile("[\ud800-\udfff]")
_HANGUL = re.compile("[\uac00-\ud7a3]")
_REPEATED = re.compile(r"([^\W\d_])\1{2,}")
_SPACES = re.compile(r" {2,}")


class _Folding(dict[int, str]):
    """What becomes of each character, worked out once for each character that is met."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        kind = unicodedata.category(character)
        if character in _DROPPED or (kind in {"Cf", "Cc"} and not character.isspace()):
            folded = ""
        elif kind == "Nd":
            folded = str(unicodedata.decimal(character))
        elif kind[0] in "LNM":
            folded = "" if kind == "Mn" and _accent(character) else character
        else:
            folded = " "
        self[code] = folded
        return folded


_FOLDING = _Folding()


def _accent(mark: str) -> bool:
    """Whether a mark only decorates: accents of Latin and Cyrillic, vowel points of Arabic and Hebrew.

    Marks of other scripts (Bengali vowel signs and the like) are letters in their own right.
    """
    code = ord(mark)
    return code < 0x0370 or 0x0591 <= code <= 0x05C7 or 0x0610 <= code <= 0x065F or code in {0x0670, 0x0483}


def normalise(text: str, longest: int = LONGEST) -> str:
    """A question in the form in which it is compared: small letters, single spaces, no punctuation.

    Only the first ``longest`` characters are looked at.

    >>> normalise("¿Mi patrón NO me pagó???")
    'mi patron no me pago'
    """
    text = _UNPAIRED.sub("", unicodedata.normalize("NFKC", text[:longest])[:longest]).casefold()
    if _HAN.search(text):
        text = to_simplified(text)
    text = unicodedata.normalize("NFD", text).translate(_FOLDING)
    text = unicodedata.normalize("NFC", text).translate(_LETTERS)
    return _SPACES.sub(" ", _REPEATED.sub(r"\1", text)).strip()


def spaced(normalised: str) -> str:
    """Normalised text as it is compared letter by letter: likeness then means the same in every script.

    Each Han character is a word of its own, since Chinese is written without spaces; a Korean syllable is taken apart
    into its letters, since verb endings change inside it.
    """
    if _HANGUL.search(normalised):
        normalised = unicodedata.normalize("NFD", normalised)
    return _SPACES.sub(" ", _HAN.sub(r" \g<0> ", normalised)).strip()


def count_words(normalised: str) -> int:
    """How many words a text has; two Han characters count as one."""
    return len(_HAN.sub("", normalised).split()) + -(-len(_HAN.findall(normalised)) // 2)
