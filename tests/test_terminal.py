"""The terminal: the same conversation, as a newcomer first meets it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT


def run(arguments: list[str], lines: str, tmp_path: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """`python -m bot` with piped lines."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("TELEGRAM_")}
    environment.setdefault("DATABASE_URL", f"sqlite:///{tmp_path}/counts.sqlite3")
    return subprocess.run(
        [sys.executable, "-m", "bot", *arguments],
        input=lines,
        capture_output=True,
        text=True,
        cwd=ROOT,
        env={**clean, **environment},
    )


def test_without_a_token_run_says_so_and_opens_the_chat(tmp_path: Path) -> None:
    done = run(["run"], "can ICE enter my child's school?\n", tmp_path)
    assert done.returncode == 0
    told = [line for line in done.stderr.splitlines() if "TELEGRAM_BOT_TOKEN" in line]
    assert told == ["TELEGRAM_BOT_TOKEN is not set: this is the same conversation in the terminal."]
    assert "The rule is no: public school staff are told not to let ICE in" in done.stdout
    assert "+1 800-354-0365" in done.stdout


def test_numbers_press_buttons_and_the_language_stays_chosen(tmp_path: Path) -> None:
    done = run(["chat"], "/start\n2\n/menu\n99\n", tmp_path)
    assert "Español" in done.stdout
    assert "There is no button 99: choose 1 to" in done.stdout
    assert done.stdout.count("Escuela") >= 2


def test_chat_answers_in_the_language_that_was_asked_for(tmp_path: Path) -> None:
    done = run(["chat", "--lang", "ar"], "/menu\n", tmp_path)
    assert "المدرسة" in done.stdout


@pytest.mark.parametrize("arguments", [["chat", "--lang", "klingon"], ["ask", "hello", "--lang", "xx"]])
def test_an_unknown_language_is_told_with_the_known_ones(arguments: list[str], tmp_path: Path) -> None:
    done = run(arguments, "", tmp_path)
    assert done.returncode == 2
    assert f"no language `{arguments[-1]}`: choose one of en, es, zh_Hans" in done.stderr


BAD_SETTINGS = [
    ({"TELEGRAM_BOT_TOKEN": "secret-but-wrong"}, "TELEGRAM_BOT_TOKEN: copy the whole token from @BotFather"),
    ({"TELEGRAM_API_URL": "localhost:8081"}, "TELEGRAM_API_URL: write the whole address"),
    (
        {"DATABASE_URL": "mysql://x"},
        "DATABASE_URL: write sqlite:////absolute/path/counts.sqlite3 or postgres://user:password@host:5432/name",
    ),
    ({"LOG_LEVEL": "LOUD"}, "LOG_LEVEL: Input should be 'DEBUG', 'INFO', 'WARNING' or 'ERROR'"),
]


@pytest.mark.parametrize(("environment", "line"), BAD_SETTINGS)
def test_a_bad_setting_is_one_clear_line(environment: dict[str, str], line: str, tmp_path: Path) -> None:
    done = run(["run"], "", tmp_path, **environment)
    assert done.returncode == 1
    assert line in done.stderr
    assert "Traceback" not in done.stderr
    assert "secret-but-wrong" not in done.stderr


def test_a_content_folder_that_is_not_there_is_one_clear_line(tmp_path: Path) -> None:
    done = run(["chat"], "can ICE enter my school?\n", tmp_path, CONTENT_DIR=str(tmp_path / "nowhere"))
    assert done.returncode == 1
    assert "is not a folder: write the path of a folder like content/, or leave the setting out" in done.stderr


def test_an_empty_content_folder_still_gives_a_number_to_call(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    done = run(["chat"], "can ICE enter my school?\n", tmp_path, CONTENT_DIR=str(tmp_path / "empty"))
    assert done.returncode == 0
    assert "no card could be loaded" in done.stderr
    assert "311" in done.stdout


def test_nothing_but_counts_is_written(tmp_path: Path) -> None:
    run(["chat"], "my name is Xochitl Canary and my boss did not pay me\n", tmp_path)
    files = sorted(path.name for path in tmp_path.iterdir())
    assert set(files) <= {"counts.sqlite3", "counts.sqlite3-journal"}
    for path in tmp_path.iterdir():
        assert b"Xochitl" not in path.read_bytes()


def test_ask_explain_names_the_phrasing_that_decided(tmp_path: Path) -> None:
    done = run(["ask", "my boss did not pay me", "--explain"], "", tmp_path)
    assert "Why: answer" in done.stdout
    assert "unpaid-wages" in done.stdout


def test_coverage_counts_every_card_in_every_language(tmp_path: Path) -> None:
    import json

    done = run(["coverage", "--format", "json"], "", tmp_path)
    found = json.loads(done.stdout)
    assert set(found["languages"]) == {"en", "es", "zh", "ru", "bn", "ht", "ko", "ar", "ur", "fr", "pl"}
    assert found["languages"]["en"]["translated"] == found["languages"]["en"]["cards"] == len(found["cards"])
