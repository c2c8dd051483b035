"""Listeners: devices that hear over a WebSocket."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from websockets import ConnectionClosed, WebSocketException
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Subprotocol

from netql.torture.devices import CUT_OFF, Device
from netql.torture.people import Member

PATIENCE = 30.0


@dataclass
class Listener(Device):
    """One that `stays` keeps its socket when its subscription ends, until the server closes it."""

    stays: bool = False

    async def listen_once(self) -> None:
        try:
            async with opened(self.address(), self.member) as socket:
                self.sockets += 1
                await subscribe(socket, self.cursor, self.hears.text)
                self.listening = True
                while self._take(json.loads(await socket.recv())) or self.stays:
                    pass
        except ConnectionClosed as closed:
            self.closes[closed.rcvd.code if closed.rcvd is not None else CUT_OFF] += 1
        except (WebSocketException, OSError, TimeoutError):
            # There was nobody, or nobody who answered.
            pass

    def _take(self, frame: dict[str, Any]) -> bool:
        """Keep what came. False: the stream is over."""
        if frame["type"] == "error":
            self.refuse(frame["payload"])
            return False
        if frame["type"] == "next" and frame["payload"].get("errors"):
            # As real clients do, it goes on to hear: what could not be told must not be missed.
            self.refuse(frame["payload"]["errors"])
        elif frame["type"] == "next":
            self.take(frame["payload"]["data"][self.hears.name])
        return bool(frame["type"] != "complete")


@asynccontextmanager
async def opened(address: str, member: Member, **options: Any) -> AsyncIterator[ClientConnection]:
    """A socket that speaks for the member. Raises WebSocketException, OSError, TimeoutError."""
    async with connect(
        address.replace("http://", "ws://", 1) + "/graphql",
        subprotocols=[Subprotocol("graphql-transport-ws")],
        proxy=None,
        compression=None,
        # The server looks after its sockets; five thousand pings of ours are in nobody's interest.
        ping_interval=None,
        open_timeout=PATIENCE,
        close_timeout=1,
        **options,
    ) as socket:
        payload = {"authorization": f"Bearer {member.token}"}
        await socket.send(json.dumps({"type": "connection_init", "payload": payload}))
        async with asyncio.timeout(PATIENCE):
            answer = json.loads(await socket.recv())
        if answer["type"] != "connection_ack":
            raise WebSocketException(f"no connection_ack but {answer}")
        yield socket


async def subscribe(socket: ClientConnection, cursor: str, text: str) -> None:
    """Begin to listen from the cursor on."""
    payload = {"query": text, "variables": {"after": cursor}}
    await socket.send(json.dumps({"id": "1", "type": "subscribe", "payload": payload}))
