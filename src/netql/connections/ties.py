"""The door out for connections: pages, counts and single sides, by the one visible edge."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from enum import Enum
from uuid import UUID

from netql.connections.pages import by_name, by_time, count_of, mutual, pages_of
from netql.errors import BadCursor
from netql.infra.database import Row, fetch
from netql.members.columns import Need
from netql.members.queries import view
from netql.members.views import MemberView
from netql.paging import Page, Window, cursor, moment
from netql.privacy.audience import Standing
from netql.privacy.fields import ProfileField
from netql.relations import sql
from netql.viewer import Viewer


class ConnectionView:
    """One side of a tie: whose side, the other end, and where the viewer stands to the tie.

    `standing` is SELF for its two ends and SIGNED_IN for everybody else. `other` is the other end
    itself, if it was read along. Not to be changed once made.
    """

    __slots__ = ("other", "row", "standing")

    def __init__(self, row: Row, standing: Standing, other: MemberView | None = None) -> None:
        self.row = row
        self.standing = standing
        self.other = other

    @property
    def id(self) -> UUID:
        key: UUID = self.row["tie_id"]
        return key

    @property
    def owner_id(self) -> UUID:
        key: UUID = self.row["owner_id"]
        return key

    @property
    def other_id(self) -> UUID:
        key: UUID = self.row["other_id"]
        return key

    @property
    def connected_at(self) -> datetime:
        at: datetime = self.row["connected_at"]
        return at


class ConnectionOrder(Enum):
    """How a list of connections may be ordered."""

    CONNECTED_AT = "connected_at"
    NAME = "name"


_COLUMNS = "c.id AS tie_id, c.member_id AS owner_id, c.other_id, c.connected_at"
_ENDS = (
    "FROM connections c JOIN members s ON s.id = c.member_id JOIN members o ON o.id = c.other_id"
)
_VISIBLE = (
    f"{sql.edge_visible('$1', 's', 'o')} AND {sql.present('$1', 's')} AND {sql.present('$1', 'o')}"
)


def _views(viewer: Viewer) -> Callable[[Row], ConnectionView]:
    """What makes a tie of a row, for the viewer."""
    viewer_id = viewer.member_id

    def view_of(row: Row) -> ConnectionView:
        own = viewer_id in (row["owner_id"], row["other_id"])
        return ConnectionView(row, Standing.SELF if own else Standing.SIGNED_IN)

    return view_of


def _own_whole(row: Row) -> ConnectionView:
    """A tie of the viewer's own list, whose row holds the other end as well."""
    return ConnectionView(row, Standing.SELF, MemberView(row, row["standing"]))


def _whole(row: Row) -> ConnectionView:
    """A tie of somebody else's list, whose row holds the other end as well."""
    other = MemberView(row, row["standing"])
    own = other.standing is Standing.SELF
    return ConnectionView(row, Standing.SELF if own else Standing.SIGNED_IN, other)


async def connections_by_id(viewer: Viewer, ids: Sequence[UUID]) -> list[ConnectionView | None]:
    """The sides of those ids, in order; None for ties that the viewer may not see."""
    rows = await fetch(
        f"SELECT {_COLUMNS} {_ENDS} WHERE c.id = ANY($2) AND {_VISIBLE}",
        viewer.member_id,
        list(dict.fromkeys(ids)),
    )
    view_of = _views(viewer)
    views = {row["tie_id"]: view_of(row) for row in rows}
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
    view_of = _views(viewer)
    views = {row["other_id"]: view_of(row) for row in rows}
    return [views.get(key) for key in others]


async def connections_pages(
    viewer: Viewer,
    owners: Sequence[MemberView],
    order: ConnectionOrder,
    descending: bool,
    asked: Window,
    need: Need | None = None,
    *,
    bare: bool = False,
) -> list[Page[ConnectionView] | None]:
    """For each member their ties that the viewer may see; None where the list is closed to them.

    The owners must all be the viewer, or none of them: others get their lists by name, whatever
    is asked. With `need` each tie brings its other end along; `bare` ones know nothing else, and
    have no cursors. Raises BadCursor.
    """
    open_to_us = [owner.id for owner in owners if owner.shows(ProfileField.CONNECTIONS)]
    if not open_to_us:
        return [None] * len(owners)
    order, descending = effective_order(owners[0], order, descending)
    timed = order is ConnectionOrder.CONNECTED_AT
    listed = (by_time if timed else by_name)(descending=descending, bare=bare)
    name = list_name(order, descending)

    def cursor_of(row: Row) -> str:
        at = row["connected_at"].isoformat() if timed else row["other_name"]
        return cursor(name, at, str(row["tie_id"]))

    bound = () if asked.key is None else _bound(asked.key, timed)
    own = owners[0].standing is Standing.SELF
    whole = _own_whole if own else _whole
    view_of = _views(viewer) if need is None else whole
    pages = await pages_of(viewer, open_to_us, listed, asked, bound, need, cursor_of, view_of)
    found = dict(zip(open_to_us, pages, strict=True))
    return [found[owner.id] if owner.shows(ProfileField.CONNECTIONS) else None for owner in owners]


def list_name(order: ConnectionOrder, descending: bool) -> str:
    """The name under which cursors of a list in this order are handed out."""
    return f"connections:{order.value}:{'desc' if descending else 'asc'}"


def effective_order(
    owner: MemberView, order: ConnectionOrder, descending: bool
) -> tuple[ConnectionOrder, bool]:
    """The order that the viewer gets: the owner theirs, others by name."""
    return (order, descending) if owner.standing is Standing.SELF else (ConnectionOrder.NAME, False)


def _bound(key: Sequence[str], timed: bool) -> tuple[datetime | str, UUID]:
    try:
        return (moment(key[0]) if timed else key[0]), UUID(key[1])
    except (IndexError, ValueError):
        raise BadCursor from None


async def connections_count(viewer: Viewer, owner: MemberView) -> int | None:
    """How many ties the viewer can page through; None if the list is closed to the viewer."""
    if not owner.shows(ProfileField.CONNECTIONS):
        return None
    return await count_of(viewer, owner.id, by_name())


MUTUAL = "mutual"


async def mutual_pages(
    viewer: Viewer,
    subjects: Sequence[MemberView],
    asked: Window,
    need: Need,
    *,
    counted: bool = False,
    bare: bool = False,
) -> list[Page[MemberView] | None]:
    """For each subject the members tied to both, by name; None for oneself, for guests, and for a
    closed list. With `counted` the first page knows how many there are, a `bare` one has no
    cursors. Raises BadCursor."""
    ours = [subject.id for subject in subjects if _has_mutuals(viewer, subject)]
    if not ours:
        return [None] * len(subjects)
    pages = await pages_of(
        viewer,
        ours,
        mutual(total=counted and asked.key is None, bare=bare),
        asked,
        () if asked.key is None else _bound(asked.key, timed=False),
        need,
        lambda row: cursor(MUTUAL, row["other_name"], str(row["other_id"])),
        view,
    )
    found = dict(zip(ours, pages, strict=True))
    return [found[one.id] if _has_mutuals(viewer, one) else None for one in subjects]


async def mutual_count(viewer: Viewer, subject: MemberView) -> int | None:
    if not _has_mutuals(viewer, subject):
        return None
    return await count_of(viewer, subject.id, mutual())


def _has_mutuals(viewer: Viewer, subject: MemberView) -> bool:
    return (
        viewer.member_id is not None
        and subject.standing is not Standing.SELF
        and subject.shows(ProfileField.CONNECTIONS)
    )
