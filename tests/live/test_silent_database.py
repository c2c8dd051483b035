"""Connections to the database that fall silent, as where a host or what stands before it is gone
without a word: nobody is told that they are over, and new ones work."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.conftest import DATABASE
from tests.live.client import socket_of
from tests.live.inside import INVITATIONS
from tests.live.server import Server, running
from tests.live.test_processes import invite

pytestmark = pytest.mark.skipif(DATABASE == "sqlite", reason="SQLite has no connections")


class Passage:
    """Passes bytes on to the database, until those that pass are forgotten."""

    def __init__(self, host: str, port: int) -> None:
        self._host, self._port = host, port
        self._passing: set[asyncio.Task[None]] = set()
        self._open: list[asyncio.StreamWriter] = []

    async def __call__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        beyond, there = await asyncio.open_connection(self._host, self._port)
        self._open += [writer, there]
        ways = ((reader, there), (beyond, writer))
        self._passing |= {asyncio.create_task(self._pass(*way)) for way in ways}

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while data := await reader.read(65536):
                writer.write(data)
            writer.close()

    def forget(self) -> None:
        """Pass nothing on any more, and say so to nobody."""
        for task in self._passing:
            task.cancel()
        self._passing.clear()

    def close(self) -> None:
        for writer in self._open:
            writer.transport.abort()


@asynccontextmanager
async def passage(address: str) -> AsyncIterator[tuple[Passage, str]]:
    """A way to the database at that address, and the address that it has itself."""
    url = urlsplit(address)
    passing = Passage(url.hostname or "localhost", url.port or 5432)
    server = await asyncio.start_server(passing, "127.0.0.1", 0)
    own = server.sockets[0].getsockname()[1]
    try:
        yield (
            passing,
            address.replace(f":{url.port}/", f":{own}/").replace(f"@{url.hostname}", "@127.0.0.1"),
        )
    finally:
        server.close()
        passing.forget()
        passing.close()


async def test_events_come_again_after_connections_fell_silent(
    server: Server, serving_environment: dict[str, str], serving_directory: Path
) -> None:
    """Within the time that a statement may take, and a little more."""
    ben, eve = [server.member(f"{name}.forgotten") for name in ("ben", "eve")]
    async with passage(serving_environment["NETQL_DATABASE_URL"]) as (passing, way):
        # Longer than anything takes on a machine that is busy with other tests.
        env = {**serving_environment, "NETQL_DATABASE_URL": way, "NETQL_LIMIT_SECONDS": "3"}
        starting = running(env, serving_directory, "serve")
        other = await asyncio.to_thread(starting.__enter__)
        try:
            async with socket_of(other.url, ben.token) as socket:
                stream = await socket.start(INVITATIONS)
                await socket.run("{ __typename }")
                passing.forget()
                sent = await asyncio.to_thread(invite, server, eve, ben, "After the silence")
                event = await stream.event()
                assert event["invitation"]["id"] == sent
            assert await asyncio.to_thread(other.ask, "{ viewer { handle } }", ben.token)
        finally:
            await asyncio.to_thread(starting.__exit__, None, None, None)
