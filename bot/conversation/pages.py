"""Every page of the conversation that is not a card: menus, emergency steps, whom to call, what this bot is."""

from __future__ import annotations

from bot.cards.markup import Block, Span, bold, paragraph
from bot.cards.model import Card, Emergency, Library, Resource, Situation
from bot.conversation.buttons import Press, Verb
from bot.conversation.card_pages import card_button, emergency_button, isolated, menu_button
from bot.conversation.help_pages import fallback_blocks, help_blocks, nearest_first
from bot.conversation.reply import MOST_ROWS, Button, Message, Rows, in_rows
from bot.languages import SOURCE, Language, Languages


def languages_button(language: Language) -> Button:
    """The button to the choice of languages; the globe tells it to whoever cannot read the label."""
    return Button("🌐 " + language.say("Language"), Press(Verb.LANGUAGES, "", language.code).data)


def menu_rows(library: Library, language: Language) -> Rows:
    """Emergency on top, beside it the languages, then the groups."""
    groups = [
        Button(language.say(group.title), Press(Verb.GROUP, group.id, language.code).data)
        for group in library.groups
        if library.group_cards(group.id)
    ]
    top = (emergency_button(language), languages_button(language))
    return (top, *in_rows(groups, MOST_ROWS - 1))


def first_contact(languages: Languages, language: Language) -> Message:
    """One line, what is kept and what can't be protected, the languages by their own names, the emergency button."""
    buttons = [Button(one.name, Press(Verb.SET_LANGUAGE, one.code).data) for one in languages.values()]
    rows = in_rows(buttons, MOST_ROWS - 1, width=4)
    said = [one.say("Choose your language or just write your question.") for one in (language, languages.source)]
    line = " · ".join(dict.fromkeys(said))
    return Message((paragraph(line), privacy_lines(language)), (*rows, (emergency_button(language),)))


def privacy_lines(language: Language) -> Block:
    """What is kept and what can't be protected, in two lines."""
    say = language.say
    kept = say("I keep only anonymous counts: no names, no numbers, no messages.")
    open_ = say(
        "Telegram keeps this chat until you delete it, and whoever opens your phone can read it. Do not write names, "
        "addresses or A-numbers."
    )
    return paragraph(f"{kept}\n{open_}")


def welcome(library: Library, language: Language) -> Message:
    """What this is and what it keeps, and the menu."""
    say = language.say
    blocks = (
        paragraph(
            say(
                "I answer questions of immigrant families and workers in New York City about ICE, school, work and "
                "papers, and tell you who helps for free."
            )
        ),
        privacy_lines(language),
        paragraph(bold(say("Write your question, or choose:"))),
    )
    return Message(blocks, menu_rows(library, language))


def menu(library: Library, language: Language) -> Message:
    """The menu alone."""
    return Message((paragraph(bold(language.say("Write your question, or choose:"))),), menu_rows(library, language))


def group_page(library: Library, language: Language, group_id: str) -> Message | None:
    """The cards of a group: titles in the text, since buttons would cut them, and a numbered button for each."""
    group = next((group for group in library.groups if group.id == group_id), None)
    if group is None:
        return None
    cards = library.group_cards(group_id)
    lines: list[Span] = []
    buttons: list[Button] = []
    for number, card in enumerate(cards, 1):
        opened = card_button(card, language)
        lines.append(Span(f"\n{number}. {language.isolate(opened.label)}"))
        buttons.append(Button(str(number), opened.data, title=opened.label))
    total = language.say_plural("{number} answer", "{number} answers", len(cards))
    blocks = (Block("paragraph", (bold(language.say(group.title)), Span(f" ({total})"), *lines)),)
    return Message(blocks, (*in_rows(buttons, MOST_ROWS - 1, width=5), (menu_button(language),)))


