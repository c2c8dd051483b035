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
from netql.infra import asyncpg_engine, database
from netql.infra.at_once import Statement, written_if
from netql.infra.session_functions import Lost, writing_if
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


async def add(
    name: str, unless_there: str, lost: Lost = lambda _: None, pair: Any = PAIR
) -> int | None:
    return await written_if(pair, unless(unless_there), [Statement(WRITES, (name,))], lost)


async def names() -> list[str]:
    return [row["name"] for row in await database.fetch("SELECT name FROM things ORDER BY number")]


@pytest.mark.usefixtures("things")
async def test_it_is_written_if_the_condition_holds_and_its_number_returned() -> None:
    assert await add("one", "one") == 1
    assert await add("two", "one") is None
    assert await add("three", "two") == 2
    assert await names() == ["one", "three"]


@pytest.mark.usefixtures("things")
async def test_all_that_is_written_is_written_in_order_or_not_at_all() -> None:
    def writings(*names: str) -> list[Statement]:
        silent = WRITES.partition(" RETURNING")[0]
        return [Statement(silent, (name,)) for name in names[:-1]] + [Statement(WRITES, names[-1:])]

    nobody = unless("nobody")
    assert await written_if(PAIR, nobody, writings("one", "two", "three"), lambda _: None) == 3
    assert await written_if(PAIR, nobody, writings("four", "one"), lambda _: None) is None
    assert await names() == ["one", "two", "three"]


@pytest.mark.usefixtures("things")
async def test_what_is_in_the_way_is_no_failure_and_nothing_is_written() -> None:
    lost: list[str] = []
    assert await add("one", "other")
    assert await add("one", "other", lambda _: lost.append("one")) is None
    assert await names() == ["one"]
    assert lost == []


@pytest.mark.usefixtures("things")
async def test_what_was_committed_while_the_pair_was_waited_for_decides() -> None:
    async with database.transaction(PAIR):
        waits = asyncio.get_running_loop().create_task(
            add("two", "one", pair=PAIR[::-1]), context=contextvars.Context()
        )
        elsewhere = asyncio.get_running_loop().create_task(
            add("three", "one", pair=(ONE, ONE)), context=contextvars.Context()
        )
        assert await elsewhere
        await asyncio.wait([waits], timeout=0.1)
        assert not waits.done()
        await database.execute("INSERT INTO things (name) VALUES ('one')")
    assert await waits is None
    assert await names() == ["three", "one"]


@pytest.mark.usefixtures("things")
async def test_two_at_the_same_moment_are_one() -> None:
    for number in range(50):
        name = f"thing {number}"
        done = await asyncio.gather(
            *(add(f"{name} {place}", f"{name} {1 - place}") for place in range(2))
        )
        assert sum(one is not None for one in done) == 1


@pytest.mark.usefixtures("things")
async def test_inside_of_a_transaction_it_is_left_to_that() -> None:
    async with database.transaction():
        assert await add("one", "one") is None
    assert await names() == []


