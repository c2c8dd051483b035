"""How a field of a guarded type says who may see it.

A guarded type is one whose objects are what they are only for some viewer: members, ties,
invitations, entries. Each of its fields is one of three:

- `restricted(...)`: null unless the viewer's standing reaches its audience;
- `relative(...)`: computed for the viewer, out of what the viewer may know anyway;
- `shown(...)`: visible wherever the object is.

`schema.py` refuses to start when a field of a guarded type is none of them.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any, Self

import strawberry
from strawberry.schema_directive import Location

from netql.execution.batched import Batch, BatchedField, Column, resolver_of
from netql.execution.level import Level
from netql.privacy.audience import Audience
from netql.privacy.fields import RESTRICTIONS, ProfileField

WALL = "wall"
RULE = "rule"


@strawberry.schema_directive(
    locations=[Location.FIELD_DEFINITION],
    description=(
        "Null unless the viewer's standing reaches the audience that the owner chose. "
        "A hidden field and an unset one look the same."
    ),
)
class Restricted:
    default: Audience = strawberry.field(
        name="default", description="The audience until the owner chooses another."
    )
    widest: Audience = strawberry.field(
        name="widest", description="The widest audience that the owner may choose."
    )


class RestrictedField(BatchedField):
    """Asks its object whether the viewer may see it, before anything else is done."""

    def __call__(self, resolver: Any) -> Self:
        # With a resolver it is no attribute any more, so it has no default either.
        self.default = self.default_value = dataclasses.MISSING
        return super().__call__(resolver)

    @property
    def reader(self) -> Callable[[list[Any]], list[Any]] | None:
        if self.base_resolver is not None:
            return None
        rule, name = self.metadata[RULE], self.python_name
        if isinstance(rule, ProfileField):
            return partial(_masked, rule.bit, name)
        return partial(_read, rule, name)

    @property
    def column(self) -> Callable[[list[Any], Level], Column[Any]] | None:
        whole = super().column
        return None if whole is None else partial(_of_the_open, self.metadata[RULE], whole)

    def get_result(self, source: Any, info: Any, args: list[Any], kwargs: Any) -> Any:
        rule = self.metadata[RULE]
        if not source.sees(rule):
            return None
        if self.base_resolver:
            return super().get_result(source, info, args, kwargs)
        return source.read(self.python_name)


def _masked(bit: int, name: str, sources: list[Any]) -> list[Any]:
    # What `sees` and `read` do, without a call for each object.
    views = [source.view for source in sources]
    return [None if view.closed & bit else view.row[name] for view in views]


def _read(rule: Audience, name: str, sources: list[Any]) -> list[Any]:
    return [source.read(name) if source.sees(rule) else None for source in sources]


def _of_the_open(
    rule: ProfileField | Audience,
    whole: Callable[[list[Any], Level], Column[Any]],
    sources: list[Any],
    level: Level,
) -> Column[Any]:
    """The column of those objects whose field is open; null for the others."""
    if isinstance(rule, ProfileField):
        bit = rule.bit
        places = [place for place, source in enumerate(sources) if not source.view.closed & bit]
    else:
        places = [place for place, source in enumerate(sources) if source.sees(rule)]
    if len(places) == len(sources):
        return whole(sources, level)
    if not places:
        return [None] * len(sources)
    try:
        found = whole([sources[place] for place in places], level)
    except Exception as error:
        found = [error] * len(places)
    if isinstance(found, list):
        return _spread(found, places, len(sources))
    return _spread_later(found, places, len(sources))


def _spread(found: list[Any], places: list[int], count: int) -> list[Any]:
    column: list[Any] = [None] * count
    for place, value in zip(places, found, strict=True):
        column[place] = value
    return column


async def _spread_later(found: Awaitable[list[Any]], places: list[int], count: int) -> list[Any]:
    try:
        values = await found
    except Exception as error:
        # What fails for the open fails for them alone: the closed are null, whatever happens.
        values = [error] * len(places)
    return _spread(values, places, count)


def restricted(
    rule: ProfileField | Audience, *, description: str, batch: Batch | None = None
) -> Any:
    """A field that is closed unless the viewer reaches its audience.

    `rule` is a profile field, whose owner chooses the audience, or a fixed audience. Use it as
    a value, for an attribute of the object's row or with a `batch` (see `execution.batched`), which
    is given only objects whose field is open; or as a decorator of a resolver.
    """
    if isinstance(rule, ProfileField):
        bounds = RESTRICTIONS[rule]
        printed = Restricted(default=bounds.default, widest=bounds.widest)
    else:
        printed = Restricted(default=rule, widest=rule)
    field = RestrictedField(
        description=description,
        directives=[printed],
        metadata={WALL: "restricted", RULE: rule},
        # Objects are made of a view, never of loose values.
        default=None,
    )
    if batch is not None:
        return field(resolver_of(batch))
    field.init = False
    return field


def relative(*, description: str, batch: Batch | None = None) -> Any:
    """A field computed for the viewer: a decorator of a resolver, or a value with a `batch`."""
    return _open("relative", description, batch)


def shown(*, description: str, batch: Batch | None = None) -> Any:
    """A field as visible as its object: a decorator of a resolver, or a value with a `batch`."""
    return _open("shown", description, batch)


def _open(wall: str, description: str, batch: Batch | None) -> Any:
    field = BatchedField(description=description, metadata={WALL: wall})
    return field if batch is None else field(resolver_of(batch))
