"""docs/privacy.md says what is true: each test that it names exists, and each test of a promise is named."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from bot.handover.questions import KEPT_DAYS
from bot.messenger.memory import DELETABLE_FOR, MOST_CHATS, MOST_MESSAGES
from bot.settings import Settings
from tests.conftest import ROOT

TEXT = (ROOT / "docs" / "privacy.md").read_text(encoding="utf-8")
OWNERS = (ROOT / ".github" / "CODEOWNERS").read_text(encoding="utf-8")
NAMED = sorted(set(re.findall(r"`(tests/\w+\.py)::(\w+)`", TEXT)))
NOT_PROMISES = {
    # What the tests themselves rest on, or a part of what another one holds.
    "test_everybody_is_looked_for",
    "test_an_address_that_is_none_does_not_tell_its_password",
}


def names_of_tests_in(path: Path) -> set[str]:
    """The names of the tests of a file."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    functions = (node for node in tree.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))
    return {node.name for node in functions if node.name.startswith("test_")}


@pytest.mark.parametrize(("file", "name"), NAMED)
def test_every_test_that_is_named_exists(file: str, name: str) -> None:
    assert name in names_of_tests_in(ROOT / file)


@pytest.mark.parametrize("file", ["test_canary.py", "test_canary_mutations.py", "test_memory.py"])
def test_every_test_of_a_promise_is_named(file: str) -> None:
    named = {name for where, name in NAMED if where == f"tests/{file}"}
    assert names_of_tests_in(ROOT / "tests" / file) - named <= NOT_PROMISES


def test_every_promise_names_its_test() -> None:
    rows = TEXT.partition("## Promises")[2].partition("\n## ")[0].splitlines()
    promises = [row for row in rows if row.startswith("| ") and not row.startswith("| promise |")]
    assert len(promises) >= 10
    for row in promises:
        assert "`tests/" in row, row
        assert len(row.strip("|").split(" | ")) == 4, row


def test_the_numbers_are_those_of_the_program() -> None:
    assert f"{MOST_CHATS:,} chats" in TEXT
    assert f"{MOST_MESSAGES:,} at most" in TEXT
    assert f"{DELETABLE_FOR / 3600:.0f} hours" in TEXT
    assert f"{KEPT_DAYS} days" in TEXT


def test_settings_files_and_pages_that_are_named_exist() -> None:
    settings = set(re.findall(r"`([A-Z]+_[A-Z_]+)\b", TEXT))
    assert settings
    assert {name.lower() for name in settings} <= set(Settings.model_fields)
    for name in re.findall(r"`((?:bot|content|docs|\.github)/[\w./-]+)`", TEXT):
        assert (ROOT / name).exists(), name


def test_the_page_can_be_read_in_one_sitting() -> None:
    assert len(TEXT.splitlines()) <= 180


def test_every_owned_path_exists_and_numbers_to_call_are_owned() -> None:
    lines = [line.split() for line in OWNERS.splitlines() if line and not line.startswith("#")]
    for path, owner in lines:
        assert list(ROOT.glob(path.strip("/"))), path
        assert owner.startswith("@")
    assert {"/content/resources.yaml", "/content/emergency/", "/docs/privacy.md"} <= {path for path, _ in lines}
