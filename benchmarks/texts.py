"""What is measured: phrasings that every method knows, and questions with known answers, as plain data in a folder.

The folder is how they reach the processes that measure: what a process reads counts as its memory.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, count, islice
from pathlib import Path
from typing import Literal, TypeVar, get_args

import click
import numpy as np
import numpy.typing as npt

SEED = 150
"""Of everything that is drawn: two runs measure the same."""
BATCH, PATIENCE = 64, 60.0
"""Texts that are embedded at once, and seconds for them."""

T = TypeVar("T")
Vectors = npt.NDArray[np.float32]
Form = Literal["normalised", "spaced"]
Known = tuple[list[str], list[str]]
"""Phrasings and what each stands for."""


@dataclass(frozen=True)
class Text:
    """A phrasing or a question: as written, normalised, and with each Han character a word; what it stands for."""

    text: str
    normalised: str
    spaced: str
    target: str
    language: str


@dataclass(frozen=True)
class Task:
    """Where the phrasings are, and the content that ours reads itself; None where there are phrasings alone."""

    folder: Path
    content: Path | None = None

    def known(self, form: Form) -> dict[str, Known]:
        """The phrasings that methods over letters know, in one form, by language."""
        by_language: dict[str, Known] = json.loads((self.folder / f"{form}.json").read_text(encoding="utf-8"))
        return by_language

    def told(self) -> tuple[list[str], Vectors]:
        """The targets of the phrasings that methods over meaning know, and their vectors, a row each."""
        targets = json.loads((self.folder / "told.json").read_text(encoding="utf-8"))
        vectors: Vectors = np.load(self.folder / "vectors.npy")
        return targets, vectors

    def write(self, known: Sequence[Text], told: Sequence[str] = (), vectors: Vectors | None = None) -> None:
        """Keep what ``known`` and ``told`` read."""
        languages = list(dict.fromkeys(text.language for text in known))
        for form in get_args(Form):
            by_language = {
                language: (
                    [getattr(text, form) for text in known if text.language == language],
                    [text.target for text in known if text.language == language],
                )
                for language in languages
            }
            self._write(form, by_language)
        if vectors is not None:
            self._write("told", list(told))
            np.save(self.folder / "vectors.npy", vectors)

    def _write(self, name: str, data: object) -> None:
        (self.folder / f"{name}.json").write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")


def text(written: str, target: str, language: str) -> Text:
    """A text in all its forms."""
    from bot.matching.normalising import normalise, spaced

    normalised = normalise(written)
    return Text(written, normalised, spaced(normalised), target, language)


def drawn(groups: Mapping[str, Sequence[T]], most: int | None) -> list[T]:
    """``most`` of all, of each group as many as of any other while they last; all of them for None."""
    if most is None:
        return [one for group in groups.values() for one in group]
    pick = random.Random(SEED)
    shuffled = [pick.sample(list(group), len(group)) for group in groups.values()]
    in_turn = ([group[place] for group in shuffled if place < len(group)] for place in count())
    longest = max(map(len, shuffled), default=0)
    return list(islice(chain.from_iterable(islice(in_turn, longest)), most))


def vectors_of(
    texts: Sequence[str], kept: Mapping[int, npt.NDArray[np.float16]], tell: Callable[[str], None]
) -> Vectors:
    """The vectors of texts, a row each; those that are not ``kept`` are worked out.

    ``kept`` holds vectors by the key of their text (``bot.matching.index.text_key``).
    """
    from bot.matching.index import text_key
    from bot.matching.meaning.process import MeaningProcess

    found = dict(kept)
    new = sorted({text for text in texts if text_key(text) not in found}, key=lambda text: (len(text), text))
    if new:
        tell(f"working out the meaning of {len(new)} texts")
        process = MeaningProcess()
        process.wait()
        for start in range(0, len(new), BATCH):
            batch = new[start : start + BATCH]
            vectors = process.embed(batch, PATIENCE)
            if vectors is None:
                raise click.ClickException("the engine of meaning does not answer")
            found |= zip(map(text_key, batch), vectors.astype(np.float16), strict=True)
        process.close()
    return np.array([found[text_key(text)] for text in texts], dtype=np.float32)


def kept_vectors() -> dict[int, npt.NDArray[np.float16]]:
    """The vectors that the index holds, by the key of their text."""
    from bot.matching import index

    kept = index.read(index.vectors_path())
    if kept is None:
        return {}
    return dict(zip(kept["keys"].tolist(), kept["vectors"].astype(np.float16), strict=True))
