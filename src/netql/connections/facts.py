"""Reading invitations as facts, for the rules; nothing here leaves the feature."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from uuid import UUID

from netql.connections.rules import YEAR, Facts, Prospect
from netql.errors import Unauthenticated
from netql.events.idempotency import Once
from netql.infra.at_once import Statement
from netql.infra.database import Row, dialect, fetch, fetch_one
from netql.privacy.audience import Standing
from netql.relations import edges, sql
from netql.relations.lookup import Relation

WITHOUT_KEY = (
    "i.inviter_id, i.invitee_id, i.note, i.sent_at, i.expires_at, i.answer,"
    " i.withdrawn_at, i.cancelled_at, i.open"
)
COLUMNS = f"i.id, {WITHOUT_KEY}"


def facts(row: Row, key: str = "id") -> Facts:
    """A row with COLUMNS, or WITHOUT_KEY where the key has another name."""
    return Facts(
        row[key],
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


# Invitations that are open or count for the year; a pair without any has a row all the same.
_PROSPECTS = f"""
WITH {{asked}}
SELECT pairs.viewer_id AS viewer, pairs.subject_id AS subject, {COLUMNS},
       (SELECT max(e.ended_at) FROM ended_connections e
         WHERE e.member_id = pairs.subject_id AND e.other_id = pairs.viewer_id) AS removed_at,
       (SELECT count(*) FROM connections c WHERE c.member_id = $4) AS held,
       CASE WHEN i.open AND i.inviter_id = pairs.subject_id
            THEN (SELECT count(*) FROM connections c WHERE c.member_id = pairs.subject_id)
            ELSE 0 END AS held_by_other{{also}}
  FROM pairs {{members}} LEFT JOIN invitations i
    ON (i.inviter_id = pairs.viewer_id AND i.invitee_id = pairs.subject_id
        AND (i.open OR i.sent_at > $3))
    OR (i.inviter_id = pairs.subject_id AND i.invitee_id = pairs.viewer_id AND i.open)
"""
_OF_KNOWN = _PROSPECTS.format(
    asked="pairs(viewer_id, subject_id) AS (PAIRS($1, $2))", also="", members=""
)


@cache
def _of_anybody(dialect: str) -> str:
    # SQLite keeps keys as texts.
    pair = "$1::uuid, $2::uuid" if dialect == "postgres" else "$1, $2"
    return _PROSPECTS.format(
        asked=f"pairs(viewer_id, subject_id) AS (SELECT {pair}),"
        f" held AS MATERIALIZED ({edges.held('$1', '$2', dialect)})",
        also=f""",
       CASE WHEN m.id IS NOT NULL AND {sql.present("pairs.viewer_id", "m")}
            THEN {sql.standing_by_tie("pairs.viewer_id", "m")} END AS standing,
       (SELECT one.closed_at IS NULL FROM held one WHERE one.id = $1) AS viewer_is_there""",
        members="LEFT JOIN held m ON m.id = pairs.subject_id",
    )


def nothing_between(
    viewer_id: UUID, subject_id: UUID, connection_limit: int, at: datetime, once: Once
) -> Statement:
    """Whether nothing was ever between the two, so that the viewer may invite the subject: no rule
    can say no (see `rules.may_invite`) but those on who they are, and on how many connections the
    viewer holds. Nor was the key used. For PostgreSQL, where the pair is held; it holds both
    against closing. Raises Refused IDEMPOTENCY_KEY_INVALID."""
    values = (*_of(viewer_id, subject_id, at), connection_limit)
    unused, key = once.unused(place=len(values) + 1)
    return Statement(_NOTHING_BETWEEN + unused, values + key)


_NOTHING_BETWEEN = f"""SELECT FROM ({_of_anybody("postgres")}) f
 WHERE f.id IS NULL AND f.removed_at IS NULL AND f.viewer_is_there
   AND f.standing = {Standing.SIGNED_IN:d} AND f.held < $5"""


async def prospects(
    viewer_id: UUID, subjects: Sequence[tuple[UUID, Relation]], at: datetime
) -> list[Prospect]:
    """What decides whether the viewer may invite each subject, by one statement."""
    ids = [subject_id for subject_id, _ in subjects]
    rows = await fetch(_OF_KNOWN, [viewer_id] * len(ids), ids, at - YEAR, viewer_id)
    known: dict[UUID, list[Row]] = {key: [] for key in ids}
    for row in rows:
        known[UUID(str(row["subject"]))].append(row)
    return [
        _prospect(viewer_id, subject_id, relation, known[subject_id], at)
        for subject_id, relation in subjects
    ]


async def prospect(viewer_id: UUID, subject_id: UUID, at: datetime) -> Prospect:
    """The same of one subject, whose relation is read along: whether they are present, and
    connected. Both are held against closing; the transaction has the pair's lock already.

    Raises Unauthenticated when the viewer's closing was faster (see `edges.hold`).
    """
    statement = _of_anybody(dialect())
    rows = await fetch(statement, *_of(viewer_id, subject_id, at))
    if not rows[0]["viewer_is_there"]:
        raise Unauthenticated
    standing = rows[0]["standing"]
    relation = Relation(None if standing is None else Standing(standing))
    return _prospect(viewer_id, subject_id, relation, rows, at)


def _of(viewer_id: UUID, subject_id: UUID, at: datetime) -> tuple[UUID, UUID, datetime, UUID]:
    return viewer_id, subject_id, at - YEAR, viewer_id


def _prospect(
    viewer_id: UUID, subject_id: UUID, relation: Relation, rows: Sequence[Row], at: datetime
) -> Prospect:
    found = [facts(row) for row in rows if row["id"] is not None]
    own = [one for one in found if one.inviter_id == viewer_id]
    withdrawn = [one.withdrawn_at for one in own if one.withdrawn_at is not None]
    removed = rows[0]["removed_at"]
    return Prospect(
        viewer_id,
        subject_id,
        relation,
        next((one for one in found if one.open), None),
        [one.sent_at for one in own if one.sent_at > at - YEAR],
        max(withdrawn, default=None),
        None if removed is None else _moment(removed),
        rows[0]["held"],
        max(row["held_by_other"] for row in rows),
    )


def _moment(value: datetime | str) -> datetime:
    # An aggregate has no declared type on SQLite, so its text comes back as it is.
    return datetime.fromisoformat(value) if isinstance(value, str) else value
