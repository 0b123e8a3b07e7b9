"""The conversation as plain data, over the real content."""

from __future__ import annotations

import dataclasses
import datetime as dt

import pytest

from bot.cards.model import Library, Withdrawal
from bot.conversation.buttons import Press, Verb, read_press
from bot.conversation.conversation import Conversation
from bot.conversation.incoming import Chat, Command, Incoming, Pressed, Text, Unreadable
from bot.conversation.reply import MOST_ROWS, Message, Reply
from bot.counts.count import Count, Outcome
from tests.conftest import TODAY, understood

SCHOOL = {
    "en": "can ICE enter my child's school?",
    "es": "puede entrar la migra a la escuela de mi hija",
    "zh": "移民局可以进我孩子的学校吗",
    "ar": "هل يمكن للهجرة دخول مدرسة ابني",
}


def words(message: Message) -> str:
    """All text of a message."""
    return "\n".join(block.text for block in message.blocks)


def labels(reply: Reply) -> list[str]:
    """The labels of all buttons."""
    return [button.label for message in reply.messages for row in message.buttons for button in row]


def data_of(reply: Reply, label: str) -> str:
    """The data of the button whose label holds ``label``."""
    buttons = [button for message in reply.messages for row in message.buttons for button in row]
    return next(button.data for button in buttons if label in button.label)


def speaking(code: str) -> Chat:
    """A chat that chose a language."""

    async def chosen() -> str | None:
        return code

    return Chat(chosen=chosen)


@pytest.mark.parametrize("language", SCHOOL)
async def test_the_school_question_is_answered_in_its_language(conversation: Conversation, language: str) -> None:
    reply = await conversation.answer(Text(SCHOOL[language]))
    code = "zh_Hans" if language == "zh" else language
    card = conversation.library.cards["ice-at-school"].texts[code]
    assert reply.language == code
    assert card.answer[0].text.replace("\u2068", "") in words(reply.messages[-1]).replace("\u2068", "").replace(
        "\u2069", ""
    )
    assert "+1 800-354-0365" in words(reply.messages[-1])
    assert Count(Outcome.ANSWERED, code, "ice-at-school") in reply.counts


async def test_who_writes_traditional_chinese_reads_traditional(conversation: Conversation) -> None:
    reply = await conversation.answer(Text("移民局可以進我孩子的學校嗎"))
    assert reply.language == "zh_Hant"
    assert "學校" in words(reply.messages[0])


async def test_an_answer_says_how_old_it_is_and_what_it_is_not(conversation: Conversation) -> None:
    reply = await conversation.answer(Text(SCHOOL["en"]))
    text = words(reply.messages[-1])
    assert "Facts last checked on November 21, 2026." in text
    assert "This is information, not legal advice." in text
    assert "Legal Aid Society" in text


async def test_a_draft_translation_says_that_nobody_has_checked_it(conversation: Conversation) -> None:
    spanish = conversation.languages["es"]
    reply = await conversation.answer(Text(SCHOOL["es"]))
    assert spanish.say("No native speaker has checked this translation yet.") in words(reply.messages[-1])


async def test_a_spanish_question_in_an_english_chat_offers_the_same_in_spanish(conversation: Conversation) -> None:
    reply = await conversation.answer(Text(SCHOOL["es"]), speaking("en"))
    assert reply.language == "en"
    data = data_of(reply, "Español")
    assert data == "ice-at-school__es"
    spanish = await conversation.answer(Pressed(data), speaking("en"))
    assert spanish.language == "es"
    assert spanish.set_language is None


async def test_every_answer_can_be_shown_in_english(conversation: Conversation) -> None:
    reply = await conversation.answer(Pressed("warrants__ko"))
    assert data_of(reply, "English") == "english.warrants__ko"


async def test_happening_now_puts_the_steps_above_the_card(conversation: Conversation) -> None:
    reply = await conversation.answer(Text("ICE is banging on my door right now help"))
    steps = conversation.library.emergency["en"].situations["door"].steps[0].text
    assert words(reply.messages[0]).startswith(steps)
    assert any(count.outcome is Outcome.URGENT for count in reply.counts)


@pytest.mark.parametrize(
    "calm",
    [
        "what should I do if ICE comes to my door",
        "last year they came to my door",
        "nobody is at the door, I just want to know my rights",
        "can immigration come to my house",
        "¿qué hago si viene la migra a mi casa?",
        "el año pasado vinieron a mi puerta",
        "如果移民局来敲门怎么办",
        "ماذا أفعل إذا جاءت الهجرة إلى بيتي",
    ],
)
async def test_what_if_and_long_ago_do_not_alarm(conversation: Conversation, calm: str) -> None:
    assert conversation.matcher.match(calm).urgent == ()


