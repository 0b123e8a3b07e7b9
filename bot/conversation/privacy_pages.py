"""What the bot keeps, who runs it, and how to erase: the pages on which people decide whether to trust it."""

from __future__ import annotations

from bot.cards.markup import Block, Span, bold, paragraph
from bot.cards.model import Library
from bot.conversation.help_pages import fallback_blocks
from bot.conversation.pages import menu_rows
from bot.conversation.reply import Message
from bot.languages import Language


def privacy(
    library: Library, language: Language, operator: str | None, contact: str | None, hands_over: bool
) -> Message:
    """What is kept, what is not, what the bot can't protect, who runs it, how to erase."""
    say = language.say
    if hands_over:
        volunteers = say(
            "If I have no answer, you can let volunteers see your question. I show you the exact text first, and "
            "nothing is kept until you agree. It is deleted after 60 days or earlier."
        )
    else:
        volunteers = say("Your questions are shown to nobody.")
    items = (
        say("It only counts: the day, the answer shown, the language, and whether it helped."),
        say("No name, number, account or message is written down, and nothing is passed on."),
        volunteers,
        say(
            "Telegram is another company. It keeps this chat until you delete it, and it is not end-to-end "
            "encrypted: Telegram can read it."
        ),
        say("Whoever opens your phone can read this chat. You can delete it in Telegram."),
        say("Do not write names, addresses or A-numbers here."),
        say("To erase: write /clear, then delete the chat in Telegram."),
    )
    blocks = (
        paragraph(bold(say("This bot does not keep who you are or what you write."))),
        *(Block("item", (Span(item),)) for item in items),
        paragraph(_who(language, operator, contact) or say("This is a trial. Nobody who is named runs it.")),
    )
    return Message(blocks, menu_rows(library, language))


def about(library: Library, language: Language, operator: str | None, contact: str | None) -> Message:
    """Who runs this, what it is not, and how to tell of a mistake."""
    say = language.say
    blocks = (
        paragraph(bold(say("Answers about rights for immigrant families and workers in New York City"))),
        paragraph(
            _who(language, operator, contact)
            or say("This is a trial. Nobody who is named runs it, so check every answer with one of the lines below.")
        ),
        paragraph(
            say(
                "It is not the City of New York, not the government, not Make the Road New York, and not one of the "
                "other organizations that it names."
            )
        ),
        paragraph(say("Volunteers write the answers from published sources. They are information, not legal advice.")),
        *fallback_blocks(library, language),
    )
    return Message(blocks, menu_rows(library, language))


def cleared(library: Library, language: Language, deleted: int, all_deleted: bool) -> Message:
    """What was deleted of the chat, what was not, and how to delete the rest."""
    say = language.say
    lines = [
        language.say_plural("{number} message was deleted.", "{number} messages were deleted.", deleted),
        say("Your choice of language is forgotten, too."),
    ]
    if not all_deleted:
        lines.append(say("Some messages could not be deleted. Write /clear again in a minute."))
    blocks = (
        paragraph(bold(" ".join(lines))),
        paragraph(
            say(
                "Telegram lets me delete only messages of the last 48 hours, and I know only those that came since I "
                "was last restarted. Older ones are still here."
            )
        ),
        paragraph(
            say("To delete everything: tap my name at the top of this chat, then the three dots, then “Delete chat”.")
        ),
    )
    return Message(blocks, menu_rows(library, language))


def _who(language: Language, operator: str | None, contact: str | None) -> str | None:
    if not (operator and contact):
        return None
    return language.say(
        "This bot is run by {operator}. To report a mistake, write to {contact}.", operator=operator, contact=contact
    )
