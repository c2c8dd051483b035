"""The embedded database: Tortoise's SQLite client, made safe.

Four things differ from the original. Entering a transaction survives being cancelled (the
original keeps its lock for ever). Transactions begin IMMEDIATE, so none fails half-way for want
of the write lock. Columns declared UUID, TIMESTAMPTZ, DATE or BOOLEAN come back as Python values
on every path, as they do from PostgreSQL. A statement ends when its time is over.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

import aiosqlite
from tortoise.backends.sqlite.client import (
    SqliteClient,
    SqliteTransactionContext,
    SqliteTransactionWrapper,
    translate_exceptions,
)
from tortoise.connection import get_connections
from tortoise.exceptions import IntegrityError

from netql.infra import counting
from netql.infra.finishing import finish
from netql.infra.in_time import InTime
from netql.infra.sql import for_sqlite, sqlite_values

sqlite3.register_converter("UUID", lambda raw: UUID(raw.decode()))
sqlite3.register_converter("TIMESTAMPTZ", lambda raw: datetime.fromisoformat(raw.decode()))
sqlite3.register_converter("DATE", lambda raw: date.fromisoformat(raw.decode()))
sqlite3.register_converter("BOOLEAN", lambda raw: raw == b"1")


class _Statements(SqliteClient):
    """What both the client and its transactions do: count, translate, encode."""

    @translate_exceptions
    async def fetch_rows(self, statement: str, values: Sequence[Any]) -> list[sqlite3.Row]:
        """Rows of one portable statement."""
        text, order = for_sqlite(statement)
        taken = sqlite_values([values[index] for index in order])
        counting.note(statement)
        async with self.acquire_connection() as connection:
            rows: list[sqlite3.Row] = await connection.in_time.rows(text, taken)
            return rows

    @translate_exceptions
    async def change_rows(self, statement: str, values: Sequence[Any]) -> int:
        """Run one portable statement; how many rows it changed."""
        text, order = for_sqlite(statement)
        taken = sqlite_values([values[index] for index in order])
        counting.note(statement)
        async with self.acquire_connection() as connection:
            changed: int = await connection.in_time.changed(text, taken)
            return changed

    async def execute_insert(self, query: str, values: list[Any]) -> int:
        counting.note(query)
        key: int = await super().execute_insert(query, sqlite_values(values))
        return key

    async def execute_many(self, query: str, values: list[list[Any]]) -> None:
        counting.note(query)
        await super().execute_many(query, [sqlite_values(row) for row in values])

    async def execute_query(
        self, query: str, values: list[Any] | None = None
    ) -> tuple[int, Sequence[Any]]:
        counting.note(query)
        found: tuple[int, Sequence[Any]] = await super().execute_query(
            query, sqlite_values(values or ())
        )
        return found

    async def execute_query_dict(
        self, query: str, values: list[Any] | None = None
    ) -> list[dict[str, Any]]:
        counting.note(query)
        rows: list[dict[str, Any]] = await super().execute_query_dict(
            query, sqlite_values(values or ())
        )
        return rows


class _Transaction(_Statements, SqliteTransactionWrapper):
    async def begin(self) -> None:
        await self._connection.execute("BEGIN IMMEDIATE")


class _SafeContext(SqliteTransactionContext):
    """Holds the connection's lock from BEGIN to the end, whoever is cancelled meanwhile."""

    __slots__ = ()

    async def __aenter__(self) -> _Transaction:
        await self._trxlock.acquire()
        try:
            await self.ensure_connection()
            await self.connection.begin()
        except BaseException:
            # The worker thread may still run our BEGIN after we are gone: queue a ROLLBACK
            # behind it, and only then let the next task have the connection.
            finish(self._undo())
            raise
        self.token = get_connections().set(self.connection_name, self.connection)
        transaction: _Transaction = self.connection
        return transaction

    async def __aexit__(self, exc_type: Any, exc_val: Any, exc_tb: Any) -> None:
        self.leave()
        await asyncio.shield(finish(self.end(failed=exc_type is not None)))

    def lock(self, key: int) -> None:
        """The transaction that begins has the only lock there is."""

    def leave(self) -> None:
        """Statements of this task no longer go to the transaction."""
        get_connections().reset(self.token)

    async def _undo(self) -> None:
        try:
            if self.connection._connection:
                await self.connection._connection.rollback()
        finally:
            self._trxlock.release()

    async def end(self, *, failed: bool) -> None:
        """Commit or roll back, and let go of the connection whatever happens."""
        try:
            if self.connection._finalized:
                return
            if failed:
                await self.connection.rollback()
                return
            try:
                await self.connection.commit()
            except BaseException:
                # A deferred constraint refuses at COMMIT and leaves the transaction open.
                await self.connection._connection.rollback()
                raise
        except sqlite3.IntegrityError as error:
            raise IntegrityError(error) from error
        finally:
            self._trxlock.release()


class Client(_Statements):
    # See `infra.at_once`.
    acts_at_once = False

    def __init__(self, *args: Any, statement_seconds: float | None = None, **kwargs: Any) -> None:
        """`statement_seconds`: how long a statement may take before TimedOut; None for any time."""
        super().__init__(*args, **kwargs)
        self._statement_seconds = statement_seconds

    async def create_connection(self, with_db: bool) -> None:
        if self._connection:
            return
        self._connection = await aiosqlite.connect(
            self.filename, isolation_level=None, detect_types=sqlite3.PARSE_DECLTYPES
        )
        self._connection._conn.row_factory = sqlite3.Row
        for pragma, value in self.pragmas.items():
            await (await self._connection.execute(f"PRAGMA {pragma}={value}")).close()
        in_time = InTime(self._connection, self._statement_seconds)
        await in_time.prepare()
        # On the connection itself: transactions have it too.
        self._connection.in_time = in_time  # type: ignore[attr-defined]
        await self._post_connect()

    def _in_transaction(self) -> _SafeContext:
        return _SafeContext(_Transaction(self), self._lock)


client_class = Client
