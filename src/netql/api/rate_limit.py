"""The caller's budget, as the graph tells it."""

from __future__ import annotations

from datetime import UTC, datetime
from math import ceil

import strawberry

from netql.api.context import Context


@strawberry.type(description="What a caller may spend in a minute, in points of cost.")
class RateLimit:
    limit: int = strawberry.field(description="Points in a minute.")
    cost: int = strawberry.field(description="What this operation cost.")
    used: int = strawberry.field(description="Points that are spent.")
    remaining: int = strawberry.field(description="Points that are left.")
    reset_at: datetime = strawberry.field(description="When all of them are there again.")


async def rate_limit_of(context: Context) -> RateLimit | None:
    """None where nothing is counted."""
    budgets = context.services.budgets
    found = None
    if budgets is not None:
        found = await budgets.standing(context.viewer, context.address)
    if found is None:
        return None
    return RateLimit(
        limit=found.limit,
        cost=context.cost,
        used=found.limit - found.remaining,
        remaining=found.remaining,
        reset_at=datetime.fromtimestamp(ceil(found.until), UTC),
    )
