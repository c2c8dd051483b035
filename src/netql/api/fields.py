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
from typing import Any, Self

import strawberry
from strawberry.schema_directive import Location
from strawberry.types.field import StrawberryField

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


class RestrictedField(StrawberryField):
    """Asks its object whether the viewer may see it, before anything else is done."""

    def __call__(self, resolver: Any) -> Self:
        # With a resolver it is no attribute any more, so it has no default either.
        self.default = self.default_value = dataclasses.MISSING
        return super().__call__(resolver)

    def get_result(self, source: Any, info: Any, args: list[Any], kwargs: Any) -> Any:
        rule = self.metadata[RULE]
        if not source.sees(rule):
            return None
        if self.base_resolver:
            return super().get_result(source, info, args, kwargs)
        return source.read(self.python_name)


def restricted(rule: ProfileField | Audience, *, description: str) -> Any:
    """A field that is closed unless the viewer reaches its audience.

    `rule` is a profile field, whose owner chooses the audience, or a fixed audience. Use it as
    a value, for an attribute of the object's row, or as a decorator of a resolver.
    """
    if isinstance(rule, ProfileField):
        bounds = RESTRICTIONS[rule]
        printed = Restricted(default=bounds.default, widest=bounds.widest)
    else:
        printed = Restricted(default=rule, widest=rule)
    return RestrictedField(
        description=description,
        directives=[printed],
        metadata={WALL: "restricted", RULE: rule},
        # Objects are made of a view, never of loose values.
        default=None,
    )


def relative(*, description: str) -> Any:
    """A field computed for the viewer: for use as a decorator of a resolver."""
    return strawberry.field(description=description, metadata={WALL: "relative"})


def shown(*, description: str) -> Any:
    """A field as visible as its object: for use as a decorator of a resolver."""
    return strawberry.field(description=description, metadata={WALL: "shown"})
