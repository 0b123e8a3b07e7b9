"""A card as people read it: the answer first, then whom to call, how old it is, and what may be asked next."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from bot.cards.markup import Block, Span, bold, paragraph
from bot.cards.model import Card, CardText, Library
from bot.conversation.buttons import Press, Verb
from bot.conversation.help_pages import help_blocks
from bot.conversation.reply import MOST_ROWS, Button, Message, Rows, in_rows
from bot.languages import SOURCE, Language, Languages


def text_in(card: Card, language: Language) -> tuple[CardText, str] | None:
    """The card's text in a language, else in English; with the code of the language it is in."""
    for code in (language.code, SOURCE):
        if text := card.texts.get(code):
            return text, code
    return None


def title_in(card: Card, language: Language) -> str:
    """The card's title in a language, else in English."""
    found = text_in(card, language)
    return found[0].title if found else card.id


def card_message(
    library: Library,
    languages: Languages,
    card: Card,
    language: Language,
    today: dt.date,
    same_in: Language | None = None,
    text_language: Language | None = None,
) -> Message | None:
    """The answer of a card in ``language``, with its buttons; None where it has no text at all.

    ``same_in`` is another language in which a button offers the same answer; ``text_language`` is the one of the answer
    where it is not the reader's: English, to show to an agent, a teacher or a boss.
    """
    found = text_in(card, text_language or language)
    if found is None:
        return None
    text, code = found
    say = language.say
    resources = [library.resources[id_] for id_ in card.facts.resources]
    if card.facts.withdrawn:
        blocks = (
            paragraph(bold(say("The rule on this is changing, so this answer is not shown at the moment."))),
            paragraph(say("Please call and ask what holds today:")),
            *help_blocks(library, language, resources),
        )
        return Message(blocks, _buttons(library, card, language, ()))
    notices: list[Block] = []
    if code != (text_language or language).code:
        notices.append(paragraph(say("This answer is not yet in your language. Here it is in English.")))
    if card.facts.review_by < today:
        notices.append(
            paragraph(say("This may have changed since it was last checked. Call and ask before you rely on it."))
        )
    answer = text.answer if code != language.code else isolated(text.answer, language)
    blocks = (*notices, *answer, *help_blocks(library, language, resources), *_footer(card, text, code, language))
    return Message(blocks, _buttons(library, card, language, (same_in, languages.source)))


def isolated(blocks: tuple[Block, ...], language: Language) -> tuple[Block, ...]:
    """The blocks with Latin names and numbers kept in order, where the language runs from right to left."""
    if not language.right_to_left:
        return blocks
    return tuple(
        replace(block, spans=tuple(replace(span, text=language.isolate_latin(span.text)) for span in block.spans))
        for block in blocks
    )


def _footer(card: Card, text: CardText, code: str, language: Language) -> tuple[Block, ...]:
    say = language.say
    lines = [say("Facts last checked on {date}.", date=language.date(card.facts.facts_checked))]
    if code == language.code and text.status == "draft":
        lines.append(say("No native speaker has checked this translation yet."))
    if code == language.code and text.behind:
        lines.append(say("There is a newer English text of this answer."))
    lines.append(say("This is information, not legal advice."))
    sources: list[Span] = []
    for source in card.facts.sources:
        if source.show:
            name = language.isolate(source.name or source.url)
            sources += [Span(", " if sources else ""), Span(name, link=source.url)]
    footer = [paragraph(" ".join(lines))]
    if sources:
        footer.append(paragraph(say("Sources:") + " ", *sources))
    return tuple(footer)


def _buttons(library: Library, card: Card, language: Language, same_in: tuple[Language | None, ...]) -> Rows:
    """Related cards, the same answer in other languages, more help, and feedback."""
    say, code = language.say, language.code
    middle = [emergency_button(language)] if card.facts.urgent else []
    for other in dict.fromkeys(one for one in same_in if one and one.code != code):
        # In English the reader's own buttons stay below: it is shown to somebody else, and read on.
        verb, data_language = (Verb.ENGLISH, code) if other.code == SOURCE else (Verb.CARD, other.code)
        middle.append(Button(other.name, Press(verb, card.id, data_language).data))
    middle.append(Button(say("More help"), Press(Verb.MORE_HELP, card.id, code).data))
    middle.append(menu_button(language))
    feedback = (
        Button("👍 " + say("This helped"), Press(Verb.HELPFUL, card.id, code).data),
        Button("👎 " + say("Not what I need"), Press(Verb.NOT_HELPFUL, card.id, code).data),
    )
    below = (*in_rows(middle, MOST_ROWS - 2, width=3), feedback)
    related = [library.cards[id_] for id_ in card.facts.see_also[: MOST_ROWS - len(below)]]
    return (*((card_button(other, language),) for other in related), *below)


def card_button(card: Card, language: Language, verb: Verb = Verb.CARD) -> Button:
    """A button with a card's title that opens the card."""
    return Button(title_in(card, language), Press(verb, card.id, language.code).data)


def menu_button(language: Language) -> Button:
    """The button to the menu."""
    return Button("☰ " + language.say("Menu"), Press(Verb.MENU, "", language.code).data)


def emergency_button(language: Language) -> Button:
    """The button for what is happening now."""
    return Button("🆘 " + language.say("It is happening now"), Press(Verb.HAPPENING, "", language.code).data)
