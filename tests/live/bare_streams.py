"""Subscriptions without a socket: the schema's own streams, one event at a time."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

from netql.accounts.actions import Accounts
from netql.api.context import Context, Services
from netql.api.operations import Asked
from netql.api.schema import create_schema
from netql.infra.database import fetch_one
from netql.infra.tokens import Signer
from netql.settings import Settings
from tests.people import Person

SCHEMA = create_schema()

RECEIVED = """subscription Received($after: String) { invitationReceived(after: $after) {
  kind cursor pendingCount invitationId invitation { status note inviter { handle } } } }"""
INVITATIONS = """subscription Invitations($after: String) { invitationEvents(after: $after) {
  kind cursor pendingCount invitationId
  invitation { status inviter { handle } invitee { handle } } } }"""
CONNECTIONS = """subscription Connections($after: String) { connectionEvents(after: $after) {
  kind cursor connection { id connectedAt member { handle } } } }"""


class Streams:
    """Opens streams, and closes them all in the end."""

    def __init__(self, settings: Settings, signer: Signer, stack: AsyncExitStack) -> None:
        self._services = Services(settings, Accounts(settings, signer))
        self._stack = stack

    async def open(self, person: Person, query: str, after: str | None = None) -> Any:
        context = Context(self._services, person.viewer)
        stream: Any = await SCHEMA.begun(Asked(query, {"after": after}), context)
        if hasattr(stream, "aclose"):
            self._stack.push_async_callback(stream.aclose)
        return stream


@asynccontextmanager
async def streams(settings: Settings, signer: Signer) -> AsyncIterator[Streams]:
    async with AsyncExitStack() as stack:
        yield Streams(settings, signer, stack)


async def event(stream: Any) -> Any:
    """The next event of a stream."""
    result = await anext(stream)
    assert result.errors is None, result.errors
    (found,) = result.data.values()
    return found


async def newest(person: Person) -> str:
    """The cursor of the newest entry of somebody's log."""
    row = await fetch_one(
        "SELECT cursor FROM events WHERE member_id = $1 ORDER BY number DESC LIMIT 1", person.key
    )
    assert row is not None
    found: str = row["cursor"]
    return found
