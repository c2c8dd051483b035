"""Members in the graph. Every field says who may see it; see `api.fields`."""

from __future__ import annotations

import asyncio
from typing import Annotated, Any

import strawberry

from netql import ids
from netql.api.connections import Connection, ConnectionOrderInput
from netql.api.context import Info
from netql.api.enums import OrderDirection
from netql.api.fields import relative, restricted, shown
from netql.api.invitations import Invitation, invitation
from netql.api.network import NetworkEntry, NetworkEntryFilter, NetworkEntryOrder
from netql.api.nodes import register
from netql.api.privacy import PrivacySettings
from netql.api.profile import ProfileFields
from netql.api.relationship import ViewerRelationship
from netql.api.relay import After, Before, First, Last, ListOf, Node, asked, list_of
from netql.connections import queries as invitations
from netql.connections import ties
from netql.connections.rules import ConnectRefusal
from netql.connections.ties import ConnectionOrder
from netql.members.views import MemberView
from netql.network import queries as network
from netql.network.queries import EntryFilter, EntryOrder
from netql.paging import Page
from netql.privacy.audience import Audience, Standing
from netql.privacy.fields import ProfileField

_LATEST = "The latest first if left out."


@strawberry.type(description="Somebody on this network, as far as the viewer may know them.")
class Member(ProfileFields, Node):
    @shown(description="Opaque and stable; do not take it apart.")
    def id(self) -> strawberry.ID:
        return strawberry.ID(ids.encode("Member", self.view.id))

    @shown(description="The short name by which the member is found; unique and public.")
    def handle(self) -> str:
        return self.view.handle

    @shown(description="The name the member goes by.")
    def name(self) -> str:
        return self.view.name

    @relative(description="Whether this is the viewer.")
    def is_viewer(self) -> bool:
        return self.view.standing is Standing.SELF

    @restricted(
        ProfileField.CONNECTIONS,
        description=(
            "The member's connections: those whose own list takes the viewer in as well. Others' "
            "connections always come by name."
        ),
    )
    async def connections(
        self,
        info: Info,
        first: First = strawberry.UNSET,
        after: After = strawberry.UNSET,
        last: Last = strawberry.UNSET,
        before: Before = strawberry.UNSET,
        order_by: Annotated[
            ConnectionOrderInput | None,
            strawberry.argument(description=_LATEST),
        ] = strawberry.UNSET,
    ) -> ListOf[Connection] | None:
        viewer = info.context.viewer
        order, descending = ties.effective_order(
            self.view,
            order_by.field if order_by else ConnectionOrder.CONNECTED_AT,
            order_by.direction is OrderDirection.DESC if order_by else True,
        )
        part = asked(ties.list_name(order, descending), first, after, last, before)
        page = await ties.connections_page(viewer, self.view, order, descending, part)
        if page is None:
            return None
        return list_of(
            page,
            lambda view: Connection(view=view),
            lambda: ties.connections_count(viewer, self.view),
        )

    @relative(
        description=(
            "Members connected with both, by ties that the viewer may see; null for guests, for "
            "oneself, and where the member's connections are closed to the viewer."
        )
    )
    async def mutual_connections(
        self, info: Info, first: First = strawberry.UNSET, after: After = strawberry.UNSET
    ) -> ListOf[Member] | None:
        viewer = info.context.viewer
        page = await ties.mutual_page(viewer, self.view, asked(ties.MUTUAL, first, after))
        if page is None:
            return None
        views = await asyncio.gather(*map(info.context.loaders.member.load, page.items))
        found = Page(views, page.cursors, page.has_next, page.has_previous)
        return list_of(found, member, lambda: ties.mutual_count(viewer, self.view))

    @relative(description="How the viewer stands to the member; null for a guest.")
    def viewer_relationship(self, info: Info) -> ViewerRelationship | None:
        return None if info.context.viewer.is_guest else ViewerRelationship(subject=self.view)

    @relative(description="Whether the viewer may invite the member now.")
    async def viewer_can_connect(self, info: Info) -> bool:
        return await info.context.loaders.refusal.load(self.view) is None

    @relative(
        description="Why not, as `sendInvitation` itself would answer; empty if the viewer may."
    )
    async def viewer_cannot_connect_reasons(self, info: Info) -> list[ConnectRefusal]:
        refusal = await info.context.loaders.refusal.load(self.view)
        return [] if refusal is None else [refusal]

    @relative(description="The fields that are closed to the viewer, whether they are set or not.")
    def hidden_fields(self) -> list[ProfileField]:
        return self.view.hidden()

    @restricted(Audience.ONLY_ME, description="Who may see what; null for everybody but oneself.")
    def privacy(self) -> PrivacySettings | None:
        return PrivacySettings(view=self.view)

    @restricted(
        Audience.ONLY_ME, description="Contacts the viewer keeps; null for everybody but oneself."
    )
    async def network_entries(
        self,
        info: Info,
        filter_by: Annotated[
            NetworkEntryFilter | None, strawberry.argument(description="Which entries.")
        ] = strawberry.UNSET,
        order_by: Annotated[
            NetworkEntryOrder | None,
            strawberry.argument(description=_LATEST),
        ] = strawberry.UNSET,
        first: First = strawberry.UNSET,
        after: After = strawberry.UNSET,
    ) -> ListOf[NetworkEntry] | None:
        viewer = info.context.viewer
        wanted = filter_by.wanted() if filter_by else EntryFilter()
        order = order_by.field if order_by else EntryOrder.CREATED_AT
        descending = order_by.direction is OrderDirection.DESC if order_by else True
        part = asked(network.list_name(order, descending), first, after)
        page = await network.entries_page(viewer, wanted, order, descending, part)
        return list_of(
            page,
            lambda view: NetworkEntry(view=view),
            lambda: network.entries_count(viewer, wanted),
        )

    @restricted(
        Audience.ONLY_ME,
        description="Invitations that wait for the viewer, newest first; null for everybody else.",
    )
    async def received_invitations(
        self, info: Info, first: First = strawberry.UNSET, after: After = strawberry.UNSET
    ) -> ListOf[Invitation] | None:
        return await _pending(info, invitations.RECEIVED, first, after)

    @restricted(
        Audience.ONLY_ME,
        description="The viewer's pending invitations, newest first; null for everybody else.",
    )
    async def sent_invitations(
        self, info: Info, first: First = strawberry.UNSET, after: After = strawberry.UNSET
    ) -> ListOf[Invitation] | None:
        return await _pending(info, invitations.SENT, first, after)


async def _pending(
    info: Info, direction: str, first: int | None, after: str | None
) -> ListOf[Invitation]:
    viewer = info.context.viewer
    part = asked(direction, first, after)
    page = await invitations.pending_invitations(viewer, direction, part)
    return list_of(page, invitation, lambda: invitations.pending_count(viewer, direction))


def member(view: MemberView | None) -> Any:
    """The node of what the door gave, or None."""
    return None if view is None else Member(view=view)


register("Member", lambda context, key: context.loaders.member.load(key), member)
