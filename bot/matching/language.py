"""Which language a question is written in: by its script where that decides, else by what the content teaches."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import cache

import numpy as np
import numpy.typing as npt

from bot.matching.bayes import NaiveBayes
from bot.matching.features import Hashes, Owners, character_runs

FEWEST_WORDS = 3
"""Below this a chat's language never changes: "ok" and "papiers" belong to several."""

_FEWEST = 100
"""Sentences that a language must have in a script that is not its own: a few, all in English, teach nothing."""
_FEWEST_LETTERS = 4
"""Below this a script that only one language has does not make it sure."""
_SURE_MARGIN = 0.12
"""Nats a trigram between the best language and the next, measured on the questions in tests/questions."""
_SURE_LIKELIHOOD = -8.5
"""Nats a trigram below which a text is none of our languages: 0.4% of our sentences, left out, and all gibberish."""
_BORROWED = "LATIN"
"""Names, agencies and papers are written in it in every language: its letters count half, and beside those of another
script they tell nothing."""


def _trigrams(texts: Sequence[str]) -> tuple[Owners, Hashes]:
    return character_runs(texts, (3,))


@cache
def _script(character: str) -> str:
    """The script of a letter or vowel sign: the first word of its Unicode name (LATIN, CJK, HANGUL...)."""
    return unicodedata.name(character, "?").split()[0] if unicodedata.category(character)[0] in "LM" else ""


def _scripts(text: str) -> Counter[str]:
    """How much of a text each script is."""
    scripts = Counter(map(_script, text))
    del scripts[""]
    for script in scripts:
        if script != _BORROWED:
            scripts[script] *= 2
    return scripts


def _telling(text: str, script: str) -> str:
    """The part of a text, mostly of one script, that tells its language."""
    if script == _BORROWED:
        return text
    return " ".join(word for word in text.split() if script in map(_script, word))


class LanguageGuesser:
    """Languages by script.

    ``only``: the language of a script that only one has; ``models``: what tells those of another script apart;
    ``own``: the script that each language is mostly written in.
    """

    def __init__(self, only: Mapping[str, str], models: Mapping[str, NaiveBayes], own: Mapping[str, str]) -> None:
        self._only = only
        self._models = models
        self._own = own

    @classmethod
    def learned(cls, examples: Mapping[str, Iterable[str]]) -> LanguageGuesser:
        """Learn languages and scripts; ``examples`` are normalised phrasings by written language."""
        by_script: dict[str, dict[str, list[str]]] = {}
        owns: dict[str, str] = {}
        for language, texts in examples.items():
            written: dict[str, list[str]] = {}
            for text in texts:
                for script, _ in _scripts(text).most_common(1):
                    written.setdefault(script, []).append(_telling(text, script))
            owns[language] = max(written, key=lambda script: len(written[script]), default="")
            for script, found in written.items():
                if script == owns[language] or len(found) >= _FEWEST:
                    by_script.setdefault(script, {})[language] = found
        only = {script: next(iter(by)) for script, by in by_script.items() if len(by) == 1}
        models = {script: NaiveBayes.learned(by, _trigrams) for script, by in by_script.items() if len(by) > 1}
        return cls(only, models, owns)

    def arrays(self) -> dict[str, npt.NDArray[np.generic]]:
        """All that is to be stored."""
        found: dict[str, npt.NDArray[np.generic]] = {
            "only": np.array([*self._only.items()], dtype=str),
            "own": np.array([*self._own.items()], dtype=str),
        }
        for script, model in self._models.items():
            found |= {f"{script}.classes": np.array(model.classes), f"{script}.weights": model.weights}
        return found

    @classmethod
    def of(cls, arrays: Mapping[str, npt.NDArray[np.generic]]) -> LanguageGuesser:
        """The guesser that ``arrays`` gave."""
        scripts = [name.removesuffix(".classes") for name in arrays if name.endswith(".classes")]
        models = {
            script: NaiveBayes(
                arrays[f"{script}.classes"].tolist(), arrays[f"{script}.weights"].astype(np.float16), _trigrams
            )
            for script in scripts
        }
        only, own = (dict(arrays[name].reshape(-1, 2).tolist()) for name in ("only", "own"))
        return cls(only, models, own)

    def guess(self, normalised: str) -> tuple[str | None, bool]:
        """The written language and whether to rely on it; (None, False) where nothing tells."""
        scripts = _scripts(normalised)
        script, share = max(scripts.items(), key=lambda item: item[1], default=("", 0))
        if share * 2 < scripts.total():
            return None, False
        if script in self._only:
            return self._only[script], sum(_script(one) == script for one in normalised) >= _FEWEST_LETTERS
        scores = self._models[script].scores(_telling(normalised, script)) if script in self._models else {}
        words = len(normalised.split())
        if words < FEWEST_WORDS:
            # "school" is in romanised Bengali, too: a word or two are taken for a language that has this script.
            scores = {code: score for code, score in scores.items() if self._own.get(code) == script}
        if not scores:
            return None, False
        if len(scores) == 1:
            return next(iter(scores)), False
        (best, likelihood), (_, next_best) = sorted(scores.items(), key=lambda item: -item[1])[:2]
        sure = likelihood - next_best >= _SURE_MARGIN and likelihood >= _SURE_LIKELIHOOD
        return best, sure and words >= FEWEST_WORDS
