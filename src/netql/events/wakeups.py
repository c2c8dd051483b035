"""Tells the bus, after a commit, whose logs have grown.

Publishing is off the path of the request: topics gather and go out once per turn of the loop.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from uuid import UUID

from netql.infra.bus import Bus, LocalBus


class Wakeups:
    """The process's way to its bus."""

    def __init__(self) -> None:
        self.bus: Bus = LocalBus()
        self._topics: set[UUID] = set()

    def attach(self, bus: Bus) -> None:
        """Publish on this bus from now on."""
        self.bus = bus

    def wake(self, members: Iterable[UUID]) -> None:
        """Wake the subscribers of these members soon."""
        if not self._topics:
            asyncio.get_running_loop().call_soon(self._publish)
        self._topics.update(members)

    def _publish(self) -> None:
        topics, self._topics = self._topics, set()
        self.bus.publish(topics)


wakeups = Wakeups()
