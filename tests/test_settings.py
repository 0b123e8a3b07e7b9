"""Settings: what fits is taken as people write it, what does not is one clear line at start."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from bot.settings import Settings, SettingsError, read_settings
from tests.conftest import ROOT


def settings(monkeypatch: pytest.MonkeyPatch, **environment: str) -> Settings:
    """The settings of a process with this environment and no other setting."""
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    return read_settings()


BAD = [
    *(("TELEGRAM_BOT_TOKEN", token) for token in ("123:a b", "²:x", "123:é", "x:abc", "123:", ":abc", "123:a:b")),
    *(
        ("TELEGRAM_API_URL", address)
        for address in (
            "http://",
            "http://[",
            "http://localhost:99999",
            "http://localhost:port",
            "http://:80",
            "http://local host",
            "ftp://localhost",
            "localhost:8081",
        )
    ),
    ("LOG_LEVEL", "loud"),
    ("CONTENT_DIR", "/no/such/folder"),
    ("CONTENT_DIR", __file__),
]


@pytest.mark.parametrize(("name", "value"), BAD)
def test_what_does_not_fit_is_one_line_that_names_the_setting(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    with pytest.raises(SettingsError, match=f"^{name}: .+$") as error:
        settings(monkeypatch, **{name: value})
    assert "\n" not in str(error.value)
    assert name != "TELEGRAM_BOT_TOKEN" or value not in str(error.value)


@pytest.mark.parametrize(
    "address", ["https://api.telegram.org", "http://localhost:8081", "http://127.0.0.1:8081", "http://[::1]:8081"]
)
def test_an_address_may_be_local(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    assert settings(monkeypatch, TELEGRAM_API_URL=f"{address}/").telegram_api_url == address


def test_a_token_is_taken_without_the_spaces_of_copying(monkeypatch: pytest.MonkeyPatch) -> None:
    found = settings(monkeypatch, TELEGRAM_BOT_TOKEN=" 123456:AA-made_up\n")
    assert found.telegram_bot_token == "123456:AA-made_up"


def test_a_log_level_may_be_written_small(monkeypatch: pytest.MonkeyPatch) -> None:
    assert settings(monkeypatch, LOG_LEVEL="debug").log_level == "DEBUG"


def test_a_content_folder_may_lie_in_the_home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "cards").mkdir()
    assert settings(monkeypatch, HOME=str(tmp_path), CONTENT_DIR="~/cards").content_dir == tmp_path / "cards"


def test_a_machine_without_time_zones_knows_the_day_in_new_york() -> None:
    command = "from zoneinfo import ZoneInfo; ZoneInfo('America/New_York')"
    environment = {**os.environ, "PYTHONTZPATH": ""}
    subprocess.run([sys.executable, "-c", command], cwd=ROOT, env=environment, check=True)
