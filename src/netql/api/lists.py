"""Lists that a member owns, for all the members of a level at a time."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Annotated

import strawberry

from netql.api.connections import Connection, ConnectionOrderInput, connection
from netql.api.context import Context
from netql.api.enums import OrderDirection
from netql.api.network import (
    NetworkEntry,
    NetworkEntryFilter,
    NetworkEntryOrder,
    network_entry,
)
from netql.api.relay import (
    After,
    Before,
    First,
    Last,
    ListOf,
    asked,
    list_of,
    selected_of_items,
    wants_cursors,
)
from netql.connections import ties
from netql.connections.ties import ConnectionOrder
from netql.execution.level import Level
from netql.network import queries as network
from netql.network.queries import EntryFilter, EntryOrder
from netql.privacy.audience import Standing

if TYPE_CHECKING:
    from netql.api.members import Member

_LATEST = "The latest first if left out."
# What can be told of a tie of which only the ends are known.
_OF_BARE_TIES = frozenset(("member", "__typename"))


async def connections(
    members: list[Member],
    level: Level,
    first: First = strawberry.UNSET,
    after: After = strawberry.UNSET,
    last: Last = strawberry.UNSET,
    before: Before = strawberry.UNSET,
    order_by: Annotated[
        ConnectionOrderInput | None,
        strawberry.argument(description=_LATEST),
    ] = strawberry.UNSET,
) -> list[ListOf[Connection] | None]:
    """Each member's connections, by time for the viewer themselves, by name for others."""
    context: Context = level.context
    viewer = context.viewer
    of_ties = selected_of_items(level)
    need = context.need if "member" in of_ties else None
    bare = of_ties <= _OF_BARE_TIES and not wants_cursors(level)
    found: list[ListOf[Connection] | None] = [None] * len(members)
    for own in (True, False):
        places = [
            place
            for place, member in enumerate(members)
            if (member.view.standing is Standing.SELF) is own
        ]
        if not places:
            continue
        owners = [members[place].view for place in places]
        order, descending = ties.effective_order(
            owners[0],
            order_by.field if order_by else ConnectionOrder.CONNECTED_AT,
            order_by.direction is OrderDirection.DESC if order_by else True,
        )
        part = asked(ties.list_name(order, descending), first, after, last, before)
        pages = await ties.connections_pages(
            viewer, owners, order, descending, part, need, bare=bare
        )
        for place, owner, page in zip(places, owners, pages, strict=True):
            if page is not None:
                count = partial(ties.connections_count, viewer, owner)
                found[place] = list_of(page, connection, count)
    return found


async def network_entries(
    members: list[Member],
    level: Level,
    filter_by: Annotated[
        NetworkEntryFilter | None, strawberry.argument(description="Which entries.")
    ] = strawberry.UNSET,
    order_by: Annotated[
        NetworkEntryOrder | None,
        strawberry.argument(description=_LATEST),
    ] = strawberry.UNSET,
    first: First = strawberry.UNSET,
    after: After = strawberry.UNSET,
) -> list[ListOf[NetworkEntry] | None]:
    """The viewer's own contacts; every one of the members is the viewer."""
    context: Context = level.context
    viewer = context.viewer
    wanted = filter_by.wanted() if filter_by else EntryFilter()
    order = order_by.field if order_by else EntryOrder.CREATED_AT
    descending = order_by.direction is OrderDirection.DESC if order_by else True
    part = asked(network.list_name(order, descending), first, after)
    need = context.need if "person" in selected_of_items(level) else None
    page = await network.entries_page(viewer, wanted, order, descending, part, need)
    count = partial(network.entries_count, viewer, wanted)
    return [list_of(page, network_entry, count) for _ in members]
