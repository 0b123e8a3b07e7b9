"""The HTTP server: reads calls, lets faults happen, answers."""

from __future__ import annotations

import asyncio
import itertools
import json
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

from aiohttp import web

from . import methods, profile
from .driving import Group, User
from .errors import NOT_FOUND, UNAUTHORIZED, Refusal, conflict
from .faults import Fault, Faults
from .parameters import BY_LOWER_NAME, Params, read_parameters, typed
from .state import Chat, State
from .webhook import Webhook

LARGEST_REQUEST = 60 * 1024 * 1024
# User.id: "This number may have more than 32 significant bits": so these do.
FIRST_USER_ID = 6_000_000_001
FIRST_GROUP_ID = -1_002_000_000_001


@dataclass
class Call:
    """A call of the bot: what it asked for, when, and what came of it."""

    method: str
    parameters: Params
    at: float
    error: str | None = None
    result: Any = None


Method = Callable[[State, Params], Any]
SIMPLE: dict[str, Method] = {
    "getMe": lambda state, _params: {
        **state.bot,
        "can_join_groups": True,
        "can_read_all_group_messages": False,
        "supports_inline_queries": False,
        "can_connect_to_business": False,
        "has_main_web_app": False,
    },
    "sendMessage": methods.send_message,
    "sendPhoto": methods.send_photo,
    "sendDocument": methods.send_document,
    "sendChatAction": methods.send_chat_action,
    "editMessageText": methods.edit_message_text,
    "editMessageReplyMarkup": methods.edit_message_reply_markup,
    "deleteMessage": methods.delete_message,
    "deleteMessages": methods.delete_messages,
    "answerCallbackQuery": methods.answer_callback_query,
    "setMyCommands": profile.set_my_commands,
    "getMyCommands": profile.get_my_commands,
    "deleteMyCommands": profile.delete_my_commands,
    "setMyName": profile.set_my_name,
    "getMyName": profile.get_my_name,
    "setMyDescription": profile.set_my_description,
    "getMyDescription": profile.get_my_description,
    "setMyShortDescription": profile.set_my_short_description,
    "getMyShortDescription": profile.get_my_short_description,
    "setChatMenuButton": profile.set_chat_menu_button,
}


