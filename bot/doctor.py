"""What keeps this bot from doing its work: a finding a check, each with what to do about it.

Every check takes plain data or looks at one place, and changes nothing there: no table is made, no file is written, no
setting at Telegram is touched. The token, passwords and ids are in no finding.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import sqlite3
import stat
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

import asyncpg
import httpx

from bot.cards.checks import check_content
from bot.conversation.conversation import today_in_new_york
from bot.database.address import data_folder, is_postgres, sqlite_path
from bot.database.schema import VERSION
from bot.faults import Faults
from bot.languages import LOCALES, catalogue_faults, load_languages
from bot.loading import load_content
from bot.logs import describe
from bot.matching import index
from bot.matching.checks import check_phrasings
from bot.matching.examples import examples
from bot.matching.meaning.process import installed
from bot.messenger.webhook import PATH
from bot.settings import TELEGRAM, Settings, SettingsError, read_settings

_WEBHOOK_PORTS = {None, 443, 80, 88, 8443}
_LOCAL = {"localhost", "127.0.0.1", "::1"}
_MOST_CLOCK_ERROR = 60.0
"""Seconds: with more, late answers are taken for early ones, and Telegram's certificates for out of date."""
_MANY_WAITING = 100
_LEAST_FREE = 200 * 1024**2
_LEAST_MEMORY = 400 * 1024**2
"""The bot has some 320 MB with meaning, some 200 MB without."""
_DAY = 24 * 3600.0
_PATIENCE = 10.0


@dataclass(frozen=True)
class Finding:
    """How a thing is: well, worth a look, or to be mended; what is the matter, and what to do."""

    level: Literal["ok", "warning", "mend"]
    told: str


@dataclass(frozen=True)
class Answer:
    """What Telegram answered; ``date`` is its clock, as HTTP writes it."""

    status: int
    result: Mapping[str, Any]
    date: str | None


Look = Callable[[], Finding]


def ok(told: str) -> Finding:
    """Nothing to do."""
    return Finding("ok", told)


def warning(told: str) -> Finding:
    """The bot works; somebody should know this."""
    return Finding("warning", told)


def mend(told: str) -> Finding:
    """The bot does not work, or loses something, until this is mended."""
    return Finding("mend", told)


def examine(offline: bool = False, clock: Callable[[], float] = time.time) -> Iterator[tuple[str, Finding]]:
    """Every check by name, in order, as soon as it is done; ``offline`` leaves out those that ask Telegram."""
    settings, faults = _settings()
    yield from (("settings", finding) for finding in settings_findings(settings, faults))
    if not offline and not {"TELEGRAM_BOT_TOKEN", "TELEGRAM_API_URL"} & faults.keys():
        yield from _telegram(settings, "WEBHOOK_URL" not in faults, clock)
    if "DATABASE_URL" not in faults:
        yield "database", _looked(lambda: database_finding(settings.database_url))
    if "CONTENT_DIR" not in faults:
        yield "content", _looked(lambda: content_finding(settings.content_dir))
        yield "index", _looked(lambda: index_finding(settings.content_dir))
    yield "locales", _looked(locales_finding)
    if "DATABASE_URL" not in faults:
        yield "disk", _looked(lambda: disk_finding(data_folder(settings.database_url)))
    yield "memory", _looked(lambda: memory_finding(memory()))


def _looked(look: Look) -> Finding:
    """What a check finds; that it fails is a finding too."""
    try:
        return look()
    except Exception as error:
        return mend(f"this could not be checked ({describe(error)}); if the bot works all the same, tell its authors")


def _settings() -> tuple[Settings, dict[str, str]]:
    """The settings, and what is wrong with those that do not fit: each of these is as if it were not set."""
    try:
        return read_settings(), {}
    except SettingsError as error:
        faults = dict(line.split(": ", 1) for line in str(error).splitlines())
    fields = Settings.model_fields
    unset = {name: fields[name].get_default(call_default_factory=True) for name in map(str.lower, faults)}
    return Settings.model_validate(unset), faults


def settings_findings(settings: Settings, faults: Mapping[str, str]) -> list[Finding]:
    """Each setting that does not fit, and what fits but does not go together."""
    found = [mend(f"{name}: {message}") for name, message in faults.items()]
    if not (settings.operator and settings.contact):
        found.append(
            warning(
                "OPERATOR and CONTACT are not both set: /about tells people that this is a trial run by nobody named"
            )
        )
    if settings.hand_over and is_postgres(settings.database_url):
        found.append(
            warning("HAND_OVER is on: PostgreSQL and its backups may keep a deleted question; see docs/privacy.md")
        )
    if settings.webhook_url and settings.telegram_api_url == TELEGRAM:
        address = urlsplit(settings.webhook_url)
        if address.scheme != "https" or address.port not in _WEBHOOK_PORTS:
            found.append(mend("WEBHOOK_URL: Telegram posts to https only, at port 443, 80, 88 or 8443"))
    return found or [ok("all fit")]


