"""The environment, read once and checked: each value that does not fit is one clear line."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot.cards.library import CONTENT
from bot.counts.address import default_database_url, sqlite_path

TELEGRAM = "https://api.telegram.org"


class SettingsError(Exception):
    """One or more settings that do not fit, each in a line of its own."""


def _token(token: str) -> str:
    number, colon, secret = token.strip().partition(":")
    if not (number.isdigit() and colon and secret):
        raise ValueError("copy the whole token from @BotFather, as in 123456789:AA...")
    return token.strip()


def _api_url(url: str) -> str:
    if not url.startswith(("https://", "http://")):
        raise ValueError("write the whole address, as in https://api.telegram.org")
    return url.rstrip("/")


def _database_url(url: str) -> str:
    sqlite_path(url)
    return url


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
    content_dir: Path = CONTENT
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"


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
