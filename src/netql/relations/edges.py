"""Writing connections and blocks: the only place that does.

Every action on a pair has its lock before the statement that reads the relation begins: it calls
`hold`, or opens its transaction with the pair.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from netql.errors import Unauthenticated
from netql.ids import new_blind_id, new_id
from netql.infra.database import (
    current_transaction,
    dialect,
    execute,
    fetch,
    fetch_one,
    lock_member,
    pair_key,
)

_PAIR = "SELECT id, closed_at FROM members WHERE id = ANY($1)"
# The pair's lock and, once it is ours, the members' rows. Of nothing else may this tell: its
# snapshot is older than the wait. But what takes a row to hold it takes the newest there is.
_HELD = """WITH held AS MATERIALIZED (SELECT pg_advisory_xact_lock($2))
SELECT m.id, m.closed_at FROM held, members m WHERE m.id = ANY($1) ORDER BY m.id FOR SHARE OF m"""


def held(actor: str, other: str, dialect: str) -> str:
    """The text that reads both members as `hold` does, for a statement that reads more along. Its
    transaction began with the pair's lock; of members it may tell by these rows only."""
    share = " FOR SHARE OF m" if dialect == "postgres" else ""
    return (
        "SELECT m.id, m.closed_at FROM members m"
        f" WHERE m.id IN ({actor}, {other}) ORDER BY m.id{share}"
    )


async def hold(actor: UUID, other: UUID) -> None:
    """Keep the pair to ourselves until the transaction ends.

    Both member rows are held against closing too: an account that closes waits for us, and then
    finds whatever we made. Raises Unauthenticated when the actor's was faster, so that nothing is
    made for somebody who has just left.
    """
    current_transaction()
    if dialect() == "postgres":
        rows = await fetch(_HELD, [actor, other], pair_key(actor, other))
    else:
        # Whoever writes has the only lock from the beginning.
        rows = await fetch(_PAIR, [actor, other])
    if not any(row["id"] == actor and row["closed_at"] is None for row in rows):
        raise Unauthenticated


async def connect(one: UUID, other: UUID, at: datetime) -> tuple[UUID, UUID]:
    """Make the tie, both sides of it; their keys, that of the first one's side first."""
    sides = new_blind_id(), new_blind_id()
    # Names do not change meanwhile: `hold` has both members.
    await execute(
        "INSERT INTO connections (id, member_id, other_id, connected_at, other_name)"
        " VALUES ($1, $2, $3, $4, (SELECT name_key FROM members WHERE id = $3)),"
        " ($5, $3, $2, $4, (SELECT name_key FROM members WHERE id = $2))",
        sides[0],
        one,
        other,
        at,
        sides[1],
    )
    return sides


async def rename(member_id: UUID, name_key: str) -> None:
    """Sort the member by that name in all lists that they are in; whoever makes a tie to them
    meanwhile waits, for the member's own row is held already."""
    await execute("UPDATE connections SET other_name = $2 WHERE other_id = $1", member_id, name_key)


async def disconnect(remover: UUID, other: UUID, at: datetime) -> UUID | None:
    """End the tie, both sides of it, and note who ended it; what the remover's side was called,
    if there was one."""
    own_side = await _cut(remover, other)
    if own_side is None:
        return None
    await execute(
        "INSERT INTO ended_connections (id, member_id, other_id, ended_at) VALUES ($1, $2, $3, $4)",
        new_id(),
        remover,
        other,
        at,
    )
    return own_side


async def _cut(one: UUID, other: UUID) -> UUID | None:
    rows = await fetch(
        "DELETE FROM connections"
        " WHERE (member_id = $1 AND other_id = $2) OR (member_id = $2 AND other_id = $1)"
        " RETURNING id, member_id",
        one,
        other,
    )
    # On SQLite what is returned has no declared type.
    sides = {UUID(str(row["member_id"])): UUID(str(row["id"])) for row in rows}
    return sides.get(one)


async def disconnect_all(member_id: UUID) -> None:
    """End every tie of a member who leaves; nobody removed them, so nobody has to wait."""
    await execute("DELETE FROM connections WHERE member_id = $1 OR other_id = $1", member_id)


async def ended_by(one: UUID, other: UUID) -> datetime | None:
    """When `one` last removed the tie to `other`, if ever."""
    row = await fetch_one(
        "SELECT ended_at FROM ended_connections WHERE member_id = $1 AND other_id = $2"
        " ORDER BY ended_at DESC LIMIT 1",
        one,
        other,
    )
    return row["ended_at"] if row else None


async def hold_counts(one: UUID, other: UUID) -> None:
    """Keep both from getting further connections until the transaction ends; the pair is held
    already. Counts are read by later statements."""
    for member_id in sorted((one, other)):
        await lock_member(member_id)


async def connection_count(member_id: UUID) -> int:
    row = await fetch_one(
        "SELECT count(*) AS held FROM connections WHERE member_id = $1", member_id
    )
    return int(row["held"]) if row else 0


async def block(blocker: UUID, blocked: UUID, at: datetime) -> None:
    """Set a block, with the name and handle as they are now; a second one changes nothing."""
    await execute(
        "INSERT INTO blocks (id, blocker_id, blocked_id, blocked_at, handle, name)"
        " SELECT $1, $2, m.id, $4, m.handle, m.name FROM members m WHERE m.id = $3"
        " ON CONFLICT (blocker_id, blocked_id) DO NOTHING",
        new_id(),
        blocker,
        blocked,
        at,
    )


async def unblock(blocker: UUID, block_id: UUID) -> UUID | None:
    """Lift a block of one's own; whom it was on, or None if there is no such block."""
    rows = await fetch(
        "DELETE FROM blocks WHERE id = $1 AND blocker_id = $2 RETURNING blocked_id",
        block_id,
        blocker,
    )
    # What RETURNING gives has no declared type on SQLite.
    return UUID(str(rows[0]["blocked_id"])) if rows else None