def _telegram(settings: Settings, knows_webhook: bool, clock: Callable[[], float]) -> Iterator[tuple[str, Finding]]:
    if settings.telegram_bot_token is None:
        yield (
            "token",
            warning("TELEGRAM_BOT_TOKEN is not set: `run` opens a chat in the terminal; @BotFather gives a token"),
        )
        return
    try:
        answer = ask_telegram(settings, "getMe")
        asked_at = clock()
    except httpx.HTTPError as error:
        yield "token", unreachable(settings.telegram_api_url, error)
        return
    yield "token", _looked(lambda: token_finding(answer))
    if answer.status == httpx.codes.OK:
        yield "groups", _looked(lambda: groups_finding(answer.result))
        if knows_webhook:
            yield (
                "webhook",
                _looked(
                    lambda: webhook_finding(
                        ask_telegram(settings, "getWebhookInfo").result, settings.webhook_url, clock()
                    )
                ),
            )
    yield "clock", _looked(lambda: clock_finding(answer.date, asked_at))


def ask_telegram(settings: Settings, method: str) -> Answer:
    """Ask for something without parameters; raises httpx.HTTPError."""
    address = f"{settings.telegram_api_url}/bot{settings.telegram_bot_token}/{method}"
    response = httpx.get(address, timeout=_PATIENCE)
    try:
        body = response.json()
    except ValueError:  # a page of some proxy
        body = {}
    result = body.get("result") if isinstance(body, dict) else None
    return Answer(response.status_code, result if isinstance(result, dict) else {}, response.headers.get("Date"))


def unreachable(api_url: str, error: Exception) -> Finding:
    """Telegram gave no answer."""
    return mend(
        f"{urlsplit(api_url).hostname} cannot be reached ({type(error).__name__}): see whether this machine has "
        "internet, whether a firewall lets it out to port 443, and TELEGRAM_API_URL where it is set"
    )


def token_finding(answer: Answer) -> Finding:
    """Whether Telegram knows the token, and whose it is."""
    if answer.status in {401, 404}:
        return mend("Telegram does not know TELEGRAM_BOT_TOKEN: copy it again from @BotFather (/mybots, API Token)")
    name = answer.result.get("username")
    if answer.status != httpx.codes.OK or not name:
        return warning(f"Telegram answered with {answer.status}: look again in some minutes")
    return ok(f"this is the bot @{name}")


def groups_finding(me: Mapping[str, Any]) -> Finding:
    """Whether strangers can take the bot into their groups, where others would read along."""
    if me.get("can_read_all_group_messages"):
        return mend("the bot reads every message of groups: @BotFather, /setprivacy, Enable")
    if me.get("can_join_groups"):
        return warning("the bot can be added to groups, where others read along: @BotFather, /setjoingroups, Disable")
    return ok("the bot is for private chats only")


def webhook_finding(info: Mapping[str, Any], webhook_url: str | None, now: float) -> Finding:
    """Whether messages come to where this process would take them."""
    url, waiting = str(info.get("url", "")), int(info.get("pending_update_count", 0))
    messages = f"messages waiting: {waiting}"
    if not url and webhook_url:
        return warning(f"none is set yet, {messages}: `rights-bot run --webhook` sets it when it starts")
    if not url:
        return ok(f"none, so `rights-bot run --polling` gets the messages; {messages}")
    if webhook_url is None:
        return mend(
            f"Telegram posts to {_host(url)}, so polling gets nothing ({messages}): set WEBHOOK_URL and "
            "`rights-bot run --webhook`, or once `rights-bot run --polling --remove-webhook`"
        )
    if url != f"{webhook_url}{PATH}":
        return mend(
            f"Telegram posts to {_host(url)}, which is not WEBHOOK_URL with {PATH}; {messages}: `rights-bot run "
            "--webhook` sets it anew. Is this token in use on another machine? Then stop that one"
        )
    told = str(info.get("last_error_message", ""))
    ago = now - float(info.get("last_error_date", 0))
    if told and ago < _DAY:
        said = f'{_ago(ago)} Telegram could not deliver ("{told}"), {messages}'
        if waiting:
            return mend(
                f"{said}: does `rights-bot run --webhook` run, and does {_host(url)} lead to its PORT by https?"
            )
        return warning(f"{said}: it has worked again since")
    if waiting > _MANY_WAITING:
        return warning(f"{messages}: if they do not get fewer, start another process")
    return ok(f"Telegram posts to {_host(url)}; {messages}")


