"""A served application in the test's own process, so that its bus can be looked at."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest
import uvicorn
from starlette.applications import Starlette

from netql.events.entries import LogEntry
from netql.events.wakeups import wakeups
from netql.infra.bus import Listener, LocalBus
from netql.infra.http_protocol import HttpProtocol
from netql.infra.websocket_protocol import WebSocketProtocol
from tests.live.client import PATIENCE, GraphQLSocket, Stream, socket_of
from tests.people import Person

INVITATIONS = """subscription Invitations($after: String) {
  invitationReceived(after: $after) {
    kind cursor pendingCount
    invitation { id note status inviter { id handle headline phone hiddenFields } }
  }
}"""


@dataclass(frozen=True)
class Live:
    """Where the application is served."""

    url: str

    @asynccontextmanager
    async def socket(self, person: Person | None) -> AsyncIterator[GraphQLSocket]:
        token = None if person is None else person.token
        async with socket_of(self.url, token, heard=True) as socket:
            yield socket

    @asynccontextmanager
    async def invitations(
        self, person: Person, after: str | None = None
    ) -> AsyncIterator[tuple[GraphQLSocket, Stream]]:
        """A socket on which the person's invitations are being waited for."""
        async with self.socket(person) as socket:
            stream = await socket.start(INVITATIONS, after=after)
            if after is None:
                await waiting(person)
            yield socket, stream


class _Quiet(uvicorn.Server):
    """Leaves the signals to pytest."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@asynccontextmanager
async def served(app: Starlette, *, held: int | None = None, **options: Any) -> AsyncIterator[Live]:
    """The application, whose lifespan was entered elsewhere, behind a real socket. The kernel
    holds so many bytes for a client that does not read, as many as it likes if left out; other
    options are the server's."""
    config = uvicorn.Config(
        app,
        port=0,
        lifespan="off",
        log_config=None,
        http=HttpProtocol,
        ws=WebSocketProtocol,
        ws_per_message_deflate=False,
        **options,
    )
    server = _Quiet(config)
    serving = asyncio.create_task(server.serve())
    await eventually(lambda: server.started)
    if held is not None:
        # Every socket that is accepted has it from the one that listens.
        server.servers[0].sockets[0].setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, held)
    try:
        yield Live(f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}")
    finally:
        server.should_exit = True
        await serving


def as_from_afar(monkeypatch: pytest.MonkeyPatch) -> None:
    """From now on wake-ups come without their news, as those of another process do."""

    def wake(news: Mapping[UUID, Sequence[LogEntry]]) -> None:
        wakeups.bus.publish(news)

    monkeypatch.setattr(wakeups, "wake", wake)


def listeners(topic: UUID) -> set[Listener]:
    """Who listens for a member's events in this process."""
    bus = wakeups.bus
    assert isinstance(bus, LocalBus)
    return bus._listeners.get(topic, set())


async def waiting(person: Person, subscriptions: int = 1) -> None:
    """Until that many subscriptions of the person's have read what there is and wait for more."""
    await eventually(
        lambda: sum(bool(one._waiters) for one in listeners(person.key)) == subscriptions
    )


async def eventually(condition: Callable[[], bool]) -> None:
    """Until the condition holds; fails when it does not come to hold in time."""
    async with asyncio.timeout(PATIENCE):
        while not condition():  # noqa: ASYNC110 - there is no event for it
            await asyncio.sleep(0.005)
