"""Subscriptions: a member's log as it grows, each event judged as it is sent."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from datetime import timedelta
from typing import Annotated, Any, TypeVar
from uuid import UUID

import strawberry

from netql.accounts.listeners import live_among
from netql.api.context import Context, Info
from netql.api.events import (
    ConnectionEvent,
    InvitationEvent,
    event_of,
    reset_of_connections,
    reset_of_invitations,
)
from netql.api.following import PASSING, PAUSE, following
from netql.api.showing import Unshown
from netql.connections.events import INVITATION_RECEIVED
from netql.connections.telling import OF_CONNECTIONS, OF_INVITATIONS
from netql.errors import StreamReset, Unauthenticated
from netql.events.entries import LogEntry
from netql.events.recording import last_number, number_at
from netql.events.resetting import reset

E = TypeVar("E", InvitationEvent, ConnectionEvent)

# The fields that lead from an event to a member.
_ENDS = ("inviter", "invitee", "member")
RECEIVED = frozenset((INVITATION_RECEIVED,))

AfterEvent = Annotated[
    str | None,
    strawberry.argument(
        description="Go on after this event, missing none; from now on if left out."
    ),
]


async def stream(
    context: Context,
    kinds: frozenset[str],
    after: str | None,
    reset_of: Callable[[LogEntry], E],
) -> AsyncGenerator[E, None]:
    """Events of those kinds in the viewer's log, in order, as long as they may be known.

    Raises Unauthenticated for a guest and BadCursor for a foreign cursor before anything is
    listened to; the stream itself raises Unauthenticated once the session has ended.
    """
    viewer = context.member()
    assert viewer.member_id is not None
    place, lost = 0, False
    try:
        if after is None or after is strawberry.UNSET:
            place = await last_number(viewer.member_id)
        else:
            kept = timedelta(days=context.services.settings.event_days)
            place = await number_at(viewer.member_id, after, kept)
    except StreamReset:
        lost = True
    return _events(context, viewer.member_id, kinds, place, lost, reset_of)


async def _events(
    context: Context,
    member_id: UUID,
    kinds: frozenset[str],
    place: int,
    lost: bool,
    reset_of: Callable[[LogEntry], E],
) -> AsyncGenerator[Any, None]:
    """The events after a place; `lost`: the place is kept no more, so the stream begins anew.

    One that could not be shown is told again, unless it may not be told any more by then.
    """
    patience = context.services.settings.event_poll_seconds
    need = context.need if any(map(context.asks, _ENDS)) else None
    while True:
        try:
            if lost:
                # As the following does before each event: what is known may be a second old.
                if not all(await live_among([context.viewer], anew=True)):
                    raise Unauthenticated
                begin = await reset(member_id)
                yield reset_of(begin)
                place, lost = begin.number, False
            async with aclosing(
                following.follow(context.viewer, kinds, need, place, patience)
            ) as found:
                async for one in found:
                    place = one.entry.number - 1
                    yield event_of(one)
        except StreamReset:
            lost = True
        except (Unshown, *PASSING):
            # Perhaps by what takes too long, which others are not to wait for each time.
            need = None
            await asyncio.sleep(min(PAUSE, patience))


@strawberry.type(description="Where listening begins.")
class Subscription:
    @strawberry.subscription(
        description=(
            "Invitations to the viewer as they come. Each is judged anew as it is sent: what may "
            "not be seen by then is not sent at all."
        )
    )
    async def invitation_received(
        self, info: Info, after: AfterEvent = strawberry.UNSET
    ) -> AsyncGenerator[InvitationEvent, None]:
        return await stream(info.context, RECEIVED, after, reset_of_invitations)

    @strawberry.subscription(
        description=(
            "Whatever happens to the viewer's invitations, and how many wait: what comes, what "
            "is withdrawn before it was answered, what the viewer answers on any device, and "
            "who accepts what the viewer sent. Nobody is told of a decline, nor of an expiry."
        )
    )
    async def invitation_events(
        self, info: Info, after: AfterEvent = strawberry.UNSET
    ) -> AsyncGenerator[InvitationEvent, None]:
        return await stream(info.context, OF_INVITATIONS, after, reset_of_invitations)

    @strawberry.subscription(
        description="Connections of the viewer's as they are made. Their end is not told."
    )
    async def connection_events(
        self, info: Info, after: AfterEvent = strawberry.UNSET
    ) -> AsyncGenerator[ConnectionEvent, None]:
        return await stream(info.context, OF_CONNECTIONS, after, reset_of_connections)
