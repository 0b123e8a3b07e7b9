"""`rights-bot doctor`: whatever keeps the bot from its work is a line that says what to do, and nothing is changed."""

from __future__ import annotations

import asyncio
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from email.utils import formatdate
from pathlib import Path

import asyncpg
import pytest

from bot.database.opening import database_at
from bot.database.schema import VERSION
from bot.doctor import content as content_checks
from bot.doctor import databases as databases_checks
from bot.doctor import examination
from bot.doctor import machine as machine_checks
from bot.doctor import telegram as telegram_checks
from bot.doctor.finding import Finding, looked
from bot.matching import index
from bot.settings import Settings
from tests.conftest import ROOT
from tests.databases import Place, PostgresServer
from tests.loopback import LoopbackTelegram

NOW = 1_790_000_000.0
NOBODY = 65534
LOOPBACK_WEBHOOK = "http://127.0.0.1:9"
"""A port at which nobody answers."""


@dataclass
class Told:
    """What a run of the command said: its exit status, and the level and words of each check."""

    status: int
    output: str

    def level(self, check: str) -> str:
        """The level of a check that has one line."""
        return self._line(check).split(" ", 1)[0]

    def words(self, check: str) -> str:
        """What it said of a check."""
        return self._line(check).partition(f" {check}: ")[2]

    def _line(self, check: str) -> str:
        (line,) = [line for line in self.output.splitlines() if f" {check}: " in line]
        return line


