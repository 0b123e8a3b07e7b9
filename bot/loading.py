"""Puts the parts together: languages and content from files, the matcher made from them, the conversation."""

from __future__ import annotations

import threading
from concurrent.futures import Future
from pathlib import Path

from bot.cards.library import CONTENT, load_library
from bot.cards.model import Library
from bot.conversation.conversation import Conversation
from bot.faults import Faults
from bot.languages import Languages, load_languages
from bot.logs import log, log_exception
from bot.matching.match import Match
from bot.matching.matcher import Matcher


def load_content(content: Path = CONTENT) -> tuple[Languages, Library, Faults]:
    """Languages and library, with what kept something from being loaded."""
    faults = Faults()
    languages = load_languages(faults=faults)
    return languages, load_library(content, languages, faults), faults


class MatcherSoon:
    """A matcher that is made beside everything else: menus and buttons answer at once, the first question waits."""

    def __init__(self, library: Library, languages: Languages) -> None:
        self._made: Future[Matcher] = Future()
        threading.Thread(target=self._make, args=(library, languages), daemon=True).start()

    def _make(self, library: Library, languages: Languages) -> None:
        try:
            self._made.set_result(Matcher(library, languages))
        except BaseException as error:
            log_exception("questions cannot be matched, people get whom to call", error)
            self._made.set_exception(error)

    def match(self, question: str) -> Match:
        """Understand one question, as soon as the matcher is made."""
        return self._made.result().match(question)


def load_conversation(content: Path = CONTENT, operator: str | None = None, contact: str | None = None) -> Conversation:
    """The conversation over all content that is good; what is broken is logged, with the mend."""
    languages, library, faults = load_content(content)
    for fault in faults.causes:
        log.error("%s", fault)
    if not library.cards:
        log.error("no card could be loaded: people get the numbers of the fallback resources only")
    return Conversation(library, languages, MatcherSoon(library, languages), operator, contact)
