"""Messages on the loopback Telegram: sent, edited, deleted, and their buttons pressed."""

from __future__ import annotations

import pytest
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, MessageEntity
from telegram.error import BadRequest

from tests.loopback import LoopbackTelegram, User
from tests.test_loopback.calls import call


async def test_texts_are_cleaned_and_trimmed_and_entities_move_along(bot: Bot, user: User) -> None:
    message = await bot.send_message(
        user.id,
        " \u202aab\tc\r\n😀 d\u2066e\u2069\u202c \n",
        entities=[MessageEntity("bold", 2, 4), MessageEntity("italic", 8, 3)],
    )
    assert message.text == "ab c\n😀 d\u2066e\u2069"
    seen = await user.next_message()
    assert (seen.bold(), seen.spans("italic")) == (["ab c"], ["😀 "])


async def test_html_becomes_text_and_entities(bot: Bot, user: User) -> None:
    source = (
        '😀 <b>bold <i>both</i></b> <a href="https://example.org/?a=1&amp;b=2">link</a> &lt;&#233;&gt; R&D'
        ' <blockquote expandable>q</blockquote><pre><code class="language-python">x</code></pre>'
        ' <a href="nowhere">plain</a>'
    )
    await bot.send_message(user.id, source, parse_mode="HTML")
    seen = await user.next_message()
    assert seen.text == "😀 bold both link <é> R&D qx plain"
    assert (seen.bold(), seen.spans("italic")) == (["bold both"], ["both"])
    assert seen.links() == [("link", "https://example.org/?a=1&b=2")]
    assert seen.spans("expandable_blockquote") == ["q"]


async def test_editing_changes_a_message_and_its_keyboard(bot: Bot, user: User) -> None:
    markup = InlineKeyboardMarkup([[InlineKeyboardButton("Menu", callback_data="menu")]])
    sent = await bot.send_message(user.id, "one", reply_markup=markup)
    with pytest.raises(BadRequest, match="specified new message content and reply markup are exactly the same"):
        await bot.edit_message_text("one", user.id, sent.message_id, reply_markup=markup)
    await bot.edit_message_text("two", user.id, sent.message_id)
    with pytest.raises(BadRequest, match="are exactly the same"):
        await bot.edit_message_reply_markup(user.id, sent.message_id)
    await bot.edit_message_reply_markup(user.id, sent.message_id, reply_markup=markup)
    seen = [(one.text, one.labels, one.edited) for one in await user.messages_until_quiet(0.05)]
    assert seen == [("one", ["Menu"], False), ("two", [], True), ("two", ["Menu"], True)]


async def test_only_messages_of_the_bot_that_stand_can_be_edited(
    telegram: LoopbackTelegram, bot: Bot, user: User
) -> None:
    with pytest.raises(BadRequest, match="Message to edit not found"):
        await bot.edit_message_text("x", user.id, 999)
    own = await user.says("mine")
    with pytest.raises(BadRequest, match="Message can't be edited"):
        await bot.edit_message_text("x", user.id, own["message_id"])
    answer = await call(telegram, "editMessageText", chat_id=user.id, text="x")
    assert answer["description"] == "Bad Request: message identifier is not specified"
    sent = await bot.send_message(user.id, "x")
    with pytest.raises(BadRequest, match="Message is too long"):
        await bot.edit_message_text("x" * 4097, user.id, sent.message_id)
    answer = await call(
        telegram,
        "editMessageReplyMarkup",
        chat_id=user.id,
        message_id=sent.message_id,
        reply_markup={"force_reply": True},
    )
    assert answer["description"] == "Bad Request: inline keyboard expected"


