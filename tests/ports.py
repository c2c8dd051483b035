"""Ports on which nobody answers, for as long as a test wants."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager

from netql.torture.ports import HOST


@contextmanager
def closed_port() -> Iterator[int]:
    """A port that refuses connections: it is taken, so nobody else comes to listen there."""
    with socket.socket() as holding:
        holding.bind((HOST, 0))
        port: int = holding.getsockname()[1]
        yield port
