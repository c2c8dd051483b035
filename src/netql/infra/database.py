"""The door to the database: statements, transactions, the pair lock.

`fetch`, `fetch_one` and `execute` run hand-written portable SQL (see `infra.sql`) on whichever
database is configured, inside the open transaction if there is one.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import partial
from typing import Any, cast
from urllib.parse import unquote, urlsplit
from uuid import UUID

from tortoise import Tortoise
from tortoise.connection import get_connection
from tortoise.exceptions import IntegrityError
from tortoise.transactions import in_transaction

from netql.errors import ConfigurationError, Interrupted, Unable
from netql.infra.database_start import until_it_answers
from netql.infra.finishing import finish
from netql.infra.passing import is_undone, passes, persistently
from netql.infra.unable import unable
from netql.settings import Settings

Row = Mapping[str, Any]

MODELS = (
    "netql.accounts.models",
    "netql.members.models",
    "netql.relations.models",
    "netql.connections.models",
    "netql.network.models",
    "netql.events.models",
)


@dataclass(slots=True)
class Transaction:
    """What an open transaction still owes: work before its COMMIT, and work after it."""

    # What runs its statements.
    client: Any
    # How many acts share it, one inside another.
    depth: int = 1
    before_commit: list[Callable[[], Awaitable[None]]] = field(default_factory=list)
    after_commit: list[Callable[[], None]] = field(default_factory=list)


_open: ContextVar[Transaction | None] = ContextVar("netql_transaction", default=None)


# Of the process's database, while it is open.
_client: Any = None


def dialect() -> str:
    """`sqlite` or `postgres`."""
    client = _client or get_connection("default")
    return str(client.capabilities.dialect)


async def fetch(statement: str, *values: Any) -> list[Row]:
    """The statement's rows. Outside of a transaction it only reads, and is tried again after a
    failure that passes. Raises Interrupted, Overloaded, Unable."""
    current = _open.get()
    if current is not None:
        return cast(list[Row], await current.client.fetch_rows(statement, values))
    client: Any = _client or get_connection("default")
    try:
        return cast(list[Row], await client.fetch_rows(statement, values))
    except Exception as error:
        if not passes(error):
            _raise_if_unable(error)
            raise
    return await persistently(partial(_read, client, statement, values))


async def _read(client: Any, statement: str, values: tuple[Any, ...]) -> list[Row]:
    try:
        return cast(list[Row], await client.fetch_rows(statement, values))
    except Exception as error:
        if passes(error):
            raise Interrupted(undone=True, reads=True) from error
        _raise_if_unable(error)
        raise


def _raise_if_unable(error: Exception) -> None:
    """Raises Unable for what the database's operator has to mend."""
    told = unable(error)
    if told is not None:
        raise told from error


async def fetch_one(statement: str, *values: Any) -> Row | None:
    rows = await fetch(statement, *values)
    return rows[0] if rows else None


async def execute(statement: str, *values: Any) -> int:
    """Run a statement; how many rows it changed."""
    current = _open.get()
    client: Any = get_connection("default") if current is None else current.client
    return cast(int, await client.change_rows(statement, values))


def current_transaction() -> Transaction:
    """The open transaction. Raises RuntimeError outside of one: that is a bug."""
    current = _open.get()
    if current is None:
        raise RuntimeError("This needs an open transaction.")
    return current


@asynccontextmanager
async def transaction(pair: tuple[UUID, UUID] | None = None) -> AsyncIterator[Transaction]:
    """All or nothing. Joins the transaction that is already open, if one is.

    `pair`: it has their lock from its beginning (see `lock_pair`), without a statement more.

    A cancelled task either committed or left nothing behind; work for after the commit runs in
    the first case even so. Raises Interrupted for a failure of the database that passes, and
    Unable for one that its operator has to mend.
    """
    joined = _open.get()
    if joined is not None:
        if pair is not None:
            await lock_pair(*pair)
        joined.depth += 1
        try:
            yield joined
        finally:
            joined.depth -= 1
        return
    try:
        scope: Any = in_transaction("default")
        if pair is not None:
            scope.lock(pair_key(*pair))
        current = Transaction(await scope.__aenter__())
        token = _open.set(current)
        try:
            yield current
            for step in current.before_commit:
                await step()
        except BaseException:
            _open.reset(token)
            scope.leave()
            await _rolled_back(scope)
            raise
    except Exception as error:
        raise_told(error, undone=True)
        raise
    _open.reset(token)
    scope.leave()
    try:
        await asyncio.shield(finish(_commit(scope, current)))
    except Exception as error:
        raise_told(error, undone=is_undone(error))
        raise


def raise_told(error: Exception, *, undone: bool) -> None:
    """Raises what is told of a failure of the database: Interrupted where it passes, Unable where
    its operator has to mend it."""
    if passes(error):
        raise Interrupted(undone=undone) from error
    _raise_if_unable(error)


def client_at_once() -> Any:
    """What calls the functions of `infra.at_once`; None inside of a transaction, and where a
    database has none."""
    client: Any = _client or get_connection("default")
    return client if _open.get() is None and client.acts_at_once else None


