"""What keeps a database from doing its work, and is its operator's to mend: rights, disks."""

from __future__ import annotations

import sqlite3

import asyncpg

_POSTGRES = (
    asyncpg.InsufficientPrivilegeError,
    asyncpg.ReadOnlySQLTransactionError,
    asyncpg.DiskFullError,
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
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, _POSTGRES):
            return str(cause)
        if isinstance(cause, sqlite3.OperationalError):
            code = getattr(cause, "sqlite_errorcode", None)
            if code is not None and code & 0xFF in _SQLITE:
                return str(cause)
        cause = cause.__cause__
    return None
