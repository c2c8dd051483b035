"""Values that are not there: null, failed, or not waited for any more."""

from __future__ import annotations

from collections.abc import Awaitable
from typing import TYPE_CHECKING, Any

from graphql import Undefined

from netql.execution.blocking import Judged
from netql.execution.failures import NULLED
from netql.execution.places import Spot

if TYPE_CHECKING:
    from netql.execution.run import Run


async def settled(spot: Spot, value: Awaitable[Any]) -> Any:
    """What was awaited, or the exception that came instead."""
    try:
        return await Judged(spot.field, value)
    except Exception as error:
        return error


def missing(run: Run, spot: Spot, place: int, value: Any) -> Any:
    """What stands for a value that is null, an exception, or not waited for any more."""
    if value is NULLED:
        return NULLED
    if isinstance(value, Exception):
        return run.failures.add(spot, place, value)
    if spot.field.shape.nullable[spot.depth]:
        return None
    field = spot.field
    return run.failures.add(
        spot,
        place,
        TypeError(f"Cannot return null for non-nullable field {field.parent_type}.{field.name}."),
    )


def is_missing(value: Any) -> bool:
    """Whether there is no value to complete."""
    return value is None or value is Undefined or value is NULLED or isinstance(value, Exception)
