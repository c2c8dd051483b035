"""Members in the graph. Every field says who may see it; see `api.fields`."""

from __future__ import annotations

from functools import partial
from typing import Any, cast

import strawberry

from netql import ids
from netql.api import lists
from netql.api.context import Context, Info
from netql.api.fields import relative, restricted, shown
from netql.api.invitations import Invitation, invitation
from netql.api.nodes import register
from netql.api.privacy import PrivacySettings
from netql.api.profile import ProfileFields
from netql.api.relationship import ViewerRelationship
from netql.api.relay import After, First, ListOf, Node, asked, list_of, wants_cursors
from netql.connections import queries as invitations
from netql.connections import ties
from netql.connections.rules import ConnectRefusal
from netql.execution.batched import Column
from netql.execution.level import Level
from netql.members.views import MemberView
from netql.privacy.audience import Audience, Standing
from netql.privacy.fields import ProfileField


def _ids(members: list[Member], _: Level) -> Column[strawberry.ID]:
    # Text: a subscribed type is made anew each time that it is evaluated.
    return cast(
        "Column[strawberry.ID]",
        ids.encode_all("Member", [member.view.row["id"] for member in members]),
    )


def _handles(members: list[Member], _: Level) -> list[str]:
    return [member.view.row["handle"] for member in members]


def _names(members: list[Member], _: Level) -> list[str]:
    return [member.view.row["name"] for member in members]


async def _mutual_connections(
    members: list[Member],
    level: Level,
    first: First = strawberry.UNSET,
    after: After = strawberry.UNSET,
) -> list[ListOf[Member] | None]:
    context: Context = level.context
    viewer = context.viewer
    views = [member.view for member in members]
    part = asked(ties.MUTUAL, first, after)
    counted = "totalCount" in level.selected()
    bare = not wants_cursors(level)
    pages = await ties.mutual_pages(viewer, views, part, context.need, counted=counted, bare=bare)
    return [
        None if page is None else list_of(page, member, partial(ties.mutual_count, viewer, view))
        for page, view in zip(pages, views, strict=True)
    ]


@strawberry.type(description="Somebody on this network, as far as the viewer may know them.")
class Member(ProfileFields, Node):
    id = shown(batch=_ids, description="Opaque and stable; do not take it apart.")
    handle = shown(
        batch=_handles,
        description="The short name by which the member is found; unique and public.",
    )
    name = shown(batch=_names, description="The name the member goes by.")

    @relative(description="Whether this is the viewer.")
    def is_viewer(self) -> bool:
        return self.view.standing is Standing.SELF

    connections = restricted(
        ProfileField.CONNECTIONS,
        batch=lists.connections,
        description=(
            "The member's connections: those whose own list takes the viewer in as well. Others' "
            "connections always come by name."
        ),
    )
    mutual_connections = relative(
        batch=_mutual_connections,
        description=(
            "Members connected with both, by ties that the viewer may see; null for guests, for "
            "oneself, and where the member's connections are closed to the viewer."
        ),
    )

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

    network_entries = restricted(
        Audience.ONLY_ME,
        batch=lists.network_entries,
        description="Contacts the viewer keeps; null for everybody but oneself.",
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


register("Member", lambda context: context.loaders.member, member)
