"""The door out: a member's own network entries. Nobody else's, ever."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import NamedTuple
from uuid import UUID

from netql.errors import BadCursor
from netql.infra.database import Row, fetch, fetch_one
from netql.infra.sql import texts
from netql.members.columns import Need, columns, joined
from netql.members.queries import view
from netql.members.views import MemberView
from netql.paging import Page, Window, cursor, moment, page_of
from netql.relations import sql
from netql.text import storable
from netql.viewer import Viewer


class EntryView:
    """A contact kept by its owner. It grants nothing: the member is read through the one door.

    Not to be changed once made.
    """

    __slots__ = ("along", "row")

    def __init__(self, row: Row, along: Along | None = None) -> None:
        self.row = row
        self.along = along

    @property
    def id(self) -> UUID:
        key: UUID = self.row["entry_id"]
        return key

    @property
    def member_id(self) -> UUID:
        key: UUID = self.row["member_id"]
        return key

    @property
    def note(self) -> str | None:
        note: str | None = self.row["note"]
        return note

    @property
    def created_at(self) -> datetime:
        at: datetime = self.row["created_at"]
        return at

    @property
    def is_connection(self) -> bool:
        return bool(self.row["is_connection"])


class Along(NamedTuple):
    """What was read along with an entry: its tags, sorted, and the member, if they are present."""

    tags: list[str]
    member: MemberView | None


class EntryOrder(Enum):
    """How network entries may be ordered."""

    CREATED_AT = "created_at"
    NAME = "name"


@dataclass(frozen=True, slots=True)
class EntryFilter:
    """Which entries are asked for: those with a tag, those (not) connected, or all."""

    tag: str | None = None
    is_connection: bool | None = None


_COLUMNS = f"""e.id AS entry_id, e.member_id, e.note, e.created_at,
       {sql.connected("e.owner_id", "e.member_id")} AS is_connection"""
# Whoever is absent has no name here: an entry must not tell a block from a closed account.
_NAME = f"CASE WHEN {sql.present('$1', 'o')} THEN o.name_key ELSE '' END"
_FROM = "FROM network_entries e JOIN members o ON o.id = e.member_id WHERE e.owner_id = $1"
_TAGGED = " AND EXISTS (SELECT 1 FROM network_tags t WHERE t.entry_id = e.id AND t.tag = {0})"


async def entries_by_id(viewer: Viewer, ids: Sequence[UUID]) -> list[EntryView | None]:
    """The viewer's own entries of those ids, in order; None for anything else."""
    return await _own(viewer, ids, "e.id")


async def entries_about(viewer: Viewer, members: Sequence[UUID]) -> list[EntryView | None]:
    """The viewer's own entry about each member, in order, if there is one."""
    return await _own(viewer, members, "e.member_id")


async def _own(viewer: Viewer, keys: Sequence[UUID], column: str) -> list[EntryView | None]:
    if viewer.member_id is None or not keys:
        return [None] * len(keys)
    rows = await fetch(
        f"SELECT {_COLUMNS} {_FROM} AND {column} = ANY($2)",
        viewer.member_id,
        list(dict.fromkeys(keys)),
    )
    name = "entry_id" if column == "e.id" else "member_id"
    views = {row[name]: EntryView(row) for row in rows}
    return [views.get(key) for key in keys]


def list_name(order: EntryOrder, descending: bool) -> str:
    return f"entries:{order.value}:{'desc' if descending else 'asc'}"


def _conditions(wanted: EntryFilter, values: list[object]) -> str:
    text = ""
    if wanted.tag is not None:
        # No tag is empty, so what cannot be kept finds nothing.
        values.append(wanted.tag if storable(wanted.tag) else "")
        text += _TAGGED.format(f"${len(values)}")
    if wanted.is_connection is not None:
        tied = sql.connected("e.owner_id", "e.member_id")
        text += f" AND {tied}" if wanted.is_connection else f" AND NOT {tied}"
    return text


async def entries_page(
    viewer: Viewer,
    wanted: EntryFilter,
    order: EntryOrder,
    descending: bool,
    asked: Window,
    need: Need | None = None,
) -> Page[EntryView]:
    """The viewer's own entries. With `need` members and tags come along. Raises BadCursor."""
    by_time = order is EntryOrder.CREATED_AT
    column = "e.created_at" if by_time else _NAME
    down = descending != asked.backwards
    sign, direction = ("<", "DESC") if down else (">", "ASC")
    values: list[object] = [viewer.member_id, asked.fetch]
    conditions = _conditions(wanted, values)
    if asked.key is not None:
        values += _bound(asked.key, by_time)
        at, last_id = f"${len(values) - 1}", f"${len(values)}"
        conditions += f" AND ({column} {sign} {at} OR ({column} = {at} AND e.id {sign} {last_id}))"
    page = (
        f"SELECT {_COLUMNS}, {_NAME} AS shown_name {_FROM}{conditions}"
        f" ORDER BY {column} {direction}, e.id {direction} LIMIT $2"
    )
    key = "created_at" if by_time else "shown_name"
    rows = await fetch(page if need is None else _along(page, key, direction, need), *values)

    def cursor_of(row: Row) -> str:
        at = row["created_at"].isoformat() if by_time else row["shown_name"]
        return cursor(list_name(order, descending), at, str(row["entry_id"]))

    return page_of(rows, asked, cursor_of, EntryView if need is None else _whole)


def _along(page: str, key: str, direction: str, need: Need) -> str:
    """The page with its tags, and with its members as far as they are present."""
    return (
        f"WITH page AS ({page}) SELECT page.*, {columns('$1', 'm', need)},"
        " TEXTS(t.tag FROM network_tags t WHERE t.entry_id = page.entry_id) AS tags"
        f" FROM page LEFT JOIN members m ON m.id = page.member_id AND {sql.present('$1', 'm')}"
        f" {joined('m', need)} ORDER BY page.{key} {direction}, page.entry_id {direction}"
    )


def _whole(row: Row) -> EntryView:
    member = None if row["id"] is None else view(row)
    return EntryView(row, Along(sorted(texts(row["tags"])), member))


def _bound(key: Sequence[str], by_time: bool) -> list[object]:
    try:
        return [moment(key[0]) if by_time else key[0], UUID(key[1])]
    except (IndexError, ValueError):
        raise BadCursor from None


async def entries_count(viewer: Viewer, wanted: EntryFilter) -> int:
    values: list[object] = [viewer.member_id]
    row = await fetch_one(f"SELECT count(*) AS kept {_FROM}{_conditions(wanted, values)}", *values)
    return int(row["kept"]) if row else 0


async def tags_of(ids: Sequence[UUID]) -> list[list[str]]:
    """The tags of entries that came through this door, sorted."""
    found: dict[UUID, list[str]] = {key: [] for key in ids}
    for row in await fetch(
        "SELECT entry_id, tag FROM network_tags WHERE entry_id = ANY($1)", list(found)
    ):
        found[row["entry_id"]].append(row["tag"])
    return [sorted(found[key]) for key in ids]
