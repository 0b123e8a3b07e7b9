"""Input that is meant to harm, and too much of it."""

from __future__ import annotations

import asyncio
import random

import aiohttp

from bot.messenger.lanes import MOST_A_MINUTE, NEWEST
from bot.messenger.webhook import LARGEST_UPDATE, SECRET_HEADER
from tests.faults.crowd import Crowd, undisturbed, within
from tests.faults.process import TriedBot, bot_and_telegram
from tests.faults.trial import Outcome, Stand, Trial
from tests.running import PATIENCE, until

SEED = 20261122
LONGEST = 4096
WRITTEN = (
    "<b>bold</b><script>alert(1)</script> &amp; <a href='tg://user?id=1'>x</a>" * 20,
    "*bold* _italic_ `code` [x](http://example.org) ```\n| || ~~~ > # \\" * 20,
    "\u202e\u2066\u202dtfel ot thgir\u2069\u202c" * 100,
    "\u200b\u200c\u200d\ufeff\u2060" * 500,
    "🏳️‍🌈👨‍👩‍👧‍👦" * 300,
    "🇺🇸" * 1000,
    "Z̴̡͎a̸͖͑l̷̰̈́g̵͙̚o̴̜̽" * 200,
    "'; DROP TABLE counts; --",
    '" OR 1=1 UNION SELECT * FROM questions --',
    "../../../../etc/passwd",
    "%s %n {0} {bot.token} $(reboot) `id` ${jndi:ldap://x}",
    "\x00\x01\x1b[2J\x7f",
    "\r\n\r\nHTTP/1.1 200 OK\r\n",
    "a" * LONGEST,
    "1" * LONGEST,
    " ".join("ice" for _ in range(LONGEST // 4)),
    "?" * LONGEST,
    "\n" * (LONGEST - 1) + "x",
    "ि" * LONGEST,
    "ﷺ" * LONGEST,
    "/" * LONGEST,
    "/start ../../etc/passwd",
    "/start " + "A" * 64,
    "/start ice-at-school__../../en",
    "/start ' OR 1=1 --",
    "/start language.xx",
    "/language ../../x",
    "/stats",
    "/" + "x" * 64,
)
PRESSED = (
    "",
    "../../etc/passwd",
    "ice-at-school__../../secret",
    "__",
    "language.",
    "language.xx",
    "card.'; DROP TABLE counts; --",
    "\u202e\u200b",
    "x" * 64,
    "0.0.0.0",
)


def _of_everything(number: int) -> list[str]:
    """Texts of as many characters as Telegram takes, from all of Unicode."""
    chance = random.Random(SEED)
    characters = [chr(code) for code in range(1, 0x110000) if not 0xD800 <= code < 0xE000]
    return ["".join(chance.choices(characters, k=LONGEST)) for _ in range(number)]


def _posted() -> list[bytes]:
    deep = b'{"a":' * 100_000 + b"1" + b"}" * 100_000
    return [
        b"",
        b"no json",
        b"[" * (LARGEST_UPDATE - 1),
        deep,
        b'{"update_id": 1, "message": ' + deep[:900_000] + b"}",
        b'{"update_id": ' + b"9" * 100_000 + b"}",
        b'{"update_id": 2, "message": {"chat": {"id": 1e400}, "text": "\\ud800"}}',
        b'{"update_id": 3, "message": {"chat": {"id": "x", "type": []}, "text": {}}}',
        b'{"update_id": true, "callback_query": []}',
        b"\xff\xfe\x00",
        b"null",
        b'"text"',
        b"x" * (LARGEST_UPDATE + 1),
        b'{"text":"' + b"x" * (LARGEST_UPDATE - 20) + b'"}',
    ]


async def written(stand: Stand) -> Outcome:
    """People write and press what is meant to harm."""
    async with bot_and_telegram(stand.folder) as (telegram, bot):
        before, megabytes = await Crowd(telegram).one_by_one(stand.times(4, 20)), bot.megabytes
        texts = [*WRITTEN, *_of_everything(stand.times(5, 100))]
        users = [telegram.user(language_code="en", first_name="<i>\u202e{0}") for _ in (*texts, *PRESSED)]
        for user, text in zip(users, texts, strict=False):
            await user.says(text)
        for user, data in zip(users[len(texts) :], PRESSED, strict=True):
            await user.presses_data(data, message_id=7)
        await within(PATIENCE, lambda: all(user.messages for user in users))
        answered = sum(bool(user.messages) for user in users)
        after = await Crowd(telegram).one_by_one(stand.times(4, 20))
        return Outcome(
            f"{len(users)} sent, {answered} answered; afterwards: {after} (median before: {before.median:.2f} s); "
            f"memory {megabytes} -> {bot.megabytes} MB; files: {'as allowed' if bot.well_behaved else 'others'}",
            answered == len(users) and after.answered and undisturbed(after, before) and bot.well_behaved,
        )


async def posted(stand: Stand) -> Outcome:
    """Somebody who knows the address posts to it, with the secret and without."""
    async with bot_and_telegram(stand.folder, mode="--webhook", WEBHOOK_SECRET="word") as (telegram, bot):
        before, megabytes = await Crowd(telegram).one_by_one(stand.times(4, 20)), bot.megabytes
        crowd, taken, refused = Crowd(telegram), set[int](), set[int]()
        asking = asyncio.ensure_future(crowd.ask_for(stand.seconds(2, 10)))
        number = 0
        while not asking.done():
            for body in _posted():
                taken.add(await _post(bot, body, "word"))
                refused.add(await _post(bot, body, "wrong"))
                number += 2
        await asking
        figures = await crowd.figures()
        after = await Crowd(telegram).one_by_one(stand.times(4, 20))
        return Outcome(
            f"{number} posts, those without the secret got {sorted(refused)}, those with it {sorted(taken)}; "
            f"meanwhile: {figures}; afterwards: median {after.median:.2f} s (before: {before.median:.2f} s); "
            f"memory {megabytes} -> {bot.megabytes} MB",
            refused == {403}
            and taken == {200, 413}
            and figures.answered
            and after.answered
            and undisturbed(after, before)
            and bot.well_behaved,
        )


async def _post(bot: TriedBot, body: bytes, secret: str) -> int:
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{bot.webhook_url}/telegram", data=body, headers={SECRET_HEADER: secret}) as response,
    ):
        return response.status


async def flooded(stand: Stand) -> Outcome:
    """One chat sends three hundred messages at once; others ask beside it."""
    async with bot_and_telegram(stand.folder) as (telegram, bot):
        before, megabytes = await Crowd(telegram).one_by_one(stand.times(4, 20)), bot.megabytes
        hasty = telegram.user(language_code="en")
        for _ in range(300):
            await hasty.says("Can I record ICE?")
        crowd = Crowd(telegram)
        await crowd.ask_for(stand.seconds(2, 62))
        figures = await crowd.figures()
        expected = MOST_A_MINUTE + 1 + (0 if stand.quick else NEWEST)
        await until(lambda: len(hasty.messages) >= expected, "who wrote too much was not answered")
        told = sum(message.text.startswith("You write faster than I can answer") for message in hasty.messages)
        return Outcome(
            f"the others: {figures} (median before: {before.median:.2f} s); the one got {len(hasty.messages)} "
            f"messages, {told} of them to wait; memory {megabytes} -> {bot.megabytes} MB",
            figures.answered and figures.longest < 2 and told == 1 and len(hasty.messages) == expected,
        )


TRIALS = (
    Trial(
        "hostile-messages",
        "HTML, Markdown, marks that turn text around, emoji, SQL, paths, 4,096 characters of everything: written, in "
        "links and in buttons",
        "each gets an answer; nothing of it on disk or in the log; the next are answered as fast as before",
        written,
    ),
    Trial(
        "hostile-posts",
        "1 MB, deep and broken JSON posted to the webhook, with the secret and without",
        "refused or skipped; people are answered meanwhile, and as fast as before afterwards",
        posted,
        quick=False,
    ),
    Trial(
        "flood",
        "one chat sends 300 messages at once",
        "the others are answered within 2 s; that one is told once to wait, and its newest are answered later",
        flooded,
        beside=True,
    ),
)