async def told(folder: Path, *options: str, **environment: str) -> Told:
    """What `python -m bot doctor` says with these settings; a database in ``folder`` unless they name another."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bot",
        "doctor",
        *options,
        cwd="/",
        env={
            "PATH": os.environ.get("PATH", ""),
            "PYTHONPATH": str(ROOT),
            "PYTHONDONTWRITEBYTECODE": "1",
            "DATABASE_URL": f"sqlite:///{folder / 'data' / 'counts.sqlite3'}",
            "OPERATOR": "The tests",
            "CONTACT": "tests@example.org",
            **environment,
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    output, _ = await process.communicate()
    assert process.returncode is not None
    text = output.decode()
    assert "Traceback" not in text
    assert all(line.startswith(("ok ", "warning ", "mend ")) for line in text.splitlines()), text
    return Told(process.returncode, text)


async def finding(monkeypatch: pytest.MonkeyPatch, check: str, settings: Mapping[str, str]) -> Finding:
    """What one check finds with these settings; those after it are not made."""
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    offline = "TELEGRAM_BOT_TOKEN" not in settings
    found = await asyncio.to_thread(
        lambda: next((one for name, one in examination.examine(offline) if name == check), None)
    )
    assert found is not None
    return found


@pytest.fixture
async def telegram() -> AsyncIterator[LoopbackTelegram]:
    async with LoopbackTelegram("123456:made-up-secret") as server:
        yield server


def environment(telegram: LoopbackTelegram, **more: str) -> dict[str, str]:
    """What a process needs to reach the loopback Telegram."""
    return {"TELEGRAM_BOT_TOKEN": telegram.token, "TELEGRAM_API_URL": telegram.base_url, **more}


async def test_a_bot_that_is_well_has_nothing_to_mend_and_nothing_is_written(
    telegram: LoopbackTelegram, tmp_path: Path
) -> None:
    found = await told(tmp_path, **environment(telegram))
    assert found.status == 0, found.output
    assert found.words("token") == "this is the bot @made_up_bot"
    for check in ("settings", "token", "webhook", "clock", "database", "content", "locales", "disk"):
        assert found.level(check) == "ok"
    assert telegram.token not in found.output
    assert not (tmp_path / "data").exists()
    assert {call.method for call in telegram.calls} == {"getMe", "getWebhookInfo"}


async def test_offline_nothing_is_asked_of_telegram(telegram: LoopbackTelegram, tmp_path: Path) -> None:
    found = await told(tmp_path, "--offline", **environment(telegram))
    assert found.status == 0
    assert not telegram.calls
    assert " token: " not in found.output


async def test_a_wrong_token_is_told_without_showing_it(telegram: LoopbackTelegram, tmp_path: Path) -> None:
    found = await told(tmp_path, **environment(telegram, TELEGRAM_BOT_TOKEN="123456:mistyped"))
    assert found.status == 1
    assert found.level("token") == "mend"
    assert "@BotFather" in found.words("token")
    assert "mistyped" not in found.output


async def test_a_telegram_that_cannot_be_reached_is_told(
    telegram: LoopbackTelegram, monkeypatch: pytest.MonkeyPatch
) -> None:
    await telegram.stop_listening()
    found = await finding(monkeypatch, "token", environment(telegram))
    assert found.level == "mend"
    assert found.told.startswith("127.0.0.1 cannot be reached (ConnectError)")
    assert telegram.token not in found.told


async def test_an_answer_that_cannot_be_read_is_told(
    telegram: LoopbackTelegram, monkeypatch: pytest.MonkeyPatch
) -> None:
    telegram.faults.garble("getMe")
    assert (await finding(monkeypatch, "token", environment(telegram))).level == "warning"


async def test_every_setting_that_does_not_fit_is_a_line_and_the_other_checks_go_on(tmp_path: Path) -> None:
    found = await told(
        tmp_path, TELEGRAM_BOT_TOKEN="123:secret word", PORT="many", DATABASE_URL="mysql://bot:hidden@db"
    )
    assert found.status == 1
    for name in ("TELEGRAM_BOT_TOKEN", "PORT", "DATABASE_URL"):
        assert f"mend     settings: {name}: " in found.output
    assert "secret word" not in found.output
    assert "hidden" not in found.output
    assert " database: " not in found.output
    assert found.level("content") == "ok"


async def test_a_webhook_in_the_way_of_polling_is_told(
    telegram: LoopbackTelegram, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert telegram.webhook is not None
    await telegram.webhook.set({"url": "https://elsewhere.example.org/123456:old-secret"})
    found = await finding(monkeypatch, "webhook", environment(telegram))
    assert found.level == "mend"
    assert found.told.startswith("Telegram posts to elsewhere.example.org, so polling gets nothing")
    assert "--remove-webhook" in found.told
    assert "old-secret" not in found.told


async def test_a_webhook_that_cannot_be_delivered_to_is_told_with_telegrams_words(
    telegram: LoopbackTelegram, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert telegram.webhook is not None
    await telegram.webhook.set({"url": f"{LOOPBACK_WEBHOOK}/telegram"})
    await telegram.user("Ana").says("hello")
    while telegram.webhook.error is None:  # noqa: ASYNC110
        await asyncio.sleep(0.02)
    found = await finding(monkeypatch, "webhook", environment(telegram, WEBHOOK_URL=LOOPBACK_WEBHOOK))
    assert found.level == "mend"
    assert '0 minutes ago Telegram could not deliver ("Connection refused"), messages waiting: 1' in found.told


@pytest.mark.parametrize(
    ("info", "ours", "level", "words"),
    [
        ({"url": ""}, None, "ok", "--polling"),
        ({"url": "", "pending_update_count": 3}, None, "ok", "messages waiting: 3"),
        ({"url": ""}, "https://bot.example.org", "warning", "--webhook"),
        ({"url": "https://bot.example.org/telegram"}, "https://bot.example.org", "ok", "posts to bot.example.org"),
        ({"url": "https://old.example.org/telegram"}, "https://bot.example.org", "mend", "another machine"),
        ({"url": "https://bot.example.org/"}, "https://bot.example.org", "mend", "is not WEBHOOK_URL with /telegram"),
    ],
)
def test_the_webhook_is_held_against_what_this_process_would_do(
    info: dict[str, object], ours: str | None, level: str, words: str
) -> None:
    found = telegram_checks.webhook_finding(info, ours, NOW)
    assert found.level == level
    assert words in found.told


@pytest.mark.parametrize(
    ("seconds_ago", "waiting", "level"),
    [(600, 2, "mend"), (600, 0, "warning"), (3 * 86400, 0, "ok"), (3e5, 500, "warning")],
)
def test_an_error_of_the_webhook_matters_while_it_is_new_or_messages_wait(
    seconds_ago: float, waiting: int, level: str
) -> None:
    info = {
        "url": "https://bot.example.org/telegram",
        "pending_update_count": waiting,
        "last_error_date": int(NOW - seconds_ago),
        "last_error_message": "Wrong response from the webhook: 502 Bad Gateway",
    }
    assert telegram_checks.webhook_finding(info, "https://bot.example.org", NOW).level == level


@pytest.mark.parametrize(("ahead", "words"), [(90, "90 s ahead of"), (-3600, "3600 s behind")])
def test_a_clock_that_is_wrong_by_more_than_a_minute_is_told(ahead: float, words: str) -> None:
    found = telegram_checks.clock_finding(formatdate(NOW, usegmt=True), NOW + ahead)
    assert found.level == "mend"
    assert words in found.told


def test_a_clock_that_is_nearly_right_is_well() -> None:
    assert telegram_checks.clock_finding(formatdate(NOW, usegmt=True), NOW + 50).level == "ok"
    assert telegram_checks.clock_finding(None, NOW).level == "warning"
    assert telegram_checks.clock_finding("yesterday", NOW).level == "warning"


async def test_the_clock_is_held_against_what_telegram_answers(
    telegram: LoopbackTelegram, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name, value in environment(telegram, DATABASE_URL=f"sqlite:///{tmp_path}/counts.sqlite3").items():
        monkeypatch.setenv(name, value)
    found = await asyncio.to_thread(lambda: dict(examination.examine(clock=lambda: time.time() + 120)))
    assert found["clock"].level == "mend"


async def test_a_database_in_use_is_well_and_left_as_it_was(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    database = database_at(place.url)
    async with database.transaction() as transaction:
        assert await transaction.version() == VERSION
    before = await asyncio.to_thread(place.columns)
    found = await finding(monkeypatch, "database", {"DATABASE_URL": place.url})
    await database.close()
    assert found.level == "ok"
    assert f"version {VERSION}; " in found.told
    assert await asyncio.to_thread(place.columns) == before


async def test_an_empty_database_stays_empty(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    if place.is_sqlite:
        place.path.parent.mkdir()
        sqlite3.connect(place.path).close()
    found = await finding(monkeypatch, "database", {"DATABASE_URL": place.url})
    assert found.level == "ok"
    assert "is empty" in found.told
    assert await asyncio.to_thread(place.columns) == {}


async def test_a_broken_file_is_told_and_stays_where_it_is(tmp_path: Path) -> None:
    file = tmp_path / "data" / "counts.sqlite3"
    file.parent.mkdir(mode=0o700)
    file.write_bytes(b"this is no database" * 1000)
    found = await told(tmp_path, "--offline")
    assert found.status == 1
    assert "is broken" in found.words("database")
    assert file.read_bytes() == b"this is no database" * 1000
    assert [path.name for path in file.parent.iterdir()] == [file.name]


async def test_a_file_with_a_broken_page_is_told(tmp_path: Path) -> None:
    file = tmp_path / "data" / "counts.sqlite3"
    database = database_at(f"sqlite:///{file}")
    async with database.transaction() as transaction:
        await transaction.execute("INSERT INTO cards VALUES (?)", [(f"card-{number}" * 9,) for number in range(999)])
    await database.close()
    whole = bytearray(file.read_bytes())
    whole[-8192:-4096] = os.urandom(4096)
    file.write_bytes(whole)
    assert "is broken" in databases_checks.sqlite_finding(file).told


def test_a_database_of_a_newer_version_and_one_that_is_held_are_told(tmp_path: Path) -> None:
    file = tmp_path / "counts.sqlite3"
    connection = sqlite3.connect(file, isolation_level=None)
    connection.execute(f"PRAGMA user_version = {VERSION + 1}")
    assert databases_checks.sqlite_finding(file).level == "mend"
    connection.execute("BEGIN EXCLUSIVE")
    assert "another program holds the file" in databases_checks.sqlite_finding(file, wait=0.05).told
    connection.close()


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("postgres://bot:hidden@127.0.0.1:9/name", "PostgreSQL cannot be reached"),
        ("postgres://bot:hidden@nowhere.invalid/name", "PostgreSQL cannot be reached"),
    ],
)
async def test_what_is_wrong_with_postgresql_is_told_without_the_password(
    monkeypatch: pytest.MonkeyPatch, address: str, words: str
) -> None:
    found = await finding(monkeypatch, "database", {"DATABASE_URL": address})
    assert found.level == "mend"
    assert words in found.told
    assert "hidden" not in found.told


async def test_a_postgresql_that_refuses_is_told(postgres: PostgresServer, monkeypatch: pytest.MonkeyPatch) -> None:
    nowhere = postgres.uri.replace("/postgres?", "/nowhere?", 1)
    found = await finding(monkeypatch, "database", {"DATABASE_URL": nowhere})
    assert "no database of the name" in found.told
    place = Place(await asyncio.to_thread(postgres.new))
    connection = await asyncpg.connect(place.url)
    await connection.execute("ALTER ROLE CURRENT_USER SET default_transaction_read_only = on")
    try:
        found = await finding(monkeypatch, "database", {"DATABASE_URL": place.url})
    finally:
        await connection.execute("ALTER ROLE CURRENT_USER RESET default_transaction_read_only")
        await connection.close()
    assert "may not write" in found.told


async def test_a_wrong_password_is_told_without_showing_it(
    postgres: PostgresServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = await asyncio.to_thread(postgres.guarded, "careful", "the-right-one", "a-hidden-one")
    found = await finding(monkeypatch, "database", {"DATABASE_URL": address})
    assert (found.level, "refuses the user or the password" in found.told) == ("mend", True)
    assert "hidden" not in found.told
    right = address.replace("a-hidden-one", "the-right-one")
    assert (await finding(monkeypatch, "database", {"DATABASE_URL": right})).level == "ok"


@contextmanager
def as_an_ordinary_user() -> Iterator[None]:
    """Root may write everywhere: so for a moment this process is another user, where it is root's."""
    if os.geteuid() != 0:
        yield
        return
    os.setresuid(NOBODY, NOBODY, 0)
    try:
        yield
    finally:
        os.setresuid(0, 0, 0)


