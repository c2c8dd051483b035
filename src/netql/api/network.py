"""Network entries in the graph: their owner's alone."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

import strawberry

from netql import ids
from netql.api.enums import OrderDirection
from netql.api.fields import relative, restricted, shown
from netql.api.nodes import NODE_TYPES, nodes_of, register
from netql.api.relay import Node
from netql.execution.batched import Column
from netql.execution.level import Level
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


def _persons(entries: list[NetworkEntry], level: Level) -> Column[Person]:
    along = [entry.view.along for entry in entries]
    if None in along:
        return _persons_later([entry.view.member_id for entry in entries], level)
    wrap = NODE_TYPES["Member"].wrap
    return [wrap(one.member) or _unavailable() for one in along if one]


async def _persons_later(keys: list[UUID], level: Level) -> list[Person]:
    members = await nodes_of(level.context, "Member", keys)
    return [member or _unavailable() for member in members]


def _unavailable() -> UnavailableMember:
    return UnavailableMember(message="This member is not available.")


def _tags(entries: list[NetworkEntry], level: Level) -> Column[list[str]]:
    along = [entry.view.along for entry in entries]
    if None in along:
        found: Column[list[str]] = level.context.loaders.tags.load_all(
            [entry.view.id for entry in entries]
        )
        return found
    return [one.tags for one in along if one]


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

    person = relative(
        batch=_persons,
        description="Whom it is about, as far as that member's privacy lets the viewer see.",
    )
    tags = shown(batch=_tags, description="The owner's tags, sorted.")
    note: str | None = restricted(Audience.ONLY_ME, description="The owner's note.")

    @relative(description="Whether the owner is connected with the person.")
    def is_connection(self) -> bool:
        return self.view.is_connection

    @shown(description="When it was added.")
    def created_at(self) -> datetime:
        return self.view.created_at


def network_entry(view: EntryView) -> NetworkEntry:
    """The node of what the door gave."""
    return NetworkEntry(view=view)


register(
    "NetworkEntry",
    lambda context: context.loaders.entry,
    network_entry,
)
