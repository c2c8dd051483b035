"""Work on a connection that is begun again whenever it fails, and what is to be said of it.

After pauses drawn by lot, so that many processes do not come back at once.
"""

from __future__ import annotations

import asyncio
import logging
import random
import time
from collections.abc import Awaitable, Callable

log = logging.getLogger("netql.bus")

# Seconds.
SHORTEST_PAUSE = 0.1
LONGEST_PAUSE = 5.0


class Way:
    """Something that another server does for this process: kept up, and how it is."""

    def __init__(self, server: str, verb: str, meanwhile: str, steady: float = 0.0) -> None:
        """As in "the Valkey bus", "send" and "events come by polling". What fails again within
        `steady` seconds did not really work, and is begun again after longer and longer pauses.
        """
        self._server = server
        self._verb = verb
        self._meanwhile = meanwhile
        self._steady = steady
        self._worked_at: float | None = None
        self.trouble: str | None = f"{server} does not answer"
        self.tried = asyncio.Event()
        self._failures = 0

    async def kept_up(self, work: Callable[[Callable[[], None]], Awaitable[None]]) -> None:
        """Do the work, which calls `works` when it got through, again whenever it fails."""
        while True:
            try:
                await work(self._works)
            except Exception as error:
                task = asyncio.current_task()
                if task is not None and task.cancelling():
                    # A connection that fails as it is put away says so in place of the cancelling,
                    # which comes only once.
                    raise asyncio.CancelledError from error
                self._failed(error)
            self.tried.set()
            longest = min(LONGEST_PAUSE, SHORTEST_PAUSE * 2 ** min(self._failures, 10))
            await asyncio.sleep(random.uniform(0, longest))

    def _works(self) -> None:
        if self._failures:
            log.info("%s can %s again", self._server, self._verb)
        self.trouble = None
        self._worked_at = time.monotonic()
        self.tried.set()

    def _failed(self, error: Exception) -> None:
        if self._worked_at is not None and time.monotonic() - self._worked_at >= self._steady:
            self._failures = 0
        self._worked_at = None
        said = str(error) or type(error).__name__
        self.trouble = f"{self._server} cannot {self._verb}: {said}"
        if not self._failures:
            log.warning("%s; until it can, %s", self.trouble, self._meanwhile)
        self._failures += 1
