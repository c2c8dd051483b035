"""Events in the graph: entries of the viewer's log, as they may be told."""

from __future__ import annotations

from typing import Any

import strawberry

from netql import ids
from netql.api.connections import Connection, connection
from netql.api.context import Info
from netql.api.enums import EventKind
from netql.api.invitations import Invitation, invitation
from netql.connections import events
from netql.connections.telling import Told
from netql.events.entries import LogEntry

_KINDS = {
    events.INVITATION_RECEIVED: EventKind.RECEIVED,
    events.INVITATION_WITHDRAWN: EventKind.WITHDRAWN,
    events.INVITATION_ACCEPTED: EventKind.ACCEPTED,
    events.INVITATION_CONCLUDED: EventKind.CONCLUDED,
    events.CONNECTED: EventKind.CONNECTED,
}


@strawberry.interface(description="Something that happened, as the viewer may know it.")
class Event:
    kind: EventKind = strawberry.field(description="What happened.")
    cursor: str = strawberry.field(
        description=(
            "Where the viewer's stream stands now: pass it as `after`, to any field that takes "
            "one of events, to go on from here."
        )
    )


@strawberry.type(description="Something that happened to an invitation of the viewer's.")
class InvitationEvent(Event):
    invitation_id: strawberry.ID | None = strawberry.field(
        description="The invitation's id, even where it is gone for the viewer; null for RESET."
    )
    invitation: Invitation | None = strawberry.field(
        description="The invitation, as it is now; null for WITHDRAWN and RESET."
    )

    @strawberry.field(description="How many invitations wait for the viewer as this is sent.")
    async def pending_count(self, info: Info) -> int:
        context = info.context
        assert context.viewer.member_id is not None
        return await context.loaders.pending_count.load(context.viewer.member_id)


@strawberry.type(description="Something that happened to a connection of the viewer's.")
class ConnectionEvent(Event):
    connection: Connection | None = strawberry.field(
        description="The viewer's side of the connection, as it is now; null for RESET."
    )


def event_of(told: Told) -> Any:
    """The event of what may be told."""
    entry = told.entry
    if told.connection is not None:
        return ConnectionEvent(
            cursor=entry.cursor,
            kind=_KINDS[entry.kind],
            connection=connection(told.connection),
        )
    return InvitationEvent(
        cursor=entry.cursor,
        kind=_KINDS[entry.kind],
        invitation_id=strawberry.ID(ids.encode("Invitation", entry.subject_id)),
        invitation=invitation(told.invitation),
    )


def reset_of_invitations(entry: LogEntry) -> InvitationEvent:
    """That a stream of invitations begins anew, after that entry."""
    return InvitationEvent(
        cursor=entry.cursor,
        kind=EventKind.RESET,
        invitation_id=None,
        invitation=None,
    )


def reset_of_connections(entry: LogEntry) -> ConnectionEvent:
    """That a stream of connections begins anew, after that entry."""
    return ConnectionEvent(cursor=entry.cursor, kind=EventKind.RESET, connection=None)
