"""Requests that come before the answers to those before them wait, but not any number of them."""

from __future__ import annotations

import asyncio

import pytest
from starlette.types import Receive, Scope, Send
from uvicorn.protocols.http import httptools_impl

from tests.execution import ONCE
from tests.live.inside import eventually
from tests.protocols.wire import PATIENCE, port_of, quick

pytestmark = ONCE

MOST = 100
GET = b"GET /%d HTTP/1.1\r\nhost: a\r\n\r\n"


class Slow:
    """An application that answers each request with its address, once it may."""

    def __init__(self) -> None:
        self.begun = 0
        self.answering = asyncio.Event()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.begun += 1
        await self.answering.wait()
        body = scope["path"].encode()
        headers = [(b"content-length", b"%d" % len(body))]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": body})


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The addresses of the requests of which anything is kept."""
    addresses: list[str] = []

    class Noted(httptools_impl.RequestResponseCycle):
        def __init__(self, scope: Scope, **options: object) -> None:
            addresses.append(scope["path"])
            super().__init__(scope, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(httptools_impl, "RequestResponseCycle", Noted)
    return addresses


async def test_ten_thousand_at_once_are_refused(made: list[str]) -> None:
    """They held 22 MB, and everybody up for 0.2 seconds."""
    app = Slow()
    async with quick(app) as server:
        reader, writer = await asyncio.open_connection("127.0.0.1", port_of(server))
        try:
            writer.write(b"".join(GET % number for number in range(10_000)))
            async with asyncio.timeout(PATIENCE):
                head = await reader.readuntil(b"\r\n\r\n")
            assert head.startswith(b"HTTP/1.1 429 ")
            assert len(made) == 1 + MOST
            assert app.begun == 1
        finally:
            app.answering.set()
            writer.transport.abort()


async def test_a_hundred_wait_and_are_answered_in_their_order(made: list[str]) -> None:
    app = Slow()
    number = 1 + MOST
    async with quick(app) as server:
        reader, writer = await asyncio.open_connection("127.0.0.1", port_of(server))
        writer.write(b"".join(GET % one for one in range(number)))
        async with asyncio.timeout(PATIENCE):
            await eventually(lambda: app.begun == 1)
            app.answering.set()
            for one in range(number):
                assert (await reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 200 ")
                assert await reader.readexactly(len(f"/{one}")) == f"/{one}".encode()
        writer.transport.abort()
