"""Invitations in the graph, each as its reader may know it."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

import strawberry

from netql import ids
from netql.api.fields import relative, shown
from netql.api.nodes import NODE_TYPES, nodes_of, register
from netql.api.relay import Node
from netql.connections.queries import InvitationView
from netql.connections.rules import InvitationStatus
from netql.execution.batched import Column
from netql.execution.level import Level

if TYPE_CHECKING:
    from netql.api.members import Member

MemberRef = Annotated["Member", strawberry.lazy("netql.api.members")]


def _inviters(invitations: list[Invitation], level: Level) -> Column[MemberRef | None]:
    return _ends(invitations, [one.view.facts.inviter_id for one in invitations], level)


def _invitees(invitations: list[Invitation], level: Level) -> Column[MemberRef | None]:
    return _ends(invitations, [one.view.facts.invitee_id for one in invitations], level)


def _ends(invitations: list[Invitation], ids: list[UUID], level: Level) -> Column[MemberRef | None]:
    known = [one.view.other for one in invitations]
    if all(other is not None and other.id == key for other, key in zip(known, ids, strict=True)):
        wrap = NODE_TYPES["Member"].wrap
        return [wrap(other) for other in known]
    return nodes_of(level.context, "Member", ids)


@strawberry.type(
    description="A request to connect. Only its inviter and its invitee can see it, each in part."
)
class Invitation(Node):
    view: strawberry.Private[InvitationView]

    @shown(description="Opaque and stable; do not take it apart.")
    def id(self) -> strawberry.ID:
        return strawberry.ID(ids.encode("Invitation", self.view.id))

    inviter = relative(batch=_inviters, description="Who asks.")
    invitee = relative(batch=_invitees, description="Who is asked.")

    @shown(description="What the inviter wrote to the invitee.")
    def note(self) -> str | None:
        return self.view.facts.note

    @relative(description="How it stands, as far as the viewer may know.")
    def status(self) -> InvitationStatus:
        return self.view.status

    @shown(description="When it was sent.")
    def sent_at(self) -> datetime:
        return self.view.facts.sent_at

    @shown(description="When it ends if it is still pending then.")
    def expires_at(self) -> datetime:
        return self.view.facts.expires_at


def invitation(view: InvitationView | None) -> Any:
    """The node of what the door gave, or None."""
    return None if view is None else Invitation(view=view)


register("Invitation", lambda context: context.loaders.invitation, invitation)
