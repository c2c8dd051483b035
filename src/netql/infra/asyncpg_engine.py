"""The production database: Tortoise's asyncpg client, made safe.

Entering and leaving a transaction survive being cancelled (the original leaks a pool slot each
time). Waiting for a connection ends with Overloaded instead of never. Releasing a connection
costs no extra round trip unless its statement was cut off: netql uses no session state on pooled
connections, so there is nothing to reset; asyncpg still rolls back a transaction left open.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

import asyncpg
from tortoise.backends.asyncpg.client import AsyncpgDBClient, TransactionWrapper
from tortoise.backends.base.client import (
    ConnectionWrapper,
    TransactionContextPooled,
)
from tortoise.connection import get_connections
from tortoise.exceptions import IntegrityError, OperationalError

from netql.errors import Interrupted, TimedOut
from netql.infra import counting
from netql.infra.at_hand import AtHand, is_gone
from netql.infra.finishing import finish
from netql.infra.session_functions import UNFIT, Function, Lost
from netql.infra.sql import for_postgres

# A statement of ours is short to run and long to plan: a page of fifty takes 0.3 ms and its plan
# 1.4 ms. The texts are few and constant, so a plan made once serves every request; and compiling
# one to machine code would take longer than any of them runs.
_SERVER_SETTINGS = {"plan_cache_mode": "force_generic_plan", "jit": "off"}


# Seconds for what is cut off to roll back, and for the server to tell of it.
ENDING = 2.0


def _raise_as_ours(error: asyncpg.PostgresError) -> None:
    """Raises what the rest of netql knows the error by, if it has a name of its own there."""
    if isinstance(error, asyncpg.IntegrityConstraintViolationError):
        raise IntegrityError(error) from error
    if isinstance(error, asyncpg.SyntaxOrAccessError | asyncpg.DataError):
        raise OperationalError(error) from error
    if isinstance(error, asyncpg.QueryCanceledError):
        raise TimedOut from None


# What a session says that was not given a function, or was given two of its name.
_NOT_GIVEN = (
    asyncpg.UndefinedFunctionError,
    asyncpg.InvalidSchemaNameError,
    asyncpg.AmbiguousFunctionError,
)
# How often in a row a function may be given in vain before nobody tries any more.
_FRUITLESS = 100


class _Statements(AsyncpgDBClient):
    """What both the client and its transactions do: count and translate."""

    async def change_rows(self, statement: str, values: Sequence[Any]) -> int:
        """Run one portable statement; how many rows it changed."""
        counting.note(statement)
        async with self.acquire_connection() as connection:
            try:
                status: str = await connection.execute(for_postgres(statement), *values)
            except asyncpg.PostgresError as error:
                _raise_as_ours(error)
                raise
        count = status.rpartition(" ")[2]
        return int(count) if count.isdigit() else 0

    async def execute_insert(self, query: str, values: list[Any]) -> Any:
        counting.note(query)
        return await super().execute_insert(query, values)

    async def execute_many(self, query: str, values: list[Any]) -> None:
        counting.note(query)
        await super().execute_many(query, values)

    async def execute_query(
        self, query: str, values: list[Any] | None = None
    ) -> tuple[int, list[Any]]:
        counting.note(query)
        found: tuple[int, list[Any]] = await super().execute_query(query, values)
        return found

    async def execute_query_dict(
        self, query: str, values: list[Any] | None = None
    ) -> list[dict[str, Any]]:
        counting.note(query)
        rows: list[dict[str, Any]] = await super().execute_query_dict(query, values)
        return rows


class _Transaction(TransactionWrapper, _Statements):
    """Begun and ended by plain words: asyncpg's own transactions cannot take a lock along, and
    never say that a COMMIT was answered by a rollback."""

    lock_key: int | None = None

    async def begin(self) -> None:
        # Whoever waited for a lock must see what its last holder did.
        begin = "BEGIN ISOLATION LEVEL READ COMMITTED"
        if self.lock_key is not None:
            begin += f"; SELECT pg_advisory_xact_lock('{self.lock_key:d}')"
            counting.note(begin)
        try:
            await self._connection.execute(begin)
        except asyncpg.PostgresError as error:
            _raise_as_ours(error)
            raise

    async def commit(self) -> None:
        self._finalized = True
        if await self._connection.execute("COMMIT") != "COMMIT":
            raise OperationalError("a statement of the transaction had failed")

    async def rollback(self) -> None:
        self._finalized = True
        await self._connection.execute("ROLLBACK")

    async def fetch_rows(self, statement: str, values: Sequence[Any]) -> list[asyncpg.Record]:
        """Rows of one portable statement."""
        counting.note(statement)
        async with self._lock:
            try:
                rows: list[asyncpg.Record] = await self._connection.fetch(
                    for_postgres(statement), *values
                )
            except asyncpg.PostgresError as error:
                _raise_as_ours(error)
                raise
        return rows

    async def execute_many(self, query: str, values: list[Any]) -> None:
        counting.note(query)
        await TransactionWrapper.execute_many(self, query, values)

    def acquire_connection(self) -> ConnectionWrapper[asyncpg.Connection]:
        return ConnectionWrapper(self._lock, self)


class _PooledConnection:
    """A connection for one statement."""

    __slots__ = ("_client", "_connection")

    def __init__(self, client: Client) -> None:
        self._client = client

    async def __aenter__(self) -> Any:
        at_hand = self._client.at_hand or await self._client.opened()
        self._connection = await at_hand.take(self._client.patience)
        return self._connection

    async def __aexit__(self, kind: Any, error: Any, traceback: Any) -> None:
        at_hand = self._client.at_hand
        assert at_hand is not None
        await at_hand.give_back(self._connection, whole=kind is None)


_GIVEN_UP = (asyncpg.PostgresError, TimedOut, asyncio.CancelledError)


class _SafeContext(TransactionContextPooled):
    __slots__ = ()
    client: Any

    async def __aenter__(self) -> _Transaction:
        parent = self.client._parent
        at_hand = parent.at_hand or await parent.opened()
        connection = await at_hand.take(parent.patience)
        self.client._connection = connection
        try:
            await self.client.begin()
        except BaseException as error:
            if self.client.lock_key is not None and isinstance(error, _GIVEN_UP):
                finish(self._given_up(connection))
                raise
            # BEGIN may or may not have reached the server: that session is never used again.
            if not is_gone(connection):
                connection.terminate()
            finish(at_hand.give_back(connection, whole=False))
            raise
        self.token = get_connections().set(self.connection_name, self.client)
        transaction: _Transaction = self.client
        return transaction

    def lock(self, key: int) -> None:
        """Before it begins: it is to have this advisory lock from its beginning."""
        self.client.lock_key = key

    async def _given_up(self, connection: Any) -> None:
        """The lock was refused, or is waited for no more: the server is told that this is the end,
        as soon as it listens. Left alone it would wait on."""
        whole = False
        try:
            await self.client.rollback()
            whole = True
        except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError):
            if not is_gone(connection):
                connection.terminate()
        finally:
            await self.client._parent.at_hand.give_back(connection, whole=whole)

    async def __aexit__(self, exc_type: Any, exc_val: Any, exc_tb: Any) -> None:
        self.leave()
        await asyncio.shield(finish(self.end(failed=exc_type is not None)))

    def leave(self) -> None:
        """Statements of this task no longer go to the transaction."""
        get_connections().reset(self.token)

    async def end(self, *, failed: bool) -> None:
        """Commit or roll back, and let go of the connection whatever happens."""
        connection = self.client._connection
        whole = False
        try:
            if self.client._finalized:
                return
            if is_gone(connection):
                # The server rolls back what it lost its client of.
                if failed:
                    return
                raise Interrupted(undone=True)
            if failed:
                await self.client.rollback()
            else:
                await self.client.commit()
            whole = True
        except asyncpg.IntegrityConstraintViolationError as error:
            # A deferred constraint speaks up at COMMIT, past Tortoise's own translation.
            raise IntegrityError(error) from error
        except BaseException:
            if not is_gone(connection):
                connection.terminate()
            raise
        finally:
            await self.client._parent.at_hand.give_back(connection, whole=whole)


class Client(_Statements):
    def __init__(
        self,
        *args: Any,
        patience: float = 5.0,
        statement_seconds: float | None = None,
        **kwargs: Any,
    ) -> None:
        """`patience`: seconds to wait for a free connection before Overloaded.

        `statement_seconds`: how long a statement may take before TimedOut; None for any time.
        """
        kwargs.setdefault("reset", self._mend)
        super().__init__(*args, **kwargs)
        self.at_hand: AtHand | None = None
        # See `infra.at_once`.
        self.acts_at_once = True
        self._fruitless = 0
        self.patience = float(patience)
        # An operation may take as long as a statement, and has to end then.
        self._longest = None if statement_seconds is None else statement_seconds + ENDING
        self.server_settings |= _SERVER_SETTINGS
        if statement_seconds is not None:
            self.server_settings["statement_timeout"] = f"{statement_seconds * 1000:.0f}"

    async def _mend(self, connection: asyncpg.Connection) -> None:
        if self.at_hand is not None:
            await self.at_hand.mend(connection)

    async def opened(self) -> AtHand:
        """The connections at hand, with the pool behind them open."""
        async with self._pool_init_lock:
            if self._pool is None:
                await self.create_connection(with_db=True)
            assert self._pool is not None
            if self.at_hand is None:
                self.at_hand = AtHand(self._pool, self._longest)
        return self.at_hand

    async def close(self) -> None:
        if self.at_hand is not None:
            await self.at_hand.let_go()
        # Waits for transactions that are still being ended, which give their connections back here.
        await super().close()
        self.at_hand = None

    async def fetch_rows(self, statement: str, values: Sequence[Any]) -> list[asyncpg.Record]:
        """As in a transaction, with less on the way: nearly every statement comes through here."""
        counting.note(statement)
        at_hand = self.at_hand or await self.opened()
        connection = at_hand.taken() or await at_hand.take(self.patience)
        whole = False
        try:
            rows: list[asyncpg.Record] = await connection.fetch(for_postgres(statement), *values)
            whole = True
        except asyncpg.PostgresError as error:
            _raise_as_ours(error)
            raise
        finally:
            if not at_hand.kept(connection, whole=whole):
                await at_hand.give_back(connection, whole=whole)
        return rows

    async def call(self, function: Function, values: Sequence[Any], lost: Lost) -> int | None:
        """What a function of the session's returns; the session is given it where it lacks it. None
        also where it cannot be. `lost` is called before anything is raised that leaves it open
        whether the function was carried out."""
        counting.note(function.call)
        at_hand = self.at_hand or await self.opened()
        connection = at_hand.taken() or await at_hand.take(self.patience)
        answered = True
        try:
            for _ in range(2):
                try:
                    answered = False
                    result = await connection.fetchval(function.call, *values)
                except _NOT_GIVEN:
                    answered = True
                    if not await self._given(connection, function):
                        break
                else:
                    # Nobody waits for the rest: the answer would be lost with who is cut off there.
                    at_hand.giving_back(connection, whole=True)
                    return self._taken(result)
        except BaseException as error:
            # What the server calls an error it has undone. The end of a connection it tells by
            # other words, or by none.
            if isinstance(error, asyncpg.PostgresError) and error.severity_en == "ERROR":
                answered = True
            gone = is_gone(connection)
            released = at_hand.giving_back(connection, whole=False)
            if not answered:
                lost(None if gone else released)
            if released is not None:
                await asyncio.shield(released)
            if isinstance(error, asyncpg.PostgresError):
                _raise_as_ours(error)
            raise
        await at_hand.give_back(connection, whole=True)
        # Behind a pooler the call may come to another session than the giving, as long as there
        # are some that were not given it; but some poolers take back whatever is given.
        self._fruitless += 1
        self.acts_at_once &= self._fruitless < _FRUITLESS
        return None

    def _taken(self, result: int | None) -> int | None:
        """A function's result, which may be that the session is not fit for it."""
        self._fruitless = 0
        if result == UNFIT:
            self.acts_at_once = False
            return None
        return result

    async def _given(self, connection: Any, function: Function) -> bool:
        asked, *written = [
            [one.name for one in (await connection.prepare(text)).get_parameters()]
            for text in (function.condition, *function.writings)
        ]
        try:
            await connection.execute(function.making(asked, written))
        except (asyncpg.InsufficientPrivilegeError, asyncpg.UndefinedObjectError):
            # The database's owner keeps temporary things from us, or the language they are
            # written in; transactions need none.
            self.acts_at_once = False
        return self.acts_at_once

    def acquire_connection(self) -> Any:
        return _PooledConnection(self)

    def _in_transaction(self) -> _SafeContext:
        return _SafeContext(_Transaction(self), self._pool_init_lock)


client_class = Client