def suggestions(language: Language, cards: list[Card]) -> Message:
    """ "Did you mean": the cards that may be meant, and none of them."""
    rows = [(card_button(card, language, Verb.CHOOSE),) for card in cards[: MOST_ROWS - 1]]
    none = Button(language.say("None of these"), Press(Verb.NONE_OF_THESE, "", language.code).data)
    return Message((paragraph(bold(language.say("Did you mean:"))),), (*rows, (none,)))


def no_match(library: Library, language: Language, hand_over: bool = False) -> Message:
    """No card answers: say so kindly and give people to call; ``hand_over`` offers to show volunteers the question."""
    blocks = (
        paragraph(
            language.say("I am sorry, I have no answer to that. These people can help you for free, in your language:")
        ),
        *fallback_blocks(library, language),
        paragraph(language.say("You can also ask in other words, or choose from the menu.")),
    )
    return Message(blocks, hand_over_rows(language) if hand_over else menu_rows(library, language))


def hand_over_rows(language: Language) -> Rows:
    """The offer to show volunteers the question, above the ways that are always there."""
    offer = Button(language.say("Let volunteers see this question"), Press(Verb.HAND_OVER, "", language.code).data)
    return ((offer,), (emergency_button(language), languages_button(language)), (menu_button(language),))


def elsewhere(library: Library, language: Language, cards: list[Card]) -> Message:
    """The question names a place outside the city: the national line, and the cards if they are wanted all the same."""
    blocks = (
        paragraph(
            bold(
                language.say(
                    "My answers are for New York City. In other places other rules hold, and a wrong answer could "
                    "harm you."
                )
            )
        ),
        *national_line(library, language).blocks,
    )
    if not cards:
        return Message(blocks, menu_rows(library, language))
    offered = paragraph(language.say("What holds in New York City:"))
    rows = [(card_button(card, language, Verb.CHOOSE),) for card in cards[: MOST_ROWS - 1]]
    return Message((*blocks, offered), (*rows, (menu_button(language),)))


def national_line(library: Library, language: Language) -> Message:
    """Whom to call from anywhere in the country."""
    line = paragraph(language.say("This line helps in the whole country:"))
    return Message(
        (line, *help_blocks(library, language, library.national, full=True)[1:]), ((menu_button(language),),)
    )


def unreadable(library: Library, language: Language) -> Message:
    """An answer to what is not text."""
    say = language.say
    blocks = (
        paragraph(say("I can only read written words. What you sent was not opened and not kept.")),
        paragraph(say("Please write your question in your own words, or choose:")),
    )
    return Message(blocks, menu_rows(library, language))


def too_many(language: Language) -> Message:
    """Somebody writes faster than can be answered."""
    said = language.say(
        "You write faster than I can answer. I will answer your newest messages; please wait a minute before the next."
    )
    return Message((paragraph(said),), ((emergency_button(language), menu_button(language)),))


def unknown(library: Library, language: Language) -> Message:
    """An answer to a button or command that means nothing (any more)."""
    blocks = (paragraph(language.say("I do not know this button or command. Write your question, or choose:")),)
    return Message(blocks, menu_rows(library, language))


def resources(library: Library, language: Language) -> Message:
    """Whom to call first, and the groups to find others."""
    groups = [
        Button(language.say(group.title), Press(Verb.GROUP_HELP, group.id, language.code).data)
        for group in library.groups
        if library.group_cards(group.id)
    ]
    ask = paragraph(language.say("Choose a subject to see who else helps:"))
    last = [menu_button(language)]
    if _speaking(library, language):
        spoken = language.say("Who speaks my language")
        last.insert(0, Button(spoken, Press(Verb.LANGUAGE_HELP, "", language.code).data))
    rows = (*in_rows(groups, MOST_ROWS - 1), tuple(last))
    return Message((*fallback_blocks(library, language, full=True), ask), rows)


