"""The door in: blocking and unblocking."""

from __future__ import annotations

from uuid import UUID

from netql.accounts.events import AccountClosed
from netql.clock import now
from netql.connections.actions import end_between
from netql.errors import NotFound, Refused
from netql.events import handles
from netql.events.idempotency import Once, Outcome
from netql.infra.database import execute, fetch_one, transaction
from netql.relations import edges
from netql.relations.lookup import relation
from netql.viewer import Viewer


async def block_member(
    viewer: Viewer, subject_id: UUID, idempotency_key: str | None = None
) -> UUID:
    """Block a member; the block's key. From then on each is absent for the other.

    The tie and open invitations end; nobody is told. Blocking twice is blocking once. Raises
    NotFound, Refused CANNOT_TARGET_SELF or an idempotency code.
    """
    blocker_id = viewer.member_id
    assert blocker_id is not None
    if subject_id == blocker_id:
        raise Refused("CANNOT_TARGET_SELF", "You cannot block yourself.", ("memberId",))
    async with transaction():
        once = Once(blocker_id, "blockMember", idempotency_key)
        if earlier := await once.claim(subject_id):
            return earlier.ids["block"]
        await edges.hold(blocker_id, subject_id)
        held = await _block_of(blocker_id, subject_id)
        if held is None:
            if not (await relation(blocker_id, subject_id)).present:
                raise NotFound(("memberId",))
            await end_between(blocker_id, subject_id)
            await edges.block(blocker_id, subject_id, now())
            held = await _block_of(blocker_id, subject_id)
        assert held is not None
        await once.keep(Outcome("blocked", {"block": held}))
        return held


async def _block_of(blocker_id: UUID, blocked_id: UUID) -> UUID | None:
    row = await fetch_one(
        "SELECT id FROM blocks WHERE blocker_id = $1 AND blocked_id = $2", blocker_id, blocked_id
    )
    return row["id"] if row else None


async def unblock_member(viewer: Viewer, block_id: UUID) -> UUID:
    """Lift a block of one's own; whom it was on. It restores nothing. Raises NotFound."""
    blocker_id = viewer.member_id
    assert blocker_id is not None
    async with transaction():
        subject_id = await edges.unblock(blocker_id, block_id)
        if subject_id is None:
            raise NotFound(("blockId",))
        return subject_id


@handles(AccountClosed)
async def forget_blocks(event: AccountClosed) -> None:
    """A member who leaves lifts their blocks; blocks of them stay, as lists of handles do."""
    await execute("DELETE FROM blocks WHERE blocker_id = $1", event.member_id)
