"""The sections of a profile: positions, schools, skills, languages, websites."""

from __future__ import annotations

from datetime import date
from typing import Any

import strawberry

from netql import ids
from netql.api.scalars import URL
from netql.infra.database import Row
from netql.members.queries import PositionView

_ID = "To change or remove this entry of one's own profile."


@strawberry.type(description="A job, past or present.")
class Position:
    id: strawberry.ID = strawberry.field(description=_ID)
    title: str = strawberry.field(description="What the member does or did.")
    company: str = strawberry.field(description="For whom.")
    location: str | None = strawberry.field(description="Where.")
    description: str | None = strawberry.field(description="More, in the member's words.")
    started_on: date | None = strawberry.field(description="The first day.")
    ended_on: date | None = strawberry.field(description="The last day; null: it goes on.")


@strawberry.type(description="A school or university, and what was learned there.")
class Education:
    id: strawberry.ID = strawberry.field(description=_ID)
    school: str = strawberry.field(description="The school's name.")
    degree: str | None = strawberry.field(description="The degree earned there.")
    field_of_study: str | None = strawberry.field(description="The subject.")
    started_on: date | None = strawberry.field(description="The first day.")
    ended_on: date | None = strawberry.field(description="The last day; null: it goes on.")


@strawberry.type(description="Something the member knows how to do.")
class Skill:
    id: strawberry.ID = strawberry.field(description=_ID)
    name: str = strawberry.field(description="The skill.")


@strawberry.type(description="A language the member speaks.")
class Language:
    id: strawberry.ID = strawberry.field(description=_ID)
    name: str = strawberry.field(description="The language.")
    proficiency: str | None = strawberry.field(description="How well, in the member's words.")


@strawberry.type(description="A web address of the member's.")
class Website:
    id: strawberry.ID = strawberry.field(description=_ID)
    url: URL = strawberry.field(description="The address.")
    label: str | None = strawberry.field(description="What is there.")


def entry(type_: type[Any], row: Row) -> Any:
    """An entry of a section, from a row of its table."""
    name = type_.__name__
    values = {key: row[key] for key in row.keys() if key not in ("id", "member_id")}  # noqa: SIM118
    return type_(id=strawberry.ID(ids.encode(name, row["id"])), **values)


def position(view: PositionView | None) -> Position | None:
    """The current position, or None."""
    if view is None:
        return None
    return Position(
        id=strawberry.ID(ids.encode("Position", view.id)),
        title=view.title,
        company=view.company,
        location=view.location,
        description=view.description,
        started_on=view.started_on,
        ended_on=view.ended_on,
    )
