"""Requests to Telegram, over aiohttp: with its parser in C an answer costs a third less time than over httpx.

It also survives a request that is given up while it waits for a connection; httpcore loses a place in its pool for
good then, so that after a time without Telegram nobody would be answered any more.
"""

from __future__ import annotations

import json
import time
from contextlib import suppress
from email.utils import parsedate_to_datetime

import aiohttp
from telegram._utils.types import ODVInput
from telegram.error import NetworkError, TimedOut
from telegram.request import BaseRequest, RequestData

READ_TIMEOUT = 30.0
"""Seconds for Telegram to answer, also where it need not wait for anything: it may be slow."""
_CONNECT_WITHIN, _TURN_WITHIN = 10.0, 30.0
"""Seconds to connect, and to be given a connection where all are in use."""


class TelegramClock:
    """Unix time by Telegram's clock, which also dates messages: that of this machine may be wrong, or be set."""

    def __init__(self) -> None:
        self._ahead = 0.0

    def __call__(self) -> float:
        """Seconds; by our own clock until Telegram has told its time."""
        return time.time() + self._ahead

    def hear(self, date: str) -> None:
        """Take the time from the header ``Date`` of an answer (RFC 9110); what is no date tells nothing."""
        with suppress(ValueError):
            self._ahead = parsedate_to_datetime(date).timestamp() - time.time()


class TelegramRequest(BaseRequest):
    """A pool of connections that are kept open, as the library's Bot takes it."""

    def __init__(
        self, connections: int, clock: TelegramClock | None = None, read_timeout: float = READ_TIMEOUT
    ) -> None:
        """``clock`` hears Telegram's time; ``read_timeout``: seconds for it to answer where the caller does not say."""
        self._connections = connections
        self._read_timeout = read_timeout
        self._clock = clock or TelegramClock()
        self._session: aiohttp.ClientSession | None = None

    @property
    def read_timeout(self) -> float:
        """Seconds for Telegram to answer."""
        return self._read_timeout

    async def initialize(self) -> None:
        """Connections are opened when they are first needed."""

    async def shutdown(self) -> None:
        """Close all connections."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
        write_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
        connect_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
        pool_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
    ) -> tuple[int, bytes]:
        """Status and body of Telegram's answer; of the times only ``read_timeout`` (seconds) is looked at."""
        seconds = read_timeout if isinstance(read_timeout, (int, float)) else self._read_timeout
        timeout = aiohttp.ClientTimeout(connect=_TURN_WITHIN, sock_connect=_CONNECT_WITHIN, sock_read=seconds)
        body, headers = _body(request_data)
        try:
            async with self._pool().request(
                method, url, data=body, headers=headers, timeout=timeout, allow_redirects=False
            ) as answer:
                self._clock.hear(answer.headers.get("Date", ""))
                return answer.status, await answer.read()
        except TimeoutError as error:
            raise TimedOut from error
        except aiohttp.ClientError as error:
            raise NetworkError(type(error).__name__) from error  # its own words may tell the token

    def _pool(self) -> aiohttp.ClientSession:
        if self._session is None:
            connector = aiohttp.TCPConnector(limit=self._connections)
            self._session = aiohttp.ClientSession(
                connector=connector, headers={"User-Agent": self.USER_AGENT}, trust_env=True
            )
        return self._session


def _body(asked: RequestData | None) -> tuple[aiohttp.FormData | bytes | None, dict[str, str]]:
    """What is posted, with its headers: JSON, or a form where there are files."""
    if asked is None:
        return None, {}
    if not asked.contains_files:
        return json.dumps(asked.parameters).encode(), {"Content-Type": "application/json"}
    form = aiohttp.FormData(asked.json_parameters)
    for name, (file_name, content, kind) in asked.multipart_data.items():
        form.add_field(name, content, filename=file_name, content_type=kind)
    return form, {}
