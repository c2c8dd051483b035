"""WebSocket from the client's side, frame by frame: a frame is whatever a test wants it to be."""

from __future__ import annotations

import asyncio
import json
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

PATIENCE = 90.0
TEXT, BINARY, CLOSE, PING, PONG = 1, 2, 8, 9, 10
_UPGRADE = (
    "GET /graphql HTTP/1.1\r\nHost: netql.test\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
    "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"
    "Sec-WebSocket-Protocol: graphql-transport-ws\r\n\r\n"
)


def frame(kind: int, content: bytes, *, first: int | None = None, masked: bool = True) -> bytes:
    """One frame as a client writes it; `first` is its first byte, if it is an odd one."""
    head = bytes([0x80 | kind if first is None else first])
    bit = 0x80 if masked else 0
    size = len(content)
    if size < 126:
        head += bytes([bit | size])
    elif size < 2**16:
        head += bytes([bit | 126]) + size.to_bytes(2, "big")
    else:
        head += bytes([bit | 127]) + size.to_bytes(8, "big")
    if not masked:
        return head + content
    # A mask of nothing is one, too, and what is sent stays readable.
    return head + bytes(4) + content


def message(value: Any) -> bytes:
    """A frame that holds a message of graphql-transport-ws."""
    return frame(TEXT, json.dumps(value).encode())


@dataclass
class Heard:
    """What came back: messages, and the code that closed the socket (1006: none did)."""

    messages: list[Any] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    code: int | None = None

    def of(self, kind: str) -> list[Any]:
        return [one for one in self.messages if one.get("type") == kind]


class Socket:
    """A socket on which the handshake is done."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer
        self.heard = Heard()

    @staticmethod
    async def open(url: str) -> Socket:
        split = urlsplit(url)
        reader, writer = await asyncio.open_connection(split.hostname, split.port, limit=2**24)
        writer.write(_UPGRADE.encode())
        head = await reader.readuntil(b"\r\n\r\n")
        assert b" 101 " in head.split(b"\r\n")[0], head
        return Socket(reader, writer)

    def send(self, raw: bytes) -> None:
        self._writer.write(raw)

    async def until(self, kind: str, key: str | None = None) -> bool:
        """Listen for a message of a kind, and id; False if the socket ends before."""
        async with asyncio.timeout(PATIENCE):
            while self.heard.code is None:
                one = await self._frame()
                if one and one.get("type") == kind and key in (None, one.get("id")):
                    return True
        return False

    async def cut_off(self) -> bool:
        """Whether the other end stops taking what is sent, and the connection breaks."""
        async with asyncio.timeout(PATIENCE):
            with suppress(ConnectionError):
                await self._writer.drain()
                while True:
                    await self._reader.read()
                    self._writer.write(frame(PONG, b""))
                    await self._writer.drain()
                    await asyncio.sleep(0.01)
        return True

    async def end(self) -> None:
        self._writer.transport.abort()
        with suppress(ConnectionError):
            await self._writer.wait_closed()

    async def _frame(self) -> Any:
        """The next message, or None for a frame that is none."""
        try:
            head = await self._reader.readexactly(2)
            size = head[1] & 0x7F
            if size > 125:
                size = int.from_bytes(
                    await self._reader.readexactly(2 if size == 126 else 8), "big"
                )
            content = await self._reader.readexactly(size)
        except (asyncio.IncompleteReadError, ConnectionError):
            self.heard.code = 1006
            return None
        kind = head[0] & 0x0F
        if kind == CLOSE:
            self.heard.code = int.from_bytes(content[:2], "big") if content else 1005
            self.heard.texts.append(content[2:].decode())
        elif kind == PING:
            self.send(frame(PONG, content))
        elif kind == TEXT:
            self.heard.texts.append(content.decode())
            one = json.loads(content)
            self.heard.messages.append(one)
            return one
        return None
