"""Wake-ups from whoever wrote an event to whoever waits for one.

A bus carries topics (a member's id), never contents: a lost wake-up costs a poll interval,
never an event. Only within a process the news itself may come along, which saves looking for it.
LocalBus serves one process; several share one by `infra.shared_bus`.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict, deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from types import MappingProxyType
from typing import Any, Protocol
from uuid import UUID

# News that a listener has not taken. Beyond that it has to look for itself.
MOST = 100

News = Mapping[UUID, Sequence[Any]]
NONE: News = MappingProxyType({})


class Listener(asyncio.Event):
    """Set at each wake-up of a topic.

    `news` is what came along with the wake-ups, oldest first; `unsure` whether one of them came
    without, so that there may be more. Whoever listens takes the one and clears the other.
    """

    def __init__(self) -> None:
        super().__init__()
        self.news: deque[Any] = deque()
        self.unsure = False

    def wake(self, news: Sequence[Any]) -> None:
        if news and len(self.news) + len(news) <= MOST:
            self.news.extend(news)
        else:
            self.unsure = True
        self.set()


class Bus(Protocol):
    def publish(self, topics: Iterable[UUID], news: News = NONE) -> bool:
        """Wake everyone who listens to one of the topics; whether anybody in this process does.
        Never blocks, never raises.

        `news`: all there is to know about some of the topics, for the listeners of this process.
        """

    @contextmanager
    def listening(self, topic: UUID) -> Iterator[Listener]:
        """What is woken at each wake-up of the topic until the block ends."""
        raise NotImplementedError

    @property
    def trouble(self) -> str | None:
        """Why wake-ups do not come through to other processes now, or None if they do."""
        raise NotImplementedError


class LocalBus:
    """Wake-ups inside one process."""

    def __init__(self) -> None:
        self._listeners: defaultdict[UUID, set[Listener]] = defaultdict(set)

    def publish(self, topics: Iterable[UUID], news: News = NONE) -> bool:
        anybody = False
        for topic in topics:
            for listener in self._listeners.get(topic, ()):
                listener.wake(news.get(topic, ()))
                anybody = True
        return anybody

    @contextmanager
    def listening(self, topic: UUID) -> Iterator[Listener]:
        listener = Listener()
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
