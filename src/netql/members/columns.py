"""Which columns of a member an operation needs, and the text that reads them.

Columns come in a few parts, so that there are few texts, and each stays prepared. What is read
decides nothing about who may see it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Flag, auto
from functools import lru_cache

from netql.privacy.fields import ProfileField
from netql.privacy.sight import BITS
from netql.relations import sql


class Part(Flag):
    """Columns that are read together."""

    SHORT = auto()
    FULL = auto()
    CONTACT = auto()
    POSITION = auto()
    WEBSITES = auto()


NOTHING = Part(0)
ALL = Part.SHORT | Part.FULL | Part.CONTACT | Part.POSITION | Part.WEBSITES


@dataclass(frozen=True, slots=True)
class Need:
    """What an operation needs of members beside id, handle, name, audiences and standing.

    Without `degree` a viewer in the second degree stands as anybody signed in, unless a field of
    that very member is for the second degree: then it is looked up.
    """

    parts: Part = ALL
    degree: bool = True


EVERYTHING = Need()
NO_MORE = Need(NOTHING, degree=False)

_COLUMNS = {
    Part.SHORT: (
        ProfileField.HEADLINE,
        ProfileField.INDUSTRY,
        ProfileField.LOCATION,
        ProfileField.AVATAR_URL,
    ),
    Part.FULL: (ProfileField.ABOUT, ProfileField.PRONOUNS),
    Part.CONTACT: (
        ProfileField.EMAIL,
        ProfileField.PHONE,
        ProfileField.BIRTHDAY,
        ProfileField.ADDRESS,
    ),
}
_PARTS = {field: part for part, fields in _COLUMNS.items() for field in fields}
_PARTS[ProfileField.CURRENT_POSITION] = Part.POSITION
_PARTS[ProfileField.WEBSITES] = Part.WEBSITES

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


def need_of(fields: Iterable[ProfileField], *, degree: bool) -> Need:
    """What an operation needs that selects those fields, and maybe the degree."""
    parts = NOTHING
    for field in fields:
        parts |= _PARTS.get(field, NOTHING)
    return Need(parts, degree)


def _packed(member: str) -> str:
    # From the last field to the first, so that the first stands in the lowest bits.
    last, *others = [f"{member}.{field.audience_column}" for field in reversed(ProfileField)]
    text = f"CAST({last} AS bigint)"
    for column in others:
        text = f"({text} * {1 << BITS} + {column})"
    return text


@lru_cache(maxsize=64)
def columns(viewer: str, member: str, need: Need) -> str:
    """What to select of a row of `members` for a MemberView; `joined` must be among the tables.

    `viewer` and `member` are as for `relations.sql`.
    """
    names = ["id", "handle", "name", "name_key"]
    names += [field.value for part, held in _COLUMNS.items() if part & need.parts for field in held]
    standing = sql.standing if need.degree else sql.standing_for_fields
    found = [f"{member}.{name}" for name in names]
    found += [f"{_packed(member)} AS audiences", f"{standing(viewer, member)} AS standing"]
    if need.parts & Part.POSITION:
        found.append(_CURRENT_COLUMNS)
    if need.parts & Part.WEBSITES:
        found.append(_WEBSITES.format(member=member))
    return ", ".join(found)


def joined(member: str, need: Need) -> str:
    """The tables that `columns` reads beside the member's own."""
    return _CURRENT.format(member=member) if need.parts & Part.POSITION else ""


@lru_cache(maxsize=64)
def select_members(need: Need) -> str:
    """The members `m` that are present for the viewer `$1`; further conditions may follow."""
    return (
        f"SELECT {columns('$1', 'm', need)} FROM members m {joined('m', need)}"
        f" WHERE {sql.present('$1', 'm')}"
    )
