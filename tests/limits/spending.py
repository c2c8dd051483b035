"""Several processes' worth of budgets that share a Valkey, spent from one by one."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from valkey.asyncio import Valkey as Client

from netql.api.budgets import ATTEMPT_MINUTES, Budgets
from netql.api.shared_counts import SharedCounts
from netql.errors import RateLimited
from netql.viewer import Viewer

SECRET = b"one secret"


@asynccontextmanager
async def counting(
    url: str, number: int, secret: bytes = SECRET
) -> AsyncIterator[list[SharedCounts]]:
    """So many processes' worth of counts."""
    async with AsyncExitStack() as stack:
        made = [SharedCounts(url, secret) for _ in range(number)]
        for counts in made:
            await stack.enter_async_context(counts.running())
        yield made


async def spent(budgets: Budgets, viewer: Viewer, points: int) -> bool:
    try:
        await budgets.spend(viewer, "", points)
    except RateLimited as refused:
        return _refused(refused, 60)
    return True


async def tried(budgets: Budgets, name: str) -> bool:
    try:
        await budgets.count_guess(name)
    except RateLimited as refused:
        return _refused(refused, ATTEMPT_MINUTES * 60)
    return True


async def drained(budgets: Budgets, viewer: Viewer, points: int = 10) -> int:
    """Spend until it is refused; what was spent."""
    total = 0
    while await spent(budgets, viewer, points):
        total += points
        assert total <= 1000
    return total


async def left(budgets: Budgets, viewer: Viewer) -> int:
    """Points that the viewer may still spend, as the graph tells it."""
    standing = await budgets.standing(viewer, "")
    assert standing is not None
    return standing.remaining


async def asked(outsider: Client) -> int:
    """How many commands about counts Valkey has got."""
    stats = await outsider.info("commandstats")
    names = ("evalsha", "get", "pttl", "del")
    return sum(stats.get(f"cmdstat_{name}", {"calls": 0})["calls"] for name in names)


def _refused(refused: RateLimited, longest: int) -> bool:
    assert 1 <= refused.details["retryAfter"] <= longest
    return False
