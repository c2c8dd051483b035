"""A statement that takes longer than it may is ended by the database itself."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Callable
from importlib import import_module
from typing import Any

import pytest

from netql.errors import TimedOut
from netql.infra.database import engine_config
from netql.settings import Settings
from tests.limits.slow import SLOW

SECONDS = 1.0


async def opened(settings: Settings, url: str, seconds: float | None) -> Any:
    told = engine_config(settings.model_copy(update={"database_url": url}), seconds)
    engine = import_module(told["engine"])
    client = engine.client_class(connection_name="apart", **told["credentials"])
    await client.create_connection(with_db=True)
    return client


@pytest.fixture
async def client(settings: Settings, new_database: Callable[[], str]) -> AsyncIterator[Any]:
    """A database of its own whose statements may take a second: more than those need, on any
    machine, that are not slow on purpose."""
    url = new_database()
    patient = await opened(settings, url, None)
    await patient.change_rows("CREATE TABLE things (name TEXT)", ())
    await patient.change_rows("INSERT INTO things (name) VALUES ('kept')", ())
    await patient.close()
    client = await opened(settings, url, SECONDS)
    yield client
    await client.close()


async def test_it_is_told_as_such_and_the_next_statement_runs(client: Any) -> None:
    begun = time.monotonic()
    for _ in range(2):
        with pytest.raises(TimedOut):
            await client.fetch_rows(SLOW, ())
    assert 2 * SECONDS <= time.monotonic() - begun < 30
    assert len(await client.fetch_rows("SELECT 1 AS one", ())) == 1


async def test_a_change_that_takes_too_long_changes_nothing(client: Any) -> None:
    with pytest.raises(TimedOut):
        await client.change_rows(f"INSERT INTO things (name) SELECT 'late' FROM ({SLOW}) s", ())
    rows = await client.fetch_rows("SELECT name FROM things", ())
    assert [row["name"] for row in rows] == ["kept"]


async def test_commands_may_take_their_time(
    settings: Settings, new_database: Callable[[], str]
) -> None:
    client = await opened(settings, new_database(), None)
    try:
        short = SLOW.replace("300000000", "3000000").replace("(60)", "(0.5)")
        assert len(await client.fetch_rows(short, ())) == 1
    finally:
        await client.close()
