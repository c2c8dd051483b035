"""Which columns of a member an operation needs, and the text that reads them.

A column that nobody asked for costs more to send and decode than all else that is done for a row.
What is read decides nothing about who may see it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from netql.privacy.fields import ProfileField
from netql.privacy.sight import BITS
from netql.relations import sql


@dataclass(frozen=True, slots=True)
class Need:
    """What an operation needs of members beside id, name, audiences and standing.

    Without `degree` a viewer in the second degree stands as anybody signed in, unless one of the
    fields is for the second degree with that very member: then it is looked up. With `hidden` it
    must be known of every field whether it is closed.
    """

    fields: frozenset[ProfileField] = frozenset(ProfileField)
    handle: bool = True
    degree: bool = True
    hidden: bool = True

    @property
    def judged(self) -> frozenset[ProfileField]:
        """The fields of which it must be known whether they are closed."""
        return frozenset(ProfileField) if self.hidden else self.fields


EVERYTHING = Need()
NO_MORE = Need(frozenset(), handle=False, degree=False, hidden=False)

# Fields that are columns of the member's own row, by those very names. The others are lists, which
# are read on their own, the current position and the websites.
_OWN = (
    ProfileField.HEADLINE,
    ProfileField.INDUSTRY,
    ProfileField.LOCATION,
    ProfileField.AVATAR_URL,
    ProfileField.ABOUT,
    ProfileField.PRONOUNS,
    ProfileField.EMAIL,
    ProfileField.PHONE,
    ProfileField.BIRTHDAY,
    ProfileField.ADDRESS,
)

_CURRENT = """
  LEFT JOIN positions cp ON cp.id = (
       SELECT p.id FROM positions p WHERE p.member_id = {member}.id AND p.ended_on IS NULL
        ORDER BY p.started_on IS NULL, p.started_on DESC, p.id DESC LIMIT 1)
"""
_CURRENT_COLUMNS = (
    "cp.id AS current_id, cp.title AS current_title, cp.company AS current_company,"
    " cp.location AS current_location, cp.description AS current_description,"
    " cp.started_on AS current_started_on, cp.ended_on AS current_ended_on"
)


# Nearly everybody has one or two, so they come along; longer lists are read on their own.
_WEBSITES = "ROWS(w.id, w.url, w.label FROM websites w WHERE w.member_id = {member}.id) AS sites"


def _packed(member: str) -> str:
    # From the last field to the first, so that the first stands in the lowest bits.
    last, *others = [f"{member}.{field.audience_column}" for field in reversed(ProfileField)]
    text = f"CAST({last} AS bigint)"
    for column in others:
        text = f"({text} * {1 << BITS} + {column})"
    return text


@lru_cache(maxsize=256)
def columns(viewer: str, member: str, need: Need) -> str:
    """What to select of a row of `members` for a MemberView; `joined` must be among the tables.

    `viewer` and `member` are as for `relations.sql`.
    """
    names = ["id", "handle", "name"] if need.handle else ["id", "name"]
    names += [field.value for field in _OWN if field in need.fields]
    if need.degree:
        standing = sql.standing(viewer, member)
    else:
        standing = sql.standing_for_fields(viewer, member, need.judged)
    found = [f"{member}.{name}" for name in names]
    found += [f"{_packed(member)} AS audiences", f"{standing} AS standing"]
    if ProfileField.CURRENT_POSITION in need.fields:
        found.append(_CURRENT_COLUMNS)
    if ProfileField.WEBSITES in need.fields:
        found.append(_WEBSITES.format(member=member))
    return ", ".join(found)


def joined(member: str, need: Need) -> str:
    """The tables that `columns` reads beside the member's own."""
    return _CURRENT.format(member=member) if ProfileField.CURRENT_POSITION in need.fields else ""


@lru_cache(maxsize=256)
def select_members(need: Need, *others: str) -> str:
    """The members `m` that are present for the viewer `$1`, with further columns if there are any;
    further conditions may follow."""
    found = ", ".join((columns("$1", "m", need), *others))
    return f"SELECT {found} FROM members m {joined('m', need)} WHERE {sql.present('$1', 'm')}"


@lru_cache(maxsize=256)
def select_of_pairs(need: Need) -> str:
    """As `select_members`, for any number of viewers: each pair of a viewer `$1` and a member `$2`
    who is present for them; whose eyes a row is for comes as `viewer`."""
    found = columns("pairs.viewer_id", "m", need)
    return (
        "WITH pairs(viewer_id, subject_id) AS (PAIRS($1, $2))"
        f" SELECT pairs.viewer_id AS viewer, {found} FROM pairs"
        f" JOIN members m ON m.id = pairs.subject_id {joined('m', need)}"
        f" WHERE {sql.present('pairs.viewer_id', 'm')}"
    )
