"""What is nullable for the sake of errors alone.

A field that is `T` and not `T!` keeps an error in its place instead of losing the object around it.
Where such a field is null for no other reason it says so by `@semanticNonNull`, and clients that
handle errors by themselves (Relay's `@throwOnFieldError`, Apollo for Kotlin and Swift) give it a
type without null. What may be closed to the viewer never says so: there null is an answer.
"""

from __future__ import annotations

import strawberry
from strawberry.schema_directive import Location


@strawberry.schema_directive(
    locations=[Location.FIELD_DEFINITION],
    description="Null only where an error says why; `levels` counts lists from the outside.",
)
class SemanticNonNull:
    levels: list[int]


NEVER_NULL = SemanticNonNull(levels=[0])
ITEMS_NEVER_NULL = SemanticNonNull(levels=[1])
