"""A socket that cannot be opened is refused, and nobody waits for the other."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress

import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.types import Receive, Scope, Send

from netql.infra.messages import SoundMessages
from tests.execution import ONCE
from tests.live.inside import eventually
from tests.protocols.wire import BODY, DATA, PATIENCE, POST, port_of, quick, wire

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


class Talker:
    """An application that tells something for as long as somebody listens."""

    def __init__(self, *, at_once: bool) -> None:
        self.told = self.ended = 0
        self._at_once = at_once

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        assert scope["type"] == "http"
        self.told += 1
        if self._at_once:
            await send({"type": "http.response.start", "status": 200, "headers": []})
            await send({"type": "http.response.body", "body": b"x", "more_body": True})
        while (await receive())["type"] != "http.disconnect":
            pass
        self.ended += 1


@pytest.mark.parametrize("apart", [False, True], ids=["in one piece", "apart"])
@pytest.mark.parametrize("at_once", [False, True], ids=["before its answer", "during its answer"])
async def test_no_socket_is_opened_behind_a_request_that_is_being_answered(
    at_once: bool, apart: bool
) -> None:
    """Whoever answers it would not hear that the client is gone, and go on for ever."""
    talker = Talker(at_once=at_once)
    async with quick(talker) as server, wire(port_of(server)) as line:
        line.send(b"GET / HTTP/1.1\r\nhost: a\r\n\r\n")
        if apart:
            await eventually(lambda: talker.told == 1)
        line.send(FIRST + REST + b"\r\n")
        await eventually(lambda: talker.told == talker.ended)
        await eventually(lambda: not server.server_state.tasks)
        with suppress(ConnectionError):
            assert b"HTTP/1.1 101" not in await line._reader.read()
        await eventually(lambda: not server.server_state.connections)


async def test_a_socket_may_come_behind_a_request_that_was_answered(
    server: uvicorn.Server,
) -> None:
    async with wire(port_of(server)) as line:
        line.send(POST + BODY)
        assert (await line.answer())[2] == DATA
        line.send(FIRST + REST + b"\r\n")
        assert (await line._reader.readline()).startswith(b"HTTP/1.1 101")


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
