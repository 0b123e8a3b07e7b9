"""People and groups, moved by tests."""

from __future__ import annotations

import asyncio
import re
import time
from typing import TYPE_CHECKING, Any

from .profile import visible_commands
from .received import Button, Received
from .state import CallbackQuery, Chat, Message
from .texts import utf16_length

if TYPE_CHECKING:
    from .server import LoopbackTelegram

# Bot commands are found in texts by Telegram: "/start", "/start@made_up_bot".
_COMMAND = re.compile(r"(?<![\w/])/[A-Za-z0-9_]{1,64}(?:@\w{3,32})?(?!\w)")
Person = dict[str, Any]


class Press:
    """A press of a button."""

    def __init__(self, query: CallbackQuery) -> None:
        """Watch over one callback query."""
        self._query = query

    @property
    def id(self) -> str:
        """The callback query's identifier."""
        return self._query.id

    @property
    def answer(self) -> dict[str, Any] | None:
        """What answerCallbackQuery said; None before it was called."""
        return self._query.answer

    async def answered(self, timeout: float = 10.0) -> dict[str, Any]:
        """Wait for answerCallbackQuery."""
        await asyncio.wait_for(self._query.answered.wait(), timeout)
        return self._query.answer or {}


class _Watched:
    """A chat that a test watches."""

    def __init__(self, telegram: LoopbackTelegram, chat: Chat) -> None:
        self.telegram = telegram
        self.chat = chat
        self._seen = 0

    @property
    def id(self) -> int:
        """The chat's identifier; of a person, also the user's."""
        return self.chat.id

    @property
    def messages(self) -> list[Received]:
        """Everything that the bot sent and edited here since the beginning."""
        return self.chat.received

    @property
    def actions(self) -> list[str]:
        """The chat actions, such as "typing", that the bot showed here."""
        return self.chat.actions

    @property
    def deleted(self) -> list[int]:
        """The numbers of messages that the bot deleted here."""
        return self.chat.deleted

    async def next_message(self, timeout: float = 10.0) -> Received:
        """Give the next message that the bot sends or edits, or sent since the last look."""
        until = time.monotonic() + timeout
        while len(self.chat.received) <= self._seen:
            waiter: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            self.chat.waiters.append(waiter)
            try:
                await asyncio.wait_for(waiter, until - time.monotonic())
            except TimeoutError:
                refused = [f"{call.method}: {call.error}" for call in self.telegram.refused[-3:]]
                raise TimeoutError(
                    f"the bot wrote nothing in {timeout} s; {len(self.telegram.calls)} calls until now,"
                    f" last refused: {refused}"
                ) from None
        self._seen += 1
        return self.chat.received[self._seen - 1]

    async def messages_until_quiet(self, quiet: float = 0.3, *, first_within: float | None = None) -> list[Received]:
        """Collect messages until none comes for a while; first_within: how long to wait for the first."""
        found: list[Received] = []
        wait = quiet if first_within is None else first_within
        while True:
            try:
                found.append(await self.next_message(wait))
            except TimeoutError:
                return found
            wait = quiet

    def forget_messages(self) -> None:
        """Look past everything that has come until now."""
        self._seen = len(self.chat.received)

    def _put(self, kind: str, content: dict[str, Any]) -> None:
        self.telegram.state.queue.add(kind, content, self.chat.id)

    def _write(self, sender: Person, fields: dict[str, Any], age: float = 0.0) -> Message:
        self.chat.started = True
        message = self.telegram.state.new_message(self.chat, sender, fields)
        if age:
            message["date"] -= int(age)
        self._put("message", message)
        return message

    def _edit(self, message: Message, text: str) -> Message:
        changed = {key: value for key, value in message.items() if key not in {"text", "entities"}}
        changed |= {"edit_date": int(self.telegram.state.now()), **_text(text)}
        self.chat.messages[message["message_id"]] = changed
        self._put("edited_message", changed)
        return changed

    def _find(self, label: str, message: Received | None) -> tuple[Message, Button]:
        """Find a button where a person would: in the latest message that has it and still stands."""
        own = [one for one in self.chat.messages.values() if one["from"]["id"] == self.telegram.state.bot["id"]]
        if message is not None:
            own = [one for one in own if one["message_id"] == message.message_id]
        for one in reversed(own):
            for button in Received(one, edited=False, at=0).all_buttons:
                if button.text == label:
                    return one, button
        labels = [Received(one, edited=False, at=0).labels for one in own[-3:]]
        raise LookupError(f"no message has a button {label!r}; the latest have {labels}")

    def _press(self, sender: Person, message: Message | None, data: str) -> Press:
        state = self.telegram.state
        query = CallbackQuery(str(state.serial() + 4_000_000_000_000_000_000), state.now())
        state.queries[query.id] = query
        self.chat.started = True
        content = {"id": query.id, "from": sender, "chat_instance": str(abs(self.chat.id) * 7), "data": data}
        if message is not None:
            content["message"] = message
        self._put("callback_query", content)
        return Press(query)

    def _press_label(self, sender: Person, label: str, message: Received | None) -> Press:
        found, button = self._find(label, message)
        if button.callback_data is None:
            raise LookupError(f"the button {label!r} is a link to {button.url}")
        return self._press(sender, found, button.callback_data)

    def _press_data(self, sender: Person, data: str, message_id: int | None) -> Press:
        known = self.chat.messages
        if message_id is None:
            own = [one for one in known.values() if one["from"]["id"] == self.telegram.state.bot["id"]]
            return self._press(sender, own[-1] if own else None, data)
        # InaccessibleMessage: "This object describes a message that was deleted or is otherwise inaccessible
        # to the bot." Its date is "Always 0".
        gone = {"chat": self.chat.info, "message_id": message_id, "date": 0}
        return self._press(sender, known.get(message_id, gone), data)


