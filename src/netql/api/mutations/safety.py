"""Blocking and unblocking."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

import strawberry

from netql.api.context import Info
from netql.api.members import Member
from netql.api.mutations.codes import BlockMemberErrorCode, UnblockMemberErrorCode
from netql.api.nodes import node_of
from netql.api.payloads import UserErrorOf, answer, key, sent
from netql.api.safety import Block
from netql.safety import actions
from netql.viewer import Viewer


@strawberry.input(description="Whom to block.")
class BlockMemberInput:
    member_id: strawberry.ID = strawberry.field(description="Whom.")
    idempotency_key: str | None = strawberry.field(
        default=strawberry.UNSET,
        description="With the same key and input, this is done once, however often it is sent.",
    )
    client_mutation_id: str | None = strawberry.field(
        default=strawberry.UNSET, description="Comes back in the payload."
    )


@strawberry.input(description="Which block to lift.")
class UnblockMemberInput:
    block_id: strawberry.ID = strawberry.field(description="The block.")
    client_mutation_id: str | None = strawberry.field(
        default=strawberry.UNSET, description="Comes back in the payload."
    )


@strawberry.type(description="What came of blocking.")
class BlockMemberPayload:
    user_errors: list[UserErrorOf[BlockMemberErrorCode]] = strawberry.field(
        description="Why nothing changed; empty on success."
    )
    client_mutation_id: str | None = strawberry.field(description="As it was sent.")
    block: Block | None = strawberry.field(default=None, description="The block.")
    viewer: Member | None = strawberry.field(default=None, description="The viewer, refreshed.")


@strawberry.type(description="What came of unblocking.")
class UnblockMemberPayload:
    user_errors: list[UserErrorOf[UnblockMemberErrorCode]] = strawberry.field(
        description="Why nothing changed; empty on success."
    )
    client_mutation_id: str | None = strawberry.field(description="As it was sent.")
    member: Member | None = strawberry.field(
        default=None, description="The member, as the viewer may know them now."
    )
    removed_block_id: strawberry.ID | None = strawberry.field(
        default=None, description="The id that is no more."
    )
    viewer: Member | None = strawberry.field(default=None, description="The viewer, refreshed.")


async def _viewer(info: Info) -> Any:
    assert info.context.viewer.member_id is not None
    if not info.context.asks("viewer"):
        return None
    return await node_of(info.context, "Member", info.context.viewer.member_id)


@strawberry.type
class SafetyMutations:
    @strawberry.mutation(
        description=(
            "Block a member: from now on neither is there for the other. A connection and open "
            "invitations between the two end. The other is not told."
        )
    )
    async def block_member(
        self,
        info: Info,
        input: Annotated[BlockMemberInput, strawberry.argument(description="What to do.")],
    ) -> BlockMemberPayload:
        async def act(viewer: Viewer) -> UUID:
            member_id = key("Member", input.member_id, "memberId")
            return await actions.block_member(viewer, member_id, sent(input.idempotency_key))

        async def nodes(block_id: UUID) -> dict[str, Any]:
            block = await node_of(info.context, "Block", block_id)
            return {"block": block, "viewer": await _viewer(info)}

        return await answer(
            info, BlockMemberPayload, BlockMemberErrorCode, input.client_mutation_id, act, nodes
        )

    @strawberry.mutation(description="Lift a block. It brings nothing back that the block ended.")
    async def unblock_member(
        self,
        info: Info,
        input: Annotated[UnblockMemberInput, strawberry.argument(description="What to do.")],
    ) -> UnblockMemberPayload:
        async def act(viewer: Viewer) -> UUID:
            return await actions.unblock_member(viewer, key("Block", input.block_id, "blockId"))

        async def nodes(member_id: UUID) -> dict[str, Any]:
            return {
                "member": await node_of(info.context, "Member", member_id),
                "removed_block_id": input.block_id,
                "viewer": await _viewer(info),
            }

        return await answer(
            info,
            UnblockMemberPayload,
            UnblockMemberErrorCode,
            input.client_mutation_id,
            act,
            nodes,
        )
