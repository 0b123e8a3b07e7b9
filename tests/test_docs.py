"""The documents say what the program does: each command, setting, language and make target is in them."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import click
import pytest

from bot.cli import main
from bot.languages import Languages
from bot.settings import Settings
from tests.conftest import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", sorted(main.commands))
def test_every_command_is_in_the_readme(name: str) -> None:
    assert f"| `{name}" in README


@pytest.mark.parametrize("name", sorted(main.commands))
def test_every_option_of_a_command_is_in_the_readme(name: str) -> None:
    described = " ".join(line for line in README.splitlines() if line.startswith(f"| `{name}"))
    for parameter in main.commands[name].params:
        if isinstance(parameter, click.Option):
            assert parameter.opts[0] in described, f"{parameter.opts[0]} of {name} is not in the README"


@pytest.mark.parametrize("name", sorted(Settings.model_fields))
def test_every_setting_is_in_the_readmes_table(name: str) -> None:
    assert f"| `{name.upper()}` |" in README


def test_the_readmes_table_names_no_setting_that_does_not_exist() -> None:
    named = re.findall(r"^\| `([A-Z_]+)` \|", README, re.MULTILINE)
    assert {name.lower() for name in named} == set(Settings.model_fields)


def test_every_language_is_in_the_readme_by_its_own_name(languages: Languages) -> None:
    for language in languages.values():
        assert language.name in README


def test_every_make_target_that_the_documents_name_exists() -> None:
    targets = set(re.findall(r"^([a-z]+):", MAKEFILE, re.MULTILINE))
    named = set(re.findall(r"`make ([a-z]+)`|^make ([a-z]+)", README + CONTRIBUTING, re.MULTILINE))
    assert {name for pair in named for name in pair if name} <= targets


def test_ci_runs_the_readmes_test_command() -> None:
    assert "make test" in README
    assert "make test" in (ROOT / ".ci" / "run").read_text(encoding="utf-8")


def test_contributing_names_every_part_of_the_content() -> None:
    for path in (ROOT / "content").iterdir():
        if path.name not in {"LICENSE", "cards"}:
            assert f"content/{path.name}" in CONTRIBUTING


def test_the_lock_files_pin_every_dependency_with_hashes() -> None:
    for name in ("requirements.txt", "requirements-dev.txt"):
        text = (ROOT / name).read_text(encoding="utf-8")
        pinned = re.findall(r"^([a-z0-9.\-\[\]]+)==\S+(.*)$", text, re.MULTILINE)
        assert len(pinned) > 15
        assert all(rest.rstrip().endswith("\\") for _, rest in pinned)
        assert text.count("--hash=sha256:") >= len(pinned)


def test_the_readmes_transcript_is_what_the_terminal_says(tmp_path: Path) -> None:
    transcript = re.search(r"```console\n\$ echo \"(.*)\" \| make run\n(.*?)```", README, re.DOTALL)
    assert transcript
    question, told = transcript.groups()
    environment = {name: value for name, value in os.environ.items() if not name.startswith("TELEGRAM_")}
    environment["DATABASE_URL"] = f"sqlite:///{tmp_path}/counts.sqlite3"
    command = [sys.executable, "-m", "bot", "run"]
    done = subprocess.run(
        command, input=question, capture_output=True, text=True, cwd=ROOT, env=environment, check=True
    )
    said = {line.rstrip() for line in (done.stdout + done.stderr).splitlines()}
    for line in told.splitlines():
        assert line in said or line == "[...]", f"the README shows {line!r}"