def _text(text: str) -> dict[str, Any]:
    """Make the fields of a text, with its commands marked."""
    entities = [
        {
            "type": "bot_command",
            "offset": utf16_length(text[: match.start()]),
            "length": utf16_length(match.group(0)),
        }
        for match in _COMMAND.finditer(text)
    ]
    return {"text": text, "entities": entities} if entities else {"text": text}


class User(_Watched):
    """A person in a private chat with the bot."""

    def __init__(self, telegram: LoopbackTelegram, chat: Chat, person: Person) -> None:
        """Made by LoopbackTelegram.user()."""
        super().__init__(telegram, chat)
        self.person = person

    async def says(self, text: str, *, age: float = 0.0) -> Message:
        """Write a message; age: so many seconds ago."""
        return self._write(self.person, _text(text), age)

    async def asks(self, text: str, timeout: float = 10.0) -> Received:
        """Write a message and give the bot's next one."""
        await self.says(text)
        return await self.next_message(timeout)

    async def edits(self, message: Message, text: str) -> Message:
        """Change a message of one's own."""
        return self._edit(message, text)

    async def presses(self, label: str, *, message: Received | None = None) -> Press:
        """Press a button by its words, in the latest message that has it or in one given."""
        return self._press_label(self.person, label, message)

    async def presses_data(self, data: str, *, message_id: int | None = None) -> Press:
        """Press a button with this data, which need not exist: the bot may have sent it long ago."""
        return self._press_data(self.person, data, message_id)

    async def sends(self, kind: str, content: Any, **more: Any) -> Message:
        """Send a message of any kind: its field and what is in it."""
        return self._write(self.person, {kind: content, **more})

    def _media(self, **more: Any) -> dict[str, Any]:
        number = self.telegram.state.serial()
        return {"file_id": f"user-file-{number}", "file_unique_id": f"uuf{number}", "file_size": 2048, **more}

    async def sends_sticker(self, emoji: str = "👍") -> Message:
        """Send a sticker."""
        shape = {"type": "regular", "width": 512, "height": 512, "is_animated": False, "is_video": False}
        return await self.sends("sticker", self._media(emoji=emoji, **shape))

    async def sends_voice(self, seconds: int = 3) -> Message:
        """Send a voice message."""
        return await self.sends("voice", self._media(duration=seconds, mime_type="audio/ogg"))

    async def sends_photo(self, caption: str | None = None) -> Message:
        """Send a photo."""
        more = {} if caption is None else {"caption": caption}
        return await self.sends("photo", [self._media(width=800, height=600)], **more)

    async def sends_document(self, file_name: str = "letter.pdf", caption: str | None = None) -> Message:
        """Send a document."""
        more = {} if caption is None else {"caption": caption}
        return await self.sends("document", self._media(file_name=file_name, mime_type="application/pdf"), **more)

    async def sends_location(self, latitude: float = 40.7128, longitude: float = -74.006) -> Message:
        """Send a place."""
        return await self.sends("location", {"latitude": latitude, "longitude": longitude})

    async def sends_contact(self, phone_number: str = "+12125550100", first_name: str = "Luz") -> Message:
        """Send somebody's contact."""
        return await self.sends("contact", {"phone_number": phone_number, "first_name": first_name})

    async def blocks_bot(self) -> None:
        """Block the bot: its calls for this chat are answered with 403."""
        self.chat.blocked = "bot was blocked by the user"
        self._membership("member", "kicked")

    async def unblocks_bot(self) -> None:
        """Take the block away."""
        self.chat.blocked = None
        self._membership("kicked", "member")

    async def deletes_account(self) -> None:
        """Leave Telegram."""
        self.chat.blocked = "user is deactivated"

    def _membership(self, before: str, after: str) -> None:
        # Update.my_chat_member: "For private chats, this update is received only when the bot is blocked or
        # unblocked by the user."
        def member(status: str) -> dict[str, Any]:
            until = {"until_date": 0} if status == "kicked" else {}
            return {"user": self.telegram.state.bot, "status": status, **until}

        content = {"chat": self.chat.info, "from": self.person, "date": int(self.telegram.state.now())}
        changes = {"old_chat_member": member(before), "new_chat_member": member(after)}
        self._put("my_chat_member", content | changes)

    def command_menu(self) -> list[dict[str, str]]:
        """Give the commands that this person sees behind the menu button."""
        return visible_commands(self.telegram.state, self.chat.id, self.person.get("language_code"), private=True)


class Group(_Watched):
    """A supergroup with the bot in it."""

    async def says(self, user: User, text: str) -> Message:
        """Let somebody write in the group."""
        return self._write(user.person, _text(text))

    async def edits(self, message: Message, text: str) -> Message:
        """Let somebody change a message."""
        return self._edit(message, text)

    async def presses(self, user: User, label: str, *, message: Received | None = None) -> Press:
        """Let somebody press a button."""
        return self._press_label(user.person, label, message)

    async def removes_bot(self) -> None:
        """Throw the bot out: its calls for this chat are answered with 403."""
        self.chat.blocked = "bot was kicked from the supergroup chat"
