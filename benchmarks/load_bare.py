"""A bot without a library: it sends one prepared answer. Where it ends, the loopback Telegram ends.

``python -m benchmarks.load_bare FILE``, where FILE holds the parameters of a sendMessage as JSON; with
TELEGRAM_BOT_TOKEN and TELEGRAM_API_URL as our bot takes them.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

_CONNECTIONS = 16
_POLL_SECONDS = 30


class _Connection:
    """Calls on one connection, one after the other."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer

    @classmethod
    async def open(cls) -> _Connection:
        address = urlsplit(os.environ["TELEGRAM_API_URL"])
        return cls(*await asyncio.open_connection(address.hostname, address.port))

    async def call(self, method: str, parameters: bytes) -> bytes:
        path = f"/bot{os.environ['TELEGRAM_BOT_TOKEN']}/{method}"
        head = f"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: {len(parameters)}"
        self._writer.write(head.encode() + b"\r\n\r\n" + parameters)
        lines = (await self._reader.readuntil(b"\r\n\r\n")).lower()
        size = int(lines.partition(b"content-length:")[2].partition(b"\r\n")[0])
        return await self._reader.readexactly(size)


async def _send(chats: asyncio.Queue[int], answer: dict[str, Any]) -> None:
    connection = await _Connection.open()
    prepared = json.dumps(answer | {"chat_id": 0}).encode()
    before, _, after = prepared.partition(b'"chat_id": 0')
    while True:
        await connection.call("sendMessage", b'%b"chat_id": %d%b' % (before, await chats.get(), after))


async def _poll(chats: asyncio.Queue[int]) -> None:
    connection = await _Connection.open()
    offset = 0
    while True:
        asked = json.dumps({"offset": offset, "timeout": _POLL_SECONDS}).encode()
        for update in json.loads(await connection.call("getUpdates", asked))["result"]:
            offset = update["update_id"] + 1
            chats.put_nowait(update["message"]["chat"]["id"])


async def main(answer: dict[str, Any]) -> None:
    """Answer until the process is ended."""
    chats: asyncio.Queue[int] = asyncio.Queue()
    await asyncio.gather(_poll(chats), *(_send(chats, answer) for _ in range(_CONNECTIONS)))


if __name__ == "__main__":
    asyncio.run(main(json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))))
