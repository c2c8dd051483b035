"""Tells the bus, after a commit, whose logs have grown.

Publishing is off the path of the request: topics gather and go out once per turn of the loop,
and a bus that others share sends them from a task of its own.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from uuid import UUID

from netql.infra.bus import Bus, LocalBus
from netql.infra.buses import open_bus
from netql.settings import Settings


class Wakeups:
    """The process's way to its bus."""

    def __init__(self) -> None:
        self.bus: Bus = LocalBus()
        self._topics: set[UUID] = set()

    @asynccontextmanager
    async def shared(self, settings: Settings) -> AsyncIterator[None]:
        """Take part in the configured bus until the end of the block. Raises ConfigurationError."""
        async with open_bus(settings) as bus:
            self.bus = bus
            try:
                yield
            finally:
                self.bus = LocalBus()

    def wake(self, members: Iterable[UUID]) -> None:
        """Wake the subscribers of these members soon."""
        if not self._topics:
            asyncio.get_running_loop().call_soon(self._publish)
        self._topics.update(members)

    def _publish(self) -> None:
        topics, self._topics = self._topics, set()
        self.bus.publish(topics)


wakeups = Wakeups()
