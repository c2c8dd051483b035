"""Writing by one statement, if a condition holds once the pair is held."""

from __future__ import annotations

import asyncio
import contextvars
from collections.abc import AsyncIterator, Callable
from typing import Any

import asyncpg
import pytest

from netql.errors import Interrupted, TimedOut
from netql.ids import new_id
from netql.infra import database
from netql.infra.at_once import Statement, written_if
from netql.infra.session_functions import writing_if
from netql.settings import Settings
from tests.conftest import DATABASE
from tests.infra.test_beginning import until_it_waits
from tests.infra.test_in_time import opened
from tests.infra.wholeness import is_whole

pytestmark = [
    pytest.mark.usefixtures("database"),
    pytest.mark.skipif(DATABASE == "sqlite", reason="on SQLite a statement is no journey"),
]
ONE, OTHER = new_id(), new_id()
PAIR = (ONE, OTHER)
WRITES = "INSERT INTO things (name) VALUES ($1) RETURNING number"
_TABLE = """CREATE TABLE things
(number bigint GENERATED ALWAYS AS IDENTITY, name text PRIMARY KEY)"""


@pytest.fixture
async def things() -> AsyncIterator[None]:
    await database.execute(_TABLE)
    yield
    await is_whole()
    await database.execute("DROP TABLE things")


def unless(name: str) -> Statement:
    return Statement(
        "SELECT FROM (SELECT) f WHERE NOT EXISTS (SELECT FROM things t WHERE t.name = $1)", (name,)
    )


async def add(name: str, unless_there: str, told: list[int | None], pair: Any = PAIR) -> bool:
    return await written_if(pair, unless(unless_there), Statement(WRITES, (name,)), told.append)


async def names() -> list[str]:
    return [row["name"] for row in await database.fetch("SELECT name FROM things ORDER BY number")]


@pytest.mark.usefixtures("things")
async def test_it_is_written_if_the_condition_holds_and_told_by_its_number() -> None:
    told: list[int | None] = []
    assert await add("one", "one", told)
    assert not await add("two", "one", told)
    assert await add("three", "two", told)
    assert await names() == ["one", "three"]
    assert told == [1, 2]


@pytest.mark.usefixtures("things")
async def test_what_is_in_the_way_is_no_failure_and_nothing_is_written() -> None:
    told: list[int | None] = []
    assert await add("one", "other", told)
    assert not await add("one", "other", told)
    assert await names() == ["one"]
    assert told == [1]


@pytest.mark.usefixtures("things")
async def test_what_was_committed_while_the_pair_was_waited_for_decides() -> None:
    told: list[int | None] = []
    async with database.transaction(PAIR):
        waits = asyncio.get_running_loop().create_task(
            add("two", "one", told, PAIR[::-1]), context=contextvars.Context()
        )
        elsewhere = asyncio.get_running_loop().create_task(
            add("three", "one", told, (ONE, ONE)), context=contextvars.Context()
        )
        assert await elsewhere
        await asyncio.wait([waits], timeout=0.1)
        assert not waits.done()
        await database.execute("INSERT INTO things (name) VALUES ('one')")
    assert not await waits
    assert await names() == ["three", "one"]
    assert told == [1]


@pytest.mark.usefixtures("things")
async def test_two_at_the_same_moment_are_one() -> None:
    for number in range(50):
        told: list[int | None] = []
        name = f"thing {number}"
        done = await asyncio.gather(
            *(add(f"{name} {place}", f"{name} {1 - place}", told) for place in range(2))
        )
        assert sorted(done) == [False, True]
        assert len(told) == 1


@pytest.mark.usefixtures("things")
async def test_inside_of_a_transaction_it_is_left_to_that() -> None:
    told: list[int | None] = []
    async with database.transaction():
        assert not await add("one", "one", told)
    assert await names() == []
    assert told == []


