"""Clients that do not read: cut off, with what waits for them, and in nobody's way."""

from __future__ import annotations

import asyncio
import base64
import os
import socket
import time
from collections.abc import AsyncIterator, Callable
from contextlib import suppress

import pytest
import uvicorn
from starlette.types import Receive, Scope, Send

from tests.execution import ONCE
from tests.live.inside import eventually
from tests.protocols.wire import (
    PATIENCE,
    PatientHttp,
    PatientWebSocket,
    QuickHttp,
    Wire,
    port_of,
    quick,
    wire,
)

pytestmark = ONCE

# Far more than the buffers of both ends hold, and than is taken at once.
LARGE = 12 * 1024 * 1024
SMALL_ROOM = 4096


class Talker:
    """An application that has a lot to say; it counts the ends of its answers."""

    def __init__(self, piece: int = 2**16) -> None:
        """`piece` is how many bytes it says at a time."""
        self.ended = 0
        # Seconds from the beginning of the last one to its end.
        self.took = 0.0
        self.at_end: Callable[[], None] = lambda: None
        self._piece = piece

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        began = time.monotonic()
        try:
            if scope["type"] == "websocket":
                await self._stream(receive, send)
            else:
                await self._answer(scope, send)
        finally:
            self.ended += 1
            self.took = time.monotonic() - began
            self.at_end()

    async def _answer(self, scope: Scope, send: Send) -> None:
        size = int(scope["path"][1:])
        await send(
            {
                "type": "http.response.start",
                "status": 200,
                "headers": [(b"content-length", b"%d" % size)],
            }
        )
        piece, rest = b"x" * self._piece, b"x" * (size % self._piece)
        for _ in range(size // self._piece):
            await send({"type": "http.response.body", "body": piece, "more_body": True})
        await send({"type": "http.response.body", "body": rest})

    async def _stream(self, receive: Receive, send: Send) -> None:
        await receive()
        await send({"type": "websocket.accept"})
        for _ in range(LARGE // self._piece):
            await send({"type": "websocket.send", "bytes": b"x" * self._piece})
        await send({"type": "websocket.close", "code": 1000})


@pytest.fixture
def talker() -> Talker:
    return Talker()


@pytest.fixture
async def server(talker: Talker) -> AsyncIterator[uvicorn.Server]:
    async with quick(talker) as running:
        yield running


def upgrade() -> bytes:
    key = base64.b64encode(os.urandom(16))
    return (
        b"GET / HTTP/1.1\r\nhost: a\r\nconnection: upgrade\r\nupgrade: websocket\r\n"
        b"sec-websocket-version: 13\r\nsec-websocket-key: " + key + b"\r\n\r\n"
    )


def get(size: int, *lines: bytes) -> bytes:
    return b"\r\n".join([b"GET /%d HTTP/1.1" % size, b"host: a", *lines, b"", b""])


def stop_reading(line: Wire) -> None:
    line.writer.transport.pause_reading()  # type: ignore[attr-defined]


async def gone(server: uvicorn.Server) -> None:
    """Every connection is, and nothing waits for one."""
    await eventually(lambda: not server.server_state.connections)
    await eventually(lambda: not server.server_state.tasks)


STALLED = {
    "a large answer": get(LARGE),
    "the last one": get(LARGE, b"connection: close"),
    "a socket": upgrade(),
}


@pytest.mark.parametrize("asked", STALLED.values(), ids=STALLED.keys())
async def test_who_reads_nothing_is_cut_off(
    server: uvicorn.Server, talker: Talker, asked: bytes
) -> None:
    async with wire(port_of(server), room=SMALL_ROOM) as line:
        stop_reading(line)
        line.send(asked)
        await eventually(lambda: bool(server.server_state.tasks))
        await gone(server)
        assert talker.ended == 1
        # While it may still be a slow one it is waited for, and what waits is little.
        assert talker.took >= QuickHttp.PATIENCE


async def test_pings_are_not_answered_to_who_does_not_read() -> None:
    """The answers would wait in memory, as many as are asked for."""

    async def listener(scope: Scope, receive: Receive, send: Send) -> None:
        await receive()
        await send({"type": "websocket.accept"})
        while (await receive())["type"] != "websocket.disconnect":
            pass

    ping = b"\x89\xfd\0\0\0\0" + b"p" * 125
    async with quick(listener) as server, wire(port_of(server), room=SMALL_ROOM) as line:
        line.send(upgrade())
        await line._reader.readuntil(b"\r\n\r\n")
        line.send(ping)
        assert (await line._reader.readexactly(127))[:2] == b"\x8a\x7d"
        stop_reading(line)
        (protocol,) = server.server_state.connections
        most = 0
        with suppress(ConnectionError):
            for _ in range(400):
                line.send(ping * 200)
                await line.writer.drain()
                most = max(most, protocol.transport.get_write_buffer_size())
        assert 2**16 <= most < 2**19


@pytest.mark.parametrize("lines", [(b"connection: close",), ()], ids=["closing", "kept"])
async def test_a_small_rest_does_not_hold_a_connection_either(
    server: uvicorn.Server, talker: Talker, lines: tuple[bytes, ...]
) -> None:
    """Less than an application waits for: it is done, and only the rest of its answer is left."""
    server.config.timeout_keep_alive = 0.2  # type: ignore[assignment]
    async with wire(port_of(server), room=SMALL_ROOM) as line:
        await eventually(lambda: bool(server.server_state.connections))
        (protocol,) = server.server_state.connections
        sending = protocol.transport.get_extra_info("socket")
        sending.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SMALL_ROOM)
        left: list[int] = []
        talker.at_end = lambda: left.append(protocol.transport.get_write_buffer_size())
        stop_reading(line)
        line.send(get(60_000, *lines))
        await eventually(lambda: talker.ended == 1)
        assert 0 < left[0] < 2**16
        await gone(server)


@pytest.mark.parametrize("piece", [2**16, LARGE], ids=["in pieces", "at once"])
@pytest.mark.parametrize("asked", STALLED.values(), ids=STALLED.keys())
async def test_who_reads_slowly_gets_it_all(asked: bytes, piece: int) -> None:
    """Several times longer than the patience for one who does nothing. As that is what one is on a
    machine that stands still, reading begins anew where it did."""
    for _ in range(5):
        async with quick(Talker(piece)) as server, wire(port_of(server), room=2**16) as line:
            line.send(asked)
            got, longest = await read_slowly(line)
        if got >= LARGE:
            return
        assert longest > QuickHttp.PATIENCE / 2, f"cut off after {got} bytes"
    raise AssertionError("the machine stood still each time, or the server did")


async def read_slowly(line: Wire) -> tuple[int, float]:
    """How many bytes came, and the longest time in seconds between two reads."""
    got, longest, before = 0, 0.0, time.monotonic()
    async with asyncio.timeout(PATIENCE * 3):
        with suppress(ConnectionError):
            while got < LARGE and (data := await line._reader.read(2**19)):
                got += len(data)
                await asyncio.sleep(0.1)
                longest = max(longest, time.monotonic() - before)
                before = time.monotonic()
    return got, max(longest, time.monotonic() - before)


async def test_the_stalled_are_in_nobodys_way(server: uvicorn.Server) -> None:
    async with wire(port_of(server), room=SMALL_ROOM) as stalled:
        stop_reading(stalled)
        stalled.send(get(LARGE))
        for _ in range(20):
            async with wire(port_of(server)) as line:
                line.send(get(5))
                assert (await line._reader.readline()).startswith(b"HTTP/1.1 200")


@pytest.mark.parametrize("asked", STALLED.values(), ids=STALLED.keys())
async def test_the_end_does_not_wait_for_the_stalled(talker: Talker, asked: bytes) -> None:
    patient = quick(talker, PatientHttp, PatientWebSocket)
    async with patient as server, wire(port_of(server), room=SMALL_ROOM) as line:
        stop_reading(line)
        line.send(asked)
        await eventually(lambda: bool(server.server_state.tasks))
        began = time.monotonic()
        server.should_exit = True
        await eventually(lambda: not server.server_state.connections)
        # Before they would be found out by themselves.
        assert time.monotonic() - began < PATIENCE / 2
