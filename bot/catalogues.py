"""Catalogues of translated sentences (``.po`` files), read as they are: nothing compiled has to be kept up to date."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from string import Formatter
from typing import TypeVar

from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import Translations

from bot.faults import Faults

Read = TypeVar("Read")


def catalogue_path(code: str, locales: Path) -> Path:
    """Where the translated sentences of a language are kept."""
    return locales / code / "LC_MESSAGES" / "messages.po"


def read_catalogue(path: Path, faults: Faults) -> Catalog | None:
    """The messages of a catalogue; None, with a fault, where it cannot be read."""
    return _tried(_catalogue, path, faults)


def read_translations(path: Path, faults: Faults) -> Translations | None:
    """A catalogue ready to translate with; None, with a fault, where it cannot be read."""
    return _tried(_translations, path, faults)


def _tried(read: Callable[[Path], Read], path: Path, faults: Faults) -> Read | None:
    try:
        return read(path)
    except FileNotFoundError:
        faults.error(path, 1, "the catalogue is missing: copy locales/messages.pot here and translate it")
    except Exception as error:  # whatever a hand-edited file makes the parser raise, the bot must start
        faults.error(path, getattr(error, "lineno", 1), f"cannot be read as a catalogue: {error}")
    return None


def _catalogue(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, abort_invalid=True)


def _translations(path: Path) -> Translations:
    catalogue = _catalogue(path)
    for message in list(catalogue):
        if message.id and placeholder_fault(message) is not None:
            # A sentence that would fail when its values are filled in is left in English.
            catalogue.delete(message.id, message.context)
    compiled = io.BytesIO()
    write_mo(compiled, catalogue, use_fuzzy=True)
    compiled.seek(0)
    return Translations(compiled)


def placeholder_fault(message: Message) -> str | None:
    """The first way in which a translation's ``{names}`` differ from the original's, or None."""

    def names(text: str) -> set[str]:
        return {name for _, name, _, _ in Formatter().parse(text) if name is not None}

    originals = message.id if isinstance(message.id, (list, tuple)) else [message.id]
    texts = message.string if isinstance(message.string, (list, tuple)) else [message.string]
    wanted = names(originals[-1])
    for text in filter(None, texts):
        try:
            given = names(text)
        except ValueError:
            return "a `{` or `}` stands alone"
        if (len(texts) == 1 and given != wanted) or not given <= wanted:
            expected = ", ".join(sorted(f"{{{name}}}" for name in wanted)) or "none"
            return f"the names in braces must be the original's: {expected}"
    return None
