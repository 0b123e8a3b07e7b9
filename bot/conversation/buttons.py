"""What buttons and deep links carry: `<card-id>__<code>` opens a card, `<verb>.<what>__<code>` does the rest.

They hold no state and no person, so a button of last year still works or is refused kindly.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Verb(StrEnum):
    """What a button does; the words stand in the data of buttons in people's chats, so they never change."""

    CARD = "card"
    ENGLISH = "english"
    CHOOSE = "chosen"
    MENU = "menu"
    GROUP = "group"
    HAPPENING = "now"
    LANGUAGES = "languages"
    SET_LANGUAGE = "language"
    MORE_HELP = "more"
    GROUP_HELP = "help"
    LANGUAGE_HELP = "speaks"
    HELPFUL = "yes"
    NOT_HELPFUL = "no"
    NONE_OF_THESE = "none"
    HAND_OVER = "volunteers"
    CONFIRM = "keep"
    CANCEL = "keepnot"


@dataclass(frozen=True)
class Press:
    """A button's meaning: a verb, what it is about (a card, a group, a situation ...), and the reply's language."""

    verb: Verb
    about: str = ""
    language: str | None = None

    @property
    def data(self) -> str:
        """The text that the button carries."""
        what = self.about if self.verb is Verb.CARD else f"{self.verb}.{self.about}"
        return f"{what}__{self.language}" if self.language else what


def read_press(data: str) -> Press | None:
    """The meaning of a button's data or a deep link; None where it has none."""
    what, _, language = data.partition("__")
    verb, dot, about = what.partition(".")
    if not dot:
        return Press(Verb.CARD, what, language or None) if what else None
    try:
        return Press(Verb(verb), about, language or None)
    except ValueError:
        return None
