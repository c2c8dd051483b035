"""Subscriptions: a member's log, judged anew for every event."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from typing import Annotated
from uuid import UUID

import strawberry

from netql.accounts.queries import check_live
from netql.api.context import Context, Info
from netql.api.enums import InvitationEventKind
from netql.api.invitations import Invitation
from netql.api.nodes import node_of
from netql.api.nullability import NEVER_NULL
from netql.connections import queries
from netql.connections.events import INVITATION_RECEIVED
from netql.connections.rules import InvitationStatus
from netql.events.recording import LogEntry, entries_after, last_number, number_at
from netql.events.wakeups import wakeups


@strawberry.type(description="Something that happened to an invitation of the viewer's.")
class InvitationEvent:
    kind: InvitationEventKind = strawberry.field(description="What happened.")
    cursor: str = strawberry.field(
        description="Where the viewer's stream stands now: pass it as `after` to go on from here."
    )
    invitation: Invitation | None = strawberry.field(
        description="The invitation, as it is now.", directives=[NEVER_NULL]
    )
    pending_count: int = strawberry.field(
        description="How many invitations wait for the viewer as this is sent."
    )


# How much of a log is read at a time.
AT_ONCE = 100


async def invitations_received(
    context: Context, after: str | None
) -> AsyncGenerator[InvitationEvent, None]:
    """Each invitation that reaches the viewer's log, in order, as long as it may be seen.

    Raises Unauthenticated for a guest and BadCursor for a foreign cursor before anything is
    listened to; the stream itself raises Unauthenticated once the session has ended.
    """
    member_id = context.member().member_id
    assert member_id is not None
    number = None if after is None else await number_at(member_id, after)
    return _events(context, member_id, number)


async def _events(
    context: Context, member_id: UUID, number: int | None
) -> AsyncGenerator[InvitationEvent, None]:
    """The events after that number; None: from now on.

    Listens before it reads, so nothing falls between; a lost wake-up costs a poll interval.
    """
    patience = context.services.settings.event_poll_seconds
    with wakeups.bus.listening(member_id) as woken:
        if number is None:
            number = await last_number(member_id)
        while True:
            woken.clear()
            entries = await entries_after(member_id, number, AT_ONCE)
            for entry in entries:
                number = entry.number
                event = await _judged(context, entry)
                if event is not None:
                    yield event
            if len(entries) == AT_ONCE:
                continue
            try:
                await asyncio.wait_for(woken.wait(), patience)
            except TimeoutError:
                await check_live(context.viewer)


async def _judged(context: Context, entry: LogEntry) -> InvitationEvent | None:
    """The event as its subscriber may see it now, or None: then nothing at all is sent."""
    if entry.kind != INVITATION_RECEIVED:
        return None
    await check_live(context.viewer)
    fresh = context.fresh()
    invitation: Invitation | None = await node_of(fresh, "Invitation", entry.subject_id)
    if invitation is None or invitation.view.status is not InvitationStatus.PENDING:
        return None
    return InvitationEvent(
        kind=InvitationEventKind.RECEIVED,
        cursor=entry.cursor,
        invitation=invitation,
        pending_count=await queries.pending_count(context.viewer, queries.RECEIVED),
    )


@strawberry.type(description="Where listening begins.")
class Subscription:
    @strawberry.subscription(
        description=(
            "Invitations to the viewer as they come. Each is judged anew as it is sent: what may "
            "not be seen by then is not sent at all."
        )
    )
    async def invitation_received(
        self,
        info: Info,
        after: Annotated[
            str | None,
            strawberry.argument(
                description="Go on after this event, missing none; from now on if left out."
            ),
        ] = strawberry.UNSET,
    ) -> AsyncGenerator[InvitationEvent, None]:
        return await invitations_received(
            info.context, None if after is strawberry.UNSET else after
        )
