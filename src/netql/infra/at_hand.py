"""Connections kept at hand between statements.

Taking a connection out of asyncpg's pool and putting it back costs two tasks, two timeouts and a
wrapper, about as much as the statement itself. A connection that has just run a statement to its
end needs none of that: it goes to whoever waits longest, or waits here for the next one.

A connection may fall silent: its host is gone, or what stands between has forgotten it, and nobody
says so. The server's own limits to statements do not help, and who waits for an answer, or for the
end of a transaction, would wait for as long as TCP does. So one that is out for longer than
anything may take is cut off, and none that waits here is trusted after it.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from typing import Any

import asyncpg

from netql.errors import Overloaded
from netql.infra.finishing import finish

log = logging.getLogger("netql.database")


class AtHand:
    """The connections of one pool that wait for a statement, the last used first; and, while all
    of them are at work, the statements that wait for a connection, the first come first."""

    # Seconds between two looks, which are all the clock there is: no statement pays for another.
    LOOK = 1.0

    def __init__(self, pool: asyncpg.Pool, longest: float | None = None) -> None:
        """`longest`: how many seconds somebody may hold a connection; None for any time."""
        self._pool = pool
        self._looks = 0
        # Those that somebody holds, and how many looks there had been when they were taken.
        self._out: dict[Any, int] = {}
        self._longest = longest
        self._timer: asyncio.TimerHandle | None = None
        if longest is not None:
            self._timer = asyncio.get_running_loop().call_later(self.LOOK, self._look)
        self._kept: list[Any] = []
        # Each is given a connection, or None: leave to take one from the pool.
        self._waiting: deque[asyncio.Future[Any]] = deque()
        # How many more may be taken from the pool without waiting there.
        self._left = pool.get_max_size()
        # Whether nothing is kept for the next any more, as the pool is about to close.
        self._over = False
        # Server processes that may still wait for the rest of a statement.
        self._torn: set[int] = set()

    def __len__(self) -> int:
        return len(self._kept)

    def taken(self) -> Any:
        """A connection that waits here, or None."""
        if self._kept and not is_gone(self._kept[-1]):
            connection = self._kept.pop()
            self._out[connection] = self._looks
            return connection
        return None

    async def take(self, patience: float) -> Any:
        """A connection that nobody else has. Raises Overloaded after `patience` seconds."""
        connection = None
        if self._kept:
            connection = self._kept.pop()
        elif self._left:
            self._left -= 1
        else:
            connection = await self._turn(patience)
        if connection is not None and not is_gone(connection):
            self._out[connection] = self._looks
            return connection
        try:
            if connection is not None:
                # The pool sees to it that another one is made when it is needed.
                await self._pool.release(connection)
            connection = await self._pool.acquire(timeout=patience)
            self._out[connection] = self._looks
            return connection
        except BaseException as error:
            self._leave()
            if isinstance(error, TimeoutError):
                raise Overloaded from None
            raise

    async def _turn(self, patience: float) -> Any:
        loop = asyncio.get_running_loop()
        turn: asyncio.Future[Any] = loop.create_future()
        self._waiting.append(turn)
        expiry = loop.call_later(patience, _expire, turn)
        try:
            return await turn
        except asyncio.CancelledError:
            if not turn.cancelled():
                # It came at the very moment that nobody wanted it any more.
                self._hand_on(turn.result())
            raise
        finally:
            expiry.cancel()

    def _hand_on(self, connection: Any) -> None:
        if connection is None:
            self._leave()
        elif not self.kept(connection, whole=True):
            finish(self._released(connection, whole=True))

    def _handed(self, connection: Any) -> bool:
        """Whether somebody waited for it."""
        while self._waiting:
            turn = self._waiting.popleft()
            if not turn.done():
                turn.set_result(connection)
                return True
        return False

    def _leave(self) -> None:
        """One connection fewer is out of the pool."""
        if not self._handed(None):
            self._left += 1

    def kept(self, connection: Any, *, whole: bool) -> bool:
        """Keep the connection for the next, if it is `whole`. One whose statement was cut off or
        refused is not."""
        self._out.pop(connection, None)
        if not whole or self._pool.is_closing():
            return False
        if self._waiting and self._handed(connection):
            return True
        if not self._over:
            self._kept.append(connection)
        return not self._over

    async def give_back(self, connection: Any, *, whole: bool) -> None:
        """Keep the connection, or let the pool look after it."""
        released = self.giving_back(connection, whole=whole)
        if released is not None:
            await asyncio.shield(released)

    def giving_back(self, connection: Any, *, whole: bool) -> asyncio.Task[None] | None:
        """The same without waiting: what is left to be done, if anything. At its end a statement
        that was cut off has come to its end too, if the connection was there."""
        if self.kept(connection, whole=whole):
            return None
        return finish(self._released(connection, whole))

    async def _released(self, connection: Any, whole: bool) -> None:
        self._out[connection] = self._looks
        process = None if is_gone(connection) else connection.get_server_pid()
        if process is not None and not whole:
            self._torn.add(process)
        try:
            await self._pool.release(connection)
        except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError):
            # The pool has closed it. What tore the statement is the news, not this.
            if whole:
                raise
        finally:
            self._out.pop(connection, None)
            if process is not None:
                self._torn.discard(process)
            self._leave()

    async def mend(self, connection: Any) -> None:
        """End what a torn statement began. The pool calls this when it gets a connection back.

        asyncpg prepares a statement without a Sync; one that is cut off after that, or whose values
        cannot be encoded, leaves the server waiting for the rest, its locks and snapshot held.
        """
        if connection.get_server_pid() in self._torn:
            await connection.execute("SELECT 1")

    async def let_go(self) -> None:
        """Give all that is kept back to the pool, which is about to close; and what comes back
        from now on."""
        self._over = True
        if self._timer is not None:
            self._timer.cancel()
        while self._kept:
            await self._pool.release(self._kept.pop())

    def _look(self) -> None:
        """Cut off what is out for too long."""
        assert self._longest is not None
        self._looks += 1
        self._timer = asyncio.get_running_loop().call_later(self.LOOK, self._look)
        latest = self._looks - 1 - self._longest / self.LOOK
        silent = [one for one, taken in self._out.items() if taken < latest]
        if not silent:
            return
        log.warning("%d connections to the database fell silent, and are cut off", len(silent))
        for connection in silent + self._kept:
            if not is_gone(connection):
                connection.terminate()


def is_gone(connection: Any) -> bool:
    """Whether nothing more can be sent on it."""
    try:
        return bool(connection.is_closed())
    except asyncpg.InterfaceError:
        # It was closed for good, and the pool has taken it back by itself.
        return True


def _expire(turn: asyncio.Future[Any]) -> None:
    if not turn.done():
        turn.set_exception(Overloaded())
