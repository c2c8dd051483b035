"""What is kept up ends when it is told to, whatever fails meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from netql.infra.keeping_up import Way


async def test_it_ends_though_putting_away_fails() -> None:
    tried = 0

    async def work(works: Callable[[], None]) -> None:
        nonlocal tried
        tried += 1
        works()
        try:
            await asyncio.sleep(60)
        finally:
            # As valkey-py does where it closes a connection that was refused.
            raise ConnectionError("Authentication required.")

    way = Way("Valkey", "count", "each process counts for itself")
    keeping = asyncio.create_task(way.kept_up(work))
    await asyncio.wait_for(way.tried.wait(), 5)
    keeping.cancel()
    ended, _ = await asyncio.wait([keeping], timeout=5)
    assert ended
    assert keeping.cancelled()
    assert tried == 1
