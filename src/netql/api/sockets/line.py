"""The way to one client: messages go out as fast as the client reads them, and no faster.

Nothing is queued here. Whoever says something waits until the transport takes it, so that for a
client that does not read no more is held than one message of each of its operations.
"""

from __future__ import annotations

from contextlib import suppress

import orjson
from starlette.types import Send

from netql.api.patience import HungUp, NotReading, taken
from netql.api.sockets.codes import Closing

# Seconds that a closing may take with a client that does not read.
GOODBYE = 1.0


class Line:
    """What can be said to one client. `patience` is how many seconds one message may take."""

    def __init__(self, send: Send, patience: float) -> None:
        self._send = send
        self._patience = patience

    async def accept(self, subprotocol: str | None) -> None:
        accept = {"type": "websocket.accept", "subprotocol": subprotocol}
        await taken(self._send, accept, self._patience)

    async def say(self, kind: bytes, key: str | None = None, payload: bytes | None = None) -> None:
        """Send a message of that type; `payload` is JSON. Raises NotReading and HungUp."""
        parts = [b'{"type":"', kind, b'"']
        if key is not None:
            parts += b',"id":', orjson.dumps(key)
        if payload is not None:
            parts += b',"payload":', payload
        text = b"".join((*parts, b"}")).decode()
        await taken(self._send, {"type": "websocket.send", "text": text}, self._patience)

    async def close(self, closing: Closing) -> None:
        """Say goodbye, if it can still be heard."""
        goodbye = {"type": "websocket.close", "code": closing.code, "reason": closing.reason}
        with suppress(NotReading, HungUp):
            await taken(self._send, goodbye, GOODBYE)
