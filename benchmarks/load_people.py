"""The people who ask: questions of tests/questions, from chats that the bot knows or from new ones each time."""

from __future__ import annotations

import asyncio
import csv
import itertools
import random
import time
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from tests.conftest import ROOT
from tests.loopback import LoopbackTelegram, User

SEED = 150
"""Of the order of questions and of their times: two runs ask the same."""
PATIENCE = 30.0
"""Seconds after which a question counts as not answered."""
KNOWN = 3000
"""Chats that take turns: so many that none writes twenty times a minute, at which the bot asks a chat to wait."""


@dataclass
class Asked:
    """What came of questions."""

    waited: list[float] = field(default_factory=list)
    """Seconds from each to the first message of its answer."""
    messages: int = 0
    """That the bot sent: an answer may have more than one."""
    unanswered: int = 0


class People:
    """Chats with one bot. Nothing that was written stays, so that the memory of this process does not grow."""

    def __init__(self, telegram: LoopbackTelegram) -> None:
        self._telegram = telegram
        self._questions = questions()
        self._known = deque(telegram.user() for _ in range(KNOWN))
        self._gone: deque[User] = deque()

    def known(self) -> User:
        """The chat that has been silent for longest."""
        self._known.rotate(-1)
        return self._known[-1]

    def new(self) -> User:
        """A chat that the bot has never met."""
        user = self._telegram.user()
        self._gone.append(user)
        if len(self._gone) > KNOWN:
            del self._telegram.state.chats[self._gone.popleft().id]
        return user

    async def ask(self, user: User, asked: Asked) -> None:
        """Ask the next question and wait for the first message of its answer."""
        chat = user.chat
        self._let_go(asked)
        chat.received.clear()
        chat.messages.clear()
        answered: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        chat.waiters[:] = [answered]
        begun = time.monotonic()
        await user.says(next(self._questions))
        try:
            await asyncio.wait_for(answered, PATIENCE)
            asked.waited.append(chat.received[0].at - begun)
        except TimeoutError:
            asked.unanswered += 1

    def _let_go(self, asked: Asked) -> None:
        """Count what the bot sent, and forget it."""
        asked.messages += len(self._telegram.calls_of("sendMessage"))
        self._telegram.calls.clear()

    async def in_turn(self, chats: Callable[[], User], at_once: int, until: Callable[[Asked], bool]) -> Asked:
        """Closed loop: so many questions in hand, each followed by the next as soon as it is answered."""
        asked = Asked()

        async def one_after_the_other() -> None:
            while not until(asked):
                await self.ask(chats(), asked)

        await asyncio.gather(*(one_after_the_other() for _ in range(at_once)))
        self._let_go(asked)
        return asked

    async def at_random(self, chats: Callable[[], User], rate: float, seconds: float) -> Asked:
        """Open loop: so many questions a second on average, by a Poisson process, however long the answers take."""
        asked = Asked()
        times = random.Random(SEED)
        async with asyncio.TaskGroup() as group:
            due = begun = time.monotonic()
            while (due := due + times.expovariate(rate)) < begun + seconds:
                await asyncio.sleep(max(0.0, due - time.monotonic()))
                group.create_task(self.ask(chats(), asked))
        return asked


def questions() -> Iterator[str]:
    """All questions in an order that mixes languages, for ever."""
    found = []
    for path in sorted((ROOT / "tests/questions").glob("*.tsv")):
        with path.open(encoding="utf-8", newline="") as file:
            found += [row["question"] for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)]
    random.Random(SEED).shuffle(found)
    return itertools.cycle(found)
