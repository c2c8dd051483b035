"""Counts of what callers did within a while, in this process's memory."""

from __future__ import annotations

import time

from limits.aio.storage import MemoryStorage

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

    async def incr(self, key: str, expiry: float, amount: int = 1) -> int:
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
