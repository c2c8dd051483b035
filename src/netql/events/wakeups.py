"""Tells the bus, after a commit, whose logs have grown.

Publishing is off the path of the request: topics gather and go out once per turn of the loop,
and a bus that others share sends them from a task of its own. Those who listen in this process
are handed what was committed, and need not read it again.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from uuid import UUID

from netql.events.entries import LogEntry
from netql.infra.bus import Bus, LocalBus
from netql.infra.buses import open_bus
from netql.settings import Settings


class Wakeups:
    """The process's way to its bus."""

    def __init__(self) -> None:
        self.bus: Bus = LocalBus()
        self._news: defaultdict[UUID, list[LogEntry]] = defaultdict(list)

    @asynccontextmanager
    async def shared(self, settings: Settings) -> AsyncIterator[None]:
        """Take part in the configured bus until the end of the block. Raises ConfigurationError."""
        async with open_bus(settings) as bus:
            self.bus = bus
            try:
                yield
            finally:
                self.bus = LocalBus()

    def wake(self, news: Mapping[UUID, Sequence[LogEntry]]) -> None:
        """Wake the subscribers of these members soon, for entries that were committed."""
        if not self._news:
            asyncio.get_running_loop().call_soon(self._publish)
        for member_id, entries in news.items():
            self._news[member_id].extend(entries)

    def _publish(self) -> None:
        news, self._news = self._news, defaultdict(list)
        self.bus.publish(news, news)


wakeups = Wakeups()