@pytest.fixture
def public() -> Iterator[Path]:
    """A folder that other users of this machine reach; those of tests are closed to them."""
    folder = Path(tempfile.mkdtemp(prefix="doctor"))
    folder.chmod(0o755)
    try:
        yield folder
    finally:
        for path in folder.glob("*"):
            path.chmod(0o700)
        shutil.rmtree(folder)


async def test_a_folder_and_a_file_that_the_user_may_not_write_are_told(public: Path) -> None:
    data = public / "data"
    file = data / "counts.sqlite3"
    database = database_at(f"sqlite:///{file}")
    async with database.transaction():
        pass
    await database.close()
    for path, mode in ((file, 0o444), (file.with_name(f"{file.name}-journal"), 0o444), (data, 0o555)):
        path.chmod(mode)
    with as_an_ordinary_user():
        of_file, of_folder = databases_checks.sqlite_finding(file), machine_checks.disk_finding(data)
        inside = machine_checks.disk_finding(data / "deeper")
    for found in (of_file, of_folder, inside):
        assert found.level == "mend"
        assert "cannot be written: give" in found.told


async def test_a_file_where_the_data_folder_should_be_is_told(tmp_path: Path) -> None:
    (tmp_path / "data").touch()
    found = await told(tmp_path, "--offline")
    assert found.status == 1
    assert found.level("disk") == "mend"


