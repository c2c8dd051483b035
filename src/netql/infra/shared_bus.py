"""A bus between processes: LocalBus, and a line to the others.

Publishing wakes the process's own listeners at once and leaves the rest to one task with a
connection of its own, so a line that is dead, refused or silent neither slows nor fails whoever
published. What it could not send it keeps, within bounds, and sends once the line is back. A
second task hears what the others send. Whenever it begins to hear, it wakes everybody here: what
was sent before, it has missed.

Both come back by themselves, after pauses drawn by lot so that many processes do not come at once.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from typing import Protocol
from uuid import UUID

from netql.infra.bus import NONE, LocalBus, News
from netql.infra.keeping_up import Way
from netql.infra.outgoing import Outgoing
from netql.infra.wire import new_sender, pack, unpack

log = logging.getLogger("netql.bus")

# Seconds. A line that has not answered for so long is as good as dead.
SILENT = 2.0
# An idle line is asked now and then whether it still works.
IDLE = 10.0
# Whoever listens in this process is served first: what wakes them would only be late by it.
COURTESY = 0.002
# What comes while the last one goes out, or so soon after it, goes together.
GATHERING = 0.008

Send = Callable[[list[str]], Awaitable[None]]


class Line(Protocol):
    """A way to the other processes, by two connections."""

    name: str

    def sending(self) -> AbstractAsyncContextManager[Send]:
        """A connection to send texts on; to send none asks whether it still works."""

    async def hear(self, began: Callable[[], None], heard: Callable[[str], None]) -> None:
        """Call `began` once nothing that is sent will be missed, then `heard` for each text.
        Does not return; raises when the connection is lost or has gone silent."""


class SharedBus(LocalBus):
    """Wake-ups inside this process, and to and from others on the same line."""

    def __init__(self, line: Line, outgoing: Outgoing | None = None) -> None:
        super().__init__()
        self._line = line
        self._me = new_sender()
        self._outgoing = outgoing or Outgoing()
        self._ways = tuple(
            Way(f"the {line.name} bus", verb, "events come by polling") for verb in ("send", "hear")
        )

    @property
    def trouble(self) -> str | None:
        return next((way.trouble for way in self._ways if way.trouble is not None), None)

    def publish(self, topics: Iterable[UUID], news: News = NONE) -> bool:
        topics = set(topics)
        anybody = super().publish(topics, news)
        self._outgoing.add(topics)
        return anybody

    @asynccontextmanager
    async def running(self) -> AsyncIterator[SharedBus]:
        """Send and hear until the end of the block.

        The block begins once both were tried, or could not be within SILENT seconds. At its end
        what is left to be sent has half as long to go out.
        """
        send, hear = self._ways
        tasks = [
            asyncio.create_task(send.kept_up(self._send)),
            asyncio.create_task(hear.kept_up(self._hear)),
        ]
        try:
            await _within(SILENT, *(way.tried.wait() for way in self._ways))
            yield self
            if send.trouble is None:
                await _within(SILENT / 2, self._outgoing.none())
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _send(self, works: Callable[[], None]) -> None:
        async with self._line.sending() as send:
            await _answered(send([]))
            works()
            while True:
                await self._outgoing.some(IDLE)
                await asyncio.sleep(COURTESY)
                with self._outgoing.taking() as topics:
                    await _answered(send(list(pack(self._me, topics))))
                await asyncio.sleep(GATHERING)

    async def _hear(self, works: Callable[[], None]) -> None:
        def began() -> None:
            works()
            self._wake_everybody()

        await self._line.hear(began, self._heard)

    def _heard(self, text: str) -> None:
        try:
            sender, topics = unpack(text)
        except ValueError as error:
            log.warning("something on the %s bus is no wake-up: %s", self._line.name, error)
            return
        if sender == self._me:
            return
        if topics is None:
            self._wake_everybody()
        else:
            super().publish(topics)

    def _wake_everybody(self) -> None:
        super().publish(list(self._listeners))


async def _answered(work: Awaitable[None]) -> None:
    """Raises TimeoutError for what takes longer than SILENT seconds."""
    async with asyncio.timeout(SILENT):
        await work


async def _within(seconds: float, *work: Awaitable[object]) -> None:
    """Wait for all of it, but no longer than that."""
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await asyncio.gather(*work)
