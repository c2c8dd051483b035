"""The roots of reading."""

from __future__ import annotations

import asyncio
from typing import Annotated, Any, cast

import strawberry

from netql import ids
from netql.api.context import Context, Info
from netql.api.history import EventConnection, events_page
from netql.api.members import Member, member
from netql.api.nodes import node_by_id
from netql.api.payloads import sent
from netql.api.profile import ProfilePreview
from netql.api.rate_limit import RateLimit, rate_limit_of
from netql.api.relay import After, First, ListOf, Node, asked, list_of
from netql.api.safety import Block
from netql.errors import BadPage
from netql.execution.batched import batched
from netql.execution.level import Level
from netql.members import queries, search
from netql.members.previews import preview_for_audience, preview_for_member
from netql.paging import LARGEST_PAGE
from netql.privacy.audience import Audience
from netql.safety import queries as safety


@strawberry.input(one_of=True, description="How to name a member: by one of these.")
class MemberBy:
    id: strawberry.Maybe[strawberry.ID] = strawberry.field(description="The global id.")
    handle: strawberry.Maybe[str] = strawberry.field(description="The handle, in any case.")


@strawberry.input(one_of=True, description="Whose eyes to borrow: one of these.")
class ViewAsInput:
    audience: strawberry.Maybe[Audience] = strawberry.field(
        description="Anybody at that rung of the audiences."
    )
    member_id: strawberry.Maybe[strawberry.ID] = strawberry.field(description="This member.")


# Fields of oneself that nothing need be read for: whoever asks is there.
_KNOWN = frozenset(
    ("__typename", "id", "isViewer", "connections", "networkEntries")
    + ("receivedInvitations", "sentInvitations")
)


async def _viewer(roots: list[Query], level: Level) -> list[Member | None]:
    context: Context = level.context
    if context.viewer.member_id is None:
        return [None] * len(roots)
    if level.selected() <= _KNOWN:
        view = queries.oneself(context.viewer)
    else:
        view = await context.loaders.member.load(context.viewer.member_id, once=level.alone)
    return [member(view)] * len(roots)


async def _member(
    roots: list[Query],
    level: Level,
    by: Annotated[MemberBy, strawberry.argument(description="By what.")],
) -> list[Member | None]:
    context: Context = level.context
    # Its arguments are `coerced`: the one key of the input, and its value.
    ((name, value),) = cast("dict[str, str]", by).items()
    if name == "handle":
        view = await queries.member_by_handle(context.viewer, value, context.need)
    else:
        key = ids.key_of("Member", value)
        view = None if key is None else await context.loaders.member.load(key, once=level.alone)
    return [member(view)] * len(roots)


@strawberry.type(description="Where reading begins.")
class Query:
    viewer = batched(_viewer, description="Who is asking; null for a guest.")

    @strawberry.field(
        description="The object of that id; null if there is none, or none for the viewer."
    )
    async def node(
        self,
        info: Info,
        id: Annotated[strawberry.ID, strawberry.argument(description="A global id.")],
    ) -> Node | None:
        found: Node | None = await node_by_id(info.context, id)
        return found

    @strawberry.field(description="The objects of those ids, in order, null where there is none.")
    async def nodes(
        self,
        info: Info,
        ids: Annotated[
            list[strawberry.ID], strawberry.argument(description="Global ids, 100 at most.")
        ],
    ) -> list[Node | None]:
        if len(ids) > LARGEST_PAGE:
            raise BadPage(f"{LARGEST_PAGE} ids at most; {len(ids)} were given.")
        return list(await asyncio.gather(*(node_by_id(info.context, key) for key in ids)))

    member = batched(
        _member,
        coerced=True,
        description="A member by id or handle; null for unknown, blocked and closed alike.",
    )

    @strawberry.field(
        description="Members whose handle, name, or a later word of the name begins with a text."
    )
    async def search_members(
        self,
        info: Info,
        query: Annotated[
            str, strawberry.argument(description="The beginning, of 2 characters or more.")
        ],
        first: First = strawberry.UNSET,
        after: After = strawberry.UNSET,
    ) -> ListOf[Member]:
        viewer = info.context.viewer
        part = asked(search.LIST, first, after)
        page = await search.search(viewer, query, part, info.context.need)
        return list_of(page, member, lambda: search.count(viewer, query))

    @strawberry.field(
        description=(
            "The viewer's own restricted fields as somebody else would get them, to the viewer's "
            "knowledge; null for guests, and for a member who is not there for the viewer."
        )
    )
    async def view_as(
        self,
        info: Info,
        as_: Annotated[
            ViewAsInput, strawberry.argument(name="as", description="Whose eyes to borrow.")
        ],
    ) -> ProfilePreview | None:
        viewer = info.context.viewer
        if viewer.is_guest:
            return None
        need = info.context.need
        if as_.audience is not None:
            view = await preview_for_audience(viewer, as_.audience.value, need)
        else:
            key = ids.key_of("Member", as_.member_id.value if as_.member_id is not None else "")
            view = None if key is None else await preview_for_member(viewer, key, need)
        return None if view is None else ProfilePreview(view=view)

    @strawberry.field(
        description="What the caller may still spend, this operation paid; null if any amount."
    )
    async def rate_limit(self, info: Info) -> RateLimit | None:
        return await rate_limit_of(info.context)

    @strawberry.field(description="Blocks that the viewer made, newest first; null for a guest.")
    async def blocked_members(
        self, info: Info, first: First = strawberry.UNSET, after: After = strawberry.UNSET
    ) -> ListOf[Block] | None:
        viewer = info.context.viewer
        if viewer.is_guest:
            return None
        page = await safety.blocks_page(viewer, asked(safety.LIST, first, after))
        return list_of(page, _block, lambda: safety.blocks_count(viewer))

    @strawberry.field(
        description=(
            "What happened to the viewer's invitations and connections, oldest first, as far as "
            "the viewer may know it now: what subscriptions tell, for who has been away. Null "
            "for a guest."
        )
    )
    async def events(
        self,
        info: Info,
        first: First = strawberry.UNSET,
        after: Annotated[
            str | None,
            strawberry.argument(
                description="Only what came after this event; everything that is kept if left out."
            ),
        ] = strawberry.UNSET,
    ) -> EventConnection | None:
        return await events_page(info.context, sent(first), sent(after))


def _block(view: Any) -> Block:
    return Block(view=view)
