"""However much a socket sends at once, it is read a little in each turn of the event loop."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
import uvicorn
from starlette.types import Receive, Scope, Send

from netql.infra.messages import SoundMessages
from tests.execution import ONCE
from tests.live.inside import eventually
from tests.protocols.wire import PATIENCE, port_of, quick

pytestmark = ONCE

PIECE = 4096
HANDSHAKE = (
    b"GET / HTTP/1.1\r\nhost: a\r\nupgrade: websocket\r\nconnection: upgrade\r\n"
    b"sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\nsec-websocket-version: 13\r\n\r\n"
)


def frame(opcode: int, data: bytes = b"") -> bytes:
    """A whole frame as clients send it, masked by zeros."""
    size = len(data)
    if size < 126:
        return bytes((0x80 | opcode, 0x80 | size)) + bytes(4) + data
    return bytes((0x80 | opcode, 0x80 | 127)) + size.to_bytes(8, "big") + bytes(4) + data


class Listener:
    """An application that keeps what it hears, once it may listen."""

    def __init__(self) -> None:
        self.heard: list[str] = []
        self.code = 0
        self.closing = False
        self.slow = False
        self.listening = asyncio.Event()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await receive()
        await send({"type": "websocket.accept"})
        await self.listening.wait()
        if self.closing:
            await send({"type": "websocket.close", "code": 4400})
            return
        while (message := await receive())["type"] == "websocket.receive":
            self.heard.append(message["text"])
            if self.slow:
                await asyncio.sleep(0)
        self.code = message["code"]


@pytest.fixture
def pieces(monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, int]]:
    """Each piece that was read of any socket: in which turn, and of how many bytes."""
    read: list[tuple[int, int]] = []
    turn = 0

    def next_turn() -> None:
        nonlocal turn
        turn += 1

    def noted(self: Any, data: bytes) -> None:
        asyncio.get_running_loop().call_soon(next_turn)
        read.append((turn, len(data)))
        real(self, data)

    real = SoundMessages.data_received
    monkeypatch.setattr(SoundMessages, "data_received", noted)
    return read


@pytest.fixture
async def listener() -> Listener:
    return Listener()


@pytest.fixture
async def server(listener: Listener) -> AsyncIterator[uvicorn.Server]:
    async with quick(listener) as running:
        yield running


@asynccontextmanager
async def opened(
    server: uvicorn.Server,
) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port_of(server))
    writer.write(HANDSHAKE)
    try:
        async with asyncio.timeout(PATIENCE):
            assert (await reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 101")
        yield reader, writer
    finally:
        writer.transport.abort()


async def test_a_flood_of_small_frames_leaves_others_their_turn(
    server: uvicorn.Server, listener: Listener, pieces: list[tuple[int, int]]
) -> None:
    """Two megabytes of pings that need no answer kept everybody waiting for 0.6 seconds."""
    listener.listening.set()
    async with opened(server) as (_, writer):
        pieces.clear()
        flood = frame(0xA) * 100_000
        writer.write(flood + frame(1, b"x" * 200_000) + frame(1, b"the end"))
        await eventually(lambda: len(listener.heard) == 2)
        assert listener.heard == ["x" * 200_000, "the end"]
        assert max(size for _, size in pieces) <= PIECE
        assert sum(size for _, size in pieces) > len(flood) + 200_000
        turns = [turn for turn, _ in pieces]
        assert len(set(turns)) == len(turns)
    await eventually(lambda: listener.code != 0)


async def test_no_more_is_read_than_is_taken(
    server: uvicorn.Server, listener: Listener, pieces: list[tuple[int, int]]
) -> None:
    """A message that waits for the application holds up what is behind it."""
    async with opened(server) as (_, writer):
        pieces.clear()
        number = 5_000
        listener.slow = True
        writer.write(b"".join(frame(1, b"%05d" % index) for index in range(number)))
        for _ in range(20):
            await asyncio.sleep(0.01)
        assert sum(size for _, size in pieces) <= PIECE
        listener.listening.set()
        await eventually(lambda: len(listener.heard) == number)
        assert listener.heard == [f"{index:05}" for index in range(number)]
        writer.write(frame(1, b"one more"))
        await eventually(lambda: len(listener.heard) == number + 1)
        writer.write(frame(8, (1000).to_bytes(2, "big")))
        await eventually(lambda: listener.code == 1000)


async def test_what_is_left_is_read_for_the_goodbye_behind_it(
    server: uvicorn.Server, listener: Listener
) -> None:
    """The application closes while much is left: the other end's goodbye is behind that."""
    async with opened(server) as (reader, writer):
        writer.write(frame(1, b"x" * 10) * 3_000 + frame(8, (1000).to_bytes(2, "big")))
        await asyncio.sleep(0.05)
        listener.closing = True
        listener.listening.set()
        async with asyncio.timeout(PATIENCE):
            assert (await reader.readexactly(4))[2:] == (4400).to_bytes(2, "big")
            began = asyncio.get_running_loop().time()
            assert await reader.read() == b""
        assert asyncio.get_running_loop().time() - began < 0.5
