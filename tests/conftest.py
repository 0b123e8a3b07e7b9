"""What the tests share: real content, a fixed day, and the bot as a process beside a loopback Telegram."""

from __future__ import annotations

import datetime as dt
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from bot.cards.library import CONTENT, load_library
from bot.cards.model import Library
from bot.conversation.conversation import Conversation
from bot.languages import Languages, load_languages
from bot.loading import Understanding
from tests.databases import Place, PostgresServer, postgres_server
from tests.loopback import LoopbackTelegram, User

settings.register_profile("ours", deadline=None)  # how fast something is, benchmarks tell: a busy machine is slow
settings.load_profile("ours")

TODAY = dt.date(2026, 11, 21)
"""The tests' today: the calendar must not turn them red when a review falls due."""
ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def languages() -> Languages:
    """The real languages with their catalogues."""
    return load_languages()


@pytest.fixture(scope="session")
def library(languages: Languages) -> Library:
    """The real content."""
    return load_library(CONTENT, languages)


@pytest.fixture(scope="session")
def conversation(languages: Languages, library: Library) -> Conversation:
    """The real conversation, on a day that does not change."""
    return Conversation(library, languages, understood(library, languages), today=lambda: TODAY)


@pytest.fixture
async def telegram() -> AsyncIterator[LoopbackTelegram]:
    """A Telegram of the test's own."""
    async with LoopbackTelegram() as server:
        yield server


@pytest.fixture
def user(telegram: LoopbackTelegram) -> User:
    """Somebody who has written to the bot before, with a phone in English."""
    return telegram.user("Ana", language_code="en", started=True)


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """A PostgreSQL for all tests that want one."""
    with postgres_server() as server:
        yield server


@pytest.fixture(params=["sqlite", "postgres"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    """An empty database, of each kind in turn."""
    if request.param == "sqlite":
        return Place(f"sqlite:///{tmp_path / 'data' / 'counts.sqlite3'}")
    return Place(request.getfixturevalue("postgres").new())


def understood(library: Library, languages: Languages, meaning: bool = False) -> Understanding:
    """What finds the card for a question, once it is there: by letters alone unless ``meaning`` is wanted."""
    understanding = Understanding(library, languages, meaning=meaning).start()
    understanding.complete()
    return understanding
