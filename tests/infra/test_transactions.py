"""Transactions: all or nothing, joined when nested, with work before and after the commit."""

from __future__ import annotations

import asyncio
from uuid import UUID

import pytest
from tortoise.connection import get_connection

from netql.errors import Overloaded
from netql.ids import new_id
from netql.infra.counting import counting_statements
from netql.infra.database import (
    IntegrityError,
    current_transaction,
    execute,
    fetch,
    fetch_one,
    transaction,
)
from tests.api import Api
from tests.conftest import DATABASE
from tests.infra.wholeness import is_whole, pool
from tests.people import People, Person

pytestmark = pytest.mark.usefixtures("database")


class Stop(Exception):
    """Raised by a test to end a transaction."""


async def note(key: UUID, headline: str) -> None:
    await execute("UPDATE members SET headline = $2 WHERE id = $1", key, headline)


async def noted(key: UUID) -> str | None:
    row = await fetch_one("SELECT headline FROM members WHERE id = $1", key)
    assert row is not None
    headline: str | None = row["headline"]
    return headline


@pytest.fixture
async def ann(people: People) -> Person:
    return await people.member(headline="before")


async def test_what_is_committed_stays_and_what_is_rolled_back_never_was(ann: Person) -> None:
    async def act() -> None:
        async with transaction():
            await note(ann.key, "undone")
            assert await noted(ann.key) == "undone"
            raise Stop

    with pytest.raises(Stop):
        await act()
    assert await noted(ann.key) == "before"
    async with transaction():
        await note(ann.key, "done")
    assert await noted(ann.key) == "done"
    await is_whole()


async def test_nobody_else_reads_what_is_not_committed(ann: Person) -> None:
    begin, seen = asyncio.Event(), []

    async def read() -> None:
        await begin.wait()
        seen.append(await noted(ann.key))

    # Made before the transaction, so that it is not part of it.
    reader = asyncio.ensure_future(read())
    await asyncio.sleep(0)

    async def act() -> None:
        async with transaction():
            await note(ann.key, "undone")
            begin.set()
            # On SQLite the reader has to wait for us; on PostgreSQL it need not.
            await asyncio.wait([reader], timeout=0.1)
            raise Stop

    with pytest.raises(Stop):
        await act()
    await reader
    assert seen == ["before"]


async def test_one_inside_another_is_the_same(people: People, ann: Person) -> None:
    ben = await people.member(headline="before")

    async def act() -> None:
        async with transaction() as outer:
            async with transaction() as inner:
                assert inner is outer is current_transaction()
                await note(ann.key, "undone")
            await note(ben.key, "undone")
            raise Stop

    with pytest.raises(Stop):
        await act()
    assert [await noted(ann.key), await noted(ben.key)] == ["before", "before"]
    async with transaction():
        async with transaction():
            await note(ann.key, "done")
        await note(ben.key, "done")
    assert [await noted(ann.key), await noted(ben.key)] == ["done", "done"]
    with pytest.raises(RuntimeError):
        current_transaction()


async def test_tasks_of_a_transaction_work_inside_it(people: People, ann: Person) -> None:
    ben = await people.member(headline="before")

    async def act() -> None:
        async with transaction():
            await asyncio.gather(note(ann.key, "undone"), note(ben.key, "undone"))
            assert await asyncio.gather(noted(ann.key), noted(ben.key)) == ["undone"] * 2
            raise Stop

    with pytest.raises(Stop):
        await act()
    assert [await noted(ann.key), await noted(ben.key)] == ["before", "before"]


async def test_work_before_the_commit_belongs_to_it_and_work_after_it_does_not(
    ann: Person,
) -> None:
    story: list[str] = []

    async def before(name: str) -> None:
        story.append(f"{name}: {await noted(ann.key)}")

    async with transaction() as current:
        current.after_commit.append(lambda: story.append("after 1"))
        current.before_commit.append(lambda: before("before 1"))
        await note(ann.key, "done")
        async with transaction():
            current.before_commit.append(lambda: before("before 2"))
            current.after_commit.append(lambda: story.append("after 2"))
        story.append("body")
    assert story == ["body", "before 1: done", "before 2: done", "after 1", "after 2"]


async def test_nothing_follows_what_was_rolled_back() -> None:
    story: list[str] = []

    async def before() -> None:
        story.append("before")

    async def act() -> None:
        async with transaction() as current:
            current.before_commit.append(before)
            current.after_commit.append(lambda: story.append("after"))
            raise Stop

    with pytest.raises(Stop):
        await act()
    assert story == []


