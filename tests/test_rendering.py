"""What is sent is what Telegram accepts and what people can read: lengths, entities, directions, buttons."""

from __future__ import annotations

import asyncio
import re
import unicodedata
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.cards.markup import Block, Span, bold, paragraph
from bot.conversation.conversation import Conversation
from bot.conversation.incoming import Chat, Command, Incoming, Pressed, Text
from bot.conversation.reply import Button, Message
from bot.languages import Languages
from bot.messenger.rendering import Rendered, render, utf16_length
from tests.loopback import Received
from tests.loopback import state as telegram_state
from tests.loopback.methods import send_message

PHONE = re.compile(r"\+1 \d{3}-\d{3}-\d{4}")
SCRIPTS = "aZ9 ñ¿ 移民學 ЖыІ আমরা ঢ় 한국어 هل الهجرة ۔ ٹ ę ł 🙂👩‍👧 \u200f\u200e\u202e\u2068\u2069\u0301\n\t/_.@"


def accepted(part: Rendered) -> Received:
    """What people see of a message; raises where Telegram would refuse it."""
    state = telegram_state.State({"id": 1, "is_bot": True, "first_name": "Bot", "username": "bot"}, 15)
    state.chats[7] = telegram_state.Chat({"id": 7, "type": "private"}, started=True)
    params: dict[str, Any] = {"chat_id": 7, "text": part.text}
    if part.entities:
        params["entities"] = list(part.entities)
    if part.keyboard:
        params["reply_markup"] = part.keyboard
    return Received(send_message(state, params), edited=False, at=0)


def shown(message: Message, right_to_left: bool = False) -> list[Received]:
    return [accepted(part) for part in render(message, right_to_left)]


def test_entities_are_counted_in_utf_16() -> None:
    message = Message((paragraph("🙂👩‍👧 ", bold("人🙂"), " and ", Span("a link", link="https://example.org")),))
    [seen] = shown(message)
    assert seen.bold() == ["人🙂"]
    assert seen.links() == [("a link", "https://example.org")]
    assert render(message)[0].entities[0]["offset"] == utf16_length("🙂👩‍👧 ") == 8


def test_items_stand_together_and_quotes_are_one_quote() -> None:
    def item(kind: Any, text: str) -> Block:
        return Block(kind, (Span(text),))

    blocks = (paragraph("Do:"), item("item", "one"), item("item", "two"), item("quote", "Stop."), item("quote", "Go."))
    [seen] = shown(Message((*blocks, paragraph("Call."))))
    assert seen.text == "Do:\n\n• one\n• two\n\nStop.\nGo.\n\nCall."
    assert seen.spans("blockquote") == ["Stop.\nGo."]


def test_nothing_in_a_text_is_taken_for_markup() -> None:
    text = "<b>*_[x](https://example.org)_*</b> &amp; `code`"
    assert shown(Message((paragraph(text),)))[0].text == text


def test_a_long_message_is_split_between_paragraphs_with_the_buttons_under_the_last() -> None:
    paragraphs = [f"{number} " + "word " * 150 + "end" for number in range(12)]
    message = Message(tuple(paragraph(bold(text)) for text in paragraphs), ((Button("Menu", "menu.__en"),),))
    parts = shown(message)
    assert len(parts) == 3
    assert [part.labels for part in parts] == [[], [], ["Menu"]]
    assert "\n\n".join(part.text for part in parts).split("\n\n") == paragraphs
    assert [text for part in parts for text in part.bold()] == paragraphs


@pytest.mark.parametrize("character", ["x", "人", "🙂"])
def test_a_paragraph_longer_than_a_message_is_cut(character: str) -> None:
    parts = shown(Message((paragraph(bold(character * 9000)),)))
    assert "".join(part.text for part in parts).replace("\n", "") == character * 9000


def runs_right_to_left(line: str) -> bool:
    """Whether the line begins, by the rules of Unicode, at the right: its first strong character outside isolates."""
    depth = 0
    for character in line:
        if character in "\u2066\u2067\u2068":
            depth += 1
        elif character == "\u2069":
            depth -= 1
        elif not depth and unicodedata.bidirectional(character) in {"L", "R", "AL"}:
            return unicodedata.bidirectional(character) != "L"
    return False


def isolated_at(text: str, place: int) -> bool:
    before = text[:place].rpartition("\n")[2]
    return before.count("\u2068") > before.count("\u2069")


def every_page(conversation: Conversation, language: str) -> list[Message]:
    """Each page that can be reached by buttons from the start in a language, with the commands."""

    async def walk() -> list[Message]:
        commands = ("start", "menu", "help_now", "language", "resources", "privacy", "about", "unknown")
        waiting: list[Incoming] = [Command(name) for name in commands]
        known: set[str] = set()
        found: list[Message] = []

        async def chosen() -> str:
            return language

        while waiting:
            reply = await conversation.answer(waiting.pop(), Chat(chosen=chosen))
            assert reply.messages
            for message in reply.messages:
                found.append(message)
                data = [button.data for row in message.buttons for button in row]
                new = {one for one in data if one.endswith(f"__{language}") or one == f"language.{language}"} - known
                known |= new
                waiting += [Pressed(one) for one in sorted(new)]
        return found

    return asyncio.run(walk())


CODES = ("en", "es", "zh_Hans", "zh_Hant", "ru", "bn", "ht", "ko", "ar", "ur", "fr", "pl")


