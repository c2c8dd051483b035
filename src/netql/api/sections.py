"""The sections of a profile: positions, schools, skills, languages, websites."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

import strawberry

from netql import ids
from netql.api.scalars import URL
from netql.execution.batched import BatchedField
from netql.infra.database import Row


class ColumnField(BatchedField):
    """A column of an entry's row."""

    @property
    def reader(self) -> Callable[[list[Any]], list[Any]]:
        return self._read

    def get_result(self, source: Any, info: Any, args: list[Any], kwargs: Any) -> Any:
        return source.row[source.prefix + self.python_name]

    def _read(self, sources: list[Any]) -> list[Any]:
        name = self.python_name
        return [source.row[source.prefix + name] for source in sources]


def column(description: str) -> Any:
    field = ColumnField(description=description, default=None)
    field.init = False
    return field


@strawberry.type
class Entry:
    """An entry of a list on a profile: a row, whose columns have names with a prefix."""

    row: strawberry.Private[Row]
    prefix: strawberry.Private[str] = ""

    @strawberry.field(description="To change or remove this entry of one's own profile.")
    def id(self) -> strawberry.ID:
        key = self.row[f"{self.prefix}id"]
        # A key that came inside of JSON is a text.
        key = UUID(key) if isinstance(key, str) else key
        return strawberry.ID(ids.encode(type(self).__name__, key))


@strawberry.type(description="A job, past or present.")
class Position(Entry):
    title: str = column("What the member does or did.")
    company: str = column("For whom.")
    location: str | None = column("Where.")
    description: str | None = column("More, in the member's words.")
    started_on: date | None = column("The first day.")
    ended_on: date | None = column("The last day; null: it goes on.")


@strawberry.type(description="A school or university, and what was learned there.")
class Education(Entry):
    school: str = column("The school's name.")
    degree: str | None = column("The degree earned there.")
    field_of_study: str | None = column("The subject.")
    started_on: date | None = column("The first day.")
    ended_on: date | None = column("The last day; null: it goes on.")


@strawberry.type(description="Something the member knows how to do.")
class Skill(Entry):
    name: str = column("The skill.")


@strawberry.type(description="A language the member speaks.")
class Language(Entry):
    name: str = column("The language.")
    proficiency: str | None = column("How well, in the member's words.")


@strawberry.type(description="A web address of the member's.")
class Website(Entry):
    url: URL = column("The address.")
    label: str | None = column("What is there.")
