"""The only way out for words of this program: our own records, and of errors nothing but their type and place.

Messages of exceptions, of the Telegram library and of its HTTP client can hold the token, names and texts. So one
handler passes records of loggers named ``bot`` alone, exceptions are printed as type and place, and the three hooks
that would print tracebacks are replaced.
"""

from __future__ import annotations

import asyncio
import json
import logging
import sys
import threading
import traceback
from types import TracebackType
from typing import Any

log = logging.getLogger("bot")


class _OursOnly(logging.Filter):
    def filter(self, record: logging.LogRecord) -> bool:
        # A formatted exception or stack could hold values of variables: only our own words pass.
        record.exc_info = record.exc_text = record.stack_info = None
        return record.name == "bot" or record.name.startswith("bot.")


class _Json(logging.Formatter):
    """A record as one JSON object, for platforms that collect such."""

    def format(self, record: logging.LogRecord) -> str:
        told = {"time": self.formatTime(record, "%Y-%m-%dT%H:%M:%S%z"), "level": record.levelname}
        return json.dumps({**told, "message": record.getMessage()}, ensure_ascii=False)


def set_up(level: str = "INFO", form: str = "plain") -> None:
    """Send our own records to standard error and close every other way out."""
    handler = logging.StreamHandler(sys.stderr)
    handler.addFilter(_OursOnly())
    plain = logging.Formatter("%(asctime)s %(levelname)s %(message)s", "%Y-%m-%d %H:%M:%S")
    handler.setFormatter(_Json() if form == "json" else plain)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    logging.raiseExceptions = False  # a broken record must not print its arguments
    logging.captureWarnings(True)
    sys.excepthook = _excepthook
    sys.unraisablehook = lambda unraisable: log_exception("an error outside a task", unraisable.exc_value)
    threading.excepthook = lambda caught: log_exception("an error in a thread", caught.exc_value)


def set_up_loop(loop: asyncio.AbstractEventLoop) -> None:
    """Give an event loop our handler, so that asyncio prints no task and no argument of one."""
    loop.set_debug(False)

    def handle(_: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        log_exception("an error in a task", context.get("exception"))

    loop.set_exception_handler(handle)


def describe(error: BaseException | None) -> str:
    """An exception as its type and the place in our code where it arose: never its text."""
    if error is None:
        return "unknown error"
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if "/bot/" in frame.filename.replace("\\", "/")] or frames
    place = ours[-1] if ours else None
    where = f" at {place.filename.replace(chr(92), '/').rpartition('/bot/')[2]}:{place.lineno}" if place else ""
    return f"{type(error).__name__}{where}"


def log_exception(what: str, error: BaseException | None) -> None:
    """Log that something failed: our words, the error's type and place."""
    log.error("%s (%s)", what, describe(error))


def _excepthook(kind: type[BaseException], error: BaseException, _: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        log.info("stopped")
    else:
        log_exception("the program failed", error)