@pytest.mark.parametrize("code", CODES)
def test_every_page_of_every_language_is_accepted_and_leads_on(
    conversation: Conversation, languages: Languages, code: str
) -> None:
    assert tuple(languages) == CODES
    pages = every_page(conversation, code)
    assert len(pages) > 2 * len(conversation.library.cards)
    for page in pages:
        parts = shown(page, languages[code].right_to_left)
        assert sum(len(part.all_buttons) for part in parts) == sum(len(row) for row in page.buttons) > 0
        assert len(page.buttons) <= 4
        for part in parts:
            assert "{" not in part.text


@pytest.mark.parametrize("code", ["ar", "ur"])
def test_lines_with_phone_numbers_keep_their_order_in_languages_from_right_to_left(
    conversation: Conversation, code: str
) -> None:
    numbers = 0
    for page in every_page(conversation, code):
        for part in shown(page, right_to_left=True):
            for line in filter(None, part.text.split("\n")):
                # An answer shown in English, to somebody else, keeps the direction of English.
                assert runs_right_to_left(line) or re.fullmatch(r"[^\u0590-\u08ff\u2066-\u2069]*", line), line
            for found in PHONE.finditer(part.text):
                assert isolated_at(part.text, found.start()), part.text
                numbers += 1
            # An isolate that is left open would turn the rest of its line.
            assert all(line.count("\u2068") == line.count("\u2069") for line in part.text.split("\n"))
    assert numbers > 100


def test_an_arabic_resource_line_is_written_with_its_marks(conversation: Conversation, languages: Languages) -> None:
    reply = asyncio.run(conversation.answer(Pressed("ice-at-school__ar")))
    [seen] = shown(reply.messages[0], languages["ar"].right_to_left)
    # The mark is needed only where no word of the line itself runs from right to left.
    assert re.search("\n\u200f?\u2068MOIA Immigration Legal Support Hotline\u2069 \\(", seen.text)
    assert re.search("\n\u200f?\u2068\\+1 800-354-0365\u2069 · ", seen.text)


def test_a_line_without_words_from_right_to_left_begins_with_a_mark() -> None:
    lines = paragraph("\u2068Legal Aid\u2069\n\u2068+1 800-354-0365\u2069 · 24\nاتصل \u2068311\u2069")
    [seen] = shown(Message((lines,)), right_to_left=True)
    assert seen.text == ("\u200f\u2068Legal Aid\u2069\n\u200f\u2068+1 800-354-0365\u2069 · 24\nاتصل \u2068311\u2069")


def test_texts_from_left_to_right_carry_no_marks(conversation: Conversation) -> None:
    reply = asyncio.run(conversation.answer(Pressed("ice-at-school__en")))
    assert not re.search("[\u200f\u2066-\u2069]", render(reply.messages[0])[0].text)


def reply_is_accepted(conversation: Conversation, incoming: Incoming, chosen: str | None, phone: str | None) -> None:
    async def choice() -> str | None:
        return chosen

    reply = asyncio.run(conversation.answer(incoming, Chat(chosen=choice, phone_language=phone)))
    assert reply.messages
    fallback = asyncio.run(conversation.fallback(Chat(phone_language=phone))).messages
    assert reply.messages != fallback, "something was raised"
    for message in reply.messages:
        assert shown(message, conversation.languages[reply.language].right_to_left)


any_text = st.text(max_size=300) | st.text(SCRIPTS, max_size=300)
any_language = st.none() | st.sampled_from(CODES) | st.text("abez_-HhanstZ1", max_size=9)
VERBS = "card chosen menu group now languages language more help yes no none"
ABOUT = "ice-at-school school door x __en __ar __ ar__ar ice-at-school__zh_Hant school__ur"
any_data = any_text | st.builds(
    "{}{}{}".format,
    st.sampled_from(VERBS.split()),
    st.sampled_from([".", "", "..", "__"]),
    st.sampled_from(ABOUT.split()),
)


@settings(deadline=None, max_examples=150, derandomize=True)
@given(text=any_text, chosen=any_language, phone=any_language)
def test_any_text_gets_a_reply_that_telegram_accepts(
    conversation: Conversation, text: str, chosen: str | None, phone: str | None
) -> None:
    reply_is_accepted(conversation, Text(text), chosen, phone)


@settings(deadline=None, max_examples=300, derandomize=True)
@given(data=any_data, chosen=any_language, phone=any_language)
def test_any_button_gets_a_reply_that_telegram_accepts(
    conversation: Conversation, data: str, chosen: str | None, phone: str | None
) -> None:
    reply_is_accepted(conversation, Pressed(data), chosen, phone)


@settings(deadline=None, max_examples=150, derandomize=True)
@given(name=any_text, argument=any_data, phone=any_language)
def test_any_command_gets_a_reply_that_telegram_accepts(
    conversation: Conversation, name: str, argument: str, phone: str | None
) -> None:
    reply_is_accepted(conversation, Command(name, argument), None, phone)
    reply_is_accepted(conversation, Command("start", argument), None, phone)


@settings(deadline=None, max_examples=200, derandomize=True)
@given(
    texts=st.lists(st.tuples(st.sampled_from(["paragraph", "item", "quote"]), any_text, st.booleans()), min_size=1),
    right_to_left=st.booleans(),
    long=st.sampled_from([1, 1, 20]),
)
def test_whatever_a_card_says_is_rendered_as_telegram_accepts_it(
    texts: list[tuple[Any, str, bool]], right_to_left: bool, long: int
) -> None:
    blocks = [Block(kind, (Span("x"), Span(text * long, bold=strong))) for kind, text, strong in texts]
    assert shown(Message(tuple(blocks)), right_to_left)
