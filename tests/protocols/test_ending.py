"""SIGTERM: balancers are told first, then `netql serve` ends in time, whoever is still there."""

from __future__ import annotations

import asyncio
import base64
import json
import os
import signal
import socket
import struct
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from starlette.types import Receive, Scope, Send

from tests.conftest import DATABASE
from tests.execution import ONCE
from tests.live.inside import eventually
from tests.live.server import Server, running
from tests.processes import command, environment
from tests.protocols.wire import BODY, POST, port_of, quick, wire

pytestmark = ONCE

# Several times what the end takes, and less than a client that does not read has otherwise.
GRACE, DRAIN = 7.0, 1.0
# So long that a test is over before, or that nobody waits for it who need not.
LONG_DRAIN = 25.0
UPGRADE = (
    b"GET /graphql HTTP/1.1\r\nhost: a\r\nconnection: upgrade\r\nupgrade: websocket\r\n"
    b"sec-websocket-version: 13\r\nsec-websocket-protocol: graphql-transport-ws\r\n"
    b"sec-websocket-key: " + base64.b64encode(os.urandom(16)) + b"\r\n\r\n"
)


@pytest.fixture
def drain() -> float:
    return DRAIN


@pytest.fixture
def served(new_database: Callable[[], str], tmp_path: Path, drain: float) -> Iterator[Server]:
    grace = max(GRACE, drain + 5)
    env = environment(new_database(), tmp_path, grace_seconds=str(grace), drain_seconds=str(drain))
    if DATABASE != "sqlite":
        command(env, tmp_path, "migrate")
    with running(env, tmp_path, "serve") as server:
        yield server


def line_to(server: Server, *, room: int | None = None) -> socket.socket:
    line = socket.socket()
    if room is not None:
        line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, room)
    line.settimeout(10)
    line.connect(("127.0.0.1", int(server.url.rpartition(":")[2])))
    return line


def kept(server: Server) -> socket.socket:
    line = line_to(server)
    line.sendall(POST + BODY)
    assert line.recv(2**16).startswith(b"HTTP/1.1 200")
    return line


def half_said(server: Server) -> socket.socket:
    line = line_to(server)
    line.sendall(POST + BODY[:5])
    return line


def silent(server: Server) -> socket.socket:
    return line_to(server)


def open_socket(server: Server) -> socket.socket:
    line = line_to(server)
    line.sendall(UPGRADE)
    assert line.recv(2**16).startswith(b"HTTP/1.1 101")
    return line


def stalled(server: Server) -> socket.socket:
    """Asks for the schema so often that its buffers are full of it, and reads none of it."""
    line = line_to(server, room=4096)
    for _ in range(200):
        line.sendall(b"GET /schema.graphql HTTP/1.1\r\nhost: a\r\n\r\n")
        time.sleep(0.002)
    return line


def frame(text: str) -> bytes:
    """A message of a client's, masked with zeros: as it is."""
    data = text.encode()
    small = len(data) < 126
    size = bytes([0x80 | len(data)]) if small else struct.pack("!BH", 0x80 | 126, len(data))
    return b"\x81" + size + b"\0\0\0\0" + data


def stalled_socket(server: Server) -> socket.socket:
    """Asks for the schema, twice as much as its buffers hold, and reads none of it."""
    line = line_to(server, room=4096)
    line.sendall(UPGRADE)
    assert line.recv(2**16).startswith(b"HTTP/1.1 101")
    line.sendall(frame('{"type":"connection_init"}'))
    assert b"connection_ack" in line.recv(2**16)
    schema = "__schema { types { name description fields { name description } } }"
    query = f"{{ a: {schema} b: {schema} }}"
    for number in range(100):
        payload = {"id": str(number), "type": "subscribe", "payload": {"query": query}}
        line.sendall(frame(json.dumps(payload)))
        time.sleep(0.01)
    return line


@pytest.mark.parametrize("client", [kept, half_said, silent, open_socket, stalled, stalled_socket])
def test_it_ends_in_time_whoever_is_there(
    served: Server, client: Callable[[Server], socket.socket]
) -> None:
    with closing(client(served)):
        took = served.stop()
    assert DRAIN <= took < GRACE
    log = served.log.read_text()
    assert "Traceback" not in log, log
    assert "cut off" not in log
    # Nobody was waited for until there was no time left.
    assert "timeout graceful shutdown exceeded" not in log


@pytest.mark.parametrize("drain", [LONG_DRAIN])
def test_balancers_are_told_first(served: Server) -> None:
    assert served.get("/readyz").status_code == 200
    process = served.process._process
    began = time.monotonic()
    process.terminate()
    while (told := served.get("/readyz")).status_code == 200:
        assert time.monotonic() - began < LONG_DRAIN / 2
    assert (told.status_code, told.text) == (503, "the process is ending\n")
    # Whoever comes meanwhile is served as ever; without that while it would be gone by now.
    time.sleep(0.5)
    assert served.ask("{ __typename }") == {"__typename": "Query"}
    assert served.get("/healthz").status_code == 200
    # A second signal waits for nobody.
    process.terminate()
    process.join(LONG_DRAIN)
    assert not process.is_alive()
    assert time.monotonic() - began < LONG_DRAIN


async def test_what_waits_behind_another_request_is_not_begun() -> None:
    begun, go = 0, asyncio.Event()

    async def slow(scope: Scope, receive: Receive, send: Send) -> None:
        nonlocal begun
        begun += 1
        await go.wait()
        await send({"type": "http.response.start", "status": 204, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    async with quick(slow) as server, wire(port_of(server)) as line:
        line.send(b"GET / HTTP/1.1\r\nhost: a\r\n\r\n" * 50)
        await eventually(lambda: begun == 1)
        server.should_exit = True
        await eventually(lambda: not server.servers[0].is_serving())
        go.set()
        assert (await line._reader.readline()).startswith(b"HTTP/1.1 204")
        await eventually(lambda: not server.server_state.connections)
        assert begun == 1


STUCK = """
import asyncio, signal, sys, time
from netql.infra.draining import Draining

async def main():
    signal.signal(signal.SIGTERM, lambda *_: None)
    with Draining().on_sigterm(0.1, 0.6):
        print("ready", flush=True)
        time.sleep(60)

asyncio.run(main())
"""


def test_what_hangs_is_cut_off() -> None:
    """Not even an event loop that stands still keeps the process beyond its grace."""
    with subprocess.Popen(
        [sys.executable, "-c", STUCK], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert process.stdout.readline() == b"ready\n"
        began = time.monotonic()
        process.send_signal(signal.SIGTERM)
        # It would hang for a minute.
        assert process.wait(30) == 1
        assert time.monotonic() - began > 0.5
        assert b"within 0.6 seconds, and is cut off" in process.stderr.read()
