"""The clock of the machine jumps."""

from __future__ import annotations

import time
from functools import partial

from bot.messenger.lanes import MOST_A_MINUTE, NEWEST
from tests.faults.crowd import Crowd, undisturbed, within
from tests.faults.process import bot_and_telegram
from tests.faults.trial import Outcome, Stand, Trial


async def stepped(stand: Stand, hours: int) -> Outcome:
    """The clock jumps under the running process; then a chat writes too much, and has to wait a minute."""
    async with bot_and_telegram(stand.folder, start=False) as (telegram, bot):
        minute = stand.seconds(2, 60)
        added = bot.with_other_clock(minute)
        await bot.start()
        before = await Crowd(telegram).one_by_one(stand.times(4, 20))
        added.write_text(str(hours * 3600))
        jumped = time.monotonic()
        crowd, hasty = Crowd(telegram), telegram.user(language_code="en")
        for _ in range(MOST_A_MINUTE + 5):
            await hasty.says("Can I record ICE?")
        await crowd.ask_for(minute + 1)
        figures, late = await crowd.figures(), crowd.told_late()
        expected = MOST_A_MINUTE + 1 + NEWEST
        await within(30, lambda: len(hasty.messages) >= expected)
        waited = hasty.messages[-1].at - jumped
        return Outcome(
            f"{figures} (median before: {before.median:.2f} s); {late} begin, wrongly, by saying that they are late; "
            f"who wrote too much got {len(hasty.messages)} of {expected} messages, the last after {waited:.0f} s",
            figures.answered
            and undisturbed(figures, before)
            and not late
            and len(hasty.messages) == expected
            and waited < minute + 15,
        )


TRIALS = (
    Trial(
        "clock-ahead",
        "the clock jumps two hours ahead while the bot runs (the clock that the process reads)",
        "answers as fast as before, none of which says that it is late",
        partial(stepped, hours=2),
        beside=True,
    ),
    Trial(
        "clock-behind",
        "the clock jumps two hours back while the bot runs (the clock that the process reads)",
        "answers as fast as before; who writes too much waits a minute, not two hours",
        partial(stepped, hours=-2),
        beside=True,
    ),
)
