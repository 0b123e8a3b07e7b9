"""Which language a question is written in: by its script where that decides, else by what the content teaches."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from bot.matching.bayes import Hashes, NaiveBayes, Owners, character_runs

FEWEST_WORDS = 3
"""Below this a chat's language never changes: "ok" and "papiers" belong to several."""

_FEWEST = 100
"""Sentences that a language must have in a script: a few that are written all in English teach nothing."""
_SURE_MARGIN = 0.12
"""Nats a trigram between the best language and the next, measured on the questions in tests/questions."""

_SCRIPTS = (
    ("ko", re.compile("[\uac00-\ud7a3\u1100-\u11ff\u3130-\u318f]")),
    ("zh", re.compile("[\u3400-\u9fff\uf900-\ufaff]")),
    ("bn", re.compile("[\u0980-\u09ff]")),
    ("ru", re.compile("[\u0400-\u04ff]")),
)
_ARABIC = re.compile("[\u0600-\u06ff]")
_LATIN = re.compile("[A-Za-z]")


def _trigrams(texts: Sequence[str]) -> tuple[Owners, Hashes]:
    return character_runs(texts, (3,))


class LanguageGuesser:
    """Learns the languages of the content; ``examples`` are normalised phrasings by written language."""

    def __init__(self, examples: Mapping[str, Iterable[str]]) -> None:
        by_script: dict[str, dict[str, list[str]]] = {"arabic": {}, "latin": {}}
        for language, texts in examples.items():
            for text in texts:
                script = "arabic" if _ARABIC.search(text) else "latin"
                if script == "arabic" or (_LATIN.search(text) and not any(p.search(text) for _, p in _SCRIPTS)):
                    by_script[script].setdefault(language, []).append(text)
        self._models = {
            script: NaiveBayes({code: texts for code, texts in by.items() if len(texts) >= _FEWEST}, _trigrams, bits=16)
            for script, by in by_script.items()
        }

    def guess(self, normalised: str) -> tuple[str | None, bool]:
        """The written language and whether to rely on it; (None, False) where nothing tells."""
        letters = sum(character.isalpha() for character in normalised)
        for language, pattern in _SCRIPTS:
            found = len(pattern.findall(normalised))
            if found and found * 3 >= letters:
                return language, found >= 4
        script, pattern = ("arabic", _ARABIC) if _ARABIC.search(normalised) else ("latin", _LATIN)
        if len(pattern.findall(normalised)) * 2 < letters:
            return None, False  # most of it is in a script that we have no language for
        scores = self._models[script].scores(normalised)
        if not scores:
            return None, False
        ranked = sorted(scores.items(), key=lambda item: -item[1])
        margin = ranked[0][1] - ranked[1][1] if len(ranked) > 1 else 1.0
        words = len(normalised.split())
        return ranked[0][0], words >= FEWEST_WORDS and margin >= _SURE_MARGIN
