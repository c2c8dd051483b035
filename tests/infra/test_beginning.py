"""Transactions that begin with a lock, and do not get it; and one that ends as it should not."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any

import asyncpg
import pytest
from tortoise.exceptions import OperationalError

from netql.errors import TimedOut
from netql.infra.database import IntegrityError, execute, fetch_one, transaction
from netql.settings import Settings
from tests.conftest import DATABASE
from tests.infra.test_in_time import opened
from tests.infra.wholeness import is_whole
from tests.live.inside import eventually
from tests.people import People

pytestmark = pytest.mark.skipif(DATABASE == "sqlite", reason="SQLite's only lock is its file's")
# The least there is: its digits alone are no bigint.
KEY = -(2**63)
SECONDS = 1.0
_WAITING = "SELECT count(*) AS n FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"


@pytest.fixture
async def holder(
    settings: Settings, new_database: Callable[[], str]
) -> AsyncIterator[tuple[str, Any]]:
    """A database of its own, and somebody who has the lock in it."""
    url = new_database()
    holding = await asyncpg.connect(url)
    await holding.execute(f"SELECT pg_advisory_lock('{KEY}')")
    yield url, holding
    await holding.close()


async def begun(client: Any) -> None:
    scope = client._in_transaction()
    scope.lock(KEY)
    async with scope:
        raise AssertionError("somebody else has the lock")


async def server(client: Any) -> int:
    [row] = await client.fetch_rows("SELECT pg_backend_pid() AS id", ())
    found: int = row["id"]
    return found


async def waiting(holding: Any) -> int:
    found: int = await holding.fetchval(_WAITING)
    return found


async def until_it_waits(holding: Any) -> None:
    async with asyncio.timeout(20):
        while await waiting(holding) != 1:  # noqa: ASYNC110 - the server tells nobody
            await asyncio.sleep(0.005)


async def test_who_waits_longer_than_a_statement_may_keeps_the_connection(
    settings: Settings, holder: tuple[str, Any]
) -> None:
    url, holding = holder
    client = await opened(settings, url, SECONDS)
    before = await server(client)
    for _ in range(2):
        with pytest.raises(TimedOut):
            await begun(client)
        await eventually(lambda: len(client.at_hand) == 1)
        assert await waiting(holding) == 0
        assert await server(client) == before
    await client.close()


async def test_who_leaves_does_not_hold_up_the_end(
    settings: Settings, holder: tuple[str, Any]
) -> None:
    url, holding = holder
    client = await opened(settings, url, None)
    task = asyncio.create_task(begun(client))
    await until_it_waits(holding)
    task.cancel()
    await asyncio.wait([task])
    # As long as the pool waits for connections that are not given back, it takes ten seconds.
    async with asyncio.timeout(8):
        await client.close()


async def test_who_leaves_is_waited_for_no_more_and_the_connection_is_kept(
    settings: Settings, holder: tuple[str, Any]
) -> None:
    url, holding = holder
    client = await opened(settings, url, None)
    before = await server(client)
    task = asyncio.create_task(begun(client))
    await until_it_waits(holding)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await eventually(lambda: len(client.at_hand) == 1)
    assert await waiting(holding) == 0
    assert await server(client) == before
    await client.close()


async def test_who_is_cut_off_while_waiting_leaves_nothing(
    settings: Settings, holder: tuple[str, Any]
) -> None:
    url, holding = holder
    client = await opened(settings, url, None)
    before = await server(client)
    task = asyncio.create_task(begun(client))
    await until_it_waits(holding)
    await holding.execute("SELECT pg_terminate_backend($1)", before)
    with pytest.raises(Exception, match="terminating connection|closed"):
        await task
    assert await server(client) != before
    await client.close()


@pytest.mark.usefixtures("database")
async def test_a_transaction_that_had_failed_is_no_success(people: People) -> None:
    """Whoever passes over a statement's failure has undone what was before it, too."""
    ann = await people.member(headline="before")
    followed: list[str] = []

    async def act() -> None:
        async with transaction() as current:
            current.after_commit.append(lambda: followed.append("after"))
            await execute("UPDATE members SET headline = 'lost' WHERE id = $1", ann.key)
            with pytest.raises(IntegrityError):
                await execute("UPDATE members SET handle = 'x' WHERE id = $1", ann.key)

    with pytest.raises(OperationalError, match="had failed"):
        await act()
    row = await fetch_one("SELECT headline FROM members WHERE id = $1", ann.key)
    assert row is not None
    assert row["headline"] == "before"
    assert followed == []
    await is_whole()
