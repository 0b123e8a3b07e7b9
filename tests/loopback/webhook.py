"""Delivery of updates to a webhook."""

from __future__ import annotations

import asyncio
import contextlib
import json
import re
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import urlsplit

import aiohttp

from .errors import Refusal, bad
from .parameters import Params
from .updates import Pending, UpdateQueue

RETRY_SECONDS = (0.05, 0.1, 0.2, 0.5, 1.0)
_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")
Act = Callable[[str, Params], Awaitable[object]]


class Webhook:
    """Posts updates to the bot, those of one chat in order, as many chats at once as the bot allows."""

    def __init__(self, queue: UpdateQueue, now: Callable[[], float], act: Act) -> None:
        """Start without an address."""
        self.url = ""
        self.secret = ""
        self.max_connections = 40
        self.error: tuple[int, str] | None = None
        self._queue = queue
        self._now = now
        self._act = act
        self._changed = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._under_way: dict[int, asyncio.Task[None]] = {}
        queue.on_add = self._changed.set

    async def set(self, params: Params) -> None:
        """setWebhook, or without an address deleteWebhook."""
        url: str = params.get("url", "")
        parts = urlsplit(url)
        # setWebhook.url: "HTTPS URL to send updates to. Use an empty string to remove webhook integration".
        # On the same machine there is no certificate, so plain HTTP to it is taken.
        if url and parts.scheme != "https" and parts.hostname not in {"127.0.0.1", "localhost", "::1"}:
            raise bad("bad webhook: An HTTPS URL must be provided for webhook")
        # setWebhook.secret_token: "1-256 characters. Only characters A-Z, a-z, 0-9, _ and - are allowed."
        secret: str = params.get("secret_token", "")
        if "secret_token" in params and not _SECRET.fullmatch(secret):
            raise bad("secret token contains unallowed characters")
        # setWebhook.max_connections: "The maximum allowed number of simultaneous HTTPS connections to the
        # webhook for update delivery, 1-100. Defaults to 40."
        connections: int = params.get("max_connections", 40)
        if not 1 <= connections <= 100:
            raise bad("max_connections must be between 1 and 100")
        self._queue.allow(params.get("allowed_updates"))
        if params.get("drop_pending_updates"):
            self._queue.clear()
        await self.stop()
        self.url, self.secret, self.max_connections, self.error = url, secret, connections, None
        self.start()

    def start(self) -> None:
        """Begin delivering, where there is an address."""
        if self.url and self._task is None:
            self._task = asyncio.create_task(self._run())

    async def stop(self) -> None:
        """Stop delivering."""
        tasks = [task for task in (self._task, *self._under_way.values()) if task is not None]
        self._task = None
        self._under_way = {}
        for task in tasks:
            task.cancel()
        for task in tasks:
            with contextlib.suppress(asyncio.CancelledError):
                await task

    def info(self) -> dict[str, Any]:
        """getWebhookInfo.

        "If the bot is using getUpdates, will return an object with the url field empty."
        """
        info: dict[str, Any] = {
            "url": self.url,
            "has_custom_certificate": False,
            "pending_update_count": len(self._queue.pending()),
        }
        if self.url:
            info["max_connections"] = self.max_connections
        if self._queue.allowed:
            info["allowed_updates"] = self._queue.allowed
        if self.error is not None:
            info["last_error_date"], info["last_error_message"] = self.error
        return info

    async def _run(self) -> None:
        timeout = aiohttp.ClientTimeout(total=60)
        async with aiohttp.ClientSession(timeout=timeout) as session:
            while True:
                self._changed.clear()
                for update in self._queue.pending():
                    if len(self._under_way) >= self.max_connections:
                        break
                    if update.lane not in self._under_way:
                        self._under_way[update.lane] = asyncio.create_task(self._deliver(session, update))
                await self._changed.wait()

    async def _deliver(self, session: aiohttp.ClientSession, update: Pending) -> None:
        """Post one update until it is taken.

        setWebhook: "In case of an unsuccessful request (a request with response HTTP status code different
        from 2XY), we will repeat the request and give up after a reasonable amount of attempts."
        """
        # setWebhook: "If specified, the request will contain a header 'X-Telegram-Bot-Api-Secret-Token' with
        # the secret token as content."
        headers = {"X-Telegram-Bot-Api-Secret-Token": self.secret} if self.secret else {}
        tries = 0
        while True:
            try:
                async with session.post(self.url, json=update.payload, headers=headers) as response:
                    if 200 <= response.status < 300:
                        await self._answered(await response.read())
                        break
                    words = f"Wrong response from the webhook: {response.status} {response.reason}"
            except (TimeoutError, aiohttp.ClientError) as error:
                words = "Read timeout expired" if isinstance(error, TimeoutError) else "Connection refused"
            self.error = (int(self._now()), words)
            await asyncio.sleep(RETRY_SECONDS[min(tries, len(RETRY_SECONDS) - 1)])
            tries += 1
        self._queue.remove(update.number)
        self._under_way.pop(update.lane, None)
        self._changed.set()

    async def _answered(self, body: bytes) -> None:
        """Act on a call in the answer.

        Making requests when getting updates: "If you're using webhooks, you can perform a request to the Bot
        API while sending an answer to the webhook."
        """
        if b'"method"' not in body:
            return
        # As at Telegram, nobody learns what came of it.
        with contextlib.suppress(ValueError, KeyError, Refusal):
            call = json.loads(body)
            if isinstance(call, dict) and isinstance(call.get("method"), str):
                await self._act(call.pop("method"), call)
