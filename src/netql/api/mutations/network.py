"""Keeping contacts."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

import strawberry

from netql.api.context import Info
from netql.api.members import Member
from netql.api.mutations.codes import (
    AddToNetworkErrorCode,
    RemoveFromNetworkErrorCode,
    UpdateNetworkEntryErrorCode,
)
from netql.api.network import NetworkEntry
from netql.api.nodes import node_of
from netql.api.payloads import UserErrorOf, answer, key, sent
from netql.network import actions
from netql.viewer import Viewer


@strawberry.input(description="Whom to keep as a contact.")
class AddToNetworkInput:
    member_id: strawberry.ID = strawberry.field(description="Whom.")
    tags: list[str] | None = strawberry.field(
        default=strawberry.UNSET, description="Words to find them by."
    )
    note: str | None = strawberry.field(default=strawberry.UNSET, description="A note to oneself.")
    idempotency_key: str | None = strawberry.field(
        default=strawberry.UNSET,
        description="With the same key and input, this is done once, however often it is sent.",
    )
    client_mutation_id: str | None = strawberry.field(
        default=strawberry.UNSET, description="Comes back in the payload."
    )


@strawberry.input(description="What to change of an entry; what is left out stays.")
class UpdateNetworkEntryInput:
    network_entry_id: strawberry.ID = strawberry.field(description="The entry.")
    tags: strawberry.Maybe[list[str] | None] = strawberry.field(
        description="The tags from now on; null: none."
    )
    note: strawberry.Maybe[str | None] = strawberry.field(
        description="The note from now on; null: none."
    )
    client_mutation_id: str | None = strawberry.field(
        default=strawberry.UNSET, description="Comes back in the payload."
    )


@strawberry.input(description="Which entry to drop.")
class RemoveFromNetworkInput:
    network_entry_id: strawberry.ID = strawberry.field(description="The entry.")
    client_mutation_id: str | None = strawberry.field(
        default=strawberry.UNSET, description="Comes back in the payload."
    )


@strawberry.type(description="What came of adding.")
class AddToNetworkPayload:
    user_errors: list[UserErrorOf[AddToNetworkErrorCode]] = strawberry.field(
        description="Why nothing changed; empty on success."
    )
    client_mutation_id: str | None = strawberry.field(description="As it was sent.")
    network_entry: NetworkEntry | None = strawberry.field(
        default=None, description="The entry, as it is now."
    )
    member: Member | None = strawberry.field(
        default=None, description="The member it is about, if they are there."
    )
    viewer: Member | None = strawberry.field(default=None, description="The viewer, refreshed.")


@strawberry.type(description="What came of changing.")
class UpdateNetworkEntryPayload:
    user_errors: list[UserErrorOf[UpdateNetworkEntryErrorCode]] = strawberry.field(
        description="Why nothing changed; empty on success."
    )
    client_mutation_id: str | None = strawberry.field(description="As it was sent.")
    network_entry: NetworkEntry | None = strawberry.field(
        default=None, description="The entry, as it is now."
    )
    viewer: Member | None = strawberry.field(default=None, description="The viewer, refreshed.")


@strawberry.type(description="What came of dropping.")
class RemoveFromNetworkPayload:
    user_errors: list[UserErrorOf[RemoveFromNetworkErrorCode]] = strawberry.field(
        description="Why nothing changed; empty on success."
    )
    client_mutation_id: str | None = strawberry.field(description="As it was sent.")
    removed_network_entry_id: strawberry.ID | None = strawberry.field(
        default=None, description="The id that is no more."
    )
    viewer: Member | None = strawberry.field(default=None, description="The viewer, refreshed.")


async def _viewer(info: Info) -> Any:
    assert info.context.viewer.member_id is not None
    if not info.context.asks("viewer"):
        return None
    return await node_of(info.context, "Member", info.context.viewer.member_id)


async def _entry(info: Info, entry_id: UUID) -> dict[str, Any]:
    entry = await node_of(info.context, "NetworkEntry", entry_id)
    return {"network_entry": entry, "viewer": await _viewer(info)}


@strawberry.type
class NetworkMutations:
    @strawberry.mutation(
        description=(
            "Keep a member as a contact: at once, in silence, without asking. It grants nothing. "
            "Adding again merges the tags."
        )
    )
    async def add_to_network(
        self,
        info: Info,
        input: Annotated[AddToNetworkInput, strawberry.argument(description="What to do.")],
    ) -> AddToNetworkPayload:
        async def act(viewer: Viewer) -> tuple[UUID, UUID]:
            member_id: UUID = key("Member", input.member_id, "memberId")
            entry_id = await actions.add_to_network(
                viewer, member_id, input.tags or (), input.note or None, sent(input.idempotency_key)
            )
            return member_id, entry_id

        async def nodes(done: tuple[UUID, UUID]) -> dict[str, Any]:
            member = await node_of(info.context, "Member", done[0])
            return {"member": member} | await _entry(info, done[1])

        return await answer(
            info,
            AddToNetworkPayload,
            AddToNetworkErrorCode,
            input.client_mutation_id,
            act,
            nodes,
        )

    @strawberry.mutation(description="Change the tags or the note of an entry.")
    async def update_network_entry(
        self,
        info: Info,
        input: Annotated[UpdateNetworkEntryInput, strawberry.argument(description="What to do.")],
    ) -> UpdateNetworkEntryPayload:
        async def act(viewer: Viewer) -> UUID:
            entry_id: UUID = key("NetworkEntry", input.network_entry_id, "networkEntryId")
            await actions.update_network_entry(
                viewer,
                entry_id,
                tags=None if input.tags is None else input.tags.value or (),
                note=None if input.note is None else input.note.value,
                keep_note=input.note is None,
            )
            return entry_id

        return await answer(
            info,
            UpdateNetworkEntryPayload,
            UpdateNetworkEntryErrorCode,
            input.client_mutation_id,
            act,
            lambda entry_id: _entry(info, entry_id),
        )

    @strawberry.mutation(description="Drop an entry with its tags and its note.")
    async def remove_from_network(
        self,
        info: Info,
        input: Annotated[RemoveFromNetworkInput, strawberry.argument(description="What to do.")],
    ) -> RemoveFromNetworkPayload:
        async def act(viewer: Viewer) -> strawberry.ID:
            entry_id = key("NetworkEntry", input.network_entry_id, "networkEntryId")
            await actions.remove_from_network(viewer, entry_id)
            return input.network_entry_id

        async def nodes(removed: strawberry.ID) -> dict[str, Any]:
            return {"removed_network_entry_id": removed, "viewer": await _viewer(info)}

        return await answer(
            info,
            RemoveFromNetworkPayload,
            RemoveFromNetworkErrorCode,
            input.client_mutation_id,
            act,
            nodes,
        )
