"""Faults that tests put in the way of calls."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from .errors import Refusal, too_many_requests
from .parameters import Params


@dataclass
class Fault:
    """What happens to the next calls of a method."""

    method: str
    times: int
    refusal: Refusal | None = None
    seconds: float = 0.0
    drop: bool = False
    after_acting: bool = False
    body: bytes | None = None
    only: Callable[[Params], bool] | None = None


class Faults:
    """The faults that wait for their calls. A method of "*" is any method."""

    def __init__(self) -> None:
        """Start without any."""
        self.waiting: list[Fault] = []

    def take(self, method: str, params: Params) -> Fault | None:
        """Find the fault for a call, and use it up."""
        for fault in self.waiting:
            if fault.method not in {method, "*"} or (fault.only is not None and not fault.only(params)):
                continue
            fault.times -= 1
            if fault.times <= 0:
                self.waiting.remove(fault)
            return fault
        return None

    def clear(self) -> None:
        """Take all faults away."""
        self.waiting.clear()

    def answer_429(self, method: str, *, retry_after: int = 1, times: int = 1, chat_id: int | None = None) -> None:
        """Answer with 429, for one chat or for all."""
        self._add(Fault(method, times, refusal=too_many_requests(retry_after)), chat_id)

    def answer_500(self, method: str, *, times: int = 1, chat_id: int | None = None) -> None:
        """Answer with 500."""
        self._add(Fault(method, times, refusal=Refusal(500, "Internal Server Error")), chat_id)

    def refuse(self, method: str, status: int, description: str, *, times: int = 1, chat_id: int | None = None) -> None:
        """Answer with any status and words."""
        self._add(Fault(method, times, refusal=Refusal(status, description)), chat_id)

    def drop(self, method: str, *, times: int = 1, after_acting: bool = False, chat_id: int | None = None) -> None:
        """Close the connection without an answer, before or after doing what was asked."""
        self._add(Fault(method, times, drop=True, after_acting=after_acting), chat_id)

    def delay(self, method: str, seconds: float, *, times: int = 1, chat_id: int | None = None) -> None:
        """Answer late."""
        self._add(Fault(method, times, seconds=seconds), chat_id)

    def garble(self, method: str = "getUpdates", *, body: bytes = b'{"ok":true,"res', times: int = 1) -> None:
        """Answer with a body that is not what it should be, with status 200."""
        self._add(Fault(method, times, body=body), None)

    def _add(self, fault: Fault, chat_id: int | None) -> None:
        if chat_id is not None:
            fault.only = lambda params: params.get("chat_id") == chat_id
        self.waiting.append(fault)
