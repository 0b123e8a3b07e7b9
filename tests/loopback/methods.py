"""The methods that send, edit and delete messages and answer buttons."""

from __future__ import annotations

from typing import Any

from .entities import formatted, text_fields
from .errors import bad
from .keyboards import checked_markup
from .links import link_fault
from .parameters import Params, Upload
from .state import Chat, Message, State

# sendChatAction.action: "Type of action to broadcast. Choose one, depending on what the user is about to
# receive".
ACTIONS = {
    "typing", "upload_photo", "record_video", "upload_video", "record_voice", "upload_voice",
    "upload_document", "choose_sticker", "find_location", "record_video_note", "upload_video_note",
}  # fmt: skip
PREVIEW_FIELDS = {
    "is_disabled": bool, "url": str, "prefer_small_media": bool, "prefer_large_media": bool,
    "show_above_text": bool,
}  # fmt: skip
REPLY_FIELDS = {
    "message_id", "chat_id", "allow_sending_without_reply", "quote", "quote_parse_mode", "quote_entities",
    "quote_position", "checklist_task_id", "poll_option_id",
}  # fmt: skip
# Sending files: "Post the file using multipart/form-data ... 10 MB max size for photos, 50 MB for other
# files."
LARGEST_PHOTO = 10 * 1024 * 1024
LARGEST_FILE = 50 * 1024 * 1024


def _check_extras(params: Params) -> None:
    """Refuse what this bot could not use: business accounts, effects, paid sending, topics."""
    if "business_connection_id" in params:
        raise bad("business connection not found")
    if "message_thread_id" in params:
        raise bad("message thread not found")
    if "message_effect_id" in params:
        raise bad("EFFECT_ID_INVALID")
    if params.get("allow_paid_broadcast"):
        raise bad("FLOODSKIP_NOT_ALLOWED")
    if "suggested_post_parameters" in params or "direct_messages_topic_id" in params:
        raise bad("suggested posts can be sent only to channel direct messages")


def _check_preview(params: Params) -> None:
    preview = params.get("link_preview_options")
    if preview is None:
        return
    if not isinstance(preview, dict):
        raise bad("object expected as link preview options")
    for field, value in preview.items():
        if field not in PREVIEW_FIELDS:
            raise bad(f'unknown field "{field}" in link_preview_options')
        if not isinstance(value, PREVIEW_FIELDS[field]):
            kind = "Boolean" if PREVIEW_FIELDS[field] is bool else "String"
            raise bad(f'field "{field}" must be of type {kind}')
    if "url" in preview and link_fault(preview["url"]):
        raise bad("WEBPAGE_URL_INVALID")


def _reply_fields(chat: Chat, params: Params) -> dict[str, Any]:
    reply = params.get("reply_parameters")
    if reply is None:
        return {}
    if not isinstance(reply, dict):
        raise bad("object expected as reply parameters")
    for field in reply:
        if field not in REPLY_FIELDS:
            raise bad(f'unknown field "{field}" in reply_parameters')
    if "message_id" not in reply:
        raise bad('can\'t find field "message_id"')
    message = chat.messages.get(reply["message_id"])
    if message is None:
        # ReplyParameters.allow_sending_without_reply: "Pass True if the message should be sent even if the
        # specified message to be replied to is not found".
        if not reply.get("allow_sending_without_reply"):
            raise bad("message to be replied not found")
        return {}
    return {"reply_to_message": {key: value for key, value in message.items() if key != "reply_to_message"}}


def _send(state: State, params: Params, fields: dict[str, Any], chat: Chat) -> Message:
    markup = checked_markup(params.get("reply_markup"))
    reply = _reply_fields(chat, params)
    if markup is not None and "inline_keyboard" in markup:
        fields["reply_markup"] = markup
    if params.get("protect_content"):
        fields["has_protected_content"] = True
    message = state.new_message(chat, state.bot, {**reply, **fields})
    # Message.reply_markup: "Inline keyboard attached to the message": other keyboards are not given back, but
    # whoever looks at the chat sees them.
    seen = message if markup is None else {**message, "reply_markup": markup}
    chat.show(seen, edited=False)
    return message


def send_message(state: State, params: Params) -> Message:
    """sendMessage."""
    text, entities = formatted(params.get("text"), params.get("parse_mode"), params.get("entities"), limit=4096)
    _check_preview(params)
    chat = state.writable(params.get("chat_id"))
    _check_extras(params)
    fields = text_fields(text, entities)
    if "link_preview_options" in params:
        fields["link_preview_options"] = params["link_preview_options"]
    return _send(state, params, fields, chat)


def _caption(params: Params) -> dict[str, Any]:
    text, entities = formatted(
        params.get("caption"),
        params.get("parse_mode"),
        params.get("caption_entities"),
        limit=1024,
        caption=True,
    )
    return text_fields(text, entities, caption=True)


def _file(state: State, value: object, kind: str, largest: int) -> dict[str, Any]:
    if value is None or value == "":
        raise bad(f"there is no {kind} in the request")
    if not isinstance(value, Upload):
        # "If the file is already stored somewhere on the Telegram servers, you don't need to reupload it": by
        # file_id; by address is for servers that can reach one.
        if value not in state.files:
            raise bad("wrong file identifier/HTTP URL specified")
        content = state.files[str(value)]
        return {"file_id": value, "file_unique_id": f"u{value}", "file_size": len(content)}
    if not value.content:
        raise bad("file must be non-empty")
    if len(value.content) > largest:
        raise bad("file is too big")
    file_id = f"file-{state.serial()}"
    state.files[file_id] = value.content
    return {"file_id": file_id, "file_unique_id": f"u{file_id}", "file_size": len(value.content)}


