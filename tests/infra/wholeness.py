"""Whether the database's connections are as they should be when nobody is at work."""

from __future__ import annotations

import asyncio
import time
from typing import Any

from tortoise.connection import get_connection

from netql.infra.database import dialect, fetch, fetch_one

_PATIENCE = 30.0


def pool() -> Any:
    """The process's pool of connections to PostgreSQL."""
    return get_connection("default")._pool


def _whole() -> bool:
    if dialect() == "postgres":
        # Those at hand are out of the pool, and idle all the same.
        idle = pool().get_idle_size() + len(get_connection("default").at_hand)
        return bool(idle == pool().get_size() > 0)
    client = get_connection("default")
    # Statements and transactions take turns on this lock.
    turn: asyncio.Lock = client._lock
    return not turn.locked() and not client._connection.in_transaction


_SESSIONS = """SELECT state, wait_event, now() - query_start AS age, query
FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() AND state <> 'idle'"""

_LEFT_OPEN = """SELECT (SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()
    AND pid <> pg_backend_pid() AND state <> 'idle')
  + (SELECT count(*) FROM pg_locks l JOIN pg_database d ON d.oid = l.database
    WHERE d.datname = current_database() AND l.locktype = 'advisory') AS left_open"""


async def is_whole() -> None:
    """Every connection comes back and none holds a transaction or a lock; raises if one stays."""
    deadline = time.monotonic() + _PATIENCE
    while time.monotonic() < deadline:
        if _whole():
            if dialect() == "sqlite":
                return
            row = await fetch_one(_LEFT_OPEN)
            if row is not None and row["left_open"] == 0:
                return
        await asyncio.sleep(0.001)
    raise AssertionError(f"a connection did not come back: {await _what_is_left()}")


async def _what_is_left() -> str:
    if dialect() == "sqlite":
        return "the one there is"
    at_hand = get_connection("default").at_hand
    sessions = await fetch(_SESSIONS)
    idle = f"{pool().get_idle_size()} idle and {len(at_hand)} at hand"
    return f"{idle} of {pool().get_size()}, while the server has {sessions}"