@pytest.mark.usefixtures("things")
async def test_cancelled_at_any_moment_it_is_written_or_not_and_said_to_be_lost() -> None:
    written = 0
    for turns in range(40):
        lost: list[object] = []
        task = asyncio.create_task(add(f"thing {turns}", "one", lost.append))
        for _ in range(turns // 2):
            await asyncio.sleep(0)
        task.cancel()
        await asyncio.wait([task])
        await is_whole()
        if f"thing {turns}" in await names():
            written += 1
            # Nobody has its number, so somebody has to look.
            assert lost or not task.cancelled()
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


def drop_sessions(client: Any) -> None:
    for connection in client.at_hand._kept:
        connection.terminate()


async def server() -> int:
    [row] = await database.fetch("SELECT pg_backend_pid() AS id")
    found: int = row["id"]
    return found


async def test_a_new_session_is_given_what_it_lacks(apart: tuple[str, Any]) -> None:
    _, client = apart
    assert await add("one", "one")
    before = await server()
    drop_sessions(client)
    assert await add("two", "two")
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
    assert not await add("one", "one")
    assert len(others) == 2
    client._given = given
    assert await add("two", "two")
    assert await names() == ["two"]
    for other in others:
        await other.close()


async def test_what_is_given_in_vain_is_not_given_for_ever(
    apart: tuple[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A pooler may clear its sessions after each statement."""
    _, client = apart
    monkeypatch.setattr(asyncpg_engine, "_FRUITLESS", 3)
    given, gifts = client._given, 0

    async def in_vain(connection: Any, function: Any) -> bool:
        nonlocal gifts
        gifts += 1
        answer: bool = await given(connection, function)
        await connection.execute("DISCARD TEMP")
        return answer

    client._given = in_vain
    for _ in range(2):
        assert await add("one", "one") is None
    client._given = given
    assert await add("one", "one")
    client._given = in_vain
    drop_sessions(client)
    for _ in range(5):
        assert await add("two", "two") is None
    assert gifts == 2 * (2 + 3)
    assert database.client_at_once() is None


async def test_a_session_that_does_not_read_anew_writes_nothing(apart: tuple[str, Any]) -> None:
    """Its function would look at what was there before the lock; a transaction says how it
    reads."""
    _, client = apart
    client.server_settings["default_transaction_isolation"] = "repeatable read"
    drop_sessions(client)
    assert await add("one", "one") is None
    assert database.client_at_once() is None
    assert await names() == []
    async with client._in_transaction() as transaction:
        [row] = await transaction.fetch_rows("SHOW transaction_isolation", ())
    assert row["transaction_isolation"] == "read committed"


async def test_a_lost_connection_may_have_written(apart: tuple[str, Any]) -> None:
    url, _ = apart
    assert await add("one", "one")
    async with held(url) as holding:
        waits = asyncio.create_task(add("two", "two"))
        await until_it_waits(holding)
        await holding.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE wait_event = 'advisory'"
        )
        with pytest.raises(Interrupted) as interrupted:
            await waits
        assert not interrupted.value.undone
    assert await names() == ["one"]


async def test_who_left_holds_no_connection(apart: tuple[str, Any]) -> None:
    """Though somebody holds the pair for as long as they like."""
    url, client = apart
    client.patience = 0.2
    assert await add("one", "one")
    async with held(url) as holding:
        for _ in range(2 * client.at_hand._pool.get_max_size()):
            waits = asyncio.create_task(add("two", "two"))
            await until_it_waits(holding)
            waits.cancel()
            await asyncio.wait([waits])
        assert await names() == ["one"]


async def test_an_answer_that_came_is_not_lost_with_who_is_cut_off_afterwards(
    apart: tuple[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """As the pool closes, the connection goes back to it, which takes its time."""
    _, client = apart
    assert await add("one", "one")
    let_go = asyncio.Event()
    released = client.at_hand._released

    async def slowly(*values: Any) -> None:
        await let_go.wait()
        await released(*values)

    monkeypatch.setattr(client.at_hand, "_released", slowly)
    client.at_hand._over = True
    assert await asyncio.wait_for(add("two", "two"), 20)
    let_go.set()


async def test_a_wait_that_takes_too_long_writes_nothing(apart: tuple[str, Any]) -> None:
    url, _ = apart
    assert await add("one", "one")
    async with held(url):
        with pytest.raises(TimedOut):
            await add("two", "two")
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
        drop_sessions(client)
        assert not await add("one", "one")
        assert database.client_at_once() is None
        assert not await add("one", "one")
        assert await names() == []
        await client.change_rows("INSERT INTO things (name) VALUES ('one')", ())
    finally:
        drop_sessions(client)
        await owner.execute("DROP OWNED BY netql_plain")
        await owner.execute("DROP ROLE netql_plain")
        await owner.close()


async def test_a_database_without_the_language_is_told_no(apart: tuple[str, Any]) -> None:
    url, client = apart
    owner = await asyncpg.connect(url)
    await owner.execute("DROP EXTENSION plpgsql")
    await owner.close()
    assert await add("one", "one") is None
    assert database.client_at_once() is None


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
    function = writing_if(condition, (WRITES, "SELECT $1::int"))
    assert function.call == f"SELECT pg_temp.{function.name}($1, $2, $3, $4, $5)"
    assert writing_if(condition, (WRITES, "SELECT $1::int")) == function
    assert writing_if(condition + " ", function.writings).name != function.name
    making = function.making(["bigint", "text"], [["text"], ["integer"]])
    assert f"pg_temp.{function.name}(bigint, bigint, text, text, integer)" in making
    lock = making.index("PERFORM pg_advisory_xact_lock($1);")
    assert lock < making.index("name = $3 OR number = $2") < making.index("VALUES ($4)")
    assert making.index("VALUES ($4)") < making.index("SELECT $5::int INTO result;")
