"""Telegram is away, slow, breaks off, refuses, garbles and repeats itself."""

from __future__ import annotations

import asyncio
import random
import time
from functools import partial
from typing import Any

import aiohttp

from bot.messenger.webhook import SECRET_HEADER
from tests.faults.crowd import Crowd, undisturbed
from tests.faults.process import bot_and_telegram
from tests.faults.trial import Outcome, Stand, Trial, both_ways
from tests.loopback import LoopbackTelegram
from tests.loopback.errors import Refusal, too_many_requests
from tests.loopback.faults import Fault
from tests.loopback.updates import UpdateQueue

ALWAYS = 10**9
SEED = 20261122


def _some_calls(telegram: LoopbackTelegram, method: str, share: float, **fault: Any) -> None:
    """Let a fault happen to a share of the calls, the same in each run."""
    chance = random.Random(SEED)
    telegram.faults.waiting.append(Fault(method, ALWAYS, only=lambda _: chance.random() < share, **fault))


async def away(stand: Stand, mode: str) -> Outcome:
    """Nothing reaches Telegram; people write meanwhile."""
    async with bot_and_telegram(stand.folder, mode=mode) as (telegram, bot):
        before, megabytes = await Crowd(telegram).one_by_one(stand.times(4, 20)), bot.megabytes
        crowd = Crowd(telegram)
        await telegram.stop_listening()
        await crowd.ask_for(stand.seconds(1.5, 120))
        await telegram.resume()
        back = time.monotonic()
        figures = await crowd.figures(since=back)
        after = await Crowd(telegram).one_by_one(stand.times(4, 20))
        return Outcome(
            f"{figures} after Telegram came back; memory {megabytes} -> {bot.megabytes} MB",
            figures.answered and figures.longest < 15 and after.answered and undisturbed(after, before),
        )


async def slow(stand: Stand, mode: str) -> Outcome:
    """Each call takes long, that for messages too."""
    async with bot_and_telegram(stand.folder, mode=mode) as (telegram, _):
        seconds = stand.seconds(2, 20)
        crowd = Crowd(telegram)
        telegram.faults.delay("*", seconds, times=ALWAYS)
        await crowd.ask(10)
        figures = await crowd.figures(patience=6 * seconds)
        telegram.faults.clear()
        # Messages come in, and answers go out, by one slow call each.
        return Outcome(str(figures), figures.answered and figures.longest < 3 * seconds + 3)


async def breaking_off(stand: Stand) -> Outcome:
    """Connections are reset, some before and some after Telegram did what was asked."""
    async with bot_and_telegram(stand.folder) as (telegram, _):
        _some_calls(telegram, "*", 0.15, drop=True)
        _some_calls(telegram, "*", 0.15, drop=True, after_acting=True)
        crowd = Crowd(telegram)
        await crowd.ask_for(stand.seconds(2, 10))
        figures = await crowd.figures()
        broken = [call for call in telegram.calls_of("sendMessage") if call.error and call.result]
        return Outcome(
            f"{figures}; {len(broken)} connections broke after the answer was taken",
            figures.answers == figures.asked and figures.again <= len(broken),
        )


async def failing(stand: Stand, mode: str) -> Outcome:
    """Telegram answers some calls with an error of its own."""
    async with bot_and_telegram(stand.folder, mode=mode) as (telegram, _):
        _some_calls(telegram, "*", 0.1, refusal=Refusal(500, "Internal Server Error"))
        crowd = Crowd(telegram)
        await crowd.ask_for(stand.seconds(2, 10))
        figures = await crowd.figures()
        return Outcome(f"{figures}; {len(telegram.refused)} calls failed", figures.answered and figures.longest < 15)


async def refusing_one(stand: Stand) -> Outcome:
    """Telegram tells one chat to wait, again and again; others ask beside it."""
    async with bot_and_telegram(stand.folder) as (telegram, _):
        before = await Crowd(telegram).one_by_one(stand.times(4, 20))
        one = Crowd(telegram)
        await one.ask()
        times = stand.times(3, 20)
        telegram.faults.answer_429("sendMessage", retry_after=1, times=times, chat_id=one.users[0].id)
        crowd = Crowd(telegram)
        await crowd.ask_for(times)
        others, it = await crowd.figures(), await one.figures()
        return Outcome(
            f"the others: {others} (before: {before.median:.2f} s); the one: answered after {it.longest:.1f} s",
            others.answered and it.answered and undisturbed(others, before),
        )


async def refusing_all(stand: Stand) -> Outcome:
    """Telegram tells every chat to wait."""
    async with bot_and_telegram(stand.folder) as (telegram, _):
        telegram.faults.waiting.append(Fault("sendMessage", ALWAYS, refusal=too_many_requests(2)))
        crowd = Crowd(telegram)
        await crowd.ask_for(stand.seconds(3, 30))
        telegram.faults.clear()
        figures = await crowd.figures(since=time.monotonic())
        return Outcome(f"{figures} after Telegram took messages again", figures.answered and figures.longest < 7)


async def garbling(stand: Stand, method: str) -> Outcome:
    """More than half of what Telegram says to a method is cut off or is a page of a proxy."""
    async with bot_and_telegram(stand.folder) as (telegram, _):
        _some_calls(telegram, method, 0.3, body=b'{"ok":true,"res')
        _some_calls(telegram, method, 0.3, body=b"<html>a proxy</html>")
        crowd = Crowd(telegram)
        await crowd.ask_for(stand.seconds(2, 20), every=0.2)
        figures = await crowd.figures()
        return Outcome(str(figures), figures.answered and figures.longest < 45)


