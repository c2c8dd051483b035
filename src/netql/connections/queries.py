"""The door out: invitations as their reader may know them, and members' ties.

Invitations whose other end is absent for the reader are absent themselves.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from netql.clock import now
from netql.connections.facts import COLUMNS, facts, prospects
from netql.connections.rules import (
    ConnectRefusal,
    Facts,
    InvitationStatus,
    Limits,
    may_invite,
    status_for,
)
from netql.errors import BadCursor
from netql.infra.database import fetch, fetch_one
from netql.members.views import MemberView
from netql.paging import Page, Window, cursor, page_of
from netql.relations import sql
from netql.relations.lookup import Relation
from netql.viewer import Viewer


@dataclass(frozen=True, slots=True, eq=False)
class InvitationView:
    """An invitation for one of its two ends; `status` is what that reader may know, `other` the
    other end, if it was read along."""

    facts: Facts
    status: InvitationStatus
    other: MemberView | None = None

    @property
    def id(self) -> UUID:
        return self.facts.id


_READABLE = f"""
SELECT {COLUMNS} FROM invitations i
  JOIN members o ON o.id = CASE WHEN i.inviter_id = $1 THEN i.invitee_id ELSE i.inviter_id END
 WHERE (i.inviter_id = $1 OR i.invitee_id = $1) AND {sql.present("$1", "o")}
"""


async def invitations_for(viewer: Viewer, ids: Sequence[UUID]) -> list[InvitationView | None]:
    """The invitations of those ids, in order; None for what the viewer may not know of."""
    if viewer.member_id is None or not ids:
        return [None] * len(ids)
    rows = await fetch(
        f"{_READABLE} AND i.id = ANY($2)", viewer.member_id, list(dict.fromkeys(ids))
    )
    views = {row["id"]: _view(viewer.member_id, facts(row), now()) for row in rows}
    return [views.get(key) for key in ids]


def view_of_made(inviter: Viewer, made: Facts) -> InvitationView | None:
    """An invitation that its inviter's transaction has just made, and by its rules could make."""
    assert inviter.member_id is not None
    return _view(inviter.member_id, made, now())


def _view(reader_id: UUID, found: Facts, at: datetime) -> InvitationView | None:
    status = status_for(reader_id, found, at)
    return None if status is None else InvitationView(found, status)


# What waits for its invitee; $2 is the present.
_WAITS = (
    "i.open AND i.answer IS NULL AND i.withdrawn_at IS NULL"
    " AND i.cancelled_at IS NULL AND i.expires_at > $2"
)
_RECEIVED = f"i.invitee_id = $1 AND {_WAITS}"
_SENT = "i.inviter_id = $1 AND i.open AND i.expires_at > $2"
RECEIVED, SENT = "received", "sent"
_LISTS = {
    RECEIVED: f"FROM invitations i JOIN members o ON o.id = i.inviter_id WHERE {_RECEIVED}",
    SENT: f"FROM invitations i JOIN members o ON o.id = i.invitee_id WHERE {_SENT}",
}


async def pending_invitations(
    viewer: Viewer, direction: str, asked: Window
) -> Page[InvitationView]:
    """The viewer's own pending invitations, newest first. Raises BadCursor."""
    after = "" if asked.key is None else " AND i.id < $4"
    keys = () if asked.key is None else (_key(asked.key),)
    at = now()
    rows = await fetch(
        f"SELECT {COLUMNS} {_LISTS[direction]} AND {sql.present('$1', 'o')}{after}"
        " ORDER BY i.id DESC LIMIT $3",
        viewer.member_id,
        at,
        asked.fetch,
        *keys,
    )
    assert viewer.member_id is not None
    views = [_view(viewer.member_id, facts(row), at) for row in rows]
    return page_of(
        [view for view in views if view is not None],
        asked,
        lambda view: cursor(direction, str(view.id)),
        lambda view: view,
    )


async def pending_count(viewer: Viewer, direction: str) -> int:
    """How many pending invitations the viewer can page through, as it is now."""
    row = await fetch_one(
        f"SELECT count(*) AS pending {_LISTS[direction]} AND {sql.present('$1', 'o')}",
        viewer.member_id,
        now(),
    )
    return int(row["pending"]) if row else 0


async def pending_counts(invitees: Sequence[UUID]) -> list[int]:
    """How many pending invitations each of these members can page through, by one statement."""
    rows = await fetch(
        "SELECT i.invitee_id AS invitee, count(*) AS pending"
        " FROM invitations i JOIN members o ON o.id = i.inviter_id"
        f" WHERE i.invitee_id = ANY($1) AND {_WAITS} AND {sql.present('i.invitee_id', 'o')}"
        " GROUP BY i.invitee_id",
        list(dict.fromkeys(invitees)),
        now(),
    )
    found = {row["invitee"]: int(row["pending"]) for row in rows}
    return [found.get(key, 0) for key in invitees]


def _key(key: Sequence[str]) -> UUID:
    try:
        return UUID(key[0])
    except (IndexError, ValueError):
        raise BadCursor from None


async def waiting_between(
    viewer: Viewer, others: Sequence[UUID]
) -> list[tuple[InvitationView | None, InvitationView | None]]:
    """The pending invitation (sent, received) between the viewer and each other member."""
    if viewer.member_id is None or not others:
        return [(None, None)] * len(others)
    rows = await fetch(f"{_READABLE} AND i.open AND o.id = ANY($2)", viewer.member_id, list(others))
    sent: dict[UUID, InvitationView] = {}
    received: dict[UUID, InvitationView] = {}
    for row in rows:
        found = facts(row)
        view = _view(viewer.member_id, found, now())
        if view is None or view.status is not InvitationStatus.PENDING:
            continue
        if found.inviter_id == viewer.member_id:
            sent[found.invitee_id] = view
        else:
            received[found.inviter_id] = view
    return [(sent.get(other), received.get(other)) for other in others]


async def connect_refusals(
    viewer: Viewer, subjects: Sequence[MemberView], limits: Limits
) -> list[ConnectRefusal | None]:
    """For each subject the reason why the viewer may not invite them: what the mutation itself
    would answer."""
    if viewer.member_id is None:
        return [ConnectRefusal.UNAUTHENTICATED] * len(subjects)
    known = [(subject.id, Relation(subject.standing)) for subject in subjects]
    at = now()
    return [
        may_invite(prospect, limits, at)
        for prospect in await prospects(viewer.member_id, known, at)
    ]
