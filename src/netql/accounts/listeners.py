"""Who of many listeners is still signed in."""

from __future__ import annotations

from collections.abc import Sequence

from netql.accounts.watch import watch
from netql.infra.database import fetch
from netql.viewer import Viewer

_LIVES = "s.ended_at IS NULL AND m.closed_at IS NULL"
_LIVE = f"""
WITH pairs(session_id, member_id) AS (PAIRS($1, $2))
SELECT s.id, s.member_id FROM pairs
  JOIN sessions s ON s.id = pairs.session_id AND s.member_id = pairs.member_id
  JOIN members m ON m.id = s.member_id
 WHERE {_LIVES}
"""


def live(session: str, member: str) -> str:
    """Whether that session is the member's and lives, as SQL, of two expressions."""
    return (
        "EXISTS (SELECT 1 FROM sessions s JOIN members m ON m.id = s.member_id"
        f" WHERE s.id = {session} AND s.member_id = {member} AND {_LIVES})"
    )


async def live_among(viewers: Sequence[Viewer], *, anew: bool = False) -> list[bool]:
    """For each whether `check_live` would let them pass; by one statement for all that have to be
    asked for. `anew` asks for all: what is known may be a second older than a sign-out elsewhere.
    """
    unknown = {
        (viewer.session_id, viewer.member_id)
        for viewer in viewers
        if viewer.session_id is not None
        and viewer.member_id is not None
        and (anew or not watch.knows(viewer.session_id, viewer.member_id))
    }
    gone = set(unknown)
    if unknown:
        ends = watch.ends
        rows = await fetch(_LIVE, [one for one, _ in unknown], [other for _, other in unknown])
        for row in rows:
            gone.discard((row["id"], row["member_id"]))
            watch.saw_live(row["id"], row["member_id"], ends)
    return [(viewer.session_id, viewer.member_id) not in gone for viewer in viewers]
