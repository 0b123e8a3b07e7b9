"""Reply markups, checked."""

from __future__ import annotations

from typing import Any

from .errors import Refusal, bad
from .links import link_fault

Markup = dict[str, Any]

# InlineKeyboardButton: "Exactly one of the fields other than text, icon_custom_emoji_id, and style must be
# used to specify the type of the button."
ACTIONS = (
    "url", "callback_data", "web_app", "login_url", "switch_inline_query", "switch_inline_query_current_chat",
    "switch_inline_query_chosen_chat", "copy_text", "callback_game", "pay",
)  # fmt: skip
INLINE_FIELDS = {"text", "icon_custom_emoji_id", "style", *ACTIONS}
BUTTON_FIELDS = {
    "text", "icon_custom_emoji_id", "style", "request_users", "request_chat", "request_managed_bot",
    "request_contact", "request_location", "request_poll", "web_app",
}  # fmt: skip
# Fields of the markups besides their first: ReplyKeyboardMarkup, ReplyKeyboardRemove, ForceReply.
KINDS: dict[str, dict[str, type]] = {
    "inline_keyboard": {},
    "keyboard": {
        "is_persistent": bool, "resize_keyboard": bool, "one_time_keyboard": bool,
        "input_field_placeholder": str, "selective": bool,
    },
    "remove_keyboard": {"selective": bool},
    "force_reply": {"input_field_placeholder": str, "selective": bool},
}  # fmt: skip
# Not in the documentation; python-telegram-bot's InlineKeyboardMarkupLimit has both, as found by trying.
MOST_BUTTONS = 100
MOST_IN_A_ROW = 8


def checked_markup(value: object, *, inline_only: bool = False) -> Markup | None:
    """Check a reply_markup; None when it holds nothing."""
    if value is None or value == {}:
        return None
    if not isinstance(value, dict):
        raise bad("object expected as reply markup")
    kind = next((name for name in KINDS if name in value), None)
    if kind is None or (inline_only and kind != "inline_keyboard"):
        raise bad("inline keyboard expected" if inline_only else "object expected as reply markup")
    for field, content in value.items():
        expected = KINDS[kind].get(field)
        if field != kind and expected is None:
            raise bad(f'unknown field "{field}" in reply markup')
        if expected is not None and not isinstance(content, expected):
            named = "Boolean" if expected is bool else "String"
            raise bad(f'field "{field}" must be of type {named}')
    if kind in {"remove_keyboard", "force_reply"}:
        if not isinstance(value[kind], bool):
            raise bad(f'field "{kind}" must be of type Boolean')
        return dict(value)
    rows = _rows(value[kind], kind)
    for row in rows:
        for button in row:
            if kind == "inline_keyboard":
                _check_inline(button)
            else:
                _check_plain(button)
    # An empty keyboard is none: editing with one takes the old one away.
    rows = [row for row in rows if row]
    return {**value, kind: rows} if rows else None


def _rows(value: object, kind: str) -> list[list[Any]]:
    if not isinstance(value, list):
        raise bad(f'field "{kind}" must be of type Array')
    for row in value:
        if not isinstance(row, list):
            raise bad(f'field "{kind}" must be an Array of Arrays')
        if len(row) > MOST_IN_A_ROW:
            raise bad("reply markup is too long")
    if sum(len(row) for row in value) > MOST_BUTTONS:
        raise bad("reply markup is too long")
    return value


def _fault(words: str) -> Refusal:
    return bad(f"can't parse inline keyboard button: {words}")


def _check_inline(button: object) -> None:
    if not isinstance(button, dict):
        raise _fault("Object expected as inline keyboard button")
    # InlineKeyboardButton.text: "Label text on the button".
    if "text" not in button:
        raise _fault('Can\'t find field "text"')
    if not isinstance(button["text"], str):
        raise _fault('Field "text" must be of type String')
    if not button["text"].strip():
        raise bad("inline keyboard button text must be non-empty")
    for field in button:
        if field not in INLINE_FIELDS:
            raise _fault(f'Unknown field "{field}"')
    actions = [name for name in ACTIONS if name in button]
    if len(actions) > 1:
        raise _fault("exactly one action must be used")
    # An empty callback_data is no action at all to Telegram.
    if not actions or button.get("callback_data") == "":
        raise _fault("Text buttons are unallowed in the inline keyboard")
    if "callback_data" in button:
        # InlineKeyboardButton.callback_data: "Data to be sent in a callback query to the bot when the button
        # is pressed, 1-64 bytes".
        data = button["callback_data"]
        if not isinstance(data, str) or not 1 <= len(data.encode()) <= 64:
            raise bad("BUTTON_DATA_INVALID")
    if "url" in button:
        link = str(button["url"])
        if fault := link_fault(link):
            raise bad(f"inline keyboard button URL '{link}' is invalid: {fault}")
    if "copy_text" in button:
        # CopyTextButton.text: "The text to be copied to the clipboard; 1-256 characters".
        copied = button["copy_text"]
        if not isinstance(copied, dict) or not 1 <= len(str(copied.get("text", ""))) <= 256:
            raise bad("BUTTON_COPY_TEXT_INVALID")
    if "pay" in button or "callback_game" in button:
        # "This type of button must always be the first button in the first row and can only be used in
        # invoice messages"; there are no invoices here.
        raise bad("BUTTON_TYPE_INVALID")
    if "web_app" in button:
        link = str(button["web_app"].get("url", "")) if isinstance(button["web_app"], dict) else ""
        # WebAppInfo.url: "An HTTPS URL of a Web App to be opened with additional data".
        if not link.startswith("https://") or link_fault(link):
            raise bad(f"inline keyboard button Web App URL '{link}' is invalid: Only HTTPS links are allowed")


def _check_plain(button: object) -> None:
    # KeyboardButton: "For simple text buttons, String can be used instead of this object".
    text = button if isinstance(button, str) else button.get("text") if isinstance(button, dict) else None
    if not isinstance(text, str):
        raise bad("can't parse keyboard button: Can't find field \"text\"")
    if not text.strip():
        raise bad("keyboard button text must be non-empty")
    if isinstance(button, dict):
        for field in button:
            if field not in BUTTON_FIELDS:
                raise bad(f'can\'t parse keyboard button: Unknown field "{field}"')
