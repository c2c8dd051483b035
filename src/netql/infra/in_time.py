"""SQLite's statements, each ended when its time is over or nobody waits for it any more.

SQLite runs a statement to its end whatever becomes of the task that wanted it, and every other
statement of the process waits behind it. It does ask, now and then, whether to go on.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from math import inf
from time import monotonic
from typing import Any, TypeVar

import aiosqlite

from netql.errors import TimedOut

T = TypeVar("T")

# SQLite asks after so many steps of its machine, some milliseconds of them.
_STEPS = 50_000


class _Statement:
    __slots__ = ("until",)

    def __init__(self) -> None:
        self.until = inf


class InTime:
    """The statements of one connection. `seconds` is what each may take; None for any time."""

    def __init__(self, connection: aiosqlite.Connection, seconds: float | None) -> None:
        self._connection = connection
        self._seconds = seconds
        # Of the statement that the connection's thread is at; not ours if it never ends.
        self._running = _Statement()

    async def prepare(self) -> None:
        """Have SQLite ask."""
        await self._connection.set_progress_handler(self._is_over, _STEPS)

    def _is_over(self) -> bool:
        return monotonic() > self._running.until

    async def rows(self, text: str, values: Sequence[Any]) -> list[sqlite3.Row]:
        """Rows of a statement. Raises TimedOut."""
        return await self._run(
            lambda connection: connection.execute(text, values).fetchall(), _Statement()
        )

    async def changed(self, text: str, values: Sequence[Any]) -> int:
        """How many rows a statement changed. Raises TimedOut."""

        def change(connection: sqlite3.Connection) -> int:
            cursor = connection.execute(text, values)
            count = cursor.rowcount
            cursor.close()
            return max(count, 0)

        return await self._run(change, _Statement())

    async def _run(self, work: Callable[[sqlite3.Connection], T], statement: _Statement) -> T:
        def timely() -> T:
            if statement.until != inf:
                raise TimedOut
            if self._seconds is not None:
                statement.until = monotonic() + self._seconds
            self._running = statement
            try:
                return work(self._connection._conn)
            except sqlite3.OperationalError:
                if self._is_over():
                    raise TimedOut from None
                raise
            finally:
                self._running = _Statement()

        finished = False
        try:
            done: T = await self._connection._execute(timely)  # type: ignore[no-untyped-call]
            finished = True
            return done
        finally:
            if not finished:
                statement.until = -inf