def group_resources(library: Library, language: Language, group_id: str) -> Message | None:
    """The resources of all cards of a group, those of most cards first."""
    cards = library.group_cards(group_id)
    if not cards:
        return None
    found: dict[str, int] = {}
    for card in cards:
        for id_ in card.facts.resources:
            found[id_] = found.get(id_, 0) + 1
    ids = sorted(found, key=lambda id_: -found[id_])
    blocks = help_blocks(library, language, nearest_first(language, [library.resources[id_] for id_ in ids]))
    return Message(blocks, ((emergency_button(language), menu_button(language)),))


def _speaking(library: Library, language: Language) -> list[Resource]:
    """Organisations whose staff speak the reader's language; for English all do."""
    if language.code == SOURCE:
        return []
    return [resource for resource in library.resources.values() if language.written in resource.languages]


def language_resources(library: Library, language: Language) -> Message:
    """Who speaks the reader's language."""
    blocks = help_blocks(library, language, _speaking(library, language))
    return Message(blocks, ((emergency_button(language), menu_button(language)),))


def more_help(library: Library, language: Language, card: Card) -> Message:
    """Everything about the resources of a card, and the lines that always help."""
    own = [library.resources[id_] for id_ in card.facts.resources]
    others = [resource for resource in library.fallback if resource not in own]
    row = (Button("☎ " + language.say("Other help"), Press(Verb.GROUP_HELP, card.facts.group, language.code).data),)
    blocks = help_blocks(library, language, [*nearest_first(language, own), *others], full=True)
    return Message(blocks, ((*row, menu_button(language)),))


def not_helpful(library: Library, language: Language) -> Message:
    """The answer did not help: people to call."""
    blocks = (
        paragraph(language.say("I am sorry. Try other words, or ask a person. These lines are free:")),
        *fallback_blocks(library, language),
    )
    return Message(blocks, menu_rows(library, language))


def helpful(library: Library, language: Language) -> Message:
    """The answer helped."""
    blocks = (paragraph(language.say("Thank you. I am glad. Tell others who may need it.")),)
    return Message(blocks, menu_rows(library, language))


def emergency_in(library: Library, language: Language) -> Emergency | None:
    """The emergency steps in a language, else in English."""
    return library.emergency.get(language.code) or library.emergency.get(SOURCE)


def situation_button(situation: Situation, language: Language) -> Button:
    """A button that opens the steps for one situation."""
    return Button(situation.title, Press(Verb.HAPPENING, situation.id, language.code).data)


def emergency_menu(library: Library, language: Language) -> Message:
    """What is happening? One button for each situation; without steps, people to call."""
    emergency = emergency_in(library, language)
    if emergency is None or not emergency.situations:
        return no_match(library, language)
    blocks = (
        paragraph(bold(language.say("Stay calm. What is happening?"))),
        paragraph(language.say("If somebody may die, call 911 now.")),
    )
    buttons = [situation_button(situation, language) for situation in emergency.situations.values()]
    return Message(blocks, in_rows(buttons, MOST_ROWS))


def situation_page(library: Library, language: Language, situation_id: str) -> Message | None:
    """The steps for one situation, and whom to call; in English where they are not in the language."""
    own = library.emergency.get(language.code)
    english = library.emergency.get(SOURCE)
    translated = own.situations.get(situation_id) if own else None
    situation = translated or (english.situations.get(situation_id) if english else None)
    if situation is None:
        return None
    say = language.say
    notices: list[Block] = []
    if translated is None:
        notices.append(paragraph(say("This answer is not yet in your language. Here it is in English.")))
    elif own and own.status == "draft":
        notices.append(paragraph(say("No native speaker has checked this translation yet.")))
    if translated and own and own.behind:
        notices.append(paragraph(say("There is a newer English text of this answer.")))
    listed = [library.resources[id_] for id_ in situation.resources] or library.fallback
    steps = isolated(situation.steps, language) if translated else situation.steps
    row = [Button("🆘 " + say("Something else"), Press(Verb.HAPPENING, "", language.code).data), menu_button(language)]
    return Message((*steps, *help_blocks(library, language, listed), *notices), (tuple(row),))
