"""Loads that many operations of a process want at the same time, as one call.

Unlike the batches of an operation (`loaders`), these keep nothing: what is loaded was asked for
after the load was wanted, for everyone who waits for it, and is forgotten.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Hashable, Iterable, Sequence
from itertools import islice
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")

# How many are loaded at a time: more would hold the loop for long.
MOST = 500


class Gathering(Generic[K, V]):
    """One call at a time: what is wanted while one runs is the next one.

    `read` gives a value for each key, in order; an exception among them fails that key alone. If
    `patient`, those who come a turn of the loop later than the first are waited for.
    """

    def __init__(
        self,
        read: Callable[[list[K]], Awaitable[Sequence[V | Exception]]],
        *,
        patient: bool = True,
    ) -> None:
        self._read = read
        self._patient = patient
        self._wanted: dict[K, asyncio.Future[V]] = {}
        self._running: asyncio.Task[None] | None = None

    async def load(self, key: K) -> V:
        return await asyncio.shield(self.want(key))

    def want(self, key: K) -> asyncio.Future[V]:
        found = self._wanted.get(key)
        if found is None:
            found = self._wanted[key] = asyncio.get_running_loop().create_future()
            if self._running is None:
                self._running = asyncio.create_task(self._run())
        return found

    async def _run(self) -> None:
        # Whoever runs in the turn of the loop in which the first one came is in time already.
        try:
            if self._patient:
                await asyncio.sleep(0)
            while self._wanted:
                await self._load()
        finally:
            self._running = None
            _fail(self._wanted.values(), asyncio.CancelledError())
            self._wanted = {}

    async def _load(self) -> None:
        wanted = dict(islice(self._wanted.items(), MOST))
        for key in wanted:
            del self._wanted[key]
        try:
            values = await self._read(list(wanted))
        except BaseException as error:
            _fail(wanted.values(), error)
            if not isinstance(error, Exception):
                raise
            return
        for waiting, value in zip(wanted.values(), values, strict=True):
            if isinstance(value, Exception):
                _fail((waiting,), value)
            elif not waiting.done():
                waiting.set_result(value)


def _fail(waiting: Iterable[asyncio.Future[V]], error: BaseException) -> None:
    for one in waiting:
        if one.done():
            continue
        if isinstance(error, asyncio.CancelledError):
            one.cancel()
        else:
            one.set_exception(error)
            # Whoever waited may have gone; then the loop would complain that nobody asked.
            one.exception()
