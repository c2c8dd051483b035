"""Connections kept at hand between statements.

Taking a connection out of asyncpg's pool and putting it back costs two tasks, two timeouts and a
wrapper, about as much as the statement itself. A connection that has just run a statement to its
end needs none of that: it waits here for the next one, unless somebody waits for it at the pool.
"""

from __future__ import annotations

import asyncio
from typing import Any

import asyncpg

from netql.errors import Overloaded
from netql.infra.finishing import finish


class AtHand:
    """The connections of one pool that wait for a statement, the last used first."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool
        self._kept: list[Any] = []
        self._waiting = 0
        # Server processes that may still wait for the rest of a statement.
        self._torn: set[int] = set()

    def __len__(self) -> int:
        return len(self._kept)

    def taken(self) -> Any:
        """A connection that waits here, or None."""
        if self._kept and not self._kept[-1].is_closed():
            return self._kept.pop()
        return None

    async def take(self, patience: float) -> Any:
        """A connection that nobody else has. Raises Overloaded after `patience` seconds."""
        while self._kept:
            connection = self._kept.pop()
            if not connection.is_closed():
                return connection
            # The pool sees to it that another one is made when it is needed.
            await self._pool.release(connection)
        self._waiting += 1
        try:
            return await self._pool.acquire(timeout=patience)
        except TimeoutError:
            raise Overloaded from None
        finally:
            self._waiting -= 1

    def kept(self, connection: Any, *, whole: bool) -> bool:
        """Keep the connection for the next, if it is `whole` and nobody waits at the pool. One
        whose statement was cut off or refused is not."""
        if whole and not self._waiting and not self._pool.is_closing():
            self._kept.append(connection)
            return True
        return False

    async def give_back(self, connection: Any, *, whole: bool) -> None:
        """Keep the connection, or let the pool look after it."""
        if not self.kept(connection, whole=whole):
            await asyncio.shield(finish(self._released(connection, whole)))

    async def _released(self, connection: Any, whole: bool) -> None:
        process = connection.get_server_pid()
        if not whole:
            self._torn.add(process)
        try:
            await self._pool.release(connection)
        except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError):
            # The pool has closed it. What tore the statement is the news, not this.
            if whole:
                raise
        finally:
            self._torn.discard(process)

    async def mend(self, connection: Any) -> None:
        """End what a torn statement began. The pool calls this when it gets a connection back.

        asyncpg prepares a statement without a Sync; one that is cut off after that, or whose values
        cannot be encoded, leaves the server waiting for the rest, its locks and snapshot held.
        """
        if connection.get_server_pid() in self._torn:
            await connection.execute("SELECT 1")

    async def let_go(self) -> None:
        """Give all that is kept back to the pool, which is about to close."""
        while self._kept:
            await self._pool.release(self._kept.pop())