async def test_messages_are_deleted_once_and_within_two_days(telegram: LoopbackTelegram, bot: Bot, user: User) -> None:
    sent = [(await bot.send_message(user.id, f"{number}")).message_id for number in range(4)]
    assert await bot.delete_message(user.id, sent[0])
    with pytest.raises(BadRequest, match="Message to delete not found"):
        await bot.delete_message(user.id, sent[0])
    assert await bot.delete_messages(user.id, [sent[0], sent[1], sent[2]])
    assert user.deleted == sent[:3]
    for wrong in ([], list(range(1, 102))):
        assert not (await call(telegram, "deleteMessages", chat_id=user.id, message_ids=wrong))["ok"]
    telegram.advance(48 * 3600 + 1)
    with pytest.raises(BadRequest, match="Message can't be deleted"):
        await bot.delete_message(user.id, sent[3])


async def test_a_press_is_answered_once_and_soon(telegram: LoopbackTelegram, bot: Bot, user: User) -> None:
    markup = InlineKeyboardMarkup([[InlineKeyboardButton("Menu", callback_data="menu")]])
    await bot.send_message(user.id, "hello", reply_markup=markup)
    await bot.send_message(user.id, "later, without buttons")
    press = await user.presses("Menu")
    query = (await bot.get_updates())[-1].callback_query
    assert query
    assert query.message
    assert (query.data, query.message.message_id) == ("menu", user.messages[0].message_id)
    answer = await call(telegram, "answerCallbackQuery", callback_query_id=query.id, text="x" * 201)
    assert answer["description"] == "Bad Request: MESSAGE_TOO_LONG"
    assert press.answer is None
    await query.answer("x" * 200)
    assert (await press.answered())["text"] == "x" * 200
    with pytest.raises(BadRequest, match="Query is too old and response timeout expired or query id is invalid"):
        await query.answer()
    late = await user.presses("Menu")
    telegram.advance(16)
    with pytest.raises(BadRequest, match="Query is too old"):
        await bot.answer_callback_query(late.id)
    with pytest.raises(BadRequest, match="Query is too old"):
        await bot.answer_callback_query("made-up")


async def test_a_press_may_carry_data_that_no_message_has(bot: Bot, user: User) -> None:
    await user.presses_data("from-an-old-version", message_id=77)
    query = (await bot.get_updates())[-1].callback_query
    assert query
    assert query.message
    assert (query.data, query.message.is_accessible) == ("from-an-old-version", False)
    with pytest.raises(LookupError, match="no message has a button 'Menu'"):
        await user.presses("Menu")


async def test_files_are_taken_as_uploads_and_again_by_their_id(
    telegram: LoopbackTelegram, bot: Bot, user: User
) -> None:
    sent = await bot.send_document(user.id, b"%PDF", filename="card.pdf", caption="A <b>card</b>", parse_mode="HTML")
    assert sent.document
    assert sent.document.file_name == "card.pdf"
    assert telegram.state.files[sent.document.file_id] == b"%PDF"
    seen = await user.next_message()
    assert (seen.text, seen.bold(), seen.document is not None) == ("A card", ["card"], True)
    assert (await bot.send_document(user.id, sent.document.file_id)).document
    assert (await bot.send_photo(user.id, b"\x89PNG")).photo
    with pytest.raises(BadRequest, match="File must be non-empty"):
        await bot.send_photo(user.id, b"")
    with pytest.raises(BadRequest, match="Wrong file identifier"):
        await bot.send_photo(user.id, "no-such-file")
    with pytest.raises(BadRequest, match="Message caption is too long"):
        await bot.send_photo(user.id, b"x", caption="x" * 1025)
    assert await bot.send_photo(user.id, b"x", caption="x" * 1024)
    answer = await call(telegram, "sendPhoto", chat_id=user.id)
    assert answer["description"] == "Bad Request: there is no photo in the request"


async def test_chat_actions_are_those_that_telegram_has(bot: Bot, user: User) -> None:
    await bot.send_chat_action(user.id, "typing")
    with pytest.raises(BadRequest, match="Wrong parameter action in request"):
        await bot.send_chat_action(user.id, "thinking")
    assert user.actions == ["typing"]
