"""Events as a query: the viewer's log in pages, for clients that catch up without a socket."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import strawberry

from netql.api.context import Context
from netql.api.events import Event, event_of
from netql.api.nullability import ITEMS_NEVER_NULL, NEVER_NULL
from netql.api.relay import PageInfo
from netql.connections.telling import Asked, Told, told
from netql.errors import StreamReset
from netql.events.reading import entries_of_many
from netql.events.recording import number_at, oldest_kept
from netql.events.resetting import reset
from netql.paging import window

# How much of a log is read and judged at a time: a page and as much again, for what may not be
# told is left out.
AT_ONCE = 250


@strawberry.type(description="An event with its place in the viewer's stream.")
class EventEdge:
    cursor: str = strawberry.field(description="The event's place, for `after`.")
    node: Event | None = strawberry.field(description="The event.", directives=[NEVER_NULL])


@strawberry.type(description="A page of the viewer's stream of events, oldest first.")
class EventConnection:
    found: strawberry.Private[list[Event]]
    page_info: PageInfo = strawberry.field(description="Where this page stands in the stream.")
    is_reset: bool = strawberry.field(
        description=(
            "Whether `after` is older than what is kept. Then this page is empty: look at "
            "everything anew, and go on after `endCursor`."
        )
    )

    @strawberry.field(description="The events with their cursors.", directives=[ITEMS_NEVER_NULL])
    def edges(self) -> list[EventEdge | None]:
        return [EventEdge(cursor=event.cursor, node=event) for event in self.found]

    @strawberry.field(description="The events alone.", directives=[ITEMS_NEVER_NULL])
    def nodes(self) -> list[Event | None]:
        return list(self.found)


async def events_page(
    context: Context, first: int | None, after: str | None
) -> EventConnection | None:
    """The events after a cursor, or of all that is kept; None for a guest.

    Raises BadPage, or BadCursor for a cursor that is none of the viewer's.
    """
    limit = window("events", first=first).limit
    member_id = context.viewer.member_id
    if member_id is None:
        return None
    kept = timedelta(days=context.services.settings.event_days)
    try:
        place = None if after is None else await number_at(member_id, after, kept)
        found = await _told_after(member_id, place, limit + 1, oldest_kept(kept))
    except StreamReset:
        return _page([], (await reset(member_id)).cursor, after, is_reset=True)
    events = [event_of(one) for one in found[:limit]]
    end = events[-1].cursor if events else None
    return _page(events, end, after, has_next=len(found) > limit)


async def _told_after(member_id: UUID, place: int | None, wanted: int, oldest: UUID) -> list[Told]:
    """As many as are wanted of what the member may be told, if there are so many, after that
    number or (None) of all that is kept: of entries with keys from `oldest` on.

    Raises StreamReset where some of what comes next is not kept any more.
    """
    found: list[Told] = []
    while len(found) < wanted:
        [entries] = await entries_of_many([(member_id, place or 0)], AT_ONCE)
        if entries and place is not None and entries[0].number != place + 1:
            raise StreamReset
        kept = [Asked(member_id, None, entry) for entry in entries if entry.id >= oldest]
        judged = await told(kept, evenly=True)
        found += [one for one in judged if one is not None]
        if len(entries) < AT_ONCE:
            break
        place = entries[-1].number
    return found


def _page(
    events: list[Event],
    end: str | None,
    after: str | None,
    *,
    has_next: bool = False,
    is_reset: bool = False,
) -> EventConnection:
    info = PageInfo(
        has_next_page=has_next,
        has_previous_page=after is not None,
        start_cursor=events[0].cursor if events else None,
        end_cursor=end,
    )
    return EventConnection(found=events, page_info=info, is_reset=is_reset)
