"""The door out: members, as their viewer may know them.

Members who are closed, unknown, or blocked either way come back as None, alike. One statement
brings rows, standings and current positions for any number of members.
"""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from netql.infra.database import Row, fetch
from netql.members.columns import EVERYTHING, Need, select_members, select_of_pairs
from netql.members.views import MemberView
from netql.privacy.audience import Standing
from netql.privacy.fields import ProfileField
from netql.viewer import Viewer

# What the columns of the current position begin with, in a row of a member.
CURRENT = "current_"


def view(row: Row) -> MemberView:
    """A row with the columns of `members.columns`, as its viewer may know it."""
    return MemberView(row, row["standing"])


def oneself(viewer: Viewer) -> MemberView | None:
    """The viewer to themselves, with no more than the key; None for a guest."""
    if viewer.member_id is None:
        return None
    return MemberView({"id": viewer.member_id, "audiences": 0}, Standing.SELF)


async def members_for(
    viewer: Viewer, ids: Sequence[UUID], need: Need = EVERYTHING
) -> list[MemberView | None]:
    """The members of those ids, in order; None for whoever is absent for the viewer."""
    if not ids:
        return []
    rows = await fetch(
        f"{select_members(need)} AND m.id = ANY($2)", viewer.member_id, list(dict.fromkeys(ids))
    )
    found = {row["id"]: view(row) for row in rows}
    return [found.get(key) for key in ids]


async def members_for_each(
    pairs: Sequence[tuple[UUID, UUID]], need: Need = EVERYTHING
) -> list[MemberView | None]:
    """For each viewer and member, by their keys, what `members_for` gives that viewer; by one
    statement for them all."""
    wanted = list(dict.fromkeys(pairs))
    rows = await fetch(
        select_of_pairs(need), [one for one, _ in wanted], [other for _, other in wanted]
    )
    # What comes out of a pair has no declared type on SQLite.
    found = {(UUID(str(row["viewer"])), row["id"]): view(row) for row in rows}
    return [found.get(pair) for pair in pairs]


async def member_by_handle(
    viewer: Viewer, handle: str, need: Need = EVERYTHING
) -> MemberView | None:
    """The member of that handle, whatever its case, or None."""
    if "\0" in handle or not handle.isascii():
        # No handle looks like this; ask all the same, so that it takes as long.
        handle = ""
    rows = await fetch(
        f"{select_members(need)} AND m.handle = $2", viewer.member_id, handle.lower()
    )
    return view(rows[0]) if rows else None


def current_position(member: MemberView) -> Row | None:
    """The position that goes on and began last, as the CURRENT columns of a row, if the viewer may
    see it."""
    if not member.shows(ProfileField.CURRENT_POSITION) or member.row["current_id"] is None:
        return None
    return member.row
