"""Wake-ups by PostgreSQL's own notifications.

Both connections stand outside of the pool. Notifications are sent after the commit that they tell
of, in transactions of their own: inside it they would make every commit of the database wait for
every other. A pooler in transaction mode lets none through; NETQL_BUS_URL then names the database
itself.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import asyncpg

from netql.infra.database import postgres_address
from netql.infra.shared_bus import IDLE, SILENT, Send

_CHANNEL = "netql_wakeups"
_NOTIFY = "SELECT pg_notify($1, text) FROM unnest($2::text[]) AS text"
# Nothing is lost with a notification, so nobody waits for the disk.
_SETTINGS = {"synchronous_commit": "off", "application_name": "netql bus"}


class PostgresLine:
    """Reaches every netql process on the same database."""

    name = "PostgreSQL"

    def __init__(self, url: str) -> None:
        self._address = postgres_address(url)

    async def _connected(self) -> Any:
        return await asyncpg.connect(
            **self._address, timeout=SILENT, command_timeout=SILENT, server_settings=_SETTINGS
        )

    @asynccontextmanager
    async def sending(self) -> AsyncIterator[Send]:
        connection = await self._connected()

        async def send(texts: list[str]) -> None:
            await connection.execute(_NOTIFY, _CHANNEL, texts)

        try:
            yield send
        finally:
            connection.terminate()

    async def hear(self, began: Callable[[], None], heard: Callable[[str], None]) -> None:
        connection = await self._connected()
        try:
            lost = asyncio.Event()
            connection.add_termination_listener(lambda _: lost.set())
            await connection.add_listener(_CHANNEL, lambda *told: heard(str(told[3])))
            began()
            while not lost.is_set():
                try:
                    async with asyncio.timeout(IDLE):
                        await lost.wait()
                except TimeoutError:
                    await connection.execute("SELECT 1")
            raise ConnectionError("the connection was closed")
        finally:
            connection.terminate()