async def _rolled_back(scope: Any) -> None:
    """Roll back. A connection that is lost meanwhile has done so; what was to be told of the
    transaction is still to be told, above all that nobody wants it any more."""
    try:
        await asyncio.shield(finish(scope.end(failed=True)))
    except Exception as error:
        if not passes(error):
            raise


async def _commit(scope: Any, current: Transaction) -> None:
    await scope.end(failed=False)
    for step in current.after_commit:
        step()


async def lock_pair(one: UUID, other: UUID) -> None:
    """Hold the pair's lock until the transaction ends.

    A statement of its own: under READ COMMITTED a snapshot is older than the wait for a lock taken
    inside the same statement, so the relation must be read by a later one (`relations.edges.hold`
    says what may be read along). On SQLite every transaction holds the only write lock already.
    """
    current_transaction()
    if dialect() == "postgres":
        await execute("SELECT pg_advisory_xact_lock($1)", pair_key(one, other))


async def lock_member(member_id: UUID) -> None:
    """Hold what is counted of a member until the transaction ends; like `lock_pair` otherwise.

    Taken after the pair, and in ascending order where there are two.
    """
    await lock_pair(member_id, member_id)


def pair_key(one: UUID, other: UUID) -> int:
    """A signed 64-bit number that stands for the unordered pair."""
    low, high = sorted((one.bytes, other.bytes))
    digest = hashlib.blake2b(low + high, digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)


def for_update() -> str:
    """The words that hold a row to be changed. Not its key: a plain FOR UPDATE would also wait for
    whoever refers to the row, and two members who refer to each other would wait for ever."""
    return " FOR NO KEY UPDATE" if dialect() == "postgres" else ""


def unless_held() -> str:
    """The words that pass over rows which another transaction holds, rather than wait for it."""
    return " FOR UPDATE SKIP LOCKED" if dialect() == "postgres" else ""


def engine_config(settings: Settings, statement_seconds: float | None = None) -> dict[str, Any]:
    """Tortoise's connection entry for the configured database. Raises ConfigurationError."""
    url = urlsplit(settings.database_url)
    if url.scheme == "sqlite":
        path = settings.database_url.removeprefix("sqlite://")
        # FULL, SQLite's own default: an acknowledged write survives a loss of power.
        credentials: dict[str, Any] = {
            "file_path": path,
            "busy_timeout": 5000,
            "statement_seconds": statement_seconds,
        }
        return {"engine": "netql.infra.sqlite_engine", "credentials": credentials}
    if url.scheme in ("postgres", "postgresql"):
        return {
            "engine": "netql.infra.asyncpg_engine",
            "credentials": {
                **postgres_address(settings.database_url),
                "minsize": 1,
                "maxsize": settings.database_connections,
                "patience": settings.database_patience,
                "statement_seconds": statement_seconds,
                "application_name": "netql",
            },
        }
    raise ConfigurationError(
        "NETQL_DATABASE_URL accepts sqlite://PATH or postgres://USER:PASSWORD@HOST:PORT/NAME."
    )


def postgres_address(address: str) -> dict[str, Any]:
    """What asyncpg has to know of a postgres:// address to connect to it."""
    url = urlsplit(address)
    return {
        "host": unquote(url.hostname or "localhost"),
        "port": url.port or 5432,
        "user": unquote(url.username or "postgres"),
        "password": unquote(url.password) if url.password else None,
        "database": unquote(url.path.lstrip("/")) or "netql",
    }


@asynccontextmanager
async def connected(
    settings: Settings, *, statement_seconds: float | None = None, waiting: bool = False
) -> AsyncIterator[None]:
    """Open the database for this process; a wrong address fails here, not at the first request.
    Raises ConfigurationError; if `waiting`, it is tried until the database answers.

    A statement that takes longer than `statement_seconds` ends in TimedOut. None is for commands,
    which may take their time.
    """
    await Tortoise.init(
        config={
            "connections": {"default": engine_config(settings, statement_seconds)},
            "apps": {"netql": {"models": list(MODELS), "default_connection": "default"}},
            "use_tz": True,
        },
        # Requests run in tasks that never saw this context variable being set.
        _enable_global_fallback=True,
    )
    global _client
    _client = get_connection("default")
    try:
        await (until_it_answers(_answers) if waiting else _answers())
        yield
    finally:
        _client = None
        await Tortoise.close_connections()


async def _answers() -> None:
    """Raises ConfigurationError when the database does not."""
    try:
        await fetch("SELECT 1 AS one")
    except Exception as error:
        # What is tried again is told to clients in words of ours; here the reason is wanted.
        why = error.__cause__ if isinstance(error, Interrupted | Unable) else error
        raise ConfigurationError(
            "NETQL_DATABASE_URL names a database that does not answer:"
            f" {why or type(error).__name__}"
        ) from error


__all__ = ["IntegrityError", "Row", "connected", "execute", "fetch", "fetch_one", "transaction"]
