"""Pages of ties, for any number of owners by one statement.

Only the owner of a list gets it by time: to others even the order would tell when a tie was made.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeVar
from uuid import UUID

from netql.infra.database import Row, dialect, fetch, fetch_one
from netql.infra.sql import first_of_each, first_of_one
from netql.members.columns import Need, columns, joined
from netql.paging import Page, Window, page_of
from netql.relations import sql
from netql.viewer import Viewer

T = TypeVar("T")

# `s` owns the list, `o` is the other end of each tie in it.
_OWNER = f"({sql.present('$1', 's')} AND {sql.list_admits('$1', 's')})"
_VISIBLE = f"{sql.far_end_admits('$1', 's', 'o')} AND {sql.present('$1', 'o')}"
_TIES = "connections c JOIN members o ON o.id = c.other_id WHERE c.member_id = s.id"
# Both sides come from an index of keys alone, merged before anything else is read: a planner that
# looks at every tie's member first takes twice as long.
_SHARED = (
    "shared AS MATERIALIZED (SELECT c.member_id, c.other_id FROM connections mine"
    " JOIN connections c ON c.other_id = mine.other_id"
    " WHERE mine.member_id = $1 AND c.member_id {these})"
)
_MUTUAL = "shared c JOIN members o ON o.id = c.other_id WHERE c.member_id = s.id"


@dataclass(frozen=True, slots=True)
class List:
    """A list that members own: its ties, and by what they are ordered.

    `key` is the sort key, `name` what gives the other end's name to sort by; ties of equal keys are
    ordered by `last`. With `total` the length of the whole list comes along. A `bare` one has only
    both ends of each tie: no cursors can be made. `before` names, as in a WITH, what the ties
    are read from, and `kept` is what is read of each.
    """

    ties: str
    key: str
    last: str
    descending: bool = False
    total: bool = False
    bare: bool = False
    name: str = "c.other_name"
    before: str = ""
    kept: str = "c.id AS tie_id, c.other_id, c.connected_at"


def by_time(*, descending: bool, bare: bool = False) -> List:
    return List(_TIES, "c.connected_at", "c.id", descending, bare=bare)


def by_name(*, descending: bool = False, bare: bool = False) -> List:
    return List(_TIES, "c.other_name", "c.id", descending, bare=bare)


def mutual(*, total: bool = False, bare: bool = False) -> List:
    return List(
        _MUTUAL,
        "o.name_key",
        "o.id",
        total=total,
        bare=bare,
        name="o.name_key",
        before=_SHARED,
        kept="c.other_id",
    )


@lru_cache(maxsize=512)
def _statement(
    database: str, listed: List, alone: bool, backwards: bool, bound: bool, need: Need | None
) -> str:
    """The viewer is $1, the owners are $2, the limit $3, the key to go on from $4 and $5."""
    down = listed.descending != backwards
    sign, direction = ("<", "DESC") if down else (">", "ASC")
    ties = f"{listed.ties} AND {_VISIBLE}"
    if bound:
        ties += f" AND ({listed.key} {sign} $4 OR ({listed.key} = $4 AND {listed.last} {sign} $5))"
    order = f"{listed.key} {direction}, {listed.last} {direction}"
    read = f"s.id AS owner_id, {listed.kept}, {listed.name} AS other_name"
    if listed.total:
        read += ", count(*) OVER (PARTITION BY s.id) AS total"
    if alone:
        pages = first_of_one("members s", f"{_OWNER} AND s.id = $2", read, ties, order, "$3")
    else:
        chosen = f"{_OWNER} AND s.id = ANY($2)"
        pages = first_of_each(database, "members s", chosen, read, ties, order, "$3")
    tables = ", ".join([*_before(listed, alone=alone), f"page AS ({pages})"])
    outer = {
        "c.connected_at": "page.connected_at",
        "c.other_name": "page.other_name",
        "o.name_key": "page.other_name",
        "c.id": "page.tie_id",
        "o.id": "page.other_id",
    }
    sorted_by = f"{outer[listed.key]} {direction}, {outer[listed.last]} {direction}"
    wanted = "page.*"
    if listed.bare:
        wanted = "page.owner_id, page.other_id" + (", page.total" if listed.total else "")
    if need is None:
        return f"WITH {tables} SELECT {wanted} FROM page ORDER BY {sorted_by}"
    return (
        f"WITH {tables} SELECT {wanted}, {columns('$1', 'm', need)}"
        f" FROM page JOIN members m ON m.id = page.other_id {joined('m', need)}"
        f" ORDER BY {sorted_by}"
    )


def _before(listed: List, *, alone: bool) -> list[str]:
    """The tables that a statement on the list names first: one or none."""
    return [listed.before.format(these="= $2" if alone else "= ANY($2)")] if listed.before else []


async def pages_of(
    viewer: Viewer,
    owners: Sequence[UUID],
    listed: List,
    asked: Window,
    bound: Sequence[object],
    need: Need | None,
    cursor_of: Callable[[Row], str],
    item_of: Callable[[Row], T],
) -> list[Page[T]]:
    """The page of each owner's list, in order; the other ends' columns come along by `need`.

    Owners must be members whose list is open to the viewer; it is judged here once more, and a
    list that has closed meanwhile is empty.
    """
    alone = len(owners) == 1
    rows = await fetch(
        _statement(dialect(), listed, alone, asked.backwards, bool(bound), need),
        viewer.member_id,
        owners[0] if alone else list(dict.fromkeys(owners)),
        asked.fetch,
        *bound,
    )
    found: dict[UUID, list[Row]] = {owner: [] for owner in owners}
    if alone:
        found[owners[0]] = rows
    else:
        for row in rows:
            found[row["owner_id"]].append(row)
    return [
        page_of(found[owner], asked, cursor_of, item_of, total=_total(listed, found[owner]))
        for owner in owners
    ]


async def count_of(viewer: Viewer, owner: UUID, listed: List) -> int:
    """How many ties of the list can be paged through; none if it is closed to the viewer."""
    tables = "".join(f"WITH {table} " for table in _before(listed, alone=True))
    row = await fetch_one(
        f"{tables}SELECT count(*) AS ties FROM members s, {listed.ties} AND {_VISIBLE} AND {_OWNER}"
        " AND s.id = $2",
        viewer.member_id,
        owner,
    )
    return int(row["ties"]) if row else 0


def _total(listed: List, rows: Sequence[Row]) -> int | None:
    if not listed.total:
        return None
    return int(rows[0]["total"]) if rows else 0
