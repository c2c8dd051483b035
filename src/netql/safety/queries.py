"""The door out: a member's own blocks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from netql.errors import BadCursor
from netql.infra.database import Row, fetch, fetch_one
from netql.paging import Page, Window, cursor, page_of
from netql.viewer import Viewer

LIST = "blocks"


@dataclass(frozen=True, slots=True, eq=False)
class BlockView:
    """A block of the viewer's own, with the handle and name as they were when it was made."""

    id: UUID
    handle: str
    name: str
    blocked_at: datetime


def _view(row: Row) -> BlockView:
    return BlockView(row["id"], row["handle"], row["name"], row["blocked_at"])


async def blocks_by_id(viewer: Viewer, ids: Sequence[UUID]) -> list[BlockView | None]:
    """The viewer's own blocks of those ids, in order; None for anything else."""
    rows = await fetch(
        "SELECT id, handle, name, blocked_at FROM blocks WHERE blocker_id = $1 AND id = ANY($2)",
        viewer.member_id,
        list(dict.fromkeys(ids)),
    )
    views = {row["id"]: _view(row) for row in rows}
    return [views.get(key) for key in ids]


async def blocks_page(viewer: Viewer, asked: Window) -> Page[BlockView]:
    """The viewer's own blocks, newest first. Raises BadCursor."""
    bound, values = "", []
    if asked.key is not None:
        try:
            values.append(UUID(asked.key[0]))
        except ValueError:
            raise BadCursor from None
        bound = " AND id < $3"
    rows = await fetch(
        f"SELECT id, handle, name, blocked_at FROM blocks WHERE blocker_id = $1{bound}"
        " ORDER BY id DESC LIMIT $2",
        viewer.member_id,
        asked.fetch,
        *values,
    )
    return page_of(rows, asked, lambda row: cursor(LIST, str(row["id"])), _view)


async def blocks_count(viewer: Viewer) -> int:
    row = await fetch_one(
        "SELECT count(*) AS made FROM blocks WHERE blocker_id = $1", viewer.member_id
    )
    return int(row["made"]) if row else 0
