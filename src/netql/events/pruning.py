"""Lets go of what is old: entries of logs, and keys of retries.

Keys sort by the time of their making, so the old ones are the beginning of an index. Of a log goes
what is older than NETQL_EVENT_DAYS, from its beginning and without leaving holes, but never its
newest entry: so a log that was pruned can be told from one that never had those numbers
(`recording.pruned_to`). Nobody reads what is older, so it does not show what is still there.
"""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from uuid import UUID

from netql.clock import now
from netql.events.idempotency import KEPT
from netql.ids import earliest_id
from netql.infra.database import execute, fetch, transaction, unless_held
from netql.settings import Settings

log = logging.getLogger("netql.events")

# Seconds from one sweep to the next, at most: each pause is drawn by lot, down to a tenth, so that
# processes which were started together do not sweep together.
EVERY = 6 * 3600.0
# What goes is older than what is read by so much: clocks of processes differ, and of two entries of
# a log the earlier one may have the later key.
LATER = timedelta(hours=1)
# Rows in one transaction, and the seconds between two: on SQLite nobody else writes meanwhile.
BATCH = 500
BREATH = 0.05

_OLDEST = """SELECT id, member_id, number FROM events
WHERE id > $1 AND id < $2 ORDER BY id LIMIT $3"""
# Everything of those logs up to those entries, whichever of their keys was made first.
_BEGINNINGS = """DELETE FROM events WHERE id IN (WITH old(member_id, id) AS (PAIRS($1, $2))
  SELECT e.id FROM old, events e WHERE e.member_id = old.member_id
     AND e.number <= (SELECT one.number FROM events one WHERE one.id = old.id)
     AND e.number < (SELECT s.last_number FROM event_streams s WHERE s.member_id = e.member_id)"""
_KEYS = "DELETE FROM idempotency_keys WHERE id IN (SELECT id FROM idempotency_keys WHERE id < $1"


@asynccontextmanager
async def pruning(settings: Settings) -> AsyncIterator[None]:
    """Sweep now and then until the end of the block."""
    task = asyncio.create_task(_prune(timedelta(days=settings.event_days) + LATER))
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def _prune(kept: timedelta) -> None:
    while True:
        await asyncio.sleep(EVERY * random.uniform(0.1, 1.0))
        try:
            await sweep(kept)
        except Exception:
            log.exception("what is old could not be pruned; it is tried again")


async def sweep(kept: timedelta) -> tuple[int, int]:
    """Prune once, entries of logs that are older than `kept`; how many of them and how many keys
    went."""
    entries = await _prune_logs(earliest_id(now() - kept))
    keys = await _prune_keys(earliest_id(now() - KEPT))
    if entries or keys:
        log.info("pruned %d entries of logs and %d keys of retries", entries, keys)
    return entries, keys


async def _prune_logs(end: UUID) -> int:
    gone, begin = 0, UUID(int=0)
    while rows := await fetch(_OLDEST, begin, end, BATCH):
        last: dict[UUID, tuple[int, UUID]] = {}
        for row in rows:
            entry = row["number"], row["id"]
            last[row["member_id"]] = max(entry, last.get(row["member_id"], entry))
        async with transaction():
            ids = [entry_id for _, entry_id in last.values()]
            gone += await execute(f"{_BEGINNINGS}{unless_held()})", list(last), ids)
        begin = rows[-1]["id"]
        await asyncio.sleep(BREATH)
    return gone


async def _prune_keys(end: UUID) -> int:
    gone = 0
    while True:
        async with transaction():
            batch = await execute(f"{_KEYS} LIMIT $2{unless_held()})", end, BATCH)
        gone += batch
        if batch < BATCH:
            return gone
        await asyncio.sleep(BREATH)