def _host(url: str) -> str:
    return urlsplit(url).hostname or "an unreadable address"


def _ago(seconds: float) -> str:
    minutes = max(0, round(seconds / 60))
    return f"{minutes} minutes ago" if minutes < 120 else f"{minutes // 60} hours ago"


def clock_finding(date: str | None, now: float) -> Finding:
    """Whether this machine's clock goes with Telegram's; ``date`` is that of an HTTP answer."""
    try:
        ahead = now - parsedate_to_datetime(date or "").timestamp()
    except ValueError:
        return warning("Telegram's answer had no time, so the clock of this machine could not be compared")
    if abs(ahead) > _MOST_CLOCK_ERROR:
        direction = "ahead of" if ahead > 0 else "behind"
        return mend(
            f"the clock of this machine is {abs(ahead):.0f} s {direction} Telegram's: have it set by the network "
            "(`sudo timedatectl set-ntp true`)"
        )
    return ok("goes with Telegram's")


def database_finding(url: str) -> Finding:
    """Whether counts can be kept: what is tried is taken back."""
    return asyncio.run(postgres_finding(url)) if is_postgres(url) else sqlite_finding(sqlite_path(url))


def sqlite_finding(path: Path, wait: float = 5.0) -> Finding:
    """Whether a SQLite file is whole and can be written; ``wait`` is seconds for another program to let it go."""
    if not path.exists():
        return ok("there is none yet: the bot makes it when it starts")
    try:
        with closing(
            sqlite3.connect(f"{path.resolve().as_uri()}?mode=rw", uri=True, timeout=wait, isolation_level=None)
        ) as connection:
            connection.execute("PRAGMA journal_mode = TRUNCATE")
            connection.execute("BEGIN IMMEDIATE")
            version = int(connection.execute("PRAGMA user_version").fetchone()[0])
            connection.execute("CREATE TABLE doctor (looked INTEGER)")
            connection.execute("ROLLBACK")
            whole = connection.execute("PRAGMA quick_check").fetchone()[0] == "ok"
    except sqlite3.Error as error:
        return _sqlite_fault(error, path)
    return _opened(version, path.stat().st_size) if whole else _broken(path)


def _sqlite_fault(error: sqlite3.Error, path: Path) -> Finding:
    match getattr(error, "sqlite_errorcode", 0) & 0xFF:  # the rest of a code says more than is needed here
        case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
            return warning("another program holds the file: look again, and if it stays so, end that program")
        case sqlite3.SQLITE_CORRUPT | sqlite3.SQLITE_NOTADB:
            return _broken(path)
        case sqlite3.SQLITE_READONLY | sqlite3.SQLITE_CANTOPEN | sqlite3.SQLITE_PERM | sqlite3.SQLITE_IOERR:
            return mend(
                f"{path} cannot be written: give the file and its folder to the user who runs the bot (`chown`)"
            )
        case sqlite3.SQLITE_FULL:
            return mend("the disk is full: make room")
    return mend(f"{path} cannot be used ({type(error).__name__})")


def _broken(path: Path) -> Finding:
    return mend(
        f"{path} is broken: the bot sets it aside and begins a new one. To have the counts of a backup, stop the bot, "
        "rename the file, and `rights-bot restore BACKUP`"
    )


async def postgres_finding(url: str) -> Finding:
    """Whether a PostgreSQL database can be reached and written."""
    try:
        connection = await asyncpg.connect(url, timeout=_PATIENCE, command_timeout=_PATIENCE, statement_cache_size=0)
    except asyncpg.InvalidAuthorizationSpecificationError:
        return mend("PostgreSQL refuses the user or the password in DATABASE_URL: copy the address again")
    except asyncpg.InvalidCatalogNameError:
        return mend("PostgreSQL has no database of the name in DATABASE_URL: make it with `createdb`, or mend the name")
    except (OSError, TimeoutError) as error:
        return mend(
            f"PostgreSQL cannot be reached ({type(error).__name__}): does it run, is the host in DATABASE_URL right?"
        )
    except asyncpg.PostgresError as error:
        return mend(f"PostgreSQL lets nobody in now ({type(error).__name__})")
    try:
        transaction = connection.transaction()
        await transaction.start()
        has_version = await connection.fetchval("SELECT to_regclass('schema_version') IS NOT NULL")
        version = await connection.fetchval("SELECT number FROM schema_version") if has_version else 0
        await connection.execute("CREATE TABLE doctor (looked INTEGER)")
        await transaction.rollback()
        size = await connection.fetchval("SELECT pg_database_size(current_database())")
    except (asyncpg.InsufficientPrivilegeError, asyncpg.ReadOnlySQLTransactionError):
        return mend("the user in DATABASE_URL may not write: make it the owner of the database")
    finally:
        connection.terminate()
    return _opened(int(version or 0), int(size))


