"""Writes many rows at once, the fastest way that each database has."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

from tortoise.connection import get_connection

from netql.infra.database import current_transaction, dialect, execute, fetch
from netql.seeding.bare import bare

Records = list[Any]
# Negative means KiB: half a GiB, taken as it is needed.
_ROOM = -512 * 1024


async def insert(table: str, columns: Sequence[str], rows: Records) -> None:
    """Add the rows to the table, inside the open transaction."""
    current_transaction()
    if not rows:
        return
    client = get_connection("default")
    if dialect() == "postgres":
        async with client.acquire_connection() as connection:
            await connection.copy_records_to_table(table, records=rows, columns=columns)
        return
    places = ", ".join("?" * len(columns))
    statement = f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({places})"
    await client.execute_many(statement, rows)


@asynccontextmanager
async def room(tables: Sequence[str]) -> AsyncIterator[None]:
    """Makes a load of very many rows into the tables cheap, inside the open transaction.

    PostgreSQL's tables are without indexes and references meanwhile. SQLite keeps more of its
    indexes in memory: ids come in no order, and without the room nearly every row of a large load
    would read and write pages of the file.
    """
    if dialect() == "postgres":
        async with bare(tables):
            yield
        return
    usual = int((await fetch("PRAGMA cache_size"))[0]["cache_size"])
    await execute(f"PRAGMA cache_size = {_ROOM}")
    try:
        yield
    finally:
        await execute(f"PRAGMA cache_size = {usual}")
