"""Listeners: they hear their invitations over a socket, and come back with their cursor."""

from __future__ import annotations

import asyncio
import json
import random
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from websockets import ConnectionClosed, WebSocketException
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Subprotocol

from netql.torture.people import Member

INVITATIONS = """subscription Invitations($after: String) {
  invitationReceived(after: $after) { kind cursor invitation { id } } }"""
PATIENCE = 30.0
LONGEST_WAIT = 0.3
# What a client of a server that stops or is cut off may see: netql's table of close codes.
FAIR_CLOSES = frozenset((1001, 1006, 1012, 1013))


@dataclass(frozen=True, slots=True)
class Heard:
    """An event as it came; `at` is of the monotonic clock."""

    cursor: str
    invitation_id: str
    at: float


@dataclass
class Listener:
    """One device of a member's. It goes to wherever `address` says, again and again.

    One that `stays` keeps its socket when its subscription ends, until the server closes it.
    """

    address: Callable[[], str]
    member: Member
    text: str = INVITATIONS
    stays: bool = False
    heard: list[Heard] = field(default_factory=list)
    closes: Counter[int] = field(default_factory=Counter)
    strange: list[str] = field(default_factory=list)
    sockets: int = 0
    listening: bool = False

    @property
    def cursor(self) -> str:
        return self.heard[-1].cursor if self.heard else self.member.cursor

    async def run(self) -> None:
        """Until it is cancelled."""
        while True:
            try:
                await self.listen_once()
            except ConnectionClosed as closed:
                self.closes[closed.rcvd.code if closed.rcvd is not None else 1006] += 1
            except (WebSocketException, OSError, TimeoutError):
                pass
            finally:
                self.listening = False
            await asyncio.sleep(random.uniform(0, LONGEST_WAIT))

    async def listen_once(self) -> None:
        """One socket, to its end. Raises ConnectionClosed, or returns if the stream ended."""
        async with opened(self.address(), self.member) as socket:
            self.sockets += 1
            await subscribe(socket, self.cursor, self.text)
            self.listening = True
            while self._take(json.loads(await socket.recv())) or self.stays:
                pass

    def _take(self, frame: dict[str, Any]) -> bool:
        """Keep what came. False: the stream is over."""
        if frame["type"] == "next" and not frame["payload"].get("errors"):
            event = frame["payload"]["data"]["invitationReceived"]
            if event["kind"] != "RECEIVED" or event["invitation"] is None:
                self.strange.append(f"an event of kind {event['kind']} came without its invitation")
                return True
            self.heard.append(Heard(event["cursor"], event["invitation"]["id"], time.monotonic()))
            return True
        if frame["type"] in ("next", "error"):
            payload = frame["payload"]
            errors = payload["errors"] if frame["type"] == "next" else payload
            codes = {error.get("extensions", {}).get("code") for error in errors}
            if codes != {"RETRYABLE"}:
                self.strange.append(f"a subscription ended with {sorted(map(str, codes))}")
            return False
        return bool(frame["type"] != "complete")

    def unfair_closes(self) -> list[str]:
        """The close codes that no failure here explains."""
        return [
            f"a socket was closed with {code}, {times} times"
            for code, times in self.closes.items()
            if code not in FAIR_CLOSES
        ]


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


async def subscribe(socket: ClientConnection, cursor: str, text: str = INVITATIONS) -> None:
    """Begin to listen from the cursor on."""
    payload = {"query": text, "variables": {"after": cursor}}
    await socket.send(json.dumps({"id": "1", "type": "subscribe", "payload": payload}))
