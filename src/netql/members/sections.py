"""The lists of a profile: positions, education, skills, languages, websites.

One description of each serves reading, adding, changing and removing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from tortoise.models import Model

from netql.errors import NotFound, Refused
from netql.events.idempotency import Once, Outcome
from netql.ids import new_id
from netql.infra.database import IntegrityError, Row, fetch, transaction
from netql.infra.sql import rows
from netql.members import models, rules
from netql.members.actions import hold_open
from netql.members.views import MemberView
from netql.privacy.fields import ProfileField
from netql.text import optional, required
from netql.viewer import Viewer

MOST_ROWS = 100


@dataclass(frozen=True, slots=True)
class Section:
    """A list of a profile: its table, its texts with their lengths, its order."""

    field: ProfileField
    model: type[Model]
    required: Mapping[str, int]
    optional: Mapping[str, int]
    order: str
    dated: bool = False

    @property
    def columns(self) -> tuple[str, ...]:
        dates = ("started_on", "ended_on") if self.dated else ()
        return ("id", *self.required, *self.optional, *dates)


_LATEST_FIRST = (
    "s.ended_on IS NOT NULL, s.ended_on DESC, s.started_on IS NULL, s.started_on DESC, s.id DESC"
)

POSITIONS = Section(
    ProfileField.POSITIONS,
    models.Position,
    {"title": rules.LINE_LENGTH, "company": rules.LINE_LENGTH},
    {"location": rules.LINE_LENGTH, "description": rules.ABOUT_LENGTH},
    _LATEST_FIRST,
    dated=True,
)
EDUCATION = Section(
    ProfileField.EDUCATION,
    models.Education,
    {"school": rules.LINE_LENGTH},
    {"degree": rules.LINE_LENGTH, "field_of_study": rules.LINE_LENGTH},
    _LATEST_FIRST,
    dated=True,
)
SKILLS = Section(ProfileField.SKILLS, models.Skill, {"name": 80}, {}, "s.id")
LANGUAGES = Section(
    ProfileField.LANGUAGES, models.Language, {"name": 80}, {"proficiency": 80}, "s.id"
)
WEBSITES = Section(
    ProfileField.WEBSITES, models.Website, {"url": rules.URL_LENGTH}, {"label": 80}, "s.id"
)


async def rows_of(section: Section, members: Sequence[MemberView]) -> list[list[Row] | None]:
    """Each member's rows of the section, or None where it is closed to the viewer."""
    open_to_us = [member.id for member in members if member.shows(section.field)]
    found: dict[UUID, list[Row]] = {key: [] for key in open_to_us}
    if open_to_us:
        columns = ", ".join(f"s.{name}" for name in section.columns)
        table = section.model._meta.db_table
        for row in await fetch(
            f"SELECT s.member_id, {columns} FROM {table} s WHERE s.member_id = ANY($1)"
            f" ORDER BY {section.order}",
            open_to_us,
        ):
            found[row["member_id"]].append(row)
    return [found[member.id] if member.shows(section.field) else None for member in members]


def websites_of(members: Sequence[MemberView]) -> list[list[Row] | None]:
    """The websites that were read along with each member, None where they are closed to the viewer.

    The members must have been read with websites in their Need.
    """
    names = WEBSITES.columns
    # Keys are texts here, and sort as they do.
    return [
        [dict(zip(names, row, strict=True)) for row in sorted(rows(member.row["sites"]))]
        if member.shows(ProfileField.WEBSITES)
        else None
        for member in members
    ]


async def add(
    viewer: Viewer,
    section: Section,
    values: Mapping[str, Any],
    idempotency_key: str | None = None,
) -> UUID:
    """Add a row to the viewer's own list.

    Raises Refused ALREADY_LISTED, TOO_MANY, DATE_INVALID, URL_INVALID, a text or an idempotency
    code.
    """
    assert viewer.member_id is not None
    stored = _checked(section, values)
    rules.period(stored.get("started_on"), stored.get("ended_on"))
    key = new_id()
    async with transaction():
        once = Once(viewer.member_id, f"add to {section.field.value}", idempotency_key)
        if earlier := await once.claim(*(part for pair in stored.items() for part in pair)):
            return earlier.ids["row"]
        # Held against closing, and so that two additions at once cannot overfill a list.
        await hold_open(viewer)
        if await section.model.filter(member_id=viewer.member_id).count() >= MOST_ROWS:
            raise Refused("TOO_MANY", f"A list holds {MOST_ROWS} entries at most.")
        await _unique(section.model.create(id=key, member_id=viewer.member_id, **stored))
        await once.keep(Outcome("added", {"row": key}))
    return key


async def update(viewer: Viewer, section: Section, key: UUID, changes: Mapping[str, Any]) -> None:
    """Change the named columns of a row of the viewer's own. Raises NotFound, and as `add`."""
    stored = _checked(section, changes)
    async with transaction():
        row = await section.model.filter(id=key, member_id=viewer.member_id).first()
        if row is None:
            raise NotFound(("id",))
        if section.dated:
            rules.period(_end("started_on", row, stored), _end("ended_on", row, stored))
        if stored:
            await _unique(section.model.filter(id=key).update(**stored))


async def remove(viewer: Viewer, section: Section, key: UUID) -> None:
    """Remove a row of the viewer's own. Raises NotFound."""
    async with transaction():
        if not await section.model.filter(id=key, member_id=viewer.member_id).delete():
            raise NotFound(("id",))


def _end(name: str, row: Model, stored: Mapping[str, Any]) -> date | None:
    value: date | None = stored[name] if name in stored else getattr(row, name)
    return value


def _checked(section: Section, values: Mapping[str, Any]) -> dict[str, Any]:
    stored: dict[str, Any] = {}
    for name, value in values.items():
        if name in section.required:
            stored[name] = _required(section, name, value)
        elif name in section.optional:
            stored[name] = optional(value, section.optional[name], _input_name(name))
        else:
            stored[name] = value
    return stored


def _required(section: Section, name: str, value: str | None) -> str:
    text = required(value or "", section.required[name], _input_name(name))
    return rules.url(text, "url") if name == "url" else text


def _input_name(column: str) -> str:
    head, *rest = column.split("_")
    return head + "".join(word.title() for word in rest)


async def _unique(write: Any) -> None:
    try:
        await write
    except IntegrityError:
        raise Refused("ALREADY_LISTED", "Your list has this entry already.") from None
