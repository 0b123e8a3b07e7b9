"""The environment, read once and checked: each value that does not fit is one clear line."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, ValidationError
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from bot.cards.library import CONTENT
from bot.database.address import default_database_url, is_postgres, sqlite_path

TELEGRAM = "https://api.telegram.org"


class SettingsError(Exception):
    """One or more settings that do not fit, each in a line of its own."""


def _token(token: str) -> str:
    if not re.fullmatch(r"[0-9]+:[A-Za-z0-9_-]+", token.strip()):
        raise ValueError("copy the whole token from @BotFather, as in 123456789:AA...")
    return token.strip()


def _is_whole(url: str, *schemes: str) -> bool:
    """Whether an address has a scheme, a host and, if any, a port that can be one."""
    try:
        parts = urlsplit(url)
        return bool(parts.scheme in schemes and parts.port != 0 and not re.search(r"\s", url))
    except ValueError:  # a bracket that is not closed, a port that is no number, a sign that no address has
        return False


def _api_url(url: str) -> str:
    if not (_is_whole(url, "https", "http") and urlsplit(url).hostname):
        raise ValueError("write the whole address, as in https://example.org or http://localhost:8081")
    return url.rstrip("/")


def _secret(word: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9_-]{1,256}", word):
        raise ValueError("write 1 to 256 letters of A-Z, a-z, 0-9, _ and -, or leave it out")
    return word


def _folder(path: Path) -> Path:
    """A folder that exists now; should it vanish later, the bot goes on with what it has read."""
    path = path.expanduser()
    if not path.is_dir():
        raise ValueError(f"{path} is not a folder: write the path of a folder like content/, or leave the setting out")
    return path


def _database_url(url: str) -> str:
    if is_postgres(url):
        if not (_is_whole(url, "postgres", "postgresql") and urlsplit(url).path.strip("/")):
            raise ValueError("write the whole address, as in postgres://user:password@host:5432/name")
    else:
        sqlite_path(url)
    return url


def _ids(written: str | tuple[int, ...]) -> tuple[int, ...]:
    if isinstance(written, tuple):
        return written
    ids = written.replace(",", " ").split()
    if not all(id_.isdecimal() for id_ in ids):
        raise ValueError("write the numbers of Telegram accounts with commas between them, as in 123456789,987654321")
    return tuple(int(id_) for id_ in ids)


def _switch(written: str | bool) -> bool:
    switches = {"on": True, "off": False, "true": True, "false": False, "1": True, "0": False}
    if str(written).strip().lower() not in switches:
        raise ValueError("write on or off")
    return switches[str(written).strip().lower()]


class Settings(BaseSettings):
    """Settings by environment variable of the same name; the README's table explains each."""

    model_config = SettingsConfigDict(extra="ignore", env_ignore_empty=True, hide_input_in_errors=True)

    telegram_bot_token: Annotated[str | None, AfterValidator(lambda t: _token(t) if t else t)] = Field(None, repr=False)
    telegram_api_url: Annotated[str, AfterValidator(_api_url)] = TELEGRAM
    database_url: Annotated[str, AfterValidator(_database_url)] = Field(
        default_factory=default_database_url, repr=False
    )
    operator: str | None = None
    contact: str | None = None
    admin_ids: Annotated[tuple[int, ...], NoDecode, BeforeValidator(_ids)] = Field((), repr=False)
    webhook_url: Annotated[str | None, AfterValidator(lambda url: _api_url(url) if url else url)] = None
    webhook_secret: Annotated[str | None, AfterValidator(lambda word: _secret(word) if word else word)] = Field(
        None, repr=False
    )
    webhook_connections: int = Field(40, ge=1, le=100)
    port: int = Field(8080, ge=1, le=65535)
    hand_over: Annotated[bool, BeforeValidator(_switch)] = False
    content_dir: Annotated[Path, AfterValidator(_folder)] = CONTENT
    log_format: Annotated[Literal["plain", "json"], BeforeValidator(str.lower)] = "plain"
    log_level: Annotated[Literal["DEBUG", "INFO", "WARNING", "ERROR"], BeforeValidator(str.upper)] = "INFO"


def read_settings() -> Settings:
    """The settings of this process; raises SettingsError with a line for each that does not fit."""
    try:
        return Settings.model_validate({})
    except ValidationError as error:
        lines = []
        for problem in error.errors(include_url=False, include_input=False):
            name = str(problem["loc"][0]).upper() if problem["loc"] else "a setting"
            lines.append(f"{name}: {str(problem['msg']).removeprefix('Value error, ')}")
        raise SettingsError("\n".join(lines)) from None
