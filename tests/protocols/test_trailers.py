"""What comes behind a body in chunks is no header, and not kept."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
import uvicorn
from starlette.applications import Starlette

from tests.execution import ONCE
from tests.protocols.wire import BODY, DATA, POST, port_of, quick, wire

pytestmark = ONCE

HEAD = POST.replace(b"content-length: 26", b"transfer-encoding: chunked")
CHUNK = b"%x\r\n%s\r\n" % (len(BODY), BODY)
LAST = b"0\r\n"


@pytest.fixture(scope="module")
async def server(app: Starlette) -> AsyncIterator[uvicorn.Server]:
    async with quick(app) as running:
        yield running


@pytest.mark.parametrize(
    "trailer",
    [
        b"authorization: Bearer x\r\n",
        b"host: b\r\n",
        b"content-type: text/plain\r\n",
        b"x: y\r\n" * 99,
    ],
    ids=["who asks", "another host", "another kind", "many"],
)
@pytest.mark.parametrize("apart", [False, True], ids=["in one piece", "apart"])
async def test_a_trailer_is_no_header(server: uvicorn.Server, trailer: bytes, apart: bool) -> None:
    """A proxy lets only those headers through that it has seen to; a trailer it may pass on."""
    async with wire(port_of(server)) as line:
        for _ in range(2):
            line.send(HEAD + CHUNK)
            if apart:
                await asyncio.sleep(0.05)
            line.send(LAST + trailer + b"\r\n")
            status, _, body = await line.answer()
            assert (status, body) == (200, DATA)


ENDLESS = {
    "fields": b"".join(b"x%d: %s\r\n" % (number, b"y" * 1000) for number in range(60)),
    "a field": b"y" * 60_000,
}


@pytest.mark.parametrize("piece", ENDLESS.values(), ids=ENDLESS.keys())
async def test_a_trailer_without_end_is_refused(server: uvicorn.Server, piece: bytes) -> None:
    async with wire(port_of(server)) as line:
        line.send(HEAD + CHUNK + LAST + b"x: ")
        sent = 0
        while not line._reader._buffer and sent < 8 * 2**20:  # type: ignore[attr-defined]
            line.send(piece)
            sent += len(piece)
            await asyncio.sleep(0.001)
        status, headers, body = await line.answer()
        assert (status, headers["connection"]) == (431, "close")
        assert body["errors"][0]["extensions"]["code"] == "BAD_REQUEST"
        assert sent < 2**20


async def test_large_headers_and_a_late_body_are_no_trailer(server: uvicorn.Server) -> None:
    """All of the headers that one may send count as headers alone, and so does a slow body."""
    head = b"POST /graphql?" + b"q" * 16_000 + b" HTTP/1.1\r\n" + HEAD.split(b"\r\n", 1)[1][:-2]
    async with wire(port_of(server)) as line:
        line.send(head + b"x: " + b"y" * 15_000 + b"\r\n\r\n")
        for at in range(len(BODY)):
            await asyncio.sleep(0.01)
            line.send(b"1;%s\r\n%s\r\n" % (b"e" * 2000, BODY[at : at + 1]))
        line.send(LAST + b"\r\n")
        assert (await line.answer())[2] == DATA
