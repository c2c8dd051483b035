"""Failures of the database that pass: what is tried again, and what clients hear of the rest."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any
from uuid import UUID

import asyncpg
import pytest
from tortoise.connection import get_connection

from netql.connections import actions
from netql.errors import Interrupted
from netql.events.wakeups import wakeups
from netql.infra.at_hand import is_gone
from netql.infra.database import execute, fetch, fetch_one, lock_member, transaction
from netql.infra.passing import TRIES, persistently
from netql.settings import Settings
from tests.api import Api
from tests.conftest import DATABASE
from tests.infra.test_interrupted import cutting
from tests.infra.wholeness import is_whole
from tests.live.inside import eventually
from tests.people import People, Person
from tests.rows import every_row

pytestmark = pytest.mark.usefixtures("database")
on_postgresql = pytest.mark.skipif(DATABASE == "sqlite", reason="SQLite has no connection to cut")
INVITE = """mutation ($to: ID!) { sendInvitation(input: {memberId: $to}) {
  invitation { status } userErrors { code } } }"""
READ = "query ($id: ID!) { member(by: {id: $id}) { name } }"

_END_OTHERS = """SELECT pid, pg_terminate_backend(pid) AS told FROM pg_stat_activity
WHERE pid <> pg_backend_pid() AND datname = current_database()"""
_LEFT = "SELECT count(*) FROM pg_stat_activity WHERE pid = ANY($1)"


class Cuts:
    """Cuts the connection that is in use, a number of times, before going on as usual."""

    def __init__(self, times: int, then: Callable[..., Awaitable[Any]]) -> None:
        self.left, self.seen, self._then = times, 0, then

    async def __call__(self, *values: Any) -> Any:
        self.seen += 1
        if self.left:
            self.left -= 1
            await execute("SELECT pg_terminate_backend(pg_backend_pid())")
        return await self._then(*values)


@pytest.fixture
async def pair(people: People) -> tuple[Person, Person]:
    return await people.member(), await people.member()


@pytest.fixture
def not_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(get_connection("default"), "acts_at_once", False)


@on_postgresql
@pytest.mark.usefixtures("not_at_once")
async def test_an_act_whose_connection_is_cut_is_tried_again(
    api: Api, pair: tuple[Person, Person], monkeypatch: pytest.MonkeyPatch
) -> None:
    ann, ben = pair
    cuts = Cuts(TRIES - 1, actions.prospect)
    monkeypatch.setattr(actions, "prospect", cuts)
    sent = (await api.run(INVITE, as_=ann, to=ben.id))["sendInvitation"]
    assert sent == {"invitation": {"status": "PENDING"}, "userErrors": []}
    assert cuts.seen == TRIES
    row = await fetch_one("SELECT count(*) AS sent FROM invitations WHERE inviter_id = $1", ann.key)
    assert row is not None
    assert row["sent"] == 1
    await is_whole()


@on_postgresql
@pytest.mark.usefixtures("not_at_once")
async def test_an_act_that_is_cut_again_and_again_changes_nothing(
    api: Api, pair: tuple[Person, Person], monkeypatch: pytest.MonkeyPatch
) -> None:
    ann, ben = pair
    cuts = Cuts(1000, actions.prospect)
    monkeypatch.setattr(actions, "prospect", cuts)
    before = await every_row()
    [error] = (await api.answer(INVITE, as_=ann, to=ben.id))["errors"]
    assert error["extensions"]["code"] == "RETRYABLE"
    assert "nothing was changed" in error["message"]
    assert cuts.seen == TRIES
    assert await every_row() == before
    await is_whole()


@on_postgresql
@pytest.mark.parametrize("key", [None, "key"])
@pytest.mark.parametrize("at_commit", [False, True])
@pytest.mark.parametrize("times", [1, TRIES])
async def test_what_is_done_at_once_and_cut_is_looked_for_and_done_once(
    pair: tuple[Person, Person], times: int, at_commit: bool, key: str | None
) -> None:
    """Nothing else may be done twice; here the second finds the first."""
    ann, ben = pair
    sending = partial(actions.send_invitation, ann.viewer, ben.key, "Hi", Settings(), key)
    if at_commit and times > 1:
        # The transaction that looks is cut at its end, and nobody knows what became of that.
        async with cutting("INSERT ON invitations", times, at_commit=True):
            with pytest.raises(Interrupted) as interrupted:
                await sending()
        assert not interrupted.value.undone
        return
    async with cutting("INSERT ON invitations", times, at_commit=at_commit):
        sent = await sending()
    assert not sent.connected
    await _is_one(sent.invitation_id, ann, ben)


@on_postgresql
async def test_what_is_cut_after_it_was_written_is_found(
    people: People, pair: tuple[Person, Person], monkeypatch: pytest.MonkeyPatch
) -> None:
    """And whoever waits for it looks."""
    ann, ben = pair
    cat, dan = await people.several(2)
    # So that the session knows how.
    await actions.send_invitation(cat.viewer, dan.key, None, Settings())
    fetchval = asyncpg.Connection.fetchval
    calls = []

    async def lost(self: Any, *values: Any) -> None:
        calls.append(await fetchval(self, *values))
        raise ConnectionResetError

    monkeypatch.setattr(asyncpg.Connection, "fetchval", lost)
    with wakeups.bus.listening(ben.key) as listener:
        sent = await actions.send_invitation(ann.viewer, ben.key, "Hi", Settings())
        await eventually(listener.is_set)
        assert listener.unsure
    assert calls == [1]
    await _is_one(sent.invitation_id, ann, ben)


async def _is_one(invitation_id: UUID, ann: Person, ben: Person) -> None:
    rows = await fetch("SELECT id FROM invitations WHERE inviter_id = $1", ann.key)
    assert [row["id"] for row in rows] == [invitation_id]
    rows = await fetch("SELECT number FROM events WHERE member_id = $1", ben.key)
    assert [row["number"] for row in rows] == [1]
    await is_whole()


@on_postgresql
@pytest.mark.usefixtures("not_at_once")
async def test_an_act_that_was_cut_at_its_commit_is_left_to_the_client(
    api: Api, pair: tuple[Person, Person]
) -> None:
    """It is not tried again, or that would succeed: it might be done twice."""
    ann, ben = pair
    before = await every_row()
    async with cutting("INSERT ON invitations", 1, at_commit=True):
        [error] = (await api.answer(INVITE, as_=ann, to=ben.id))["errors"]
    assert error["extensions"]["code"] == "RETRYABLE"
    assert "may have been changed" in error["message"]
    assert await every_row() == before
    await is_whole()


@on_postgresql
async def test_a_connection_that_is_lost_before_the_commit_is_no_success(
    pair: tuple[Person, Person],
) -> None:
    ann, _ = pair
    server: list[int] = []

    async def act() -> None:
        async with transaction():
            await execute("UPDATE members SET headline = $2 WHERE id = $1", ann.key, "lost")
            row = await fetch_one("SELECT pg_backend_pid() AS id")
            assert row is not None
            server.append(row["id"])
            began.set()
            # Until the loop has heard of it.
            connection = get_connection("default")._connection
            await eventually(lambda: is_gone(connection))

    began = asyncio.Event()
    acting = asyncio.ensure_future(act())
    await asyncio.wait_for(began.wait(), 20)
    await execute("SELECT pg_terminate_backend($1)", server[0])
    with pytest.raises(Interrupted) as raised:
        await acting
    assert raised.value.undone
    row = await fetch_one("SELECT headline FROM members WHERE id = $1", ann.key)
    assert row is not None
    assert row["headline"] != "lost"
    await is_whole()


@on_postgresql
async def test_a_read_survives_the_end_of_every_connection(
    api: Api, pair: tuple[Person, Person], database: Settings
) -> None:
    ann, ben = pair
    await api.run(READ, as_=ann, id=ben.id)
    outsider = await asyncpg.connect(database.database_url)
    try:
        for _ in range(10):
            answers = [api.run(READ, as_=ann, id=ben.id) for _ in range(20)]
            *_, ended = await asyncio.gather(
                *answers, outsider.fetch(_END_OTHERS), return_exceptions=True
            )
            # One that ended later would be one more failure of the few that a read lives through.
            pids = [row["pid"] for row in ended]
            while await outsider.fetchval(_LEFT, pids):  # noqa: ASYNC110 - it tells nobody
                await asyncio.sleep(0.01)
            assert (await api.run(READ, as_=ann, id=ben.id))["member"]["name"]
    finally:
        await outsider.close()
    for answer in await asyncio.gather(*(api.answer(READ, as_=ann, id=ben.id) for _ in range(20))):
        assert "errors" not in answer
    await is_whole()


@on_postgresql
async def test_of_two_in_a_deadlock_one_tries_again(pair: tuple[Person, Person]) -> None:
    ann, ben = pair
    both, tries = asyncio.Barrier(2), []

    async def act(first: Person, second: Person) -> None:
        async with transaction():
            tries.append(first)
            await lock_member(first.key)
            if len(tries) <= 2:
                await both.wait()
            await lock_member(second.key)
            await execute("UPDATE members SET headline = $2 WHERE id = $1", first.key, "done")

    await asyncio.gather(
        persistently(lambda: act(ann, ben)),
        persistently(lambda: act(ben, ann)),
    )
    assert len(tries) == 3
    for one in pair:
        row = await fetch_one("SELECT headline FROM members WHERE id = $1", one.key)
        assert row is not None
        assert row["headline"] == "done"
    await is_whole()


@pytest.mark.skipif(DATABASE != "sqlite", reason="only SQLite has one lock for all")
@pytest.mark.parametrize("let_go", [True, False])
async def test_a_locked_file_is_waited_for_a_few_times(
    api: Api, pair: tuple[Person, Person], monkeypatch: pytest.MonkeyPatch, let_go: bool
) -> None:
    ann, ben = pair
    before = await every_row()
    client: Any = get_connection("default")
    other = sqlite3.connect(client.filename, isolation_level=None)
    await client.execute_script("PRAGMA busy_timeout = 10")
    usual, tries = actions.transaction, []

    def begun(*given: Any) -> Any:
        tries.append(len(tries))
        if let_go and len(tries) == 2:
            other.rollback()
        return usual(*given)

    monkeypatch.setattr(actions, "transaction", begun)
    try:
        other.execute("BEGIN IMMEDIATE")
        answer = await api.answer(INVITE, as_=ann, to=ben.id)
        other.rollback()
        if let_go:
            assert answer["data"]["sendInvitation"]["invitation"] == {"status": "PENDING"}
            assert len(tries) == 2
        else:
            [error] = answer["errors"]
            assert error["extensions"]["code"] == "RETRYABLE"
            assert len(tries) == TRIES
            assert await every_row() == before
    finally:
        other.close()
        await client.execute_script("PRAGMA busy_timeout = 5000")
    await is_whole()


async def test_bugs_are_not_tried_again(pair: tuple[Person, Person]) -> None:
    tries = []

    async def act() -> None:
        async with transaction():
            tries.append(1)
            await execute("UPDATE members SET nonsense = 1")

    with pytest.raises(Exception, match="nonsense") as raised:
        await persistently(act)
    assert not isinstance(raised.value, Interrupted)
    assert len(tries) == 1
    with pytest.raises(Exception, match="nonsense"):
        await fetch_one("SELECT nonsense FROM members")
