"""The server for programs without an event loop, such as benchmarks."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine
from types import TracebackType
from typing import Any, Self, TypeVar

from .server import LoopbackTelegram

T = TypeVar("T")


class ThreadedTelegram:
    """Runs a LoopbackTelegram in a thread of its own.

    with ThreadedTelegram() as threaded:
        user = threaded.telegram.user()
        threaded.run(user.says("hello"))
        reply = threaded.run(user.next_message())
    """

    def __init__(self, token: str = "123456:made-up", **options: Any) -> None:
        """Take what LoopbackTelegram takes."""
        self.telegram = LoopbackTelegram(token, **options)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="loopback-telegram", daemon=True)

    @property
    def base_url(self) -> str:
        """The server's address."""
        return self.telegram.base_url

    def run(self, work: Coroutine[Any, Any, T], timeout: float | None = None) -> T:
        """Do something in the server's event loop and wait for it."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(timeout)

    def __enter__(self) -> Self:
        """Begin to listen."""
        self._thread.start()
        self.run(self.telegram.start())
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close everything."""
        self.run(self.telegram.close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()
