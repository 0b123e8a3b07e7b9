"""What Telegram says of the token, the webhook and the clock. Nothing is changed there."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

import httpx

from bot.doctor.finding import Finding, looked, mend, ok, warning
from bot.messenger.webhook import PATH
from bot.settings import Settings

_LOCAL = {"localhost", "127.0.0.1", "::1"}
_MOST_CLOCK_ERROR = 60.0
"""Seconds: with more, late answers are taken for early ones, and Telegram's certificates for out of date."""
_MANY_WAITING = 100
_DAY = 24 * 3600.0
_PATIENCE = 10.0


@dataclass(frozen=True)
class Answer:
    """What Telegram answered; ``date`` is its clock, as HTTP writes it."""

    status: int
    result: Mapping[str, Any]
    date: str | None


def telegram_findings(
    settings: Settings, knows_webhook: bool, clock: Callable[[], float]
) -> Iterator[tuple[str, Finding]]:
    """The checks that ask Telegram, by name; ``knows_webhook`` is whether WEBHOOK_URL could be read."""
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
    yield "token", looked(lambda: token_finding(answer))
    if answer.status == httpx.codes.OK:
        yield "groups", looked(lambda: groups_finding(answer.result))
        if knows_webhook:
            yield (
                "webhook",
                looked(
                    lambda: webhook_finding(
                        ask_telegram(settings, "getWebhookInfo").result, settings.webhook_url, clock()
                    )
                ),
            )
    yield "clock", looked(lambda: clock_finding(answer.date, asked_at))


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