def send_photo(state: State, params: Params) -> Message:
    """sendPhoto."""
    fields = _caption(params)
    chat = state.writable(params.get("chat_id"))
    _check_extras(params)
    size = {**_file(state, params.get("photo"), "photo", LARGEST_PHOTO), "width": 800, "height": 600}
    return _send(state, params, {"photo": [size], **fields}, chat)


def send_document(state: State, params: Params) -> Message:
    """sendDocument."""
    fields = _caption(params)
    chat = state.writable(params.get("chat_id"))
    _check_extras(params)
    value = params.get("document")
    document = _file(state, value, "document", LARGEST_FILE)
    if isinstance(value, Upload):
        document |= {"file_name": value.name, "mime_type": value.content_type}
    return _send(state, params, {"document": document, **fields}, chat)


def send_chat_action(state: State, params: Params) -> bool:
    """sendChatAction."""
    chat = state.writable(params.get("chat_id"))
    _check_extras(params)
    if params.get("action") not in ACTIONS:
        raise bad("wrong parameter action in request")
    chat.actions.append(params["action"])
    return True


def _edited(state: State, params: Params) -> tuple[Chat, Message]:
    if "inline_message_id" in params:
        raise bad("MESSAGE_ID_INVALID")
    _check_extras(params)
    chat = state.writable(params.get("chat_id"))
    # editMessageText.message_id: "Required if inline_message_id is not specified."
    if "message_id" not in params:
        raise bad("message identifier is not specified")
    message = chat.messages.get(params["message_id"])
    if message is None:
        raise bad("message to edit not found")
    if message["from"]["id"] != state.bot["id"]:
        raise bad("message can't be edited")
    return chat, message


def _replace(state: State, chat: Chat, old: Message, new: Message, params: Params) -> Message:
    markup = checked_markup(params.get("reply_markup"), inline_only=True)
    # Editing without a keyboard takes the old one away.
    new.pop("reply_markup", None)
    if markup is not None:
        new["reply_markup"] = markup
    compared = ("text", "entities", "reply_markup")
    if all(old.get(field) == new.get(field) for field in compared):
        raise bad(
            "message is not modified: specified new message content and reply markup are exactly the same as"
            " a current content and reply markup of the message"
        )
    new["edit_date"] = int(state.now())
    chat.messages[new["message_id"]] = new
    chat.show(new, edited=True)
    return new


def edit_message_text(state: State, params: Params) -> Message:
    """editMessageText."""
    # editMessageText.text: "New text of the message, 1-4096 characters after entities parsing".
    text, entities = formatted(params.get("text"), params.get("parse_mode"), params.get("entities"), limit=4096)
    _check_preview(params)
    chat, old = _edited(state, params)
    if "text" not in old:
        raise bad("there is no text in the message to edit")
    kept = {key: value for key, value in old.items() if key not in {"text", "entities", "link_preview_options"}}
    if "link_preview_options" in params:
        kept["link_preview_options"] = params["link_preview_options"]
    return _replace(state, chat, old, {**kept, **text_fields(text, entities)}, params)


def edit_message_reply_markup(state: State, params: Params) -> Message:
    """editMessageReplyMarkup."""
    chat, old = _edited(state, params)
    return _replace(state, chat, old, dict(old), params)


# deleteMessage: "A message can only be deleted if it was sent less than 48 hours ago."
DELETABLE_SECONDS = 48 * 3600


def _deletable(state: State, message: Message) -> bool:
    return bool(state.now() - message["date"] < DELETABLE_SECONDS)


def delete_message(state: State, params: Params) -> bool:
    """deleteMessage."""
    chat = state.chat(params.get("chat_id"))
    message = chat.messages.get(params.get("message_id", 0))
    if message is None:
        raise bad("message to delete not found")
    if not _deletable(state, message):
        raise bad("message can't be deleted for everyone")
    del chat.messages[message["message_id"]]
    chat.deleted.append(message["message_id"])
    return True


def delete_messages(state: State, params: Params) -> bool:
    """deleteMessages."""
    chat = state.chat(params.get("chat_id"))
    numbers = params.get("message_ids")
    # deleteMessages.message_ids: "A JSON-serialized list of 1-100 identifiers of messages to delete."
    if not isinstance(numbers, list) or not 1 <= len(numbers) <= 100:
        raise bad("message identifiers are not specified" if not numbers else "too many message identifiers")
    for number in numbers:
        message = chat.messages.get(number)
        # deleteMessages: "If some of the specified messages can't be found, they are skipped."
        if message is not None and _deletable(state, message):
            del chat.messages[number]
            chat.deleted.append(number)
    return True


def answer_callback_query(state: State, params: Params) -> bool:
    """answerCallbackQuery."""
    query = state.queries.get(params.get("callback_query_id", ""))
    # The documentation gives no time: a query is lost some 15 s after the press, as many bots have found, and
    # one that was answered already is refused in the same words.
    if query is None or query.answer is not None or state.now() - query.made > state.callback_seconds:
        raise bad("query is too old and response timeout expired or query ID is invalid")
    # answerCallbackQuery.text: "Text of the notification. If not specified, nothing will be shown to the
    # user, 0-200 characters".
    if len(params.get("text", "")) > 200:
        raise bad("MESSAGE_TOO_LONG")
    # answerCallbackQuery.url: "URL that will be opened by the user's client": for games and t.me links only.
    if params.get("url") and not str(params["url"]).startswith(("https://t.me/", "tg://")):
        raise bad("URL_INVALID")
    query.answer = {key: value for key, value in params.items() if key != "callback_query_id"}
    query.answered.set()
    return True
