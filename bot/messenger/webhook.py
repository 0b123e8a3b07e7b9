"""Updates that Telegram posts to us. Each is answered before the 200: what is lost on the way, Telegram posts again."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import hmac
import json
import socket
from collections.abc import Callable
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from telegram import Bot
from telegram.error import BadRequest

from bot.logs import describe, log, log_exception
from bot.messenger.lanes import Lanes
from bot.messenger.receiving import insist
from bot.messenger.updates import ALLOWED, read_update, update_id
from bot.settings import Settings

PATH = "/telegram"
LARGEST_UPDATE = 1024 * 1024
"""Bytes of a request; an update with the longest text has some 20,000."""
SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"
_ANSWER_WITHIN = 50.0
"""Seconds after which Telegram is told to post an update again, before it gives up waiting by itself."""
_FINISH_WITHIN = 10


def secret_of(settings: Settings) -> str:
    """The word by which a request proves that it comes from Telegram; all processes of a bot have the same."""
    if settings.webhook_secret:
        return settings.webhook_secret
    return hashlib.sha256(f"webhook of {settings.telegram_bot_token}".encode()).hexdigest()


def web_app(lanes: Lanes, secret: str, cards: Callable[[], int]) -> Starlette:
    """The application: updates at PATH, and /healthz, which is well while there are cards."""

    async def take(request: Request) -> Response:
        given = request.headers.get(SECRET_HEADER, "")
        if not hmac.compare_digest(given.encode(), secret.encode()):
            return Response("the secret is wrong", 403)
        body = bytearray()
        try:
            async for part in request.stream():
                body += part
                if len(body) > LARGEST_UPDATE:
                    log.warning("a request that is too large was refused")
                    return Response("too large", 413)
        except ClientDisconnect:
            return Response(status_code=400)
        return await _answer(bytes(body), lanes)

    async def health(_: Request) -> Response:
        return JSONResponse({"well": cards() > 0, "cards": cards()}, 200 if cards() else 503)

    return Starlette(routes=[Route(PATH, take, methods=["POST"]), Route("/healthz", health)])


async def _answer(body: bytes, lanes: Lanes) -> Response:
    """200 when the update is answered, or is none: to be sent what can't be read again would help nobody."""
    try:
        raw = json.loads(body)
        received = read_update(raw) if update_id(raw) is not None else None
    except (ValueError, RecursionError) as error:
        log.warning("something that is not an update was skipped (%s)", describe(error))
        return Response()
    except Exception as error:
        log_exception("an update that cannot be read was skipped", error)
        return Response()
    if received is not None:
        try:
            # Shielded: whoever hangs up does not stop the answer, and a repeat waits for the same one.
            await asyncio.wait_for(asyncio.shield(lanes.enter(received)), _ANSWER_WITHIN)
        except TimeoutError:
            return Response("not answered yet", 503)
    return Response()


async def serve_by_webhook(
    bot: Bot,
    settings: Settings,
    lanes: Lanes,
    cards: Callable[[], int],
    stopping: asyncio.Event,
    on_ready: Callable[[], None],
) -> int:
    """Answer requests until ``stopping`` is set; the exit status. The webhook stays: Telegram keeps what comes."""
    try:
        listening = socket.create_server(("0.0.0.0", settings.port), backlog=2048)
    except OSError as error:
        log.error("PORT: %d cannot be used (%s): choose another", settings.port, error.strerror)
        return 1
    server = _server(web_app(lanes, secret_of(settings), cards))
    serving = asyncio.create_task(server.serve([listening]))
    try:
        status = await _set_webhook(bot, settings, stopping)
        if status == 0 and not stopping.is_set():
            on_ready()
            await stopping.wait()
    finally:
        server.should_exit = True
        await serving
        await lanes.finish(_FINISH_WITHIN)
    return status


async def _set_webhook(bot: Bot, settings: Settings, stopping: asyncio.Event) -> int:
    """Tell Telegram where to post; the exit status."""

    async def tell() -> None:
        await bot.set_webhook(
            f"{settings.webhook_url}{PATH}",
            secret_token=secret_of(settings),
            allowed_updates=ALLOWED,
            max_connections=settings.webhook_connections,
        )

    try:
        await insist(tell, stopping, "the webhook could not be set", hopeless=(BadRequest,))
    except BadRequest as error:
        log.error("Telegram refuses WEBHOOK_URL (%s): write https, port 443, 80, 88 or 8443", describe(error))
        return 1
    return 0


class _Server(uvicorn.Server):
    """The library's server without its own handling of signals: the process has one already."""

    def capture_signals(self) -> Any:
        return contextlib.nullcontext()


def _server(app: Starlette) -> _Server:
    return _Server(
        uvicorn.Config(
            app,
            lifespan="off",
            log_config=None,
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=_FINISH_WITHIN,
        )
    )
