"""Meaning: a process of its own that can open nothing, is replaced when it dies or hangs, and has no last word."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.matching.building import telling
from bot.matching.deciding import decide
from bot.matching.examples import Phrasing
from bot.matching.learning import learn_meaning
from bot.matching.linear import VectorModel
from bot.matching.match import NOT_OURS, Candidate
from bot.matching.meaning.engine import DIMENSIONS
from bot.matching.meaning.process import LONGEST, MeaningProcess, installed
from tests.conftest import ROOT

pytestmark = pytest.mark.skipif(not installed(), reason="the extra rights-bot[meaning] is not installed")


@pytest.fixture(scope="module")
def engine() -> Iterator[MeaningProcess]:
    process = MeaningProcess()
    assert process.wait()
    yield process
    process.close()


def alive(engine: MeaningProcess) -> int:
    """The id of the process, as soon as there is one."""
    end = time.monotonic() + 30
    while not engine.running and time.monotonic() < end:
        engine.embed(["is anybody there"])
        time.sleep(0.05)
    assert engine.pid is not None
    return engine.pid


def test_texts_that_mean_the_same_are_nearer_than_texts_that_do_not(engine: MeaningProcess) -> None:
    texts = ["my boss did not pay me", "mi patrón no me pagó", "how do i enroll my child in school"]
    vectors = engine.embed(texts)
    assert vectors is not None
    assert vectors.shape == (3, DIMENSIONS)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-3)
    assert vectors[0] @ vectors[1] > vectors[0] @ vectors[2]


def test_a_text_means_the_same_alone_and_among_others(engine: MeaningProcess) -> None:
    alone, among = engine.embed(["is it safe"]), engine.embed(["a much longer text than that one", "is it safe"])
    assert alone is not None
    assert among is not None
    assert np.allclose(alone[0], among[1], atol=1e-4)


@given(st.text(max_size=2 * LONGEST))
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_text_gets_a_vector(engine: MeaningProcess, text: str) -> None:
    vectors = engine.embed([text], patience=60)  # whether there is one, not how soon
    assert vectors is not None
    assert np.isfinite(vectors).all()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\0" * 100,
        "a\0b",
        "\ud800\udfff\ud800",
        "😀" * 2000,
        "\u202e\u200b" * 500,
        "x" * 1_000_000,
        "ि" * 400,
        "\n" * 400,
    ],
    ids=["empty", "NULs", "NUL inside", "unpaired surrogates", "emoji", "marks", "1 MB", "vowel signs", "lines"],
)
def test_hostile_texts_get_a_vector(engine: MeaningProcess, text: str) -> None:
    vectors = engine.embed([text], patience=60)  # whether there is one, not how soon
    assert vectors is not None
    assert np.isfinite(vectors).all()


@pytest.mark.skipif(sys.platform != "linux", reason="/proc is Linux")
def test_the_running_process_has_given_up_its_rights(engine: MeaningProcess) -> None:
    process = Path(f"/proc/{alive(engine)}")
    limits = {line[:26].strip(): line[26:].split()[:2] for line in (process / "limits").read_text().splitlines()}
    assert limits["Max open files"] == ["0", "0"]
    assert limits["Max processes"] == ["0", "0"]
    assert limits["Max core file size"] == ["0", "0"]
    status = dict(line.split(":\t", 1) for line in (process / "status").read_text().splitlines() if ":\t" in line)
    assert status["NoNewPrivs"] == "1"
    assert "0" not in status["Uid"].split()
    if os.geteuid() == 0:
        assert {entry.name for entry in (process / "fd").iterdir()} == {"0", "1", "2"}
        assert (process / "environ").read_bytes() == b"OMP_NUM_THREADS=1\0"


ESCAPES = {
    "reading a file": "open('/etc/hostname').read()",
    "writing a file": "open('/tmp/escaped', 'w')",
    "listing a folder": "__import__('os').listdir('/')",
    "a connection": "__import__('socket').socket()",
    "a pipe": "__import__('os').pipe()",
    "a process": "__import__('os').fork()",
    "a program": "__import__('subprocess').run(['true'])",
    "more files again": "resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))",
    "more processes again": "resource.setrlimit(resource.RLIMIT_NPROC, (64, 64))",
    "root again": "__import__('os').setuid(0)",
}


@pytest.mark.skipif(sys.platform != "linux", reason="the limits of Linux")
@pytest.mark.parametrize("escape", ESCAPES.values(), ids=ESCAPES)
def test_nothing_leads_out_of_a_confined_process(escape: str) -> None:
    program = f"""
import resource, socket, subprocess, threading
from bot.matching.meaning.engine import confine
confine()
try:
    {escape}
except (OSError, ValueError) as error:
    print("held", type(error).__name__)
else:
    print("escaped")
"""
    command = [sys.executable, "-c", program]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False)
    assert done.stdout.startswith("held "), (done.stdout, done.stderr)


@pytest.mark.skipif(sys.platform != "linux", reason="/proc is Linux")
def test_the_bot_itself_cannot_be_looked_into(engine: MeaningProcess) -> None:
    import ctypes

    assert engine.running
    assert ctypes.CDLL(None).prctl(3, 0, 0, 0, 0) == 0  # PR_GET_DUMPABLE


@pytest.mark.skipif(sys.platform != "linux", reason="/proc is Linux")
@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGSTOP], ids=["killed", "hung"])
def test_a_process_that_dies_or_hangs_is_replaced(engine: MeaningProcess, how: signal.Signals) -> None:
    before = alive(engine)
    os.kill(before, how)
    start = time.monotonic()
    assert engine.embed(["is anybody there"], patience=0.5) is None
    assert time.monotonic() - start < 5
    assert alive(engine) != before
    assert engine.embed(["is anybody there"]) is not None


def test_a_closed_engine_stays_closed() -> None:
    engine = MeaningProcess()
    engine.wait()
    engine.close()
    assert engine.embed(["is anybody there"]) is None
    assert not engine.running


def test_vectors_are_learned_and_stored_without_loss() -> None:
    vectors = np.eye(DIMENSIONS, dtype=np.float32)[[0, 1, 0, 1, 2, 2]]
    model = learn_meaning(vectors, ["a", "b", "a", "b", "c", "c"])
    again = VectorModel.of(model.arrays())
    assert again.log_probabilities(vectors).argmax(axis=1).tolist() == [0, 1, 0, 1, 2, 2]
    assert np.allclose(np.exp(again.log_probabilities(vectors)).sum(axis=1), 1)


def test_the_phrasings_whose_meaning_is_worked_out_stay_the_same_when_others_come() -> None:
    phrasings = [Phrasing(f"question {number}", "card", "en") for number in range(50)]
    before = telling(phrasings)
    assert len(before) == 20
    after = telling([*phrasings, Phrasing("one more", "card", "en"), Phrasing("other", "card", "es")])
    assert len(set(before) & set(after)) >= 19


def candidate(card: str, probability: float, letters: float) -> Candidate:
    return Candidate(card, probability, 60.0, "a phrasing", "en", letters, 0.9)


def test_meaning_is_never_followed_against_the_letters() -> None:
    ranked = [candidate("a", 0.9, 0.1), candidate("b", 0.08, 0.4), candidate(NOT_OURS, 0.02, -1.0)]
    outcome, cards, reason = decide(ranked, words=8)
    assert (outcome, cards[0]) == ("suggest", "a")
    assert "letters speak for b" in reason
    agreed = [candidate("a", 0.9, 0.5), candidate("b", 0.08, 0.4), candidate(NOT_OURS, 0.02, -1.0)]
    assert decide(agreed, words=8)[:2] == ("answer", ["a"])