class _Disordered(UpdateQueue):
    """Gives each update twice, and all in any order."""

    async def poll(self, offset: int, limit: int, timeout: int) -> list[Any]:
        found = 2 * await super().poll(offset, limit, timeout)
        return random.Random(SEED).sample(found, len(found))


async def disordered_polling(stand: Stand) -> Outcome:
    """Polling gives updates twice and out of order."""
    telegram = LoopbackTelegram()
    telegram.state.queue = _Disordered(telegram.state.now)
    async with bot_and_telegram(stand.folder, telegram) as (_, bot):
        crowd = Crowd(telegram)
        for _ in range(stand.times(5, 40)):
            await crowd.ask(10)
            await asyncio.sleep(0.2)
        figures = await crowd.figures()
        return Outcome(str(figures), figures.answered and "Traceback" not in bot.log)


async def disordered_webhook(stand: Stand) -> Outcome:
    """Somebody in between posts everything again: at once, later, and out of order."""
    async with bot_and_telegram(stand.folder, mode="--webhook", WEBHOOK_SECRET="word") as (telegram, bot):
        assert telegram.webhook is not None
        await telegram.webhook.stop()  # what it would deliver is posted below
        crowd = Crowd(telegram)
        await crowd.ask(stand.times(30, 300))
        updates = [update.payload for update in telegram.state.queue.pending()]
        posts = 3 * updates
        random.Random(SEED).shuffle(posts)
        telegram.state.queue.clear()
        async with aiohttp.ClientSession() as session:

            async def post(update: Any) -> int:
                headers = {SECRET_HEADER: "word"}
                async with session.post(f"{bot.webhook_url}/telegram", json=update, headers=headers) as answer:
                    return answer.status

            statuses = await asyncio.gather(*map(post, posts))
            statuses += await asyncio.gather(*map(post, updates))
        figures = await crowd.figures()
        return Outcome(f"{figures}; {len(statuses):,} posts, all taken", figures.answered and set(statuses) == {200})


async def counting_from_lower(stand: Stand) -> Outcome:
    """After a quiet week Telegram counts its updates from a lower number."""
    async with bot_and_telegram(stand.folder) as (telegram, _):
        crowd = Crowd(telegram)
        await crowd.one_by_one(5)
        telegram.state.queue._next = 1_000
        await crowd.one_by_one(5)
        await crowd.ask_for(stand.seconds(1, 5))
        figures = await crowd.figures()
        return Outcome(str(figures), figures.answered)


async def late(stand: Stand) -> Outcome:
    """Messages of eleven minutes ago, and of a minute ago, wait when the bot starts."""
    async with bot_and_telegram(stand.folder, start=False) as (telegram, bot):
        old, recent = Crowd(telegram), Crowd(telegram)
        await old.ask(20, age=660)
        await recent.ask(20, age=60)
        await bot.start()
        figures, others = await old.figures(), await recent.figures()
        told, wrongly = old.told_late(), recent.told_late()
        return Outcome(
            f"old ones: {figures.answers} of {figures.asked} answered, {told} of these begin by saying that they are "
            f"late; recent ones: {others.answers} of {others.asked} answered, {wrongly} say so",
            figures.answered and others.answered and told == figures.asked and not wrongly,
        )


TRIALS = (
    *both_ways(
        "telegram-away",
        "Telegram cannot be reached for 2 minutes",
        "nothing is lost; all answered within 15 s of its return, then as fast as before",
        away,
        quick={"polling"},
        beside=True,
    ),
    *both_ways(
        "telegram-slow",
        "each call to Telegram takes 20 s",
        "nothing is lost, nothing twice; answered within three calls",
        slow,
        quick=(),
        beside=True,
    ),
    Trial(
        "connections-reset",
        "30% of connections are reset, half of them after Telegram did what was asked",
        "nothing is lost; twice at most what had been taken when its connection broke",
        breaking_off,
        quick=False,
    ),
    *both_ways(
        "telegram-fails",
        "10% of calls are answered with 500",
        "nothing is lost, nothing twice",
        failing,
        quick=(),
    ),
    Trial(
        "too-many-requests-one",
        "Telegram answers 429 twenty times to one chat",
        "the others are answered as fast as before, that one afterwards",
        refusing_one,
        quick=False,
    ),
    Trial(
        "too-many-requests-all",
        "Telegram answers 429 (wait 2 s) to every chat for 30 s",
        "nothing is lost; all answered within 7 s afterwards",
        refusing_all,
        quick=False,
        beside=True,
    ),
    Trial(
        "garbled-getupdates",
        "60% of what getUpdates answers is no JSON",
        "nothing is lost, nothing twice; answered within 45 s",
        partial(garbling, method="getUpdates"),
        quick=False,
        beside=True,
    ),
    Trial(
        "garbled-sendmessage",
        "60% of what sendMessage answers is no JSON, and nothing was sent",
        "nothing is lost, nothing twice; answered within 45 s",
        partial(garbling, method="sendMessage"),
        quick=False,
        beside=True,
    ),
    Trial(
        "disordered-polling",
        "getUpdates gives each update twice, and all out of order",
        "each is answered once",
        disordered_polling,
    ),
    Trial(
        "disordered-webhook",
        "each update is posted four times, 900 posts at once, out of order",
        "each is answered once",
        disordered_webhook,
    ),
    Trial(
        "update-ids-start-again",
        "after a quiet week Telegram counts updates from a lower number",
        "nothing is lost, nothing twice",
        counting_from_lower,
    ),
    Trial(
        "late",
        "questions of eleven minutes ago wait when the bot starts",
        "each is answered, and the answer begins, in its language, by saying that it is late; those of a "
        "minute ago do not",
        late,
    ),
)
