"""Learns everything from the content and keeps it for the running bot. It runs in a process of its own and ends.

Only this module and ``learning`` bring in the training library: the running bot never does. It starts this module as a
program (``python -m bot.matching.building``), which reads the examples from its input and tells its progress.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterator, Sequence

import numpy as np
import numpy.typing as npt

from bot.matching import index
from bot.matching.examples import NOT_NOW, NOW, Examples, Phrasing, heard
from bot.matching.features import temporal, topical
from bot.matching.language import LanguageGuesser
from bot.matching.learning import learn_letters, learn_meaning
from bot.matching.linear import Floats
from bot.matching.match import NOT_OURS
from bot.matching.meaning.engine import DIMENSIONS
from bot.matching.meaning.process import LONGEST, MeaningProcess
from bot.matching.normalising import spaced

Tell = Callable[[str], None]

MOST, MOST_OTHERS = 20, 120
"""Phrasings of a card in a language, and of what no card answers, whose meaning is worked out."""
_BATCH = 64
"""Texts that are embedded at once: with 25 ms a text, about a second and a half."""
_PATIENCE = 60.0
"""Seconds for a batch, on a machine that is busy."""
_KEPT_VECTORS = 50_000
"""Vectors that are kept, 768 bytes each: those of texts that were not asked for any more are the first to go."""
_TOLD_EVERY = 10.0
"""Seconds between two lines of progress."""


def build_letters(examples: Examples, tell: Tell) -> None:
    """Learn what letters tell, unless that is done."""
    if index.read_letters(examples) is not None:
        tell("letters: learned before")
        return
    start = time.monotonic()
    tell(f"letters: learning {len(examples.questions)} ways of asking (about half a minute)")
    index.write_letters(examples, learn_all_letters(examples))
    tell(f"letters: learned in {time.monotonic() - start:.0f} s")


def learn_all_letters(examples: Examples) -> index.Letters:
    """All that is learned from letters."""
    questions = [phrasing.normalised for phrasing in examples.questions]
    targets = [phrasing.target for phrasing in examples.questions]
    by_language: dict[str, list[str]] = {}
    for phrasing, text in zip(examples.questions, questions, strict=True):
        by_language.setdefault(phrasing.language, []).append(text)
    cards = learn_letters(questions, targets, topical)
    now = {heard(one.text): one.target for one in examples.emergencies if one.target != NOT_NOW}
    calm = [heard(one.text) for one in examples.emergencies if one.target == NOT_NOW]
    others = [spaced(text) for text, card in zip(questions, targets, strict=True) if card not in examples.urgent]
    alarm = learn_letters([*now, *calm, *others], [NOW] * len(now) + [NOT_NOW] * len(calm + others), temporal)
    situations = learn_letters(list(now), list(now.values()), temporal)
    known = index.Known.learned({**now, **dict.fromkeys(calm, NOT_NOW)})
    return index.Letters(cards, alarm, situations, known, LanguageGuesser.learned(by_language))


def build_meaning(examples: Examples, tell: Tell) -> bool:
    """Learn what meaning tells, unless that is done; whether it is there in the end."""
    if index.read_meaning(examples) is not None:
        tell("meaning: learned before")
        return True
    chosen = telling(examples.questions)
    vectors = _vectors([phrasing.text[:LONGEST] for phrasing in chosen], tell)
    if vectors is None:
        return False
    start = time.monotonic()
    index.write_meaning(examples, learn_meaning(vectors, [phrasing.target for phrasing in chosen]))
    tell(f"meaning: learned in {time.monotonic() - start:.0f} s")
    return True


def telling(phrasings: Sequence[Phrasing]) -> list[Phrasing]:
    """The phrasings whose meaning is worked out: so many of each card and language, always the same ones.

    Of twice as many nothing more is learned, and each takes 25 ms.
    """
    groups: dict[tuple[str, str], list[Phrasing]] = {}
    for phrasing in phrasings:
        groups.setdefault((phrasing.target, phrasing.language), []).append(phrasing)
    found = []
    for (target, _), group in groups.items():
        most = MOST_OTHERS if target == NOT_OURS else MOST
        found += sorted(group, key=lambda phrasing: index.text_key(phrasing.text))[:most]
    return found


def _vectors(texts: Sequence[str], tell: Tell) -> Floats | None:
    """The vectors of all texts, one a row; those of texts that are met for the first time are worked out."""
    path = index.vectors_path()
    kept = index.read(path) or {}
    old_keys, old_vectors = kept.get("keys", np.zeros(0)), kept.get("vectors", np.zeros((0, DIMENSIONS)))
    known = dict(zip(old_keys.tolist(), old_vectors.astype(np.float16), strict=True))
    new = list(dict.fromkeys(text for text in texts if index.text_key(text) not in known))
    if new:
        tell(f"meaning: working out {len(new)} ways of asking (about {len(new) * 0.018 / 60 + 0.5:.0f} min)")
    for part in _embed(new, tell):
        if part is None:
            tell("meaning: the engine does not answer; letters alone decide")
            return None
        known |= part
        # Half precision: what it loses is a hundredth of the difference between two spellings of a question.
        wanted = dict.fromkeys(map(index.text_key, texts))
        others, used = [key for key in known if key not in wanted], [key for key in wanted if key in known]
        keys = (others + used)[-_KEPT_VECTORS:]
        kept_vectors = np.array([known[key] for key in keys], dtype=np.float16)
        index.write(path, {"keys": np.array(keys, dtype=np.uint64), "vectors": kept_vectors})
    found: Floats = np.array([known[index.text_key(text)] for text in texts], dtype=np.float16).astype(np.float32)
    return found


def _embed(texts: Sequence[str], tell: Tell) -> Iterator[dict[int, npt.NDArray[np.float16]] | None]:
    """The vectors of texts by their keys, a part at a time, with progress; None where the engine gives up."""
    if not texts:
        return
    # Texts of a length together: the engine's threads then end at the same time.
    ordered = sorted(texts, key=len)
    work, done, start = sum(map(_work, texts)), 0, time.monotonic()
    process = MeaningProcess(threads=2)
    process.wait()
    try:
        part: dict[int, npt.NDArray[np.float16]] = {}
        told = start
        for first in range(0, len(ordered), _BATCH):
            batch = ordered[first : first + _BATCH]
            vectors = process.embed(batch, _PATIENCE)
            if vectors is None:
                yield None
                return
            part |= zip(map(index.text_key, batch), vectors.astype(np.float16), strict=True)
            done += sum(map(_work, batch))
            if time.monotonic() - told > _TOLD_EVERY:
                told = time.monotonic()
                tell(f"meaning: {done / work:.0%}, about {(told - start) * (work - done) / done:.0f} s left")
                yield part  # kept now: nobody waits twice for what was worked out before a stop
                part = {}
        yield part
    finally:
        process.close()


def _work(text: str) -> int:
    """About how long a text takes, in the time of a letter."""
    return len(text) + 20


def main() -> None:
    """Learn the examples on the standard input: letters alone with ``--letters``."""
    learned = Examples.of(json.load(sys.stdin))

    def tell(line: str) -> None:
        print(line, flush=True)

    build_letters(learned, tell)
    if "--letters" not in sys.argv:
        build_meaning(learned, tell)


if __name__ == "__main__":
    main()
