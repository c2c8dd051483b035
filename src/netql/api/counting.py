"""Counts of what callers did within a while: in this process's memory, or shared by many."""

from __future__ import annotations

import importlib
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from limits.aio.storage import MemoryStorage

from netql.settings import Settings

# With more counts than this, those whose time is over are forgotten.
_MOST_KEPT = 10_000


class Counts(MemoryStorage):
    """The library's storage, which looks for counts whose time is over once there are many.

    The original looks through all of them each time that anything is counted: with ten thousand
    callers that was a fifth of a profile's request. Nothing here waits, so nothing needs a lock.
    """

    def __init__(self) -> None:
        super().__init__()
        self._sweep_at = _MOST_KEPT

    @property
    def trouble(self) -> str | None:
        """Why what should be shared with other processes is not, or None."""
        return None

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Around all counting."""
        yield

    async def incr(self, key: str, expiry: float, amount: int = 1) -> int:
        return self._add(key, expiry, amount)

    async def take(self, key: str, expiry: float, amount: int) -> tuple[int, float]:
        """`incr`, and until when that count is kept, in seconds of `time()`."""
        return self._add(key, expiry, amount), self.expirations[key]

    def _add(self, key: str, expiry: float, amount: int) -> int:
        now = time.time()
        if self.expirations.get(key, 0) <= now:
            self.storage[key] = 0
            self.expirations[key] = now + expiry
            if len(self.expirations) > self._sweep_at:
                self._sweep(now)
        self.storage[key] += amount
        return self.storage[key]

    def _sweep(self, now: float) -> None:
        for key in [key for key, until in self.expirations.items() if until <= now]:
            del self.expirations[key]
            self.storage.pop(key, None)
        self._sweep_at = max(_MOST_KEPT, 2 * len(self.expirations))


def counts_of(settings: Settings, secret: bytes) -> Counts:
    """Those that the settings ask for: shared where the bus is Valkey and anything is counted.
    `secret`, of up to 64 bytes, is the same in all processes that share them."""
    if not (settings.valkey and settings.counts_anything):
        return Counts()
    # Imported when it is wanted: the client for Valkey takes a while.
    shared = importlib.import_module("netql.api.shared_counts")
    counts: Counts = shared.SharedCounts(settings.valkey, secret)
    return counts
