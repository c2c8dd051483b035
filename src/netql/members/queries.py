"""The door out: members, as their viewer may know them.

Members who are closed, unknown, or blocked either way come back as None, alike. One statement
brings rows, standings and current positions for any number of members.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from netql.infra.database import Row, fetch
from netql.members.views import MemberView
from netql.privacy.audience import Standing
from netql.privacy.fields import ProfileField
from netql.relations import sql
from netql.viewer import Viewer

_COLUMNS = ", ".join(
    f"m.{name}"
    for name in [
        "id",
        "handle",
        "name",
        "name_key",
        "headline",
        "industry",
        "location",
        "avatar_url",
        "about",
        "pronouns",
        "email",
        "phone",
        "birthday",
        "address",
    ]
    + [field.audience_column for field in ProfileField]
)

_CURRENT = """
  LEFT JOIN positions cp ON cp.id = (
       SELECT p.id FROM positions p WHERE p.member_id = m.id AND p.ended_on IS NULL
        ORDER BY p.started_on IS NULL, p.started_on DESC, p.id DESC LIMIT 1)
"""

SELECT_MEMBERS = f"""
SELECT {_COLUMNS}, {sql.standing("$1", "m")} AS standing,
       cp.id AS current_id, cp.title AS current_title, cp.company AS current_company,
       cp.location AS current_location, cp.description AS current_description,
       cp.started_on AS current_started_on
  FROM members m {_CURRENT}
 WHERE {sql.present("$1", "m")}
"""

_BY_ID = f"{SELECT_MEMBERS} AND m.id = ANY($2)"
_BY_HANDLE = f"{SELECT_MEMBERS} AND m.handle = $2"


@dataclass(frozen=True, slots=True)
class PositionView:
    """A position, current or past. Dates are days; an open end means it goes on."""

    id: UUID
    title: str
    company: str
    location: str | None
    description: str | None
    started_on: date | None
    ended_on: date | None


def view(row: Row) -> MemberView:
    """A row of SELECT_MEMBERS as its viewer may know it."""
    return MemberView(row, Standing(row["standing"]))


async def members_for(viewer: Viewer, ids: Sequence[UUID]) -> list[MemberView | None]:
    """The members of those ids, in order; None for whoever is absent for the viewer."""
    if not ids:
        return []
    rows = await fetch(_BY_ID, viewer.member_id, list(dict.fromkeys(ids)))
    found = {row["id"]: view(row) for row in rows}
    return [found.get(key) for key in ids]


async def member_by_handle(viewer: Viewer, handle: str) -> MemberView | None:
    """The member of that handle, whatever its case, or None."""
    if "\0" in handle or not handle.isascii():
        # No handle looks like this; ask all the same, so that it takes as long.
        handle = ""
    rows = await fetch(_BY_HANDLE, viewer.member_id, handle.lower())
    return view(rows[0]) if rows else None


def current_position(member: MemberView) -> PositionView | None:
    """The position that goes on and began last, if the viewer may see it."""
    if not member.shows(ProfileField.CURRENT_POSITION) or member.row["current_id"] is None:
        return None
    row = member.row
    return PositionView(
        row["current_id"],
        row["current_title"],
        row["current_company"],
        row["current_location"],
        row["current_description"],
        row["current_started_on"],
        None,
    )
