"""Topics on their way to a shared bus: a set that never grows past its bound."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from uuid import UUID

# While the bus is down. Beyond that, waking everybody once costs less than remembering whom.
MOST = 10_000


class Outgoing:
    """What has to be sent yet, and what is being sent."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._topics: set[UUID] = set()
        self._everybody = False
        self._some = asyncio.Event()
        self._none = asyncio.Event()
        self._none.set()

    def add(self, topics: Iterable[UUID] | None) -> None:
        """Topics to wake, or None for everybody."""
        if topics is None:
            self._everybody = True
        elif not self._everybody:
            self._topics.update(topics)
            self._everybody = len(self._topics) > self._most
        if self._everybody:
            self._topics.clear()
        if self._everybody or self._topics:
            self._some.set()
            self._none.clear()

    @contextmanager
    def taking(self) -> Iterator[set[UUID] | None]:
        """All there is, to be sent in the block: topics, possibly none, or None for everybody.
        It is kept if the block fails."""
        taken = None if self._everybody else self._topics
        self._topics = set()
        self._everybody = False
        self._some.clear()
        try:
            yield taken
        except BaseException:
            self.add(taken)
            raise
        if not self._some.is_set():
            self._none.set()

    async def some(self, seconds: float) -> None:
        """Wait until there is something, but no longer than that."""
        try:
            async with asyncio.timeout(seconds):
                await self._some.wait()
        except TimeoutError:
            return

    async def none(self) -> None:
        """Wait until everything is sent."""
        await self._none.wait()
