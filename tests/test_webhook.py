"""Updates by webhook: the real process, to which a loopback Telegram posts."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import aiohttp
import aiohttp.web
import pytest

from bot.messenger.webhook import LARGEST_UPDATE, SECRET_HEADER
from tests.databases import Place, PostgresServer, counts_in
from tests.loopback import LoopbackTelegram, User
from tests.running import PATIENCE, RunningBot, direct_answer, running, until

QUESTION = "Can ICE enter my child's school?"
ANSWER = direct_answer("ice-at-school")


async def posts(bot: RunningBot, body: bytes, secret: str = "") -> int:
    """The status that somebody gets who posts this to the bot."""
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{bot.webhook_url}/telegram", data=body, headers={SECRET_HEADER: secret}) as response,
    ):
        return response.status


async def gets(bot: RunningBot, path: str) -> tuple[int, Any]:
    async with aiohttp.ClientSession() as session, session.get(f"{bot.webhook_url}{path}") as response:
        return response.status, json.loads(await response.text())


async def test_a_question_is_answered_before_telegram_is_told_so(
    telegram: LoopbackTelegram, user: User, tmp_path: Path
) -> None:
    async with running(telegram, tmp_path, mode="--webhook") as bot:
        telegram.faults.delay("sendMessage", 1.0)
        await user.says(QUESTION)
        await until(lambda: bool(telegram.calls_of("sendMessage")), "nothing was sent")
        assert telegram.pending_update_count == 1
        assert (await user.next_message(PATIENCE)).text.startswith(ANSWER)
        await until(lambda: telegram.pending_update_count == 0, "the update was not confirmed")
        assert telegram.calls_of("getUpdates") == []
        status, health = await gets(bot, "/healthz")
        assert (status, health["well"]) == (200, True)
        assert health["cards"] > 50

        # SIGTERM leaves the webhook, so that Telegram keeps what comes until another process is there.
        assert await bot.terminate() == 0
        assert telegram.webhook is not None
        assert telegram.webhook.url == f"{bot.webhook_url}/telegram"
        await user.says(QUESTION)
        await bot.start()
        assert (await user.next_message(PATIENCE)).text.startswith(ANSWER)
        assert await bot.terminate() == 0
        assert bot.files() == {"data/counts.sqlite3", "data/counts.sqlite3-journal"} & bot.files()


async def test_whoever_is_not_telegram_is_refused(telegram: LoopbackTelegram, user: User, tmp_path: Path) -> None:
    async with running(telegram, tmp_path, mode="--webhook", WEBHOOK_SECRET="a-word_1") as bot:
        body = json.dumps(
            {
                "update_id": 5,
                "message": {"message_id": 1, "date": 1, "chat": user.chat.info, "from": user.person, "text": QUESTION},
            }
        ).encode()
        for wrong in ("", "a-word_", "a-word_11", "ñ"):
            assert await posts(bot, body, wrong) == 403
        assert user.messages == []
        assert await posts(bot, body, "a-word_1") == 200
        assert (await user.next_message()).text.startswith("This answer comes late")
        assert await posts(bot, body, "a-word_1") == 200  # a repeat
        await asyncio.sleep(0.3)
        assert len(user.messages) == 1


HOSTILE = [
    b"",
    b"no json",
    b"[" * 900_000,
    b'{"update_id": ' + b"9" * 100_000 + b"}",
    b'{"update_id": 1, "message": ' + b'{"a":' * 50_000 + b"1" + b"}" * 50_000 + b"}",
    b"\xff\xfe\x00",
    b'"text"',
    b'{"update_id": 3, "message": {"chat": {"id": 1e400}, "text": "\\ud800"}}',
]


async def test_hostile_requests_disturb_nobody(telegram: LoopbackTelegram, user: User, tmp_path: Path) -> None:
    async with running(telegram, tmp_path, mode="--webhook", WEBHOOK_SECRET="word") as bot:
        for body in HOSTILE:
            assert await posts(bot, body, "word") == 200
        assert await posts(bot, b"x" * (LARGEST_UPDATE + 1), "word") == 413
        assert (await user.asks(QUESTION, PATIENCE)).text.startswith(ANSWER)
        assert "Traceback" not in bot.stderr


async def test_polling_does_not_start_beside_a_webhook_and_says_how_to_remove_it(
    telegram: LoopbackTelegram, user: User, tmp_path: Path
) -> None:
    async with running(telegram, tmp_path / "web", mode="--webhook") as web:
        bot = RunningBot(telegram, tmp_path / "poll")
        await bot.launch()
        assert await bot.ends() == 1
        assert "run --polling --remove-webhook" in bot.log
        assert " ready: " not in bot.log
        await web.terminate()
    bot.arguments = ("run", "--polling", "--remove-webhook")
    await bot.start()
    assert (await user.asks(QUESTION, PATIENCE)).text.startswith(ANSWER)
    await bot.terminate()


@pytest.mark.parametrize(
    ("environment", "line"),
    [
        ({"WEBHOOK_URL": ""}, "WEBHOOK_URL: --webhook needs the public address"),
        ({"WEBHOOK_URL": "localhost"}, "WEBHOOK_URL: write the whole address"),
        ({"WEBHOOK_SECRET": "a b"}, "WEBHOOK_SECRET: write 1 to 256 letters"),
        ({"PORT": "0"}, "PORT: "),
    ],
)
async def test_a_bad_setting_is_one_clear_line(
    telegram: LoopbackTelegram, tmp_path: Path, environment: dict[str, str], line: str
) -> None:
    bot = RunningBot(telegram, tmp_path, mode="--webhook", **environment)
    await bot.launch()
    assert await bot.ends() == 1
    assert line in bot.log


async def test_a_port_that_is_taken_is_one_clear_line(telegram: LoopbackTelegram, tmp_path: Path) -> None:
    async with running(telegram, tmp_path / "first", mode="--webhook") as first:
        port = first.webhook_url.rpartition(":")[2]
        second = RunningBot(telegram, tmp_path / "second", mode="--webhook", PORT=port)
        await second.launch()
        assert await second.ends() == 1
        assert f"PORT: {port} cannot be used" in second.log


async def test_two_processes_share_the_work_and_one_is_killed_under_load(
    telegram: LoopbackTelegram, postgres: PostgresServer, tmp_path: Path
) -> None:
    place = Place(await asyncio.to_thread(postgres.new))
    people = [telegram.user(f"Person {number}", language_code="en") for number in range(120)]
    async with (
        running(telegram, tmp_path / "one", mode="--webhook", DATABASE_URL=place.url, WEBHOOK_SECRET="word") as one,
        running(telegram, tmp_path / "two", mode="--webhook", DATABASE_URL=place.url, WEBHOOK_SECRET="word") as two,
        Balancer(one.webhook_url, two.webhook_url) as address,
    ):
        assert telegram.webhook is not None
        await telegram.webhook.set({"url": f"{address}/telegram", "secret_token": "word", "max_connections": 40})
        for user in people[:60]:
            await user.says(QUESTION)
        await until(lambda: sum(bool(user.messages) for user in people) > 15, "nobody was answered")
        await two.kill()
        for user in people[60:]:
            await user.says(QUESTION)
        await until(lambda: all(user.messages for user in people), "somebody was not answered")
        await until(lambda: telegram.pending_update_count == 0, "an update was not confirmed")
        answers = sum(len(user.messages) for user in people)
        assert answers <= len(people) + 40  # twice at most what the killed process had in flight
        # A language that was chosen at one process is known to the other: it is kept at Telegram.
        await people[0].presses_data("language.es", message_id=7)
        await until(
            lambda: people[0].command_menu()[3]["description"].startswith("Español"), "the language was not kept"
        )
        await two.start()
        await telegram.webhook.set({"url": f"{two.webhook_url}/telegram", "secret_token": "word"})
        people[0].forget_messages()
        assert (await people[0].asks(QUESTION, PATIENCE)).text.startswith(direct_answer("ice-at-school", "es"))
        assert [await one.terminate(), await two.terminate()] == [0, 0]
    answered = sum(row[4] for row in await asyncio.to_thread(counts_in, place) if row[3] == "answered")
    assert answered >= 90  # what the killed process had not yet written is gone with it


class Balancer:
    """A load balancer as platforms have one: posts go to each process in turn, and on to the next if one is gone."""

    def __init__(self, *targets: str) -> None:
        self._targets = list(targets)
        self._runner: aiohttp.web.AppRunner | None = None

    async def __aenter__(self) -> str:
        app = aiohttp.web.Application()
        app.router.add_post("/telegram", self._pass_on)
        self._session = aiohttp.ClientSession()
        self._runner = aiohttp.web.AppRunner(app, access_log=None)
        await self._runner.setup()
        site = aiohttp.web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        return f"http://127.0.0.1:{self._runner.addresses[0][1]}"

    async def __aexit__(self, *_: object) -> None:
        await self._session.close()
        assert self._runner is not None
        await self._runner.cleanup()

    async def _pass_on(self, request: aiohttp.web.Request) -> aiohttp.web.Response:
        body = await request.read()
        target = self._targets[0]
        self._targets.append(self._targets.pop(0))
        try:
            async with self._session.post(f"{target}/telegram", data=body, headers=request.headers) as response:
                return aiohttp.web.Response(status=response.status)
        except aiohttp.ClientError:
            return aiohttp.web.Response(status=502)
