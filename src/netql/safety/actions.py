"""The door in: blocking and unblocking."""

from __future__ import annotations

from uuid import UUID

from netql.accounts.events import AccountClosed
from netql.clock import now
from netql.connections.actions import end_between
from netql.errors import NotFound, Refused
from netql.events import handles
from netql.infra.database import execute, fetch_one, transaction
from netql.relations import edges
from netql.relations.lookup import relation
from netql.viewer import Viewer


async def block_member(viewer: Viewer, subject_id: UUID) -> UUID:
    """Block a member; the block's key. From then on each is absent for the other.

    The tie and open invitations end; nobody is told. Blocking twice is blocking once. Raises
    NotFound or Refused CANNOT_TARGET_SELF.
    """
    blocker_id = viewer.member_id
    assert blocker_id is not None
    if subject_id == blocker_id:
        raise Refused("CANNOT_TARGET_SELF", "You cannot block yourself.", ("memberId",))
    async with transaction():
        await edges.hold(blocker_id, subject_id)
        held = await _block_of(blocker_id, subject_id)
        if held is not None:
            return held
        if not (await relation(blocker_id, subject_id)).present:
            raise NotFound(("memberId",))
        await end_between(blocker_id, subject_id)
        await edges.block(blocker_id, subject_id, now())
        made = await _block_of(blocker_id, subject_id)
        assert made is not None
        return made


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
