"""Several things awaited at once."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import Any


async def gathered(waiting: list[Awaitable[Any]]) -> list[Any]:
    """All of them at once. If one fails, or this is cancelled, the others are cancelled, and gone
    before it is known."""
    tasks = [asyncio.ensure_future(one) for one in waiting]
    together = asyncio.gather(*tasks)
    # A shield whose waiter has gone asks for no exception, and the loop would complain of it.
    together.add_done_callback(_noted)
    try:
        return list(await asyncio.shield(together))
    except BaseException:
        await given_up(tasks)
        raise


def _noted(done: asyncio.Future[Any]) -> None:
    if not done.cancelled():
        done.exception()


async def given_up(tasks: list[asyncio.Task[Any]]) -> None:
    """Cancel what is left of them, and see them go.

    Soon, when all have begun: one that never did would leave over the coroutine it was to await.
    """
    loop = asyncio.get_running_loop()
    for task in tasks:
        loop.call_soon(task.cancel)
    gone = asyncio.gather(*tasks, return_exceptions=True)
    while not gone.done():
        try:
            await asyncio.shield(gone)
        except asyncio.CancelledError:
            # Whoever cancels once more waits all the same: they are on their way out.
            continue
