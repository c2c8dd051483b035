"""Failures of the database that pass: what they are, and trying again after one.

Deadlocks, connections that were cut, and a database that stops or starts. Whoever tried nothing
that lasts may simply try again; where it is not known what lasted, only the client can decide.
"""

from __future__ import annotations

import asyncio
import random
import sqlite3
from collections.abc import Awaitable, Callable
from typing import TypeVar

import asyncpg
from tortoise.exceptions import OperationalError

from netql.errors import Interrupted

T = TypeVar("T")

# How often something is tried, and the longest wait before the second try, in seconds; it doubles
# with each. All waits together stay under half a second: a client's own patience is not long.
TRIES = 4
FIRST_WAIT = 0.05

# Classes and codes of PostgreSQL (its appendix A): a lost connection, a transaction that the
# server ended by itself, a server that stops, starts or has too many clients.
_CLASSES = ("08", "40")
_CODES = frozenset(("57P01", "57P02", "57P03", "53300"))


def passes(error: BaseException) -> bool:
    """Whether trying again later may help, because nothing is wrong with what was tried."""
    if isinstance(error, asyncpg.PostgresError):
        code = str(error.sqlstate or "")
        return code.startswith(_CLASSES) or code in _CODES
    if isinstance(error, asyncpg.InterfaceError):
        # Whatever else it says is a bug of ours.
        return "closed" in str(error)
    if isinstance(error, asyncpg.InternalClientError):
        # What asyncpg makes of a connection that has been told to end and has not ended yet.
        return True
    if isinstance(error, OperationalError | sqlite3.OperationalError):
        return "database is locked" in str(error)
    return isinstance(error, OSError)


def is_undone(error: BaseException) -> bool:
    """Whether a COMMIT that failed so has surely changed nothing: the database said so itself."""
    if isinstance(error, OperationalError | sqlite3.OperationalError):
        return True
    return isinstance(error, asyncpg.TransactionRollbackError)


async def persistently(act: Callable[[], Awaitable[T]]) -> T:
    """Act, and again after each Interrupted that left nothing behind, a few times."""
    for wait in range(TRIES - 1):
        try:
            return await act()
        except Interrupted as interruption:
            if not interruption.undone:
                raise
        # By lot, or those who met in a deadlock would meet again.
        await asyncio.sleep(random.uniform(0, FIRST_WAIT * 2**wait))
    return await act()
