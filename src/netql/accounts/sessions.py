"""Sign-ins that last: sessions, and the refresh tokens that carry them on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from uuid import UUID

from netql.accounts.watch import watch
from netql.clock import now
from netql.ids import new_id
from netql.infra.database import current_transaction, execute, fetch_one, for_update
from netql.infra.tokens import new_refresh_token, token_hash


@dataclass(frozen=True, slots=True)
class Session:
    id: UUID
    member_id: UUID


_LIVE = """
SELECT s.id FROM sessions s JOIN members m ON m.id = s.member_id
 WHERE s.id = $1 AND s.member_id = $2 AND s.ended_at IS NULL AND m.closed_at IS NULL
"""


async def is_live(session_id: UUID, member_id: UUID) -> bool:
    """Whether that sign-in of that member still counts, by the database."""
    return await fetch_one(_LIVE, session_id, member_id) is not None


async def start(member_id: UUID) -> UUID:
    """Begin a sign-in."""
    session_id = new_id()
    await execute(
        "INSERT INTO sessions (id, member_id, created_at) VALUES ($1, $2, $3)",
        session_id,
        member_id,
        now(),
    )
    return session_id


async def issue(session_id: UUID, lifetime: timedelta) -> str:
    """A new refresh token of the session. Only its hash is stored."""
    token, moment = new_refresh_token(), now()
    await execute(
        "INSERT INTO refresh_tokens (id, session_id, token_hash, issued_at, expires_at)"
        " VALUES ($1, $2, $3, $4, $5)",
        new_id(),
        session_id,
        token_hash(token),
        moment,
        moment + lifetime,
    )
    return token


async def redeem(token: str, grace: timedelta) -> Session | None:
    """Use up a refresh token; its session, or None if it is not (or no longer) good.

    A used token is good once more within `grace`, for a client whose answer got lost and for
    two tabs that refresh together. Later it ends the session.
    """
    row = await fetch_one(
        "SELECT t.id, t.session_id, t.expires_at, t.used_at, s.member_id, s.ended_at"
        " FROM refresh_tokens t JOIN sessions s ON s.id = t.session_id"
        f" WHERE t.token_hash = $1{for_update()}",
        token_hash(token),
    )
    moment = now()
    if row is None or row["ended_at"] is not None or row["expires_at"] <= moment:
        return None
    if row["used_at"] is None:
        await execute("UPDATE refresh_tokens SET used_at = $2 WHERE id = $1", row["id"], moment)
    elif row["used_at"] + grace < moment:
        await end(row["session_id"])
        return None
    return Session(row["session_id"], row["member_id"])


async def end(session_id: UUID) -> None:
    """End a sign-in: its tokens, access and refresh, are good no longer."""
    await execute(
        "UPDATE sessions SET ended_at = $2 WHERE id = $1 AND ended_at IS NULL", session_id, now()
    )
    await execute("DELETE FROM refresh_tokens WHERE session_id = $1", session_id)
    _once_committed(partial(watch.saw_end, session_id))


def _once_committed(step: Callable[[], None]) -> None:
    # Before the commit another request might still find the session live.
    current_transaction().after_commit.append(step)


async def end_all(member_id: UUID) -> None:
    """End every sign-in of a member."""
    await execute(
        "DELETE FROM refresh_tokens WHERE session_id IN"
        " (SELECT id FROM sessions WHERE member_id = $1)",
        member_id,
    )
    await execute(
        "UPDATE sessions SET ended_at = $2 WHERE member_id = $1 AND ended_at IS NULL",
        member_id,
        now(),
    )
    _once_committed(partial(watch.saw_end_of_all, member_id))
