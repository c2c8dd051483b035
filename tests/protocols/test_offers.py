"""Who offers another protocol besides, as Java's client does, is answered over HTTP/1.1."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
import uvicorn
from starlette.applications import Starlette

from netql.infra.http_protocol import HttpProtocol
from tests.execution import ONCE
from tests.protocols.wire import BODY, DATA, POST, port_of, quick, wire

pytestmark = ONCE

LINES = (
    b"\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: %s\r\n"
    b"HTTP2-Settings: AAMAAABkAAQCAAAAAAIAAAAA\r\n"
)
CHUNKED = POST.replace(b"content-length: 26", b"transfer-encoding: chunked")
CHUNKS = b"5\r\n%s\r\n15\r\n%s\r\n0\r\n\r\n" % (BODY[:5], BODY[5:])


def offering(head: bytes, what: bytes = b"h2c") -> bytes:
    return head.replace(b"\r\n", LINES % what, 1)


@pytest.fixture(scope="module")
async def server(app: Starlette) -> AsyncIterator[uvicorn.Server]:
    async with quick(app) as running:
        yield running


@pytest.mark.parametrize("what", [b"h2c", b"TLS/1.2", b"websocket, h2c"])
@pytest.mark.parametrize("pieces", [1, 2, 1000], ids=["at once", "apart", "byte by byte"])
@pytest.mark.parametrize(
    ("head", "body"), [(POST, BODY), (CHUNKED, CHUNKS)], ids=["with a length", "in chunks"]
)
async def test_the_request_is_answered_as_it_is(
    server: uvicorn.Server, what: bytes, pieces: int, head: bytes, body: bytes
) -> None:
    head = offering(head, what)
    async with wire(port_of(server)) as line:
        for _ in range(2):
            if pieces == 1:
                line.send(head + body)
            elif pieces == 2:
                line.send(head)
                await asyncio.sleep(0.05)
                line.send(body)
            else:
                await line.dribble(head + body, 0.0005)
            status, _, told = await line.answer()
            assert (status, told) == (200, DATA)
        line.send(POST + BODY)
        assert (await line.answer())[2] == DATA


async def test_requests_behind_it_are_read_too(server: uvicorn.Server) -> None:
    async with wire(port_of(server)) as line:
        line.send((offering(POST) + BODY) * 3 + POST + BODY)
        for _ in range(4):
            assert (await line.answer())[2] == DATA


async def test_it_may_have_no_body(server: uvicorn.Server) -> None:
    async with wire(port_of(server)) as line:
        line.send(offering(b"GET /graphql?query={__typename} HTTP/1.1\r\nhost: a\r\n\r\n"))
        assert (await line.answer())[2] == DATA


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (offering(b"CONNECT a:80 HTTP/1.1\r\nhost: a\r\n\r\n"), 400),
        (offering(b"CONNECT http://a/graphql HTTP/1.1\r\nhost: a\r\n\r\n"), 405),
        (offering(b"POST /graphql HTTP/1.1\r\ncontent-length: x\r\n\r\n"), 400),
        (offering(POST[:-2] + b"x: y\r\n" * 101 + b"\r\n"), 431),
        (offering(POST), 408),
        (offering(CHUNKED) + b"zz\r\n", 400),
    ],
    ids=[
        "a tunnel",
        "another tunnel",
        "a bad length",
        "too many headers",
        "no body",
        "a bad chunk",
    ],
)
async def test_it_has_the_limits_of_any_other(
    server: uvicorn.Server, sent: bytes, status: int
) -> None:
    async with wire(port_of(server)) as line:
        line.send(sent)
        assert (await line.answer())[0] == status


async def test_many_in_one_piece_are_all_answered(server: uvicorn.Server) -> None:
    """As many as may wait behind the one that is answered."""
    many = 1 + HttpProtocol.MOST_WAITING
    async with wire(port_of(server)) as line:
        line.send((offering(POST) + BODY) * many)
        for _ in range(many):
            assert (await line.answer())[2] == DATA
