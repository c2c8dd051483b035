"""Reading invitations as facts, for the rules; nothing here leaves the feature."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from netql.connections.rules import YEAR, Facts, Prospect
from netql.infra.database import Row, fetch, fetch_one
from netql.relations.lookup import Relation

COLUMNS = (
    "i.id, i.inviter_id, i.invitee_id, i.note, i.sent_at, i.expires_at, i.answer,"
    " i.withdrawn_at, i.cancelled_at, i.open"
)


def facts(row: Row) -> Facts:
    """A row with COLUMNS."""
    return Facts(
        row["id"],
        row["inviter_id"],
        row["invitee_id"],
        row["note"],
        row["sent_at"],
        row["expires_at"],
        row["answer"],
        row["withdrawn_at"],
        row["cancelled_at"],
        bool(row["open"]),
    )


async def invitation(invitation_id: UUID) -> Facts | None:
    row = await fetch_one(f"SELECT {COLUMNS} FROM invitations i WHERE i.id = $1", invitation_id)
    return facts(row) if row else None


_PROSPECTS = f"""
WITH pairs(viewer_id, subject_id) AS (PAIRS($1, $2))
SELECT pairs.viewer_id AS viewer, pairs.subject_id AS subject, {COLUMNS}
  FROM pairs JOIN invitations i
    ON (i.inviter_id = pairs.viewer_id AND i.invitee_id = pairs.subject_id
        AND (i.open OR i.sent_at > $3))
    OR (i.inviter_id = pairs.subject_id AND i.invitee_id = pairs.viewer_id AND i.open)
"""
_REMOVALS = """
WITH pairs(viewer_id, subject_id) AS (PAIRS($1, $2))
SELECT e.member_id AS subject_id, e.other_id AS viewer_id, max(e.ended_at) AS ended_at
  FROM pairs JOIN ended_connections e
    ON e.member_id = pairs.subject_id AND e.other_id = pairs.viewer_id
 GROUP BY e.member_id, e.other_id
"""
_HELD = """
SELECT c.member_id, count(*) AS held FROM connections c WHERE c.member_id = ANY($1)
 GROUP BY c.member_id
"""


async def prospects(
    viewer_id: UUID, subjects: Sequence[tuple[UUID, Relation]], at: datetime
) -> list[Prospect]:
    """What decides whether the viewer may invite each subject, by three statements."""
    ids = [subject_id for subject_id, _ in subjects]
    viewers = [viewer_id] * len(ids)
    waiting: dict[UUID, Facts] = {}
    sent: dict[UUID, list[datetime]] = {}
    withdrawn: dict[UUID, datetime] = {}
    for row in await fetch(_PROSPECTS, viewers, ids, at - YEAR):
        found, subject_id = facts(row), UUID(str(row["subject"]))
        if found.open:
            waiting[subject_id] = found
        if found.inviter_id == viewer_id:
            if found.sent_at > at - YEAR:
                sent.setdefault(subject_id, []).append(found.sent_at)
            if found.withdrawn_at is not None:
                latest = withdrawn.get(subject_id, found.withdrawn_at)
                withdrawn[subject_id] = max(latest, found.withdrawn_at)
    removed = {
        UUID(str(row["subject_id"])): _moment(row["ended_at"])
        for row in await fetch(_REMOVALS, viewers, ids)
    }
    crossing = [key for key, found in waiting.items() if found.inviter_id == key]
    held: dict[UUID, int] = {
        row["member_id"]: row["held"] for row in await fetch(_HELD, [viewer_id, *crossing])
    }
    return [
        Prospect(
            viewer_id,
            subject_id,
            relation,
            waiting.get(subject_id),
            sent.get(subject_id, ()),
            withdrawn.get(subject_id),
            removed.get(subject_id),
            held.get(viewer_id, 0),
            held.get(subject_id, 0),
        )
        for subject_id, relation in subjects
    ]


def _moment(value: datetime | str) -> datetime:
    # An aggregate has no declared type on SQLite, so its text comes back as it is.
    return datetime.fromisoformat(value) if isinstance(value, str) else value
