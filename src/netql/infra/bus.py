"""Wake-ups from whoever wrote an event to whoever waits for one.

A bus carries topics (a member's id), never contents: a lost wake-up costs a poll interval,
never an event. LocalBus serves one process; several share one by `infra.shared_bus`.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Protocol
from uuid import UUID


class Bus(Protocol):
    def publish(self, topics: Iterable[UUID]) -> None:
        """Wake everyone who listens to one of the topics. Never blocks, never raises."""

    @contextmanager
    def listening(self, topic: UUID) -> Iterator[asyncio.Event]:
        """An event that is set at each wake-up of the topic until the block ends."""
        raise NotImplementedError

    @property
    def trouble(self) -> str | None:
        """Why wake-ups do not come through to other processes now, or None if they do."""
        raise NotImplementedError


class LocalBus:
    """Wake-ups inside one process."""

    def __init__(self) -> None:
        self._listeners: defaultdict[UUID, set[asyncio.Event]] = defaultdict(set)

    def publish(self, topics: Iterable[UUID]) -> None:
        for topic in topics:
            for listener in self._listeners.get(topic, ()):
                listener.set()

    @contextmanager
    def listening(self, topic: UUID) -> Iterator[asyncio.Event]:
        listener = asyncio.Event()
        self._listeners[topic].add(listener)
        try:
            yield listener
        finally:
            self._listeners[topic].discard(listener)
            if not self._listeners[topic]:
                del self._listeners[topic]

    @property
    def trouble(self) -> str | None:
        return None
