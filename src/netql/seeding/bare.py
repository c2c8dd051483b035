"""Tables of PostgreSQL without their indexes and references, while very many rows come in.

Kept up to date row by row, random keys cost a page of every index, and each reference a look-up.
Built afterwards, an index is one sort and a reference one join. The transaction holds it all: an
interrupted load leaves the tables as they were, and the same definitions check every row.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

from netql.infra.database import current_transaction, execute, fetch

# Tables to which others outside of the load refer keep their keys: those references need them.
_CONSTRAINTS = """
SELECT c.conrelid::regclass::text AS held_by, quote_ident(c.conname) AS name,
       pg_get_constraintdef(c.oid) AS definition, c.contype = 'f' AS refers
  FROM pg_constraint c
 WHERE c.conrelid::regclass::text = ANY($1)
   AND (c.contype = 'f' OR c.contype IN ('p', 'u') AND NOT EXISTS (
        SELECT 1 FROM pg_constraint r WHERE r.contype = 'f' AND r.confrelid = c.conrelid
           AND r.conrelid::regclass::text <> ALL($1)))
 ORDER BY c.oid
"""
_INDEXES = """
SELECT i.indexrelid::regclass::text AS name, pg_get_indexdef(i.indexrelid) AS definition
  FROM pg_index i
 WHERE i.indrelid::regclass::text = ANY($1)
   AND NOT EXISTS (SELECT 1 FROM pg_constraint c WHERE c.conindid = i.indexrelid)
 ORDER BY i.indexrelid
"""


@dataclass(frozen=True, slots=True)
class _Part:
    """Something of a table, as the statement that takes it away and the one that makes it."""

    drop: str
    make: str


@asynccontextmanager
async def bare(tables: Sequence[str]) -> AsyncIterator[None]:
    """Take the indexes and references off the tables, inside the open transaction, and put them
    back. Nobody else can read the tables until it ends.

    Raises the database's error at the end if a row breaks one of them.
    """
    current_transaction()
    parts = await _parts(tables)
    # References stand on keys, so they are the first to go and the last to come back.
    for part in reversed(parts):
        await execute(part.drop)
    yield
    # In the usual room a sort of millions of rows goes through the disk.
    await execute("SET LOCAL maintenance_work_mem = '256MB'")
    await execute("SET LOCAL work_mem = '128MB'")
    for part in parts:
        await execute(part.make)


async def _parts(tables: Sequence[str]) -> list[_Part]:
    """Keys, then indexes, then references."""
    keys: list[_Part] = []
    references: list[_Part] = []
    for row in await fetch(_CONSTRAINTS, list(tables)):
        alter = f"ALTER TABLE {row['held_by']}"
        part = _Part(
            f"{alter} DROP CONSTRAINT {row['name']}",
            f"{alter} ADD CONSTRAINT {row['name']} {row['definition']}",
        )
        (references if row["refers"] else keys).append(part)
    indexes = [
        _Part(f"DROP INDEX {row['name']}", row["definition"])
        for row in await fetch(_INDEXES, list(tables))
    ]
    return [*keys, *indexes, *references]
