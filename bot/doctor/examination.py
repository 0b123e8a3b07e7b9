"""All checks, in order. The token, passwords and ids are in no finding."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from urllib.parse import urlsplit

from bot.database.address import data_folder, is_postgres
from bot.doctor.content import content_finding, index_finding, locales_finding
from bot.doctor.databases import database_finding
from bot.doctor.finding import Finding, looked, mend, ok, warning
from bot.doctor.machine import disk_finding, memory, memory_finding
from bot.doctor.telegram import telegram_findings
from bot.settings import TELEGRAM, Settings, SettingsError, read_settings

_WEBHOOK_PORTS = {None, 443, 80, 88, 8443}


def examine(offline: bool = False, clock: Callable[[], float] = time.time) -> Iterator[tuple[str, Finding]]:
    """Every check by name, in order, as soon as it is done; ``offline`` leaves out those that ask Telegram."""
    settings, faults = _settings()
    yield from (("settings", finding) for finding in settings_findings(settings, faults))
    if not offline and not {"TELEGRAM_BOT_TOKEN", "TELEGRAM_API_URL"} & faults.keys():
        yield from telegram_findings(settings, "WEBHOOK_URL" not in faults, clock)
    if "DATABASE_URL" not in faults:
        yield "database", looked(lambda: database_finding(settings.database_url))
    if "CONTENT_DIR" not in faults:
        yield "content", looked(lambda: content_finding(settings.content_dir))
        yield "index", looked(lambda: index_finding(settings.content_dir))
    yield "locales", looked(locales_finding)
    if "DATABASE_URL" not in faults:
        yield "disk", looked(lambda: disk_finding(data_folder(settings.database_url)))
    yield "memory", looked(lambda: memory_finding(memory()))


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