@pytest.mark.usefixtures("things")
async def test_cancelled_at_any_moment_it_is_written_and_told_or_neither() -> None:
    written = 0
    for turns in range(40):
        told: list[int | None] = []
        task = asyncio.create_task(add(f"thing {turns}", "one", told))
        for _ in range(turns // 2):
            await asyncio.sleep(0)
        task.cancel()
        await asyncio.wait([task])
        await is_whole()
        there = f"thing {turns}" in await names()
        # Whoever is told None has to look.
        assert told or not there
        assert told in ([], [None]) or there
        written += there
    assert 0 < written < 40


@pytest.fixture
async def apart(
    settings: Settings, new_database: Callable[[], str], monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[tuple[str, Any]]:
    """A database of its own, whose statements may take a second."""
    url = new_database()
    client = await opened(settings, url, 1.0)
    await client.change_rows(_TABLE, ())
    monkeypatch.setattr(database, "_client", client)
    yield url, client
    await client.close()


async def server() -> int:
    [row] = await database.fetch("SELECT pg_backend_pid() AS id")
    found: int = row["id"]
    return found


async def test_a_new_session_is_given_what_it_lacks(apart: tuple[str, Any]) -> None:
    _, client = apart
    told: list[int | None] = []
    assert await add("one", "one", told)
    before = await server()
    for connection in client.at_hand._kept:
        connection.terminate()
    assert await add("two", "two", told)
    assert await server() != before
    assert await names() == ["one", "two"]
    # All that was made went with its session, or goes with this one.
    [row] = await database.fetch("SELECT count(*) AS n FROM pg_proc WHERE proname LIKE 'netql_%'")
    assert row["n"] == 1


async def test_behind_a_pooler_the_session_may_be_another_one(apart: tuple[str, Any]) -> None:
    """The first gives the function to a session of its own each time."""
    url, client = apart
    given = client._given
    others = []

    async def elsewhere(_: Any, function: Any) -> bool:
        others.append(await asyncpg.connect(url))
        answer: bool = await given(others[-1], function)
        return answer

    client._given = elsewhere
    assert not await add("one", "one", [])
    assert len(others) == 2
    client._given = given
    assert await add("two", "two", [])
    assert await names() == ["two"]
    for other in others:
        await other.close()


async def test_a_lost_connection_may_have_written(apart: tuple[str, Any]) -> None:
    url, _ = apart
    assert await add("one", "one", [])
    async with held(url) as holding:
        waits = asyncio.create_task(add("two", "two", []))
        await until_it_waits(holding)
        await holding.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE wait_event = 'advisory'"
        )
        with pytest.raises(Interrupted) as interrupted:
            await waits
        assert not interrupted.value.undone
    assert await names() == ["one"]


async def test_a_wait_that_takes_too_long_writes_nothing(apart: tuple[str, Any]) -> None:
    url, _ = apart
    assert await add("one", "one", [])
    async with held(url):
        with pytest.raises(TimedOut):
            await add("two", "two", [])
    assert await names() == ["one"]


async def test_who_may_have_nothing_temporary_is_told_no(apart: tuple[str, Any]) -> None:
    url, client = apart
    owner = await asyncpg.connect(url)
    [name] = await owner.fetchrow("SELECT current_database()")
    await owner.execute(f"REVOKE TEMPORARY ON DATABASE {name} FROM PUBLIC")
    await owner.execute("CREATE ROLE netql_plain")
    try:
        await owner.execute("GRANT ALL ON things TO netql_plain")
        client.server_settings["role"] = "netql_plain"
        for connection in client.at_hand._kept:
            connection.terminate()
        assert not await add("one", "one", [])
        assert database.client_at_once() is None
        assert not await add("one", "one", [])
        assert await names() == []
        await client.change_rows("INSERT INTO things (name) VALUES ('one')", ())
    finally:
        for connection in client.at_hand._kept:
            connection.terminate()
        await owner.execute("DROP OWNED BY netql_plain")
        await owner.execute("DROP ROLE netql_plain")
        await owner.close()


class held:
    """Somebody who has the pair's lock."""

    def __init__(self, url: str) -> None:
        self._url = url

    async def __aenter__(self) -> Any:
        self._holding = await asyncpg.connect(self._url)
        await self._holding.execute("SELECT pg_advisory_lock($1)", database.pair_key(*PAIR))
        return self._holding

    async def __aexit__(self, *_: object) -> None:
        await self._holding.close()


def test_a_function_is_named_by_its_texts_and_takes_the_lock_first() -> None:
    condition = "SELECT FROM things WHERE name = $2 OR number = $1"
    function = writing_if(condition, WRITES)
    assert function.call == f"SELECT pg_temp.{function.name}($1, $2, $3, $4)"
    assert writing_if(condition, WRITES) == function
    assert writing_if(condition + " ", WRITES).name != function.name
    lines = function.making(["bigint", "text"], ["text"]).splitlines()
    assert f"pg_temp.{function.name}(bigint, bigint, text, text)" in lines[0]
    body = lines[lines.index("BEGIN") + 1 :]
    assert body[0].strip() == "PERFORM pg_advisory_xact_lock($1);"
    assert "name = $3 OR number = $2" in body[1]
    assert "VALUES ($4)" in body[2]
