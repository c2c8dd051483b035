"""Tells the bus, after a commit, whose logs have grown.

Publishing is off the path of the request: a bus that others share sends what has gathered from a
task of its own. Those who listen in this process are handed what was committed, and need not read
it again.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from uuid import UUID

from netql.events.entries import LogEntry
from netql.infra.bus import Bus, LocalBus
from netql.infra.buses import open_bus
from netql.settings import Settings

# How many turns of the loop it takes who was woken to send a statement: being woken and asking for
# what is next; and reading it together with others who asked.
_TURNS = 2


class Wakeups:
    """The process's way to its bus."""

    def __init__(self) -> None:
        self.bus: Bus = LocalBus()
        # How often somebody in this process was woken.
        self.times = 0

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
        """Wake the subscribers of these members, for entries that were committed."""
        self.times += self.bus.publish(news, news)

    async def go_first(self, since: int) -> None:
        """Let those who were woken `since` then (see `times`) send their statement. Whoever acts
        has an answer to make, and that takes longer than telling the database what is wanted."""
        if self.times != since:
            for _ in range(_TURNS):
                await asyncio.sleep(0)


wakeups = Wakeups()
