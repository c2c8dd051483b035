"""A socket that cannot be opened is refused, and nobody waits for the other."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
import uvicorn
from starlette.applications import Starlette

from netql.infra.messages import SoundMessages
from tests.execution import ONCE
from tests.live.inside import eventually
from tests.protocols.wire import PATIENCE, port_of, quick, wire

pytestmark = ONCE

REST = (
    b"host: a\r\nconnection: upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\n"
    b"sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
    b"sec-websocket-protocol: graphql-transport-ws\r\n"
)
FIRST = b"GET /graphql HTTP/1.1\r\n"
# netql's HTTP takes lines of up to 16 KiB, websockets of 8.
UNREADABLE = {
    "a long cookie": (431, FIRST + REST + b"cookie: " + b"c" * 9000 + b"\r\n\r\n"),
    "a long address": (
        414,
        FIRST.replace(b"graphql", b"graphql?q=" + b"q" * 9000) + REST + b"\r\n",
    ),
    "a body": (400, FIRST + REST + b"content-length: 5\r\n\r\nhello"),
    "a body in chunks": (
        400,
        FIRST + REST + b"transfer-encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
    ),
    "no key": (400, FIRST + REST.replace(b"sec-websocket-key", b"x") + b"\r\n"),
    "another version": (400, FIRST + REST.replace(b": 13", b": 8") + b"\r\n"),
    "another method": (405, FIRST.replace(b"GET", b"POST") + REST + b"\r\n"),
}


@pytest.fixture
async def server(app: Starlette) -> AsyncIterator[uvicorn.Server]:
    async with quick(app) as running:
        yield running


@pytest.mark.parametrize(("status", "sent"), UNREADABLE.values(), ids=UNREADABLE.keys())
async def test_a_handshake_that_cannot_be_read_is_refused(
    server: uvicorn.Server, status: int, sent: bytes
) -> None:
    async with wire(port_of(server)) as line:
        line.send(sent)
        async with asyncio.timeout(PATIENCE):
            told = await line._reader.read()
        assert told.startswith(b"HTTP/1.1 %d " % status)
        assert told.count(b"HTTP/1.1") == 1
        await eventually(lambda: not server.server_state.connections)


async def test_the_refused_do_not_stay(
    server: uvicorn.Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They may say a little more, so that they can read why, but not for long."""
    monkeypatch.setattr(SoundMessages, "LINGERING", 0.3)
    async with wire(port_of(server)) as line:
        line.send(UNREADABLE["a long cookie"][1])
        assert (await line._reader.readline()).startswith(b"HTTP/1.1 431")
        line.send(b"more")
        await eventually(lambda: not server.server_state.connections)
