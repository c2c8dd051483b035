"""WebSocket as uvicorn speaks it, but for clients that do not read: those are cut off.

uvicorn itself waits for them for ever, even when it is told to end; its pings do not find them,
for whoever sends is waiting in front of them.
"""

from __future__ import annotations

import asyncio
from typing import Any, cast

from uvicorn._types import ASGISendEvent

from netql.infra.pieces import InPieces
from netql.infra.stalled import Outgoing


class WebSocketProtocol(InPieces):
    """One socket."""

    PATIENCE = Outgoing.PATIENCE
    # Seconds for a client to say goodbye in, once the server ends.
    GOODBYE = 0.5

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._outgoing: Outgoing | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        self._outgoing = Outgoing(self.loop, cast(asyncio.Transport, transport), self.PATIENCE)

    def connection_lost(self, exc: Exception | None) -> None:
        if self._outgoing is not None:
            self._outgoing.rest()
        super().connection_lost(exc)

    def pause_writing(self) -> None:
        super().pause_writing()
        if self._outgoing is not None:
            self._outgoing.watch()

    def resume_writing(self) -> None:
        super().resume_writing()
        if self._outgoing is not None and not self.transport.is_closing():
            self._outgoing.rest()

    async def send(self, message: ASGISendEvent) -> None:
        await super().send(message)
        if message["type"] == "websocket.close" and self._outgoing is not None:
            self.hold()
            # The other end may neither read this nor answer it.
            self._outgoing.watch()

    def shutdown(self) -> None:
        super().shutdown()
        self.loop.call_later(self.GOODBYE, self.transport.abort)