def _opened(version: int, size: int) -> Finding:
    if version > VERSION:
        return mend(f"it was written by a newer version of this program ({version}, here {VERSION}): start that one")
    if version == 0:
        return ok("can be written, and is empty: the bot makes its tables when it starts")
    older = "" if version == VERSION else f", which the bot makes {VERSION} when it starts"
    return ok(f"can be written; version {version}{older}; {_size(size)}")


def content_finding(content: Path) -> Finding:
    """Whether the cards are without errors."""
    faults = Faults()
    library = check_content(content, load_languages(), today_in_new_york(), faults)
    check_phrasings(content, faults)
    if not library.cards:
        return mend("no card can be shown, people get three phone numbers only: `rights-bot check` says why")
    return _faults_finding(faults, f"{len(library.cards)} cards")


def locales_finding() -> Finding:
    """Whether the translations of what the bot says are without errors."""
    faults = Faults()
    languages = load_languages(faults=faults)
    catalogue_faults(languages, LOCALES / "messages.pot", faults)
    return _faults_finding(faults, f"{len(languages)} languages")


def _faults_finding(faults: Faults, all_: str) -> Finding:
    if not faults.causes:
        return ok(f"{all_}, no errors")
    first = str(faults.causes[0]).removeprefix(f"{Path.cwd()}/")
    return mend(f"{len(faults.causes)} errors, which `rights-bot check` lists; the first: {first}")


def index_finding(content: Path) -> Finding:
    """Whether what the bot learned from the cards is there, or will be made when it starts."""
    languages, library, _ = load_content(content)
    learned = examples(library, languages)
    if not installed():
        meaning = "letters alone decide, since the extra `meaning` is not installed"
    elif index.read_meaning(learned) is None:
        meaning = "meaning is learned in some minutes beside answering"
    else:
        meaning = ""
    if index.read_letters(learned) is not None:
        return (
            warning(f"{meaning}: `rights-bot build` does it before") if meaning else ok("letters and meaning are there")
        )
    if index.letters_path(learned).exists():
        return mend(f"{index.FOLDER} cannot be read: let the user who runs the bot read it, or delete it")
    if not _writable(index.FOLDER):
        return mend(
            f"there is none, and {index.FOLDER} cannot be written, so no question is understood: `rights-bot "
            "build` as a user who may write there"
        )
    return warning("there is none: the first answer waits half a minute; `rights-bot build` makes it before")


def disk_finding(folder: Path) -> Finding:
    """Whether the one folder that the bot writes to is there for it, and for nobody else."""
    if not _writable(folder):
        return mend(f"{folder} cannot be written: give it to the user who runs the bot (`chown`), or mend DATABASE_URL")
    there = folder if folder.exists() else next(above for above in folder.parents if above.exists())
    free = shutil.disk_usage(there).free
    if free < _LEAST_FREE:
        return warning(f"only {_size(free)} are free where {folder} is: make room, or counts will be lost")
    if folder.exists() and stat.S_IMODE(folder.stat().st_mode) & 0o077:
        return warning(f"other users of this machine can look into {folder}: `chmod 700 {folder}`")
    return ok(f"{folder} can be written, {_size(free)} are free")


def _writable(folder: Path) -> bool:
    """Whether files can be made in a folder, or the folder itself where it is not there yet."""
    there = folder if folder.exists() else next(above for above in folder.parents if above.exists())
    return there.is_dir() and os.access(there, os.W_OK | os.X_OK)


def memory(limit: Path = Path("/sys/fs/cgroup/memory.max")) -> int | None:
    """Bytes of memory that this process may have; None where the system does not tell."""
    try:
        machine = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
        allowed = limit.read_text().strip() if limit.exists() else "max"
    except (OSError, ValueError, AttributeError):
        return None
    return min(machine, int(allowed)) if allowed.isdecimal() else machine


def memory_finding(size: int | None) -> Finding:
    """Whether the bot fits into the memory."""
    if size is None:
        return ok("this system does not tell how much there is")
    if size < _LEAST_MEMORY:
        return warning(f"{_size(size)}: with letters and meaning the bot takes some 320 MB; give it 512 MB")
    return ok(f"{_size(size)} for everything on it; the bot takes some 320 MB")


def _size(size: int) -> str:
    for unit, factor in (("GB", 1024**3), ("MB", 1024**2)):
        if size >= factor:
            return f"{size / factor:.3g} {unit}" if size < 10 * factor else f"{size / factor:.0f} {unit}"
    return f"{size / 1024:.0f} kB"
