"""An application behind the server's own protocols, in this process, and raw sockets to it."""

from __future__ import annotations

import asyncio
import json
import socket
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from typing import Any

import uvicorn

from netql.infra.http_protocol import HttpProtocol
from netql.infra.websocket_protocol import WebSocketProtocol
from tests.live.client import PATIENCE
from tests.live.inside import eventually

BODY = b'{"query":"{ __typename }"}'
POST = (
    b"POST /graphql HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\n"
    b"content-length: %d\r\n\r\n" % len(BODY)
)
DATA = {"data": {"__typename": "Query"}}


class QuickHttp(HttpProtocol):
    """As served, with less patience."""

    ARRIVAL = 1.0
    LINGERING = 0.5
    PATIENCE = 0.6


class QuickWebSocket(WebSocketProtocol):
    """As served, with less patience."""

    PATIENCE = 0.6


class PatientHttp(QuickHttp):
    """For what is to be in time, however busy the machine is."""

    ARRIVAL = PATIENCE
    PATIENCE = PATIENCE


class PatientWebSocket(WebSocketProtocol):
    """For what is to be in time, however busy the machine is."""

    PATIENCE = PATIENCE


class _Quiet(uvicorn.Server):
    """Leaves the signals to pytest."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@asynccontextmanager
async def quick(
    app: Any,
    http: type[HttpProtocol] = QuickHttp,
    ws: type[WebSocketProtocol] = QuickWebSocket,
) -> AsyncIterator[uvicorn.Server]:
    """A server of the application; within PATIENCE of its end every connection is gone."""
    config = uvicorn.Config(app, port=0, lifespan="off", log_config=None, http=http, ws=ws)
    server = _Quiet(config)
    serving = asyncio.create_task(server.serve())
    await eventually(lambda: server.started)
    try:
        yield server
    finally:
        server.should_exit = True
        async with asyncio.timeout(PATIENCE):
            await serving


class Wire:
    """A connection that says what it is told, byte by byte."""

    def __init__(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, began: float
    ) -> None:
        """`began` is a time before the connection was made."""
        self._reader = reader
        self.writer = writer
        self.began = began

    def send(self, data: bytes) -> None:
        """Say it, unless the other end has closed already."""
        if not self.writer.is_closing():
            self.writer.write(data)

    async def dribble(self, data: bytes, pause: float) -> bool:
        """One byte at a time, until all are sent or the other end has enough; whether it had."""
        for at in range(len(data)):
            if self._reader.at_eof() or self.writer.is_closing():
                return True
            self.send(data[at : at + 1])
            await asyncio.sleep(pause)
        return False

    async def answer(self) -> tuple[int, dict[str, str], Any]:
        """Status, headers and JSON of the next response."""
        async with asyncio.timeout(PATIENCE):
            head = (await self._reader.readuntil(b"\r\n\r\n")).decode("latin-1")
            first, *lines = head.strip().split("\r\n")
            headers = dict(line.split(": ", 1) for line in lines)
            body = await self._reader.readexactly(int(headers["content-length"]))
        return int(first.split()[1]), headers, json.loads(body)

    async def ended(self) -> float:
        """How long the connection has been there, at most, when the other end leaves, saying
        nothing more."""
        async with asyncio.timeout(PATIENCE):
            with suppress(ConnectionError):
                assert await self._reader.read() == b""
        return time.monotonic() - self.began


def port_of(server: uvicorn.Server) -> int:
    port: int = server.servers[0].sockets[0].getsockname()[1]
    return port


@asynccontextmanager
async def wire(port: int, *, room: int | None = None) -> AsyncIterator[Wire]:
    """A connection; with little `room` its buffer is full at once if it does not read."""
    began = time.monotonic()
    line = socket.socket()
    if room is not None:
        line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, room)
    line.setblocking(False)
    await asyncio.get_running_loop().sock_connect(line, ("127.0.0.1", port))
    reader, writer = await asyncio.open_connection(sock=line, limit=2**20)
    try:
        yield Wire(reader, writer, began)
    finally:
        writer.transport.abort()
