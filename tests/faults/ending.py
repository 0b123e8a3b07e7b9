"""The process is killed, or told to stop, while forty people wait."""

from __future__ import annotations

import random
import time

from tests.faults.crowd import Crowd, within
from tests.faults.process import bot_and_telegram
from tests.faults.trial import Outcome, Stand, both_ways
from tests.running import PATIENCE

PEOPLE = 40
SEED = 20261122


async def killed(stand: Stand, mode: str) -> Outcome:
    """SIGKILL again and again, each time at another moment of answering forty people."""
    chance = random.Random(SEED)
    async with bot_and_telegram(stand.folder, mode=mode) as (telegram, bot):
        crowd, in_flight, times = Crowd(telegram), 0, stand.times(2, 20)
        for _ in range(times):
            await crowd.ask(PEOPLE)
            enough = crowd.reached + chance.randrange(PEOPLE)
            await within(PATIENCE, lambda: crowd.reached >= enough)  # noqa: B023
            await bot.kill()
            # Answered, but not yet confirmed to Telegram: only these may be answered again.
            chats = telegram.state.chats
            in_flight += sum(bool(chats[update.lane].received) for update in telegram.state.queue.pending())
            await bot.start()
        figures = await crowd.figures()
        status = await bot.terminate()
        return Outcome(
            f"{figures}; answered and not yet confirmed when it was killed, over {times} times: {in_flight}",
            not figures.lost and figures.again <= in_flight and status == 0 and bot.well_behaved,
        )


async def stopped(stand: Stand, mode: str) -> Outcome:
    """SIGTERM while half of forty are answered; then the bot is started again."""
    async with bot_and_telegram(stand.folder, mode=mode) as (telegram, bot):
        crowd, longest = Crowd(telegram), 0.0
        for _ in range(stand.times(1, 5)):
            enough = crowd.reached + PEOPLE // 4
            await crowd.ask(PEOPLE)
            for slow in crowd.users[-PEOPLE // 2 :]:
                telegram.faults.delay("sendMessage", 1, chat_id=slow.id)
            await within(PATIENCE, lambda: crowd.reached >= enough)  # noqa: B023
            at = time.monotonic()
            status = await bot.terminate()
            longest = max(longest, time.monotonic() - at)
            if status:
                return Outcome(f"exit status {status}", passed=False)
            await bot.start()
        figures = await crowd.figures()
        counted = figures.answers - await bot.counted(figures.answers)
        return Outcome(
            f"{figures}; ended after {longest:.1f} s at most; {counted} counts missing",
            figures.answered and longest < 10 and not counted and bot.well_behaved,
        )


TRIALS = (
    *both_ways(
        "killed",
        "SIGKILL twenty times while 40 people wait",
        "each is answered; twice at most what was answered and not yet confirmed",
        killed,
    ),
    *both_ways(
        "stopped",
        "SIGTERM five times while 40 people wait",
        "nothing is lost, nothing twice, all counted; it ends within 10 s",
        stopped,
        quick={"webhook"},
    ),
)
