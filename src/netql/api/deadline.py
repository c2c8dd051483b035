"""The time that running one operation may take.

As `asyncio.timeout`, for a fifth of the price: operations share one timer, which looks at all
that are running every twentieth of a second. So much later may be noticed that a time is over.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import Any

from graphql import ExecutionResult, GraphQLError

from netql.api.limits import TooLong

_GRAIN = 0.05


class _Running:
    __slots__ = ("asked_to_end", "expired", "task", "until")

    def __init__(self, task: asyncio.Task[Any], until: float) -> None:
        self.task = task
        self.until = until
        # How often others want the task to end: their wish is not ours to fulfil.
        self.asked_to_end = task.cancelling()
        self.expired = False


class Deadline:
    """The operations of one schema that are running, each for so many `seconds` at most."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._running: dict[_Running, None] = {}
        # The loop whose timer is set; None while nothing runs.
        self._timed: asyncio.AbstractEventLoop | None = None

    async def keep(self, work: Awaitable[ExecutionResult]) -> ExecutionResult:
        """The work's result; a TooLong instead when its time is over, and the work cancelled.

        Being cancelled rolls open transactions back and ends statements under way. What was
        committed before stays: of several mutations the first, or one whose COMMIT was on its way.
        """
        loop = asyncio.get_running_loop()
        task = asyncio.current_task()
        assert task is not None
        running = _Running(task, loop.time() + self.seconds)
        self._running[running] = None
        if self._timed is not loop:
            self._timed = loop
            loop.call_later(_GRAIN, self._look, loop)
        try:
            return await work
        except asyncio.CancelledError:
            if not running.expired or task.uncancel() > running.asked_to_end:
                raise
            running.expired = False
            refusal = TooLong(self.seconds)
        finally:
            del self._running[running]
            if running.expired and task.cancelling() > running.asked_to_end:
                # It came to its end by itself, or failed, just as it was told to.
                task.uncancel()
        return ExecutionResult(None, [GraphQLError(refusal.message, original_error=refusal)])

    def _look(self, loop: asyncio.AbstractEventLoop) -> None:
        if self._timed is not loop:
            return
        if not self._running:
            self._timed = None
            return
        now = loop.time()
        for running in list(self._running):
            if now >= running.until and not running.expired:
                running.expired = True
                running.task.cancel()
        loop.call_later(_GRAIN, self._look, loop)
