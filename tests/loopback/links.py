"""Which addresses Telegram takes for buttons and links."""

from __future__ import annotations

import re

_SCHEME = re.compile(r"([a-z][a-z0-9+.-]*):(//)?", re.IGNORECASE)
_HOST = re.compile(r"(?:[\w-]+\.)+[\w-]{2,}|\d{1,3}(?:\.\d{1,3}){3}", re.UNICODE)


def link_fault(link: str) -> str | None:
    """Say what is wrong with an address, in Telegram's words; None when nothing is.

    InlineKeyboardButton.url: "HTTP or tg:// URL to be opened when the button is pressed".
    """
    link = link.strip()
    match = _SCHEME.match(link)
    rest = link
    if match and (match.group(2) or not link[match.end() : match.end() + 1].isdigit()):
        scheme = match.group(1).lower()
        rest = link[match.end() :]
        if scheme in {"tg", "ton"}:
            return None if rest else "URL host is empty"
        if scheme not in {"http", "https"}:
            return "Unsupported URL protocol"
    host = re.split(r"[/?#]", rest, maxsplit=1)[0].rpartition("@")[2]
    host = re.sub(r":\d{1,5}$", "", host)
    if not host:
        return "URL host is empty"
    if not _HOST.fullmatch(host) or re.search(r"\s", link):
        return "Wrong HTTP URL"
    return None