async def test_a_data_folder_that_others_can_look_into_is_told(tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    data.chmod(0o755)
    found = machine_checks.disk_finding(data)
    assert found.level == "warning"
    assert f"`chmod 700 {data}`" in found.told
    data.chmod(0o700)
    assert machine_checks.disk_finding(data).level == "ok"


async def test_a_card_with_an_error_is_told_with_its_place(tmp_path: Path) -> None:
    content = tmp_path / "content"
    shutil.copytree(ROOT / "content", content)
    card = content / "cards" / "ice-at-school" / "en.md"
    card.write_text(card.read_text().replace("Title:", "Titel:", 1))
    found = await told(tmp_path, "--offline", CONTENT_DIR=str(content))
    assert found.status == 1
    assert found.level("content") == "mend"
    assert "cards/ice-at-school/en.md:1: " in found.words("content")


async def test_a_folder_without_cards_is_told(tmp_path: Path) -> None:
    (tmp_path / "content").mkdir()
    found = await told(tmp_path, "--offline", CONTENT_DIR=str(tmp_path / "content"))
    assert found.status == 1
    assert "no card can be shown" in found.words("content")


def test_an_index_that_is_not_there_and_cannot_be_made_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(index, "FOLDER", tmp_path / "index")
    found = content_checks.index_finding(ROOT / "content")
    assert found.level == "warning"
    assert "rights-bot build" in found.told
    (tmp_path / "file").touch()
    monkeypatch.setattr(index, "FOLDER", tmp_path / "file" / "index")
    assert content_checks.index_finding(ROOT / "content").level == "mend"


def test_a_machine_with_little_memory_is_told(tmp_path: Path) -> None:
    limit = tmp_path / "memory.max"
    limit.write_text("268435456\n")
    assert machine_checks.memory(limit) == 256 * 1024**2
    assert machine_checks.memory_finding(machine_checks.memory(limit)).level == "warning"
    limit.write_text("max\n")
    machine = machine_checks.memory(limit)
    assert machine is not None
    assert machine > 256 * 1024**2
    assert machine_checks.memory_finding(2 * 1024**3).level == "ok"
    assert machine_checks.memory_finding(None).level == "ok"


def test_a_bot_that_reads_groups_is_told() -> None:
    assert (
        telegram_checks.groups_finding({"can_join_groups": False, "can_read_all_group_messages": False}).level == "ok"
    )
    assert telegram_checks.groups_finding({"can_join_groups": True}).level == "warning"
    assert telegram_checks.groups_finding({"can_read_all_group_messages": True}).level == "mend"


@pytest.mark.parametrize("address", ["http://bot.example.org", "https://bot.example.org:8080"])
def test_an_address_that_telegram_would_not_post_to_is_told(address: str) -> None:
    settings = Settings.model_validate({"webhook_url": address, "operator": "We", "contact": "us@example.org"})
    assert [finding.level for finding in examination.settings_findings(settings, {})] == ["mend"]


def test_a_check_that_fails_is_a_finding_without_the_words_of_its_error() -> None:
    def fails() -> Finding:
        raise RuntimeError("the password is hidden")

    found = looked(fails)
    assert found.level == "mend"
    assert "RuntimeError" in found.told
    assert "hidden" not in found.told
