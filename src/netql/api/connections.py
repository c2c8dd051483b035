"""Connections in the graph: one side of a tie."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import strawberry

from netql import ids
from netql.api.enums import OrderDirection
from netql.api.fields import relative, restricted, shown
from netql.api.nodes import NODE_TYPES, nodes_of, register
from netql.api.relay import Node
from netql.connections.ties import ConnectionOrder, ConnectionView
from netql.execution.batched import Column
from netql.execution.level import Level
from netql.privacy.audience import Audience, admits

if TYPE_CHECKING:
    from netql.api.members import Member

MemberRef = Annotated["Member", strawberry.lazy("netql.api.members")]


@strawberry.input(name="ConnectionOrder", description="How to order connections.")
class ConnectionOrderInput:
    field: ConnectionOrder = strawberry.field(description="By what.")
    direction: OrderDirection = strawberry.field(description="Which way.")


def _members(ties: list[Connection], level: Level) -> Column[MemberRef | None]:
    ends = [tie.view.other for tie in ties]
    if None not in ends:
        return list(map(NODE_TYPES["Member"].wrap, ends))
    return nodes_of(level.context, "Member", [tie.view.other_id for tie in ties])


@strawberry.type(
    description=(
        "One side of a tie that an accepted invitation made: `member` is always the other end of "
        "the list's owner, or of the viewer."
    )
)
class Connection(Node):
    view: strawberry.Private[ConnectionView]

    def sees(self, rule: Audience) -> bool:
        """Whether the viewer stands close enough to the tie."""
        return admits(rule, self.view.standing)

    def read(self, name: str) -> Any:
        return getattr(self.view, name)

    @shown(description="Opaque and stable; do not take it apart.")
    def id(self) -> strawberry.ID:
        return strawberry.ID(ids.encode("Connection", self.view.id))

    member = relative(batch=_members, description="The other end.")

    connected_at: datetime | None = restricted(
        Audience.ONLY_ME, description="When it was made; null for everybody but its two ends."
    )


def connection(view: ConnectionView) -> Connection:
    """The node of what the door gave."""
    return Connection(view=view)


register(
    "Connection",
    lambda context: context.loaders.connection,
    connection,
)
