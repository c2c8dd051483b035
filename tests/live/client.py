"""graphql-transport-ws from the client's side, one frame at a time.

Frames are kept in order per operation, so several may share a socket. Nothing here waits for
ever: what does not come within the deadline fails the test that asked for it.

A socket to the run's own application is `heard`: each of its frames is judged for canaries as it
is read, by what holds then. What another process tells is not, for its members are in a database
of its own.
"""

from __future__ import annotations

import asyncio
import json
from collections import defaultdict, deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import count
from typing import Any

from websockets import ConnectionClosed
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Subprotocol

from tests import canary

# Longer than anything takes on a machine that is busy, or stands still for a while.
PATIENCE = 30.0
# What is to come within a second, or at once, has come by then in spite of that.
SOON = 5.0

Frame = dict[str, Any]


class Stream:
    """One operation on a socket."""

    def __init__(self, socket: GraphQLSocket, key: str) -> None:
        self._socket = socket
        self.key = key

    async def frame(self) -> Frame:
        """The next frame of this operation, whatever its type."""
        return await self._socket.frame_of(self.key)

    async def data(self) -> Any:
        """The data of the next result, which must hold no errors."""
        frame = await self.frame()
        assert frame["type"] == "next", frame
        assert "errors" not in frame["payload"], frame
        return frame["payload"]["data"]

    async def event(self) -> Any:
        """The next invitation event."""
        return (await self.data())["invitationReceived"]

    async def refusal(self) -> str:
        """The code of the error that ends this operation before it began."""
        frame = await self.frame()
        assert frame["type"] == "error", frame
        code: str = frame["payload"][0]["extensions"]["code"]
        return code

    async def complete(self) -> None:
        await self._socket.send({"id": self.key, "type": "complete"})


class GraphQLSocket:
    """A socket whose other end speaks graphql-transport-ws."""

    def __init__(self, connection: ClientConnection, *, heard: bool = False) -> None:
        self.connection = connection
        self._heard = heard
        self._authorization: str | None = None
        self._kept: defaultdict[str, deque[Frame]] = defaultdict(deque)
        self._numbers = count(1)

    async def send(self, message: object) -> None:
        text = json.dumps(message)
        if self._heard:
            canary.CANARIES.forget(text)
        await self.connection.send(text)

    async def receive(self) -> Frame:
        """The next frame of all, within the deadline."""
        async with asyncio.timeout(PATIENCE):
            text = str(await self.connection.recv())
        if self._heard:
            await canary.overhear(self._authorization, text)
        frame: Frame = json.loads(text)
        return frame

    async def frame_of(self, key: str) -> Frame:
        while not self._kept[key]:
            frame = await self.receive()
            self._kept[frame.get("id", "")].append(frame)
        return self._kept[key].popleft()

    async def init(self, payload: object = None) -> Frame:
        if isinstance(payload, dict):
            self._authorization = payload.get("authorization")
        await self.send({"type": "connection_init", "payload": payload})
        return await self.receive()

    async def start(self, query: str, *, key: str | None = None, **variables: Any) -> Stream:
        """Begin an operation of any kind."""
        key = key or str(next(self._numbers))
        payload = {"query": query, "variables": variables}
        await self.send({"id": key, "type": "subscribe", "payload": payload})
        return Stream(self, key)

    async def run(self, query: str, **variables: Any) -> Any:
        """The data of a query or mutation, seen through to its end."""
        stream = await self.start(query, **variables)
        data = await stream.data()
        assert (await stream.frame())["type"] == "complete"
        return data

    def kept(self, key: str) -> list[Frame]:
        """Frames of an operation that came and were not asked for yet."""
        return list(self._kept[key])

    async def alive(self) -> bool:
        """Whether the other end still answers."""
        await self.send({"type": "ping"})
        return (await self.frame_of(""))["type"] == "pong"

    async def close_code(self) -> int:
        """The code with which the other end closes; frames that come before are kept."""
        try:
            while True:
                frame = await self.receive()
                self._kept[frame.get("id", "")].append(frame)
        except ConnectionClosed as closed:
            return closed.rcvd.code if closed.rcvd is not None else 1006

    def drop(self) -> None:
        """Cut the line, without a goodbye."""
        self.connection.transport.abort()


@asynccontextmanager
async def bare_socket(url: str, *, heard: bool = False) -> AsyncIterator[GraphQLSocket]:
    """A socket on which nothing has been said yet; `url` is the server's http address."""
    address = url.replace("http://", "ws://", 1) + "/graphql"
    subprotocols = [Subprotocol("graphql-transport-ws")]
    async with connect(address, subprotocols=subprotocols, proxy=None) as connection:
        yield GraphQLSocket(connection, heard=heard)


@asynccontextmanager
async def socket_of(
    url: str, token: str | None, *, heard: bool = False
) -> AsyncIterator[GraphQLSocket]:
    """A socket that speaks for the bearer of the token, or for a guest."""
    async with bare_socket(url, heard=heard) as socket:
        payload = None if token is None else {"authorization": f"Bearer {token}"}
        assert (await socket.init(payload))["type"] == "connection_ack"
        yield socket