@pytest.mark.parametrize(
    "now",
    [
        "they are at my door",
        "ice just took my husband",
        "la migra esta tocando mi puerta ahorita",
        "se llevaron a mi esposo hace una hora",
        "移民局现在在我家门口",
        "他们刚刚把我丈夫抓走了",
        "الهجرة على الباب الآن",
        "أخذوا زوجي قبل ساعة",
    ],
)
async def test_what_is_happening_now_alarms(conversation: Conversation, now: str) -> None:
    assert conversation.matcher.match(now).urgent


async def test_danger_to_life_brings_the_crisis_lines(conversation: Conversation) -> None:
    reply = await conversation.answer(Text("i want to kill myself"))
    assert "988" in words(reply.messages[0])
    reply = await conversation.answer(Text("my husband is hitting me right now"))
    assert "911" in words(reply.messages[0])


async def test_no_match_gives_people_to_call_and_the_menu(conversation: Conversation) -> None:
    reply = await conversation.answer(Text("what is a good recipe for chicken and rice"))
    assert "I am sorry, I have no answer to that." in words(reply.messages[0])
    for resource in conversation.library.fallback:
        assert resource.name in words(reply.messages[0])
    assert "School" in labels(reply)
    assert reply.counts == (Count(Outcome.NONE, "en"),)


async def test_a_place_outside_the_city_is_told_so(conversation: Conversation) -> None:
    reply = await conversation.answer(Text("can ICE enter my child's school in Texas?"))
    text = words(reply.messages[-1])
    assert "My answers are for New York City." in text
    assert conversation.library.national[0].name in text
    assert "Can ICE enter my child's school?" in labels(reply)


async def test_first_contact_offers_twelve_languages_and_the_emergency_button(conversation: Conversation) -> None:
    reply = await conversation.answer(Command("start"), Chat(phone_language="pl"))
    shown = labels(reply)
    assert [shown[place] for place in (0, 1, 2, 3)] == ["English", "Español", "简体中文", "繁體中文"]
    assert len(shown) == 13
    assert shown[-1].startswith("🆘")


async def test_a_chosen_language_is_to_be_remembered(conversation: Conversation) -> None:
    start = await conversation.answer(Command("start"))
    reply = await conversation.answer(Pressed(data_of(start, "العربية")))
    assert reply.set_language == "ar"
    assert reply.language == "ar"


async def test_the_menu_leads_by_buttons_to_a_card(conversation: Conversation) -> None:
    menu = await conversation.answer(Command("menu"))
    group = await conversation.answer(Pressed(data_of(menu, "Work")))
    assert "unpaid-wages__en" in [b.data for row in group.messages[0].buttons for b in row]
    card = await conversation.answer(Pressed("unpaid-wages__en"))
    assert card.counts == (Count(Outcome.BROWSED, "en", "unpaid-wages"),)


async def test_feedback_is_counted_for_its_card(conversation: Conversation) -> None:
    card = await conversation.answer(Pressed("warrants__en"))
    yes = await conversation.answer(Pressed(data_of(card, "👍")))
    no = await conversation.answer(Pressed(data_of(card, "👎")))
    assert yes.counts == (Count(Outcome.HELPFUL, "en", "warrants"),)
    assert no.counts == (Count(Outcome.NOT_HELPFUL, "en", "warrants"),)
    assert conversation.library.fallback[0].name in words(no.messages[0])


async def test_a_deep_link_opens_a_card_in_its_language(conversation: Conversation) -> None:
    reply = await conversation.answer(Command("start", "ice-at-school__ar"))
    assert reply.language == "ar"
    assert reply.counts == (Count(Outcome.BROWSED, "ar", "ice-at-school"),)


COMMANDS: list[Incoming] = [
    *(Command(name) for name in ("start", "menu", "help", "help_now", "language", "resources", "privacy", "about")),
    Command("no_such_command"),
    Unreadable(),
    Pressed(""),
    Pressed("gone-card__en"),
    Pressed("group.gone__xx"),
    Text(""),
    Text("\x00\ud800"),
]


@pytest.mark.parametrize("incoming", COMMANDS, ids=repr)
async def test_everything_gets_an_answer_in_every_language(conversation: Conversation, incoming: Incoming) -> None:
    for code in conversation.languages:
        reply = await conversation.answer(incoming, speaking(code))
        assert reply.messages
        assert all(words(message).strip() for message in reply.messages)


