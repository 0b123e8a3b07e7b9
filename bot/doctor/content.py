"""Whether cards, translations and what was learned from them are whole."""

from __future__ import annotations

from pathlib import Path

from bot.cards.checks import check_content
from bot.conversation.conversation import today_in_new_york
from bot.doctor.finding import Finding, mend, ok, warning
from bot.doctor.machine import writable
from bot.faults import Faults
from bot.languages import LOCALES, catalogue_faults, load_languages
from bot.loading import load_content
from bot.matching import index
from bot.matching.checks import check_phrasings
from bot.matching.examples import examples
from bot.matching.meaning.process import installed


def content_finding(content: Path) -> Finding:
    """Whether the cards are without errors."""
    faults = Faults()
    library = check_content(content, load_languages(), today_in_new_york(), faults)
    check_phrasings(content, faults)
    if not library.cards:
        return mend("no card can be shown, people get three phone numbers only: `rights-bot check` says why")
    return _faults_finding(faults, f"{len(library.cards)} cards")


def locales_finding() -> Finding:
    """Whether the translations of what the bot says are without errors."""
    faults = Faults()
    languages = load_languages(faults=faults)
    catalogue_faults(languages, LOCALES / "messages.pot", faults)
    return _faults_finding(faults, f"{len(languages)} languages")


def _faults_finding(faults: Faults, all_: str) -> Finding:
    if not faults.causes:
        return ok(f"{all_}, no errors")
    first = str(faults.causes[0]).removeprefix(f"{Path.cwd()}/")
    return mend(f"{len(faults.causes)} errors, which `rights-bot check` lists; the first: {first}")


def index_finding(content: Path) -> Finding:
    """Whether what the bot learned from the cards is there, or will be made when it starts."""
    languages, library, _ = load_content(content)
    learned = examples(library, languages)
    if not installed():
        meaning = "letters alone decide, since the extra `meaning` is not installed"
    elif index.read_meaning(learned) is None:
        meaning = "meaning is learned in some minutes beside answering"
    else:
        meaning = ""
    if index.read_letters(learned) is not None:
        return (
            warning(f"{meaning}: `rights-bot build` does it before") if meaning else ok("letters and meaning are there")
        )
    if index.letters_path(learned).exists():
        return mend(f"{index.FOLDER} cannot be read: let the user who runs the bot read it, or delete it")
    if not writable(index.FOLDER):
        return mend(
            f"there is none, and {index.FOLDER} cannot be written, so no question is understood: `rights-bot "
            "build` as a user who may write there"
        )
    return warning("there is none: the first answer waits half a minute; `rights-bot build` makes it before")
