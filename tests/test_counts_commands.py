"""What maintainers do with the counts: figures, open data, /stats on Telegram, questions, backups. The real program."""

from __future__ import annotations

import asyncio
import csv
import datetime as dt
import io
import json
import os
import stat
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.cards.model import Library
from bot.conversation.conversation import today_in_new_york
from bot.counts.count import Count, Outcome
from bot.counts.store import Key
from bot.kept import Kept, kept_at
from bot.languages import Languages
from tests.conftest import ROOT
from tests.databases import Place
from tests.loopback import LoopbackTelegram
from tests.running import PATIENCE, running

MAINTAINER, STRANGER = 6_600_000_001, 6_600_000_002


def command(place: Place, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the program as a maintainer would."""
    return subprocess.run(
        [sys.executable, "-m", "bot", *arguments],
        env={"PATH": os.environ["PATH"], "DATABASE_URL": place.url, **environment},
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
    )


@pytest.fixture
async def kept(place: Place, library: Library, languages: Languages) -> AsyncIterator[Kept]:
    """Twelve weeks of counts, and an open one."""
    found = kept_at(place.url, library, languages)
    today = today_in_new_york()
    numbers: dict[Key, int] = {}
    for days in range(7 * 12):
        day = today - dt.timedelta(days=days)
        for place_in_list, card in enumerate(sorted(library.cards)):
            numbers[Key(day, Count(Outcome.ANSWERED, "es", card))] = 1 + place_in_list % 3
            numbers[Key(day, Count(Outcome.ANSWERED, "ko", card))] = 1
        numbers[Key(day, Count(Outcome.NONE, "ko"))] = 40
        numbers[Key(day, Count(Outcome.NOT_HELPFUL, "es", "tps"))] = 4
    await found.counts.add(numbers)
    yield found
    await found.database.close()


async def test_the_figures_come_in_every_form_and_leave_out_the_open_week(
    place: Place, kept: Kept, tmp_path: Path
) -> None:
    open_week = "{}-W{:02}".format(*today_in_new_york().isocalendar()[:2])
    table = await asyncio.to_thread(command, place, "stats")
    assert table.returncode == 0, table.stderr
    assert "What became of the messages" in table.stdout
    assert "ice-at-school" in table.stdout
    done = await asyncio.to_thread(command, place, "stats", "--format", "json")
    periods = json.loads(done.stdout)["periods"]
    assert len(periods) >= 10
    assert open_week not in {period["period"] for period in periods}
    done = await asyncio.to_thread(command, place, "stats", "--format", "html", "--output", str(tmp_path / "page.html"))
    assert done.returncode == 0, done.stderr
    page = (tmp_path / "page.html").read_text()
    assert "<script" not in page
    assert "messages, not people" in page
    done = await asyncio.to_thread(command, place, "stats", "--public", str(tmp_path / "open.json"))
    assert len(done.stdout.splitlines()) == 3
    rows = list(csv.DictReader(io.StringIO((tmp_path / "open-cards.csv").read_text())))
    assert {row["card"] for row in rows} >= {"tps", "ice-at-school"}
    # Nothing that comes out is a raw count.
    figures = [value for row in rows for column, value in row.items() if column not in {"period", "weeks", "card"}]
    assert all(value == "<5" or int(value) % 5 == 0 for value in figures)


async def test_a_maintainer_gets_the_figures_and_anybody_else_an_unknown_command(
    place: Place, kept: Kept, tmp_path: Path
) -> None:
    async with LoopbackTelegram() as telegram:
        maintainer = telegram.user("Mo", id=MAINTAINER, language_code="en", started=True)
        stranger = telegram.user("Sam", id=STRANGER, language_code="en", started=True)
        environment = {"DATABASE_URL": place.url, "ADMIN_IDS": f"{MAINTAINER}, 12"}
        async with running(telegram, tmp_path, **environment):
            assert (await stranger.asks("/stats", PATIENCE)).text.startswith("I do not know this button or command.")
            figures = await maintainer.asks("/stats", PATIENCE)
            assert figures.raw["photo"]
            assert "ko" in figures.raw["caption"] or "Korean" in figures.raw["caption"]
            group = telegram.group("Neighbours")
            await group.says(maintainer, "/stats")
            await maintainer.asks("/menu", PATIENCE)
            assert group.messages == []
        telegram.state.chats[MAINTAINER].started = True
        done = await asyncio.to_thread(
            command,
            place,
            "stats",
            "--send",
            TELEGRAM_BOT_TOKEN=telegram.token,
            TELEGRAM_API_URL=telegram.base_url,
            ADMIN_IDS=str(MAINTAINER),
        )
        assert done.returncode == 0, done.stderr
        maintainer.forget_messages()
        to_do = maintainer.messages[-1]
        assert to_do.text.startswith("What to do about it")
        assert "ko: " in to_do.text
        assert "content/cards/tps/en.md" in to_do.text
        done = await asyncio.to_thread(
            command,
            place,
            "stats",
            "--send",
            TELEGRAM_BOT_TOKEN=telegram.token,
            TELEGRAM_API_URL=telegram.base_url,
            ADMIN_IDS="77",
        )
        assert done.returncode == 1
        assert "1 of 1 maintainers could not be reached: each must have written to the bot" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "environment", "line"),
    [
        (["stats", "--send"], {}, "TELEGRAM_BOT_TOKEN is not set: --send needs it"),
        (["stats", "--send"], {"TELEGRAM_BOT_TOKEN": "1:a"}, "ADMIN_IDS is not set"),
        (
            ["stats"],
            {"DATABASE_URL": "postgres://u:secret@127.0.0.1:1/x"},
            "the database of DATABASE_URL cannot be used",
        ),
        (["stats"], {"ADMIN_IDS": "@mo"}, "ADMIN_IDS: write the numbers of Telegram accounts"),
        (["questions", "--handled", "x"], {}, "no question is called `x`"),
        (["restore", "no-such-file"], {}, "no-such-file cannot be read: name a file that `rights-bot backup` wrote"),
    ],
)
def test_what_is_missing_is_said_in_one_line(
    tmp_path: Path, arguments: list[str], environment: dict[str, str], line: str
) -> None:
    done = command(Place(f"sqlite:///{tmp_path / 'counts.sqlite3'}"), *arguments, **environment)
    assert done.returncode == 1
    assert line in done.stderr.splitlines()[-1]
    assert "secret" not in done.stderr


async def test_without_any_counts_the_figures_say_so(tmp_path: Path) -> None:
    place = Place(f"sqlite:///{tmp_path / 'counts.sqlite3'}")
    for form in ("table", "json", "csv", "html"):
        done = await asyncio.to_thread(command, place, "stats", "--format", form)
        assert done.returncode == 0, done.stderr


async def test_questions_are_listed_and_deleted_by_name(place: Place, kept: Kept) -> None:
    await kept.hand_over("how do I get a ▇▇▇ licence", "en")
    await kept.hand_over("una pregunta", "es")
    listed = await asyncio.to_thread(command, place, "questions")
    lines = listed.stdout.splitlines()
    assert [line.split("  ", 3)[2:] for line in lines] == [["en", "how do I get a ▇▇▇ licence"], ["es", "una pregunta"]]
    done = await asyncio.to_thread(command, place, "questions", "--handled", lines[0].split()[0])
    assert done.stdout == "deleted: 1\n"
    assert [one.text for one in await kept.questions.waiting()] == ["una pregunta"]


async def test_a_backup_holds_the_counts_and_no_question_and_is_restored_elsewhere(
    place: Place, kept: Kept, tmp_path: Path
) -> None:
    await kept.tidy()
    await kept.hand_over("una pregunta", "es")
    file = tmp_path / "backup.json"
    done = await asyncio.to_thread(command, place, "backup", str(file))
    assert done.returncode == 0, done.stderr
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert "pregunta" not in file.read_text()
    elsewhere = Place(f"sqlite:///{tmp_path / 'elsewhere.sqlite3'}")
    done = await asyncio.to_thread(command, elsewhere, "restore", str(file))
    assert done.returncode == 0, done.stderr
    for query in ("SELECT * FROM counts ORDER BY 1, 2, 3, 4", "SELECT * FROM weeks ORDER BY 1, 2, 3, 4"):
        rows = await asyncio.to_thread(place.rows, query)
        assert sorted(rows) == sorted(await asyncio.to_thread(elsewhere.rows, query))
        assert rows
    done = await asyncio.to_thread(command, elsewhere, "restore", str(file))
    assert done.returncode == 1
    assert "the database has counts already" in done.stderr
    data = json.loads(file.read_text())
    data["weeks"][3][1] = "Ana Pérez"
    file.write_text(json.dumps(data))
    done = await asyncio.to_thread(command, Place(f"sqlite:///{tmp_path / 'third.sqlite3'}"), "restore", str(file))
    assert "row 4 of `weeks` is not a count: nothing was restored" in done.stderr
