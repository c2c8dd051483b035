"""What keeps a database from doing its work, and is its operator's to mend: rights, disks, and who
may sign in to it."""

from __future__ import annotations

import logging
import sqlite3
import time

import asyncpg

from netql.errors import NetqlError, Unable

log = logging.getLogger("netql.database")

# It hits every request, so it is told of once in so many seconds, for each kind of it.
TOLD_AGAIN = 60.0
_told: dict[type[BaseException], float] = {}

_POSTGRES = (
    asyncpg.InsufficientPrivilegeError,
    asyncpg.ReadOnlySQLTransactionError,
    asyncpg.DiskFullError,
    # With its own kind, a wrong password. Neither is said before there was a connection once.
    asyncpg.InvalidAuthorizationSpecificationError,
    asyncpg.InvalidCatalogNameError,
)
# The first byte of SQLite's codes: what stands above it only tells more.
_SQLITE = frozenset(
    (
        sqlite3.SQLITE_READONLY,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_PERM,
    )
)


def why_unable(error: BaseException) -> str | None:
    """What the database said, if this comes of a thing that its operator has to mend; None for
    anything else, which is a bug."""
    said = _said(error)
    return None if said is None else str(said)


def unable(error: BaseException) -> Unable | None:
    """What is told instead of such an error; None for anything else. The log is told why, seldom:
    it is asked for each request that fails of it."""
    said = None if isinstance(error, NetqlError) else _said(error)
    if said is None:
        return None
    moment = time.monotonic()
    if moment - _told.get(type(said), -TOLD_AGAIN) >= TOLD_AGAIN:
        _told[type(said)] = moment
        log.error("the database cannot do its work: %s", said)
    return Unable()


def _said(error: BaseException) -> BaseException | None:
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, _POSTGRES):
            return cause
        if isinstance(cause, sqlite3.OperationalError):
            code = getattr(cause, "sqlite_errorcode", None)
            if code is not None and code & 0xFF in _SQLITE:
                return cause
        cause = cause.__cause__
    return None
