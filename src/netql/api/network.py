"""Network entries in the graph: their owner's alone."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import strawberry

from netql import ids
from netql.api.context import Info
from netql.api.enums import OrderDirection
from netql.api.fields import relative, restricted, shown
from netql.api.nodes import node_of, register
from netql.api.relay import Node
from netql.network.queries import EntryFilter, EntryOrder, EntryView
from netql.privacy.audience import Audience

if TYPE_CHECKING:
    from netql.api.members import Member

MemberRef = Annotated["Member", strawberry.lazy("netql.api.members")]


@strawberry.type(
    description="Stands for somebody who is not here for the viewer now, whatever the reason."
)
class UnavailableMember:
    message: str = strawberry.field(description="A sentence to show instead.")


Person = Annotated[
    MemberRef | UnavailableMember,
    strawberry.union("Person", description="Whom a network entry is about."),
]


@strawberry.input(description="Which network entries to list; what is left out does not matter.")
class NetworkEntryFilter:
    tag: str | None = strawberry.field(
        default=strawberry.UNSET, description="Only entries with exactly this tag."
    )
    is_connection: bool | None = strawberry.field(
        default=strawberry.UNSET,
        description="Only entries about connections, or only entries about others.",
    )

    def wanted(self) -> EntryFilter:
        return EntryFilter(self.tag or None, _given(self.is_connection))


def _given(value: bool | None) -> bool | None:
    return None if value is strawberry.UNSET else value


@strawberry.input(description="How to order network entries.")
class NetworkEntryOrder:
    field: EntryOrder = strawberry.field(description="By what.")
    direction: OrderDirection = strawberry.field(description="Which way.")


@strawberry.type(
    description=(
        "Somebody whom the viewer keeps as a contact: one-way, silent, and no grant of anything. "
        "Nobody but its owner ever sees it."
    )
)
class NetworkEntry(Node):
    view: strawberry.Private[EntryView]

    def sees(self, rule: Audience) -> bool:
        """The door gives entries to their owner only, and an owner reaches every audience."""
        return True

    def read(self, name: str) -> Any:
        return getattr(self.view, name)

    @shown(description="Opaque and stable; do not take it apart.")
    def id(self) -> strawberry.ID:
        return strawberry.ID(ids.encode("NetworkEntry", self.view.id))

    @relative(description="Whom it is about, as far as that member's privacy lets the viewer see.")
    async def person(self, info: Info) -> Person:
        member = await node_of(info.context, "Member", self.view.member_id)
        return member or UnavailableMember(message="This member is not available.")

    @shown(description="The owner's tags, sorted.")
    async def tags(self, info: Info) -> list[str]:
        return await info.context.loaders.tags.load(self.view.id)

    note: str | None = restricted(Audience.ONLY_ME, description="The owner's note.")

    @relative(description="Whether the owner is connected with the person.")
    def is_connection(self) -> bool:
        return self.view.is_connection

    @shown(description="When it was added.")
    def created_at(self) -> datetime:
        return self.view.created_at


register(
    "NetworkEntry",
    lambda context, key: context.loaders.entry.load(key),
    lambda view: NetworkEntry(view=view),
)
