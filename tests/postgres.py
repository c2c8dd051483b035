"""The tests' own PostgreSQL: as `netql torture` has it, but careless of its data."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from netql.torture.postgres import PostgresServer
from netql.torture.postgres import postgres_server as careful_server

__all__ = ["PostgresServer", "postgres_server"]

# Tests throw the whole server away afterwards, so waiting for the disk buys nothing. A test that
# kills the server and then looks for committed rows needs the careful one: with
# synchronous_commit off, the last commits may still be in the memory of the process killed.
_CARELESS = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off"}


@contextmanager
def postgres_server() -> Iterator[PostgresServer]:
    with careful_server(settings=_CARELESS) as server:
        yield server
