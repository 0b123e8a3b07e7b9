"""Handing a question to the volunteers: offered, shown word for word, confirmed or not."""

from __future__ import annotations

from dataclasses import replace

from bot.cards.markup import Block, Span, bold, paragraph
from bot.cards.model import Library
from bot.conversation.buttons import Press, Verb
from bot.conversation.pages import hand_over_rows, menu_rows
from bot.conversation.reply import Button, Message, Reply
from bot.languages import Language


def offered(reply: Reply, language: Language) -> Reply:
    """A reply that could not help, whose last message offers to show volunteers the question."""
    *others, last = reply.messages
    return replace(reply, messages=(*others, replace(last, buttons=hand_over_rows(language))))


def preview(library: Library, language: Language, text: str) -> Message:
    """The exact text that would be kept, in a quote, to confirm or to cancel."""
    if not text:
        return gone(library, language)
    say = language.say
    blocks = (
        paragraph(bold(say("Volunteers would see exactly this:"))),
        Block("quote", (Span(text),)),
        paragraph(
            say(
                "Numbers, addresses and links are blacked out. I cannot recognize names: if you see one, cancel and "
                "write your question again without it."
            )
        ),
        paragraph(
            say(
                "They see this text, its language and the week, and nothing about you. They cannot write to you. It is "
                "deleted after 60 days or earlier."
            )
        ),
    )
    row = (
        Button("✔ " + say("Yes, let them see it"), Press(Verb.CONFIRM, "", language.code).data),
        Button("✖ " + say("No"), Press(Verb.CANCEL, "", language.code).data),
    )
    return Message(blocks, (row,))


def kept(library: Library, language: Language) -> Message:
    """The question was kept."""
    thanks = language.say("Thank you. Volunteers can now see this text, and may write an answer that helps others.")
    return Message((paragraph(thanks),), menu_rows(library, language))


def not_kept(language: Language) -> Message:
    """The question could not be kept for now; the message above still has its button."""
    return Message((paragraph(language.say("This did not work just now. Press the button again in a minute.")),))


def cancelled(library: Library, language: Language) -> Message:
    """Nothing is kept."""
    return Message((paragraph(language.say("Nothing was kept.")),), menu_rows(library, language))


def gone(library: Library, language: Language) -> Message:
    """The question is not at hand: its message was deleted, or the button is an old one."""
    blocks = (paragraph(language.say("I do not have that question any more. Please write it again.")),)
    return Message(blocks, menu_rows(library, language))
