"""The queue of updates, with getUpdates' rules."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from .errors import Refusal, bad, conflict

# Getting updates: "Incoming updates are stored on the server until the bot receives them either way, but they
# will not be kept longer than 24 hours."
KEPT_SECONDS = 24 * 3600
# Telegram holds a long poll no longer than this.
LONGEST_POLL = 50
FIRST_UPDATE_ID = 870_000_001
# getUpdates.allowed_updates: "Specify an empty list to receive all update types except chat_member,
# message_reaction, and message_reaction_count (default)."
ON_REQUEST = frozenset({"chat_member", "message_reaction", "message_reaction_count"})


@dataclass(frozen=True)
class Pending:
    """An update that the bot has not confirmed."""

    number: int
    payload: Any
    lane: int
    created: float


class UpdateQueue:
    """Keeps updates until they are confirmed."""

    def __init__(self, now: Callable[[], float]) -> None:
        """Start with an empty queue."""
        self._now = now
        self._pending: dict[int, Pending] = {}
        self._next = FIRST_UPDATE_ID
        self._allowed: frozenset[str] = frozenset()
        self._poll: asyncio.Future[None] | None = None
        self.on_add: Callable[[], None] | None = None

    @property
    def allowed(self) -> list[str]:
        """The kinds asked for; empty means the usual ones."""
        return sorted(self._allowed)

    def allow(self, kinds: object) -> None:
        """Take allowed_updates.

        "If not specified, the previous setting will be used."
        """
        if kinds is None:
            return
        if not isinstance(kinds, list) or not all(isinstance(kind, str) for kind in kinds):
            raise bad("can't parse allowed_updates JSON object")
        self._allowed = frozenset(kinds)

    def add(self, kind: str, content: dict[str, Any], lane: int) -> int | None:
        """Add an update of a kind that the bot asked for; None when it did not ask.

        allowed_updates: "this parameter doesn't affect updates created before the call to getUpdates": so it
        is asked when an update is made, not when it is fetched.
        """
        wanted = kind in self._allowed if self._allowed else kind not in ON_REQUEST
        return self.add_raw({kind: content}, lane) if wanted else None

    def add_raw(self, update: Any, lane: int = 0) -> int:
        """Add anything at all.

        Update.update_id: "Update identifiers start from a certain positive number and increase sequentially."
        """
        number = self._next
        self._next += 1
        payload = {"update_id": number, **update} if isinstance(update, dict) else update
        self._pending[number] = Pending(number, payload, lane, self._now())
        if self._poll is not None and not self._poll.done():
            self._poll.set_result(None)
        if self.on_add is not None:
            self.on_add()
        return number

    def pending(self) -> list[Pending]:
        """Give what waits, oldest first, without what has grown too old."""
        oldest = self._now() - KEPT_SECONDS
        # Updates are in the order of their making, so only the head of the queue can be too old.
        while self._pending:
            first = next(iter(self._pending.values()))
            if first.created >= oldest:
                break
            del self._pending[first.number]
        return list(self._pending.values())

    def confirm(self, offset: int) -> None:
        """Forget updates below an offset.

        getUpdates.offset: "An update is considered confirmed as soon as getUpdates is called with an offset
        higher than its update_id."
        """
        while self._pending and (number := next(iter(self._pending))) < offset:
            del self._pending[number]

    def remove(self, number: int) -> None:
        """Forget one update, delivered by webhook."""
        self._pending.pop(number, None)

    def clear(self) -> None:
        """Forget all: drop_pending_updates: "Pass True to drop all pending updates"."""
        self._pending.clear()

    def stop_poll(self, refusal: Refusal) -> None:
        """End the long poll that waits, if one does."""
        if self._poll is not None and not self._poll.done():
            self._poll.set_exception(refusal)

    async def poll(self, offset: int, limit: int, timeout: int) -> list[Any]:
        """Wait for updates as getUpdates does."""
        # getUpdates.limit: "Limits the number of updates to be retrieved. Values between 1-100 are accepted."
        # Telegram itself brings other values into these bounds; here they are a mistake.
        if not 1 <= limit <= 100:
            raise bad("limit must be between 1 and 100")
        # getUpdates.timeout: "Timeout in seconds for long polling. ... Should be positive".
        if timeout < 0:
            raise bad("timeout must not be negative")
        self.stop_poll(
            conflict("terminated by other getUpdates request; make sure that only one bot instance is running")
        )
        if offset > 0:
            self.confirm(offset)
        elif offset < 0:
            # getUpdates.offset: "The negative offset can be specified to retrieve updates starting from
            # -offset update from the end of the updates queue. All previous updates will be forgotten."
            waiting = self.pending()
            if len(waiting) > -offset:
                self.confirm(waiting[offset].number)
        if not self.pending() and timeout > 0:
            poll: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            self._poll = poll
            try:
                await asyncio.wait_for(poll, min(timeout, LONGEST_POLL))
            except TimeoutError:
                pass
            finally:
                if self._poll is poll:
                    self._poll = None
        return [update.payload for update in self.pending()[:limit]]