async def test_work_before_the_commit_that_fails_takes_everything_with_it(ann: Person) -> None:
    story: list[str] = []

    async def before() -> None:
        story.append("before")
        await note(ann.key, "half done")
        raise Stop

    async def act() -> None:
        async with transaction() as current:
            await note(ann.key, "undone")
            current.before_commit.append(before)
            current.after_commit.append(lambda: story.append("after"))

    with pytest.raises(Stop):
        await act()
    assert story == ["before"]
    assert await noted(ann.key) == "before"
    await is_whole()


async def _one_side(one: Person, other: Person) -> None:
    await execute(
        "INSERT INTO connections (id, member_id, other_id, connected_at)"
        " SELECT $1, $2, $3, created_at FROM members WHERE id = $2",
        new_id(),
        one.key,
        other.key,
    )


async def test_a_tie_with_one_side_is_refused_at_the_commit(people: People, ann: Person) -> None:
    """The mirror is checked when everything has been said, and the refusal is an ordinary one."""
    ben = await people.member()
    followed: list[str] = []

    async def act() -> None:
        async with transaction() as current:
            current.after_commit.append(lambda: followed.append("after"))
            await note(ann.key, "undone")
            await _one_side(ann, ben)
            followed.append("allowed so far")

    with pytest.raises(IntegrityError):
        await act()
    assert followed == ["allowed so far"]
    assert await noted(ann.key) == "before"
    assert await fetch("SELECT id FROM connections WHERE member_id = $1", ann.key) == []
    await is_whole()
    async with transaction():
        await _one_side(ann, ben)
        await _one_side(ben, ann)
    assert len(await fetch("SELECT id FROM connections WHERE member_id = $1", ann.key)) == 1


async def test_a_statement_that_fails_takes_the_transaction_with_it(ann: Person) -> None:
    async def act() -> None:
        async with transaction():
            await note(ann.key, "undone")
            await execute("UPDATE members SET handle = 'x' WHERE id = $1", ann.key)

    with pytest.raises(IntegrityError):
        await act()
    assert await noted(ann.key) == "before"
    await is_whole()


async def test_statements_are_counted_for_whoever_asks_and_nobody_else(ann: Person) -> None:
    begin = asyncio.Event()

    async def elsewhere() -> None:
        await begin.wait()
        await noted(ann.key)

    other = asyncio.ensure_future(elsewhere())
    with counting_statements() as seen:
        begin.set()
        await other
        assert seen == []
        await noted(ann.key)
        await asyncio.gather(noted(ann.key), noted(ann.key))
        async with transaction():
            await note(ann.key, "done")
    assert len(seen) == 4
    assert seen[-1].startswith("UPDATE members")
    await noted(ann.key)
    assert len(seen) == 4


@pytest.mark.skipif(DATABASE == "sqlite", reason="on SQLite everybody shares one connection")
async def test_whoever_waits_too_long_for_a_connection_is_told_to_come_again(
    api: Api, ann: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    let_go = asyncio.Event()
    inside = [asyncio.Event() for _ in range(pool().get_max_size())]

    async def hold(held: asyncio.Event) -> None:
        async with transaction():
            held.set()
            await let_go.wait()

    await is_whole()
    holders = [asyncio.ensure_future(hold(held)) for held in inside]
    try:
        for held in inside:
            await asyncio.wait_for(held.wait(), 20)
        # Not for those who look on afterwards: however busy the machine is, they get one.
        with monkeypatch.context() as hasty:
            hasty.setattr(get_connection("default"), "patience", 0.05)
            with pytest.raises(Overloaded):
                await noted(ann.key)
            with pytest.raises(Overloaded):
                async with transaction():
                    await note(ann.key, "undone")
            response = await api.http.post("/graphql", json={"query": '{ node(id: "x") { id } }'})
            assert response.status_code == 200, "what needs no database still works"
            query = "query ($id: ID!) { member(by: {id: $id}) { id } }"
            answer = await api.answer(query, id=ann.id)
            assert [error["extensions"]["code"] for error in answer["errors"]] == ["RETRYABLE"]
    finally:
        let_go.set()
        await asyncio.gather(*holders)
    await is_whole()
    assert await noted(ann.key) == "before"


async def test_more_writers_than_connections_all_get_their_turn(people: People) -> None:
    everybody = await people.several(60)

    async def write(person: Person) -> None:
        async with transaction():
            await note(person.key, f"{person.handle} was here")
            assert await noted(person.key) == f"{person.handle} was here"

    await asyncio.gather(*map(write, everybody))
    rows = await fetch(
        "SELECT headline FROM members WHERE id = ANY($1)", [person.key for person in everybody]
    )
    assert {row["headline"] for row in rows} == {f"{one.handle} was here" for one in everybody}
    await is_whole()