async def test_no_message_has_more_rows_than_a_small_phone_shows(conversation: Conversation) -> None:
    presses = [f"{card}__{code}" for card in conversation.library.cards for code in conversation.languages]
    presses += [Press(Verb.GROUP, group.id, "en").data for group in conversation.library.groups]
    for press in presses:
        reply = await conversation.answer(Pressed(press))
        for message in reply.messages:
            assert 0 < len(message.buttons) <= MOST_ROWS
            assert all(row for row in message.buttons)
            assert all(len(button.data.encode()) <= 64 for row in message.buttons for button in row)


def test_a_buttons_data_says_what_it_does_and_is_read_back() -> None:
    for verb in Verb:
        press = Press(verb, "ice-at-school", "zh_Hant")
        assert read_press(press.data) == press
    assert read_press("nonsense.at-all__en") is None
    assert read_press("") is None


async def test_an_overdue_card_says_that_it_may_have_changed(conversation: Conversation) -> None:
    later = dataclasses.replace(conversation, today=lambda: dt.date(2031, 1, 1))
    reply = await later.answer(Pressed("warrants__en"))
    assert words(reply.messages[0]).startswith("This may have changed since it was last checked.")


def changed(library: Library, **facts: object) -> Library:
    """The library with other facts for one card."""
    card = library.cards["warrants"]
    cards = {**library.cards, "warrants": dataclasses.replace(card, facts=card.facts.model_copy(update=facts))}
    return dataclasses.replace(library, cards=cards)


@pytest.mark.parametrize("code", ["en", "es", "ar"])
async def test_a_withdrawn_card_shows_only_whom_to_call(conversation: Conversation, code: str) -> None:
    withdrawal = Withdrawal(since=TODAY, because="a court stopped the rule")
    withdrawn = dataclasses.replace(conversation, library=changed(conversation.library, withdrawn=withdrawal))
    reply = await withdrawn.answer(Pressed(f"warrants__{code}"))
    text = words(reply.messages[0])
    say = conversation.languages[code].say
    assert say("The rule on this is changing, so this answer is not shown at the moment.") in text
    assert "+1 800-354-0365" in text
    assert "I-205" not in text


async def test_a_translation_that_fell_behind_says_so(conversation: Conversation) -> None:
    card = conversation.library.cards["warrants"]
    texts = {**card.texts, "es": dataclasses.replace(card.texts["es"], behind=True)}
    cards = {**conversation.library.cards, "warrants": dataclasses.replace(card, texts=texts)}
    library = dataclasses.replace(conversation.library, cards=cards)
    reply = await dataclasses.replace(conversation, library=library).answer(Pressed("warrants__es"))
    assert conversation.languages["es"].say("There is a newer English text of this answer.") in words(reply.messages[0])
    assert "English" in labels(reply)


async def test_a_card_not_yet_in_a_language_is_shown_in_english_with_a_line_that_says_so(
    conversation: Conversation,
) -> None:
    card = conversation.library.cards["warrants"]
    texts = {code: text for code, text in card.texts.items() if code != "ko"}
    cards = {**conversation.library.cards, "warrants": dataclasses.replace(card, texts=texts)}
    library = dataclasses.replace(conversation.library, cards=cards)
    reply = await dataclasses.replace(conversation, library=library).answer(Pressed("warrants__ko"))
    korean = conversation.languages["ko"]
    first = korean.say("This answer is not yet in your language. Here it is in English.")
    assert words(reply.messages[0]).startswith(first)
    assert "A judge's warrant comes from a court" in words(reply.messages[0])


async def test_with_no_content_at_all_a_number_to_call_is_given(conversation: Conversation) -> None:
    empty = Library()
    bare = Conversation(empty, conversation.languages, understood(empty, conversation.languages), today=lambda: TODAY)
    reply = await bare.answer(Text(SCHOOL["en"]))
    assert reply.messages
    assert "311" in words((await bare.fallback()).messages[0])


async def test_about_names_the_operator_or_says_that_it_is_a_trial(conversation: Conversation) -> None:
    reply = await conversation.answer(Command("about"))
    assert "This is a trial." in words(reply.messages[0])
    run_by = dataclasses.replace(conversation, operator="Queens Helpers", contact="help@example.org")
    reply = await run_by.answer(Command("about"))
    assert "This bot is run by Queens Helpers. To report a mistake, write to help@example.org." in words(
        reply.messages[0]
    )
