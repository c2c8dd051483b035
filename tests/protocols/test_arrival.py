"""A request has to come whole and in time, and its headers have to be few and small."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import httpx
import pytest
import uvicorn
from starlette.applications import Starlette

from tests.execution import ONCE
from tests.live.inside import eventually
from tests.protocols.wire import (
    BODY,
    DATA,
    PATIENCE,
    POST,
    PatientHttp,
    QuickHttp,
    port_of,
    quick,
    wire,
)

pytestmark = ONCE


@pytest.fixture(scope="module")
async def server(app: Starlette) -> AsyncIterator[uvicorn.Server]:
    async with quick(app, PatientHttp) as running:
        yield running


@pytest.fixture(scope="module")
async def hasty_server(app: Starlette) -> AsyncIterator[uvicorn.Server]:
    async with quick(app) as running:
        yield running


@pytest.fixture
def port(server: uvicorn.Server) -> int:
    return port_of(server)


@pytest.fixture
def hasty(hasty_server: uvicorn.Server) -> int:
    """The port of one that does not wait for long."""
    return port_of(hasty_server)


async def answers(port: int) -> None:
    """The server is none the worse for what was sent to it."""
    async with wire(port) as line:
        line.send(POST + BODY)
        assert (await line.answer())[2] == DATA


def refusal(answer: tuple[int, dict[str, str], object], status: int) -> None:
    told, headers, body = answer
    assert told == status
    assert headers["connection"] == "close"
    assert headers["content-type"] == "application/json; charset=utf-8"
    assert headers["x-content-type-options"] == "nosniff"
    assert isinstance(body, dict)
    assert set(body) == {"errors"}
    assert body["errors"][0]["extensions"]["code"] == "BAD_REQUEST"
    assert len(body["errors"][0]["extensions"]["requestId"]) == 16


async def test_who_says_nothing_is_left(hasty: int) -> None:
    async with wire(hasty) as line:
        assert await line.ended() >= QuickHttp.ARRIVAL


DRIBBLED = {
    "the first line": b"POST /graphql?" + b"q" * 100,
    "headers": b"GET /healthz HTTP/1.1\r\n" + b"x: y\r\n" * 100,
    "a body": POST + b" " * 100,
    "a body in chunks": POST.replace(b"content-length: 26", b"transfer-encoding: chunked")
    + b"1\r\n \r\n" * 100,
}


@pytest.mark.parametrize("sent", DRIBBLED.values(), ids=DRIBBLED.keys())
async def test_who_dribbles_is_refused_in_time(hasty: int, sent: bytes) -> None:
    """All that they have to say would take five times as long."""
    async with wire(hasty) as line:
        at = len(POST) if sent.startswith(POST[:-40]) else 1
        line.send(sent[:at])
        dribbling = asyncio.create_task(line.dribble(sent[at:], 0.05))
        refusal(await line.answer(), 408)
        assert await line.ended() >= QuickHttp.ARRIVAL
        assert await dribbling
    await answers(hasty)


class UnhurriedHttp(QuickHttp):
    """Waits longer than a busy machine stands still."""

    ARRIVAL = 3.0


async def test_a_second_request_has_its_own_time(app: Starlette) -> None:
    async with quick(app, UnhurriedHttp) as server, wire(port_of(server)) as line:
        for _ in range(3):
            await asyncio.sleep(UnhurriedHttp.ARRIVAL * 0.4)
            line.send(POST + BODY)
            assert (await line.answer())[2] == DATA
        line.send(POST)
        refusal(await line.answer(), 408)


async def test_empty_lines_keep_nobody_connected(hasty: int) -> None:
    async with wire(hasty) as line:
        line.send(POST + BODY)
        assert (await line.answer())[2] == DATA
        dribbling = asyncio.create_task(line.dribble(b"\r\n" * 200, 0.05))
        await line.ended()
        assert await dribbling


async def test_many_that_dribble_are_in_nobodys_way(hasty: int) -> None:
    async with AsyncExitStack() as lines:
        for _ in range(100):
            line = await lines.enter_async_context(wire(hasty))
            line.send(POST[:40])
        for _ in range(10):
            await answers(hasty)


FINE = {
    "as many as may be": b"GET /healthz HTTP/1.1\r\nhost: a\r\n" + b"x: y\r\n" * 99 + b"\r\n",
    "as large as may be": b"GET /healthz HTTP/1.1\r\nx: " + b"y" * 16_000 + b"\r\n\r\n",
    "a long address": b"GET /healthz?" + b"q" * 16_000 + b" HTTP/1.1\r\nhost: a\r\n\r\n",
}
TOO_MUCH = {
    "too many": (431, b"GET / HTTP/1.1\r\n" + b"x: y\r\n" * 101 + b"\r\n"),
    "one too large": (431, b"GET / HTTP/1.1\r\nx: " + b"y" * 17_000 + b"\r\n\r\n"),
    "many too large": (431, b"GET / HTTP/1.1\r\n" + (b"x: " + b"y" * 999 + b"\r\n") * 20 + b"\r\n"),
    "without end": (431, b"GET / HTTP/1.1\r\nx: " + b"y" * 200_000),
    "an address too long": (414, b"GET /?" + b"q" * 17_000 + b" HTTP/1.1\r\nhost: a\r\n\r\n"),
    "an address without end": (431, b"GET /?" + b"q" * 200_000),
}


def pieces(data: bytes, size: int) -> list[bytes]:
    return [data[at : at + size] for at in range(0, len(data), size)]


@pytest.mark.parametrize("size", [300_000, 1000])
@pytest.mark.parametrize("sent", FINE.values(), ids=FINE.keys())
async def test_headers_up_to_the_limit_are_read(port: int, sent: bytes, size: int) -> None:
    async with wire(port) as line:
        for piece in pieces(sent, size):
            line.send(piece)
            await asyncio.sleep(0.001)
        assert (await line._reader.readline()).startswith(b"HTTP/1.1 200")


@pytest.mark.parametrize("size", [300_000, 1000])
@pytest.mark.parametrize(("status", "sent"), TOO_MUCH.values(), ids=TOO_MUCH.keys())
async def test_headers_above_the_limit_are_refused(
    port: int, status: int, sent: bytes, size: int
) -> None:
    async with wire(port) as line:
        for piece in pieces(sent, size):
            line.send(piece)
            await asyncio.sleep(0.001)
            if line.writer.is_closing():
                break
        refusal(await line.answer(), status)
    await answers(port)


async def test_headers_behind_another_request_are_limited_too(port: int) -> None:
    async with wire(port) as line:
        line.send(POST + BODY + TOO_MUCH["one too large"][1])
        # The first was not answered yet, and will not be: the client broke the rules.
        refusal(await line.answer(), 431)


async def test_headers_that_begin_behind_another_request_are_added_up(port: int) -> None:
    sent = TOO_MUCH["one too large"][1]
    async with wire(port) as line:
        line.send(POST + BODY + sent[:16_000])
        assert (await line.answer())[2] == DATA
        line.send(sent[16_000:])
        refusal(await line.answer(), 431)


async def test_a_large_body_does_not_count_as_headers_of_the_next(port: int) -> None:
    body = BODY.ljust(200_000)
    large = POST.replace(b"content-length: 26", b"content-length: %d" % len(body)) + body
    async with wire(port) as line:
        for _ in range(2):
            line.send(large + POST[:30])
            assert (await line.answer())[2] == DATA
            line.send(POST[30:] + BODY)
            assert (await line.answer())[2] == DATA


JUNK = {
    "no HTTP": b"hello\r\n\r\n",
    "two lengths": POST.replace(b"host: a", b"content-length: 3") + BODY,
    "a negative length": b"POST /graphql HTTP/1.1\r\ncontent-length: -1\r\n\r\n",
    "a length and chunks": POST.replace(b"host: a", b"transfer-encoding: chunked") + BODY,
    "a bad chunk": b"POST /graphql HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\nxyz\r\n",
    "TLS": bytes.fromhex("16030100f1010000ed0303") + b"\0" * 200,
    "a path beyond ASCII": b"GET /\xff HTTP/1.1\r\nhost: a\r\n\r\n",
    "a header with NUL": b"GET / HTTP/1.1\r\nx: a\0b\r\n\r\n",
    "a folded header": b"GET / HTTP/1.1\r\nx: a\r\n b\r\n\r\n",
}


@pytest.mark.parametrize("sent", JUNK.values(), ids=JUNK.keys())
async def test_what_is_no_http_is_refused_in_graphqls_form(port: int, sent: bytes) -> None:
    async with wire(port) as line:
        line.send(sent)
        refusal(await line.answer(), 400)
    await answers(port)


async def test_a_body_that_is_announced_too_large_is_not_waited_for(port: int) -> None:
    announced = POST.replace(b"content-length: 26", b"content-length: 9999999")
    async with wire(port) as line:
        line.send(announced.replace(b"\r\n\r\n", b"\r\nexpect: 100-continue\r\n\r\n"))
        assert (await line.answer())[0] == 413
        # Nor is it read to its end, should it come all the same.
        for _ in range(30):
            line.send(b" " * 100_000)
            await asyncio.sleep(0.01)
        await line.ended()


async def test_the_refused_do_not_stay(app: Starlette) -> None:
    async with quick(app) as server, wire(port_of(server)) as line:
        line.send(JUNK["no HTTP"])
        refusal(await line.answer(), 400)
        # It has heard why, and keeps its end open.
        assert server.server_state.connections
        await eventually(lambda: not server.server_state.connections)


async def test_what_was_answered_is_not_refused_as_well(hasty: int) -> None:
    announced = POST.replace(b"content-length: 26", b"content-length: 9999999")
    async with wire(hasty) as line:
        line.send(announced)
        assert (await line.answer())[0] == 413
        dribbling = asyncio.create_task(line.dribble(b" " * 100, 0.05))
        await line.ended()
        assert await dribbling


async def test_a_kept_connection_is_used_again(port: int) -> None:
    url = f"http://127.0.0.1:{port}"
    async with httpx.AsyncClient(base_url=url, timeout=PATIENCE, verify=False) as client:
        for _ in range(5):
            response = await client.post("/graphql", json={"query": "{ __typename }"})
            assert response.json() == DATA
