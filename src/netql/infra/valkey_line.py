"""Wake-ups by Valkey, or whatever else speaks Redis's protocol, through valkey-py.

Imported only where NETQL_BUS_URL names such a server.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from valkey.asyncio import Valkey

from netql.errors import ConfigurationError
from netql.infra.shared_bus import IDLE, SILENT, Send
from netql.infra.valkey_options import connecting


class ValkeyLine:
    """Reaches every netql process whose NETQL_BUS_URL names the same server and number."""

    name = "Valkey"

    def __init__(self, url: str) -> None:
        """Raises ConfigurationError for an address that no connection can be made from."""
        self._url = url
        try:
            pool: Any = self._client().connection_pool
            asked = pool.make_connection()
        except (TypeError, ValueError, AttributeError) as error:
            raise ConfigurationError(f"NETQL_BUS_URL cannot be used: {error}") from None
        # Channels are the server's, whatever the number of the database, so it is in the name.
        self._channel = f"netql:{asked.db}:wakeups"

    def _client(self) -> Valkey:
        client: Valkey = Valkey.from_url(self._url, **connecting(self._url, SILENT))
        return client

    @asynccontextmanager
    async def sending(self) -> AsyncIterator[Send]:
        client = self._client()

        async def send(texts: list[str]) -> None:
            if not texts:
                await client.ping()
            for text in texts:
                await client.publish(self._channel, text)

        try:
            yield send
        finally:
            await client.aclose()

    async def hear(self, began: Callable[[], None], heard: Callable[[str], None]) -> None:
        client = self._client()
        listening: Any = client.pubsub()
        try:
            await listening.subscribe(self._channel)
            patience = SILENT
            while True:
                told = await listening.get_message(timeout=patience)
                if told is None:
                    if patience == SILENT:
                        raise TimeoutError("it does not answer")
                    await listening.ping()
                    patience = SILENT
                    continue
                patience = IDLE
                if told["type"] == "subscribe":
                    began()
                elif told["type"] == "message":
                    heard(told["data"].decode())
        finally:
            await listening.aclose()
            await client.aclose()
