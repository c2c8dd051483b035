"""Work that must reach its end although the task that wanted it was cancelled."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any

_running: set[asyncio.Task[Any]] = set()


def finish(work: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
    """Start the work as a task of its own and keep hold of it until it is done.

    The event loop keeps only weak references to tasks; without ours one could vanish half-way.
    """
    task = asyncio.ensure_future(work)
    _running.add(task)
    task.add_done_callback(_done)
    return task


def _done(task: asyncio.Task[Any]) -> None:
    _running.discard(task)
    if not task.cancelled():
        # Nobody may be left to await it; whoever does still gets the exception.
        task.exception()
