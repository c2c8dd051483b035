"""The door out for connections: pages, counts and single sides, by the one visible edge."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from uuid import UUID

from netql.errors import BadCursor
from netql.infra.database import Row, fetch, fetch_one
from netql.members.views import MemberView
from netql.paging import Page, Window, cursor, moment, page_of
from netql.privacy.audience import Standing
from netql.privacy.fields import ProfileField
from netql.relations import sql
from netql.viewer import Viewer


@dataclass(frozen=True, slots=True, eq=False)
class ConnectionView:
    """One side of a tie: whose side, the other end, and where the viewer stands to the tie.

    `standing` is SELF for its two ends and SIGNED_IN for everybody else.
    """

    id: UUID
    owner_id: UUID
    other_id: UUID
    connected_at: datetime
    standing: Standing


class ConnectionOrder(Enum):
    """How a list of connections may be ordered."""

    CONNECTED_AT = "connected_at"
    NAME = "name"


_COLUMNS = "c.id, c.member_id, c.other_id, c.connected_at, o.name_key"
_ENDS = (
    "FROM connections c JOIN members s ON s.id = c.member_id JOIN members o ON o.id = c.other_id"
)
_VISIBLE = (
    f"{sql.edge_visible('$1', 's', 'o')} AND {sql.present('$1', 's')} AND {sql.present('$1', 'o')}"
)


def _view(viewer: Viewer, row: Row) -> ConnectionView:
    ends = (row["member_id"], row["other_id"])
    standing = Standing.SELF if viewer.member_id in ends else Standing.SIGNED_IN
    return ConnectionView(row["id"], *ends, row["connected_at"], standing)


async def connections_by_id(viewer: Viewer, ids: Sequence[UUID]) -> list[ConnectionView | None]:
    """The sides of those ids, in order; None for ties that the viewer may not see."""
    rows = await fetch(
        f"SELECT {_COLUMNS} {_ENDS} WHERE c.id = ANY($2) AND {_VISIBLE}",
        viewer.member_id,
        list(dict.fromkeys(ids)),
    )
    views = {row["id"]: _view(viewer, row) for row in rows}
    return [views.get(key) for key in ids]


async def connections_with(viewer: Viewer, others: Sequence[UUID]) -> list[ConnectionView | None]:
    """The viewer's own side of the tie to each of those members, if there is one."""
    if viewer.member_id is None:
        return [None] * len(others)
    rows = await fetch(
        f"SELECT {_COLUMNS} {_ENDS} WHERE c.member_id = $1 AND c.other_id = ANY($2) AND {_VISIBLE}",
        viewer.member_id,
        list(dict.fromkeys(others)),
    )
    views = {row["other_id"]: _view(viewer, row) for row in rows}
    return [views.get(key) for key in others]


async def connections_page(
    viewer: Viewer, owner: MemberView, order: ConnectionOrder, descending: bool, asked: Window
) -> Page[ConnectionView] | None:
    """A member's ties that the viewer may see; None if the list is closed to the viewer.

    Only the owner gets them by time: to others even the order would tell when a tie was made.
    """
    if not owner.shows(ProfileField.CONNECTIONS):
        return None
    if owner.standing is not Standing.SELF:
        order, descending = ConnectionOrder.NAME, False
    by_time = order is ConnectionOrder.CONNECTED_AT
    column = "c.connected_at" if by_time else "o.name_key"
    down = descending != asked.backwards
    sign, direction = ("<", "DESC") if down else (">", "ASC")
    name = list_name(order, descending)
    bound, values = "", []
    if asked.key is not None:
        bound = f" AND ({column} {sign} $4 OR ({column} = $4 AND c.id {sign} $5))"
        values = list(_bound(asked.key, by_time))
    rows = await fetch(
        f"SELECT {_COLUMNS} {_ENDS} WHERE c.member_id = $2 AND {_VISIBLE}{bound}"
        f" ORDER BY {column} {direction}, c.id {direction} LIMIT $3",
        viewer.member_id,
        owner.id,
        asked.fetch,
        *values,
    )

    def cursor_of(row: Row) -> str:
        at = row["connected_at"].isoformat() if by_time else row["name_key"]
        return cursor(name, at, str(row["id"]))

    page = page_of(rows, asked, cursor_of)
    return Page(
        [_view(viewer, row) for row in page.items], page.cursors, page.has_next, page.has_previous
    )


def list_name(order: ConnectionOrder, descending: bool) -> str:
    """The name under which cursors of a list in this order are handed out."""
    return f"connections:{order.value}:{'desc' if descending else 'asc'}"


def effective_order(
    owner: MemberView, order: ConnectionOrder, descending: bool
) -> tuple[ConnectionOrder, bool]:
    """The order that the viewer gets: the owner theirs, others by name."""
    return (order, descending) if owner.standing is Standing.SELF else (ConnectionOrder.NAME, False)


def _bound(key: Sequence[str], by_time: bool) -> tuple[datetime | str, UUID]:
    try:
        return (moment(key[0]) if by_time else key[0]), UUID(key[1])
    except (IndexError, ValueError):
        raise BadCursor from None


async def connections_count(viewer: Viewer, owner: MemberView) -> int | None:
    """How many ties the viewer can page through; None if the list is closed to the viewer."""
    if not owner.shows(ProfileField.CONNECTIONS):
        return None
    row = await fetch_one(
        f"SELECT count(*) AS ties {_ENDS} WHERE c.member_id = $2 AND {_VISIBLE}",
        viewer.member_id,
        owner.id,
    )
    return int(row["ties"]) if row else 0


_MUTUAL = f"""{_ENDS} JOIN connections mine ON mine.member_id = $1 AND mine.other_id = c.other_id
 WHERE c.member_id = $2 AND {_VISIBLE}"""
MUTUAL = "mutual"


async def mutual_page(viewer: Viewer, subject: MemberView, asked: Window) -> Page[UUID] | None:
    """Members tied to both, by name; None for oneself, for guests, and for a closed list."""
    if not _has_mutuals(viewer, subject):
        return None
    bound, values = "", []
    if asked.key is not None:
        bound = " AND (o.name_key > $4 OR (o.name_key = $4 AND o.id > $5))"
        values = list(_bound(asked.key, by_time=False))
    rows = await fetch(
        f"SELECT o.id, o.name_key {_MUTUAL}{bound} ORDER BY o.name_key, o.id LIMIT $3",
        viewer.member_id,
        subject.id,
        asked.fetch,
        *values,
    )
    page = page_of(rows, asked, lambda row: cursor(MUTUAL, row["name_key"], str(row["id"])))
    return Page([row["id"] for row in page.items], page.cursors, page.has_next, page.has_previous)


async def mutual_count(viewer: Viewer, subject: MemberView) -> int | None:
    if not _has_mutuals(viewer, subject):
        return None
    row = await fetch_one(f"SELECT count(*) AS ties {_MUTUAL}", viewer.member_id, subject.id)
    return int(row["ties"]) if row else 0


def _has_mutuals(viewer: Viewer, subject: MemberView) -> bool:
    return (
        viewer.member_id is not None
        and subject.standing is not Standing.SELF
        and subject.shows(ProfileField.CONNECTIONS)
    )
