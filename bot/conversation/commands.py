"""The commands of the chat and how the menu describes them."""

from __future__ import annotations

from bot.languages import Language

COMMANDS = ("start", "menu", "help_now", "language", "resources", "privacy", "about", "clear")


def describe(language: Language) -> dict[str, str]:
    """Each command with its description, in the order of the menu.

    The description of /language begins with the language's own name: the messenger reads a chat's choice back from it.
    """
    say = language.say
    return {
        "start": say("Begin again"),
        "menu": say("All subjects"),
        "help_now": say("It is happening now: what to do"),
        "language": f"{language.name} – " + say("change the language"),
        "resources": say("Free help that you can call"),
        "privacy": say("What this bot keeps and what it does not"),
        "about": say("Who runs this bot"),
        "clear": say("Delete the messages of this chat"),
    }
