"""Never a dead end: whatever is missing or asked, the person gets an answer or a number, in their language."""

from __future__ import annotations

import dataclasses

import pytest

from bot.cards.model import Library
from bot.conversation.conversation import Conversation
from bot.conversation.incoming import Chat, Command, Pressed, Text
from bot.conversation.reply import Message
from bot.counts.count import Outcome
from bot.matching.match import Match
from tests.test_conversation import data_of, labels, speaking, words


async def test_an_answer_shown_in_english_keeps_the_readers_own_buttons(conversation: Conversation) -> None:
    bengali = await conversation.answer(Pressed("warrants__bn"))
    english = await conversation.answer(Pressed(data_of(bengali, "English")))
    assert conversation.library.cards["warrants"].texts["en"].answer[0].text in words(english.messages[0])
    assert english.language == "bn"
    assert conversation.languages["bn"].say("Menu") in " ".join(labels(english))


@pytest.mark.parametrize("question", ["i want to kill myself", "quiero matarme", "he is beating me now help"])
async def test_a_crisis_is_never_followed_by_an_unrelated_card(conversation: Conversation, question: str) -> None:
    reply = await conversation.answer(Text(question))
    assert any(count.outcome is Outcome.URGENT for count in reply.counts)
    assert not any(count.outcome is Outcome.ANSWERED for count in reply.counts)


async def test_words_below_a_photo_are_answered_and_the_photo_is_not_opened(conversation: Conversation) -> None:
    reply = await conversation.answer(Text("my boss did not pay me", attachment=True))
    first = words(reply.messages[0])
    assert first.startswith("I can only read written words. What you sent was not opened and not kept.")
    assert conversation.library.cards["unpaid-wages"].texts["en"].answer[0].text in first


async def test_who_speaks_the_readers_language_can_be_found(conversation: Conversation) -> None:
    page = await conversation.answer(Command("resources"), speaking("ko"))
    spoken = await conversation.answer(
        Pressed(data_of(page, conversation.languages["ko"].say("Who speaks my language")))
    )
    assert "MinKwon" in words(spoken.messages[0])


async def test_a_person_held_in_another_state_gets_the_card_and_the_national_line(conversation: Conversation) -> None:
    reply = await conversation.answer(Text("ICE took my husband to New Jersey, how do I find where he is detained"))
    text = "\n".join(words(message) for message in reply.messages)
    assert "locator.ice.gov" in text or "ICE took someone: how do I find them?" in labels(reply)
    assert conversation.library.national[0].name in text


class Broken:
    """A matcher that fails, as one with a fault would."""

    def match(self, question: str) -> Match:
        raise RuntimeError(question)

    async def match_soon(self, question: str) -> Match:
        raise RuntimeError(question)

    def complete(self) -> bool:
        return False

    def over(self, library: Library) -> Broken:
        return self


async def test_a_failing_matcher_gives_whom_to_call_in_the_chosen_language(conversation: Conversation) -> None:
    broken = dataclasses.replace(conversation, matcher=Broken())
    reply = await broken.answer(Text("hola"), speaking("es"))
    assert reply.language == "es"
    assert "+1 800-354-0365" in words(reply.messages[0])


async def test_a_language_that_cannot_be_asked_for_does_not_stop_the_fallback(conversation: Conversation) -> None:
    async def fails() -> str | None:
        raise ConnectionError("down")

    reply = await conversation.answer(Command("menu"), Chat(chosen=fails, phone_language="fr"))
    assert reply.language == "fr"
    assert "+1 800-354-0365" in words(reply.messages[0])


def said(messages: tuple[Message, ...]) -> str:
    """All text of some messages."""
    return "\n".join(words(message) for message in messages)


async def test_without_resources_every_page_still_says_something(conversation: Conversation) -> None:
    bare = dataclasses.replace(conversation.library, resources={})
    cards = {
        id_: dataclasses.replace(card, facts=card.facts.model_copy(update={"resources": ()}))
        for id_, card in bare.cards.items()
    }
    empty = dataclasses.replace(conversation, library=dataclasses.replace(bare, cards=cards))
    for press in ("more.warrants__en", "help.work__en", "no.warrants__en", "none.__en", "warrants__es", "now.door__en"):
        reply = await empty.answer(Pressed(press))
        assert "311" in said(reply.messages), press


async def test_a_library_without_anything_answers_every_button(conversation: Conversation) -> None:
    empty = dataclasses.replace(conversation, library=Library())
    for press in ("menu.__en", "now.__en", "group.work__en", "warrants__en", "speaks.__ko", "languages.__ar"):
        reply = await empty.answer(Pressed(press))
        assert said(reply.messages).strip(), press
