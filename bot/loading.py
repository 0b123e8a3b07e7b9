"""Puts the parts together: languages and content from files, what was learned from them, the conversation."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import threading
from pathlib import Path
from typing import Self

from bot.cards.library import CONTENT, load_library
from bot.cards.model import Library
from bot.conversation.conversation import Conversation
from bot.faults import Faults
from bot.languages import Languages, load_languages
from bot.logs import log, log_exception
from bot.matching import index
from bot.matching.examples import Examples, examples
from bot.matching.match import Match
from bot.matching.matcher import Matcher
from bot.matching.meaning.meaning import Meaning
from bot.matching.meaning.process import MeaningProcess, installed

_ROOT = Path(__file__).resolve().parents[1]
_ONE_BUILD = threading.Lock()
"""Two builds at once would take each other's time."""


class BuildError(Exception):
    """The content could not be learned; the message says why."""


def load_content(content: Path = CONTENT) -> tuple[Languages, Library, Faults]:
    """Languages and library, with what kept something from being loaded."""
    faults = Faults()
    languages = load_languages(faults=faults)
    return languages, load_library(content, languages, faults), faults


def build(learned: Examples, *options: str) -> None:
    """Learn the examples in a process of its own, telling its progress in the log."""
    command = [sys.executable, "-m", "bot.matching.building", *options]
    environment = {**os.environ, "PYTHONPATH": str(_ROOT)}
    with (
        _ONE_BUILD,
        subprocess.Popen(
            command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        ) as process,
    ):
        assert process.stdin is not None
        assert process.stdout is not None
        json.dump(learned.as_data(), process.stdin)
        process.stdin.close()
        last = ""
        for line in process.stdout:
            last = line.strip()
            log.info("%s", last)
    if process.returncode:
        raise BuildError(f"learning ended with {process.returncode}: {last}")


class Understanding:
    """A matcher that is made beside everything else, and grows better while it is in use.

    Menus and buttons answer at once; the first question waits for letters, which take a moment from the index and half
    a minute on a fresh machine; meaning joins when it is there.
    """

    def __init__(
        self, library: Library, languages: Languages, builds_meaning: bool = True, meaning: bool = True
    ) -> None:
        """``builds_meaning``: whether meaning that is not in the index is worked out, which takes minutes;
        ``meaning``: whether it is used at all."""
        self._library = library
        self._languages = languages
        self._builds_meaning = builds_meaning
        self._uses_meaning = meaning and installed()
        self._engine: MeaningProcess | None = None
        self._parts: tuple[Examples, index.Letters, Meaning | None] | None = None
        self._matcher: Matcher | None = None
        self._ready = threading.Event()
        self._done = threading.Event()

    def start(self) -> Self:
        """Begin to learn, beside the caller."""
        threading.Thread(target=self._learn, daemon=True).start()
        return self

    def match(self, question: str) -> Match:
        """Understand one question, as soon as letters are there."""
        self._ready.wait()
        return self._now().match(question)

    async def match_soon(self, question: str) -> Match:
        """The same, where others must not wait meanwhile."""
        while not self._ready.is_set():  # noqa: ASYNC110 - it is set by a thread, and may be before there is a loop
            await asyncio.sleep(0.05)
        return await self._now().match_soon(question)

    def _now(self) -> Matcher:
        if self._matcher is None:
            raise BuildError("the content could not be learned: the log says why")
        return self._matcher

    def complete(self) -> bool:
        """Wait until all is learned that will be; whether meaning is among it."""
        self._done.wait()
        return self._parts is not None and self._parts[2] is not None

    def over(self, library: Library) -> Understanding:
        """The same over changed content: used at once with what was learned before, and learned beside."""
        changed = Understanding(library, self._languages, self._builds_meaning, self._uses_meaning)
        changed._engine = self._engine
        if self._parts:
            changed._take(*self._parts)
        return changed.start()

    def _take(self, learned: Examples, letters: index.Letters, meaning: Meaning | None) -> None:
        self._parts = learned, letters, meaning
        self._matcher = Matcher(self._library, self._languages, *self._parts)
        self._ready.set()

    def _learn(self) -> None:
        try:
            learned = examples(self._library, self._languages)
            letters = index.read_letters(learned)
            model = index.read_meaning(learned) if self._uses_meaning else None
            if letters is None:
                build(learned, "--letters")
                letters = index.read_letters(learned)
            if letters is None:
                raise BuildError(f"{index.FOLDER} cannot be read")
            if model is None:
                self._take(learned, letters, None)
                if self._uses_meaning and self._builds_meaning:
                    build(learned)
                    model = index.read_meaning(learned)
            if model is not None:
                self._engine = self._engine or MeaningProcess()
                self._engine.wait()
                self._take(learned, letters, Meaning(model, self._engine.embed))
        except BaseException as error:
            log_exception("questions are understood less well, or not at all", error)
        finally:
            self._ready.set()
            self._done.set()


def load_conversation(
    content: Path = CONTENT,
    operator: str | None = None,
    contact: str | None = None,
    builds_meaning: bool = True,
    meaning: bool = True,
) -> Conversation:
    """The conversation over all content that is good; what is broken is logged, with the mend."""
    languages, library, faults = load_content(content)
    for fault in faults.causes:
        log.error("%s", fault)
    if not library.cards:
        log.error("no card could be loaded: people get the numbers of the fallback resources only")
    matcher = Understanding(library, languages, builds_meaning, meaning).start()
    return Conversation(library, languages, matcher, operator, contact)
