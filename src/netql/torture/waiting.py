"""Waiting for what processes do in their own time."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

EVERY = 0.02


async def eventually(holds: Callable[[], bool], within: float) -> float | None:
    """After how many seconds it holds; None if it does not `within` that many."""
    began = time.monotonic()
    while not holds():
        if time.monotonic() - began > within:
            return None
        await asyncio.sleep(EVERY)
    return time.monotonic() - began