class LoopbackTelegram:
    """A Telegram on this machine: one bot, and the people that a test makes up.

    Its memory is in this object: the bot may be killed and started again, the server may stop listening and
    begin again, and nothing is lost that Telegram would not lose.
    """

    def __init__(
        self,
        token: str = "123456:made-up",
        *,
        username: str = "made_up_bot",
        first_name: str = "Made-up bot",
        callback_seconds: float = 15.0,
        port: int = 0,
    ) -> None:
        """Choose the token that the bot must use; port 0 is any free one."""
        self.token = token
        self.port = port
        head = token.partition(":")[0]
        bot = {
            "id": int(head) if head.isdigit() else 123456,
            "is_bot": True,
            "first_name": first_name,
            "username": username,
        }
        self.state = State(bot, callback_seconds)
        self.faults = Faults()
        self.calls: list[Call] = []
        self.webhook: Webhook | None = None
        self._runner: web.AppRunner | None = None
        self._site: web.SockSite | None = None
        self._socket: socket.socket | None = None
        self._user_ids = itertools.count(FIRST_USER_ID)
        self._group_ids = itertools.count(FIRST_GROUP_ID, -1)

    @property
    def base_url(self) -> str:
        """The address; a client calls base_url + "/bot<token>/<method>"."""
        return f"http://127.0.0.1:{self.port}"

    async def __aenter__(self) -> Self:
        """Begin to listen."""
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close everything."""
        await self.close()

    async def start(self) -> None:
        """Begin to listen, in the running event loop."""
        self.webhook = Webhook(self.state.queue, self.state.now, self._act_on_answer)
        app = web.Application(client_max_size=LARGEST_REQUEST)
        app.router.add_route("*", "/bot{token}/{method}", self._handle)
        # A long poll of a bot that was killed must end with its connection.
        self._runner = web.AppRunner(app, access_log=None, handler_cancellation=True, shutdown_timeout=0.1)
        await self._runner.setup()
        await self.resume()

    async def close(self) -> None:
        """Stop for good."""
        await self.stop_listening()
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    async def stop_listening(self) -> None:
        """Be unreachable: connections break, new ones are refused, the memory stays."""
        if self.webhook is not None:
            await self.webhook.stop()
        if self._site is not None and self._socket is not None:
            # What was accepted takes some turns of the event loop to become a connection that can be broken; the
            # loop would lose it, open and mute, if the server were closed meanwhile.
            asyncio.get_running_loop().remove_reader(self._socket)
            for _ in range(3):
                await asyncio.sleep(0)
            await self._site.stop()
            self._site = None
        if self._runner is not None and self._runner.server is not None:
            for connection in list(self._runner.server.connections):
                if connection.transport is not None:
                    connection.transport.abort()

    async def resume(self) -> None:
        """Be reachable again, at the same address."""
        assert self._runner is not None
        assert self.webhook is not None
        if self._site is not None:
            return
        self._socket = socket.create_server(("127.0.0.1", self.port))
        self.port = self._socket.getsockname()[1]
        self._site = web.SockSite(self._runner, self._socket)
        await self._site.start()
        self.webhook.start()

    def advance(self, seconds: float) -> None:
        """Let time pass for Telegram: updates grow old, callback queries are lost."""
        self.state.shift += seconds

    def calls_of(self, method: str) -> list[Call]:
        """Give the calls of one method, in order."""
        return [call for call in self.calls if call.method == method]

    @property
    def refused(self) -> list[Call]:
        """The calls that were answered with an error."""
        return [call for call in self.calls if call.error is not None]

    @property
    def pending_update_count(self) -> int:
        """How many updates the bot has not confirmed."""
        return len(self.state.queue.pending())

    def inject(self, update: Any) -> int:
        """Put anything in the queue of updates; a dict gets an update_id unless it brings one."""
        return self.state.queue.add_raw(update)

    def user(
        self,
        first_name: str = "Ana",
        *,
        language_code: str | None = None,
        last_name: str | None = None,
        username: str | None = None,
        id: int | None = None,
        started: bool = False,
    ) -> User:
        """Make a person with a private chat; started: has written to the bot before."""
        person: dict[str, Any] = {
            "id": next(self._user_ids) if id is None else id,
            "is_bot": False,
            "first_name": first_name,
        }
        optional = {"last_name": last_name, "username": username, "language_code": language_code}
        person |= {name: value for name, value in optional.items() if value is not None}
        info = {key: value for key, value in person.items() if key not in {"is_bot", "language_code"}}
        chat = self._keep(Chat({**info, "type": "private"}, started=started))
        return User(self, chat, person)

    def group(self, title: str = "Neighbours", *, username: str | None = None, id: int | None = None) -> Group:
        """Make a supergroup with the bot in it, which sees every message there."""
        info: dict[str, Any] = {"id": next(self._group_ids) if id is None else id, "title": title}
        if username is not None:
            info["username"] = username
        return Group(self, self._keep(Chat({**info, "type": "supergroup"}, started=True)))

    def _keep(self, chat: Chat) -> Chat:
        if chat.id in self.state.chats:
            raise ValueError("there is a chat with this id already")
        self.state.chats[chat.id] = chat
        return chat

    async def _act_on_answer(self, method: str, params: Params) -> object:
        name = BY_LOWER_NAME[method.lower()]
        return await self._act(name, typed(name, params))

    async def _act(self, method: str, params: Params) -> Any:
        if simple := SIMPLE.get(method):
            return simple(self.state, params)
        assert self.webhook is not None
        if method == "getUpdates":
            # getUpdates: "This method will not work if an outgoing webhook is set up."
            if self.webhook.url:
                raise conflict(
                    "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
                )
            self.state.queue.allow(params.get("allowed_updates"))
            return await self.state.queue.poll(
                params.get("offset", 0), params.get("limit", 100), params.get("timeout", 0)
            )
        if method == "getWebhookInfo":
            return self.webhook.info()
        await self.webhook.set(params)
        if self.webhook.url:
            self.state.queue.stop_poll(conflict("terminated by setWebhook request"))
        return True

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        at = time.monotonic()
        # Authorizing your bot: "Each bot is given a unique authentication token when it is created."
        if request.match_info["token"] != self.token:
            return _reply(Refusal(401, UNAUTHORIZED))
        method = BY_LOWER_NAME.get(request.match_info["method"].lower())
        if method is None:
            self.calls.append(Call(request.match_info["method"], {}, at, NOT_FOUND))
            return _reply(Refusal(404, NOT_FOUND))
        call = Call(method, {}, at)
        self.calls.append(call)
        try:
            call.parameters = await read_parameters(request, method)
            fault = self.faults.take(method, call.parameters)
            if fault is None:
                call.result = await self._act(method, call.parameters)
            else:
                await self._with_fault(fault, call, request)
                if fault.body is not None:
                    return web.Response(body=fault.body, content_type="application/json")
        except Refusal as refusal:
            call.error = refusal.description
            return _reply(refusal)
        # Making requests: "If 'ok' equals True, the request was successful and the result of the query can be
        # found in the 'result' field."
        return _json({"ok": True, "result": call.result}, 200)

    async def _with_fault(self, fault: Fault, call: Call, request: web.Request) -> None:
        await asyncio.sleep(fault.seconds)
        if fault.refusal is not None:
            raise fault.refusal
        if not fault.drop or fault.after_acting:
            call.result = await self._act(call.method, call.parameters) if fault.body is None else None
        if fault.drop:
            call.error = "connection dropped"
            if request.transport is not None:
                request.transport.abort()
            # The connection is gone: nothing of an answer may be made.
            raise asyncio.CancelledError


def _reply(refusal: Refusal) -> web.Response:
    return _json(refusal.answer(), refusal.status)


def _json(body: dict[str, Any], status: int) -> web.Response:
    return web.Response(body=json.dumps(body).encode(), status=status, content_type="application/json")
