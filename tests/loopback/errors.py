"""What the server answers when it refuses a call."""

from __future__ import annotations

from typing import Any


class Refusal(Exception):
    """A call that Telegram would refuse: status, words and, at times, parameters."""

    def __init__(self, status: int, description: str, parameters: dict[str, Any] | None = None) -> None:
        """Keep what the answer will say."""
        super().__init__(description)
        self.status = status
        self.description = description
        self.parameters = parameters

    def answer(self) -> dict[str, Any]:
        """Give the JSON body.

        Making requests: "In case of an unsuccessful request, 'ok' equals false and the error is explained
        in the 'description'. An Integer 'error_code' field is also returned".
        """
        body: dict[str, Any] = {"ok": False, "error_code": self.status, "description": self.description}
        if self.parameters is not None:
            body["parameters"] = self.parameters
        return body


def bad(words: str) -> Refusal:
    """Build a 400 with Telegram's prefix."""
    return Refusal(400, f"Bad Request: {words}")


def conflict(words: str) -> Refusal:
    """Build a 409, which two readers of the same updates get."""
    return Refusal(409, f"Conflict: {words}")


def too_many_requests(retry_after: int) -> Refusal:
    """Build a 429.

    ResponseParameters.retry_after: "In case of exceeding flood control, the number of seconds left to wait
    before the request can be repeated".
    """
    return Refusal(429, f"Too Many Requests: retry after {retry_after}", {"retry_after": retry_after})


NOT_FOUND = "Not Found: method not found"
UNAUTHORIZED = "Unauthorized"
