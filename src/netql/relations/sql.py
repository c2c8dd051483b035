"""The wall as SQL: fragments that every list, count, degree and standing is built from.

Each function returns a condition or an expression. `viewer` is an SQL expression for the
viewer's key (NULL for a guest); `member` is the alias of a row of `members`.
"""

from __future__ import annotations

from collections.abc import Collection

from netql.privacy.audience import Audience, Standing
from netql.privacy.fields import ProfileField


def connected(one: str, other: str) -> str:
    """Whether two keys hold a connection."""
    return (
        "EXISTS (SELECT 1 FROM connections tie"
        f" WHERE tie.member_id = {one} AND tie.other_id = {other})"
    )


def present(viewer: str, member: str) -> str:
    """Whether the member exists for the viewer: an open account, and no block either way."""
    return (
        f"({member}.closed_at IS NULL"
        " AND NOT EXISTS (SELECT 1 FROM blocks made"
        f" WHERE made.blocker_id = {viewer} AND made.blocked_id = {member}.id)"
        " AND NOT EXISTS (SELECT 1 FROM blocks met"
        f" WHERE met.blocker_id = {member}.id AND met.blocked_id = {viewer}))"
    )


def list_admits(viewer: str, member: str) -> str:
    """Whether the audience of the member's list of connections takes the viewer in.

    EXTENDED counts as CONNECTIONS (see `privacy.audience.as_list_audience`), and the list is
    never wider than MEMBERS, so a guest is never taken in.
    """
    audience = f"{member}.connections_audience"
    return (
        f"({member}.id = {viewer}"
        f" OR ({audience} >= {Audience.MEMBERS:d} AND {viewer} IS NOT NULL)"
        f" OR ({audience} >= {Audience.CONNECTIONS:d} AND {connected(viewer, member + '.id')}))"
    )


def edge_visible(viewer: str, one: str, other: str) -> str:
    """Whether the viewer may see the tie between two members.

    Their own ties they see; those of others if the lists of both ends take them in.
    """
    return (
        f"({one}.id = {viewer} OR {other}.id = {viewer}"
        f" OR ({list_admits(viewer, one)} AND {list_admits(viewer, other)}))"
    )


def far_end_admits(viewer: str, near: str, far: str) -> str:
    """What is left of `edge_visible` once the near end's list is known to admit the viewer."""
    return f"({near}.id = {viewer} OR {far}.id = {viewer} OR {list_admits(viewer, far)})"


def second_degree(viewer: str, member: str) -> str:
    """Whether a connection of the viewer holds a tie to the member that the viewer may see."""
    return (
        "EXISTS (SELECT 1 FROM connections near"
        f" JOIN connections far ON far.member_id = near.other_id AND far.other_id = {member}.id"
        " JOIN members middle ON middle.id = near.other_id"
        f" WHERE near.member_id = {viewer} AND {present(viewer, 'middle')}"
        f" AND {edge_visible(viewer, 'middle', member)})"
    )


def standing(viewer: str, member: str) -> str:
    """The viewer's standing towards a member who is present, as its number."""
    return _standing(viewer, member, second_degree(viewer, member))


def standing_for_fields(viewer: str, member: str, fields: Collection[ProfileField]) -> str:
    """As `standing`, as far as it decides one of these fields of the member's profile.

    The second degree costs by far the most, and tells nothing where no field is for it. The list
    of connections never is: there EXTENDED counts as CONNECTIONS.
    """
    audiences = [
        f"{member}.{field.audience_column}"
        for field in ProfileField
        if field in fields and field is not ProfileField.CONNECTIONS
    ]
    if not audiences:
        return standing_by_tie(viewer, member)
    matters = f"{Audience.EXTENDED:d} IN ({', '.join(audiences)})"
    return _standing(viewer, member, f"{matters} AND {second_degree(viewer, member)}")


def standing_by_tie(viewer: str, member: str) -> str:
    """As `standing`, but for the second degree, in which one stands as anybody signed in."""
    return _standing(viewer, member, None)


def _standing(viewer: str, member: str, second: str | None) -> str:
    near = "" if second is None else f" WHEN {second} THEN {Standing.SECOND_DEGREE:d}"
    return (
        f"CASE WHEN {member}.id = {viewer} THEN {Standing.SELF:d}"
        f" WHEN {connected(viewer, member + '.id')} THEN {Standing.CONNECTED:d}"
        f"{near} WHEN {viewer} IS NOT NULL THEN {Standing.SIGNED_IN:d}"
        f" ELSE {Standing.GUEST:d} END"
    )
