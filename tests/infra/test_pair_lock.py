"""Every act on a pair holds it before reading how the two stand to each other.

On PostgreSQL a statement sees what was committed before it began. A lock that is taken inside the
statement that reads would be waited for with old news in hand.
"""

from __future__ import annotations

import asyncio
import contextlib
import contextvars
import inspect
import re
import sqlite3
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

import pytest

from netql.clock import now
from netql.connections import actions as connections
from netql.connections.facts import prospect
from netql.connections.rules import Prospect
from netql.errors import NotFound, Refused, Unauthenticated
from netql.events.idempotency import Once
from netql.ids import new_id
from netql.infra.counting import counting_statements
from netql.infra.database import (
    execute,
    fetch_one,
    lock_member,
    lock_pair,
    pair_key,
    transaction,
)
from netql.relations.edges import hold
from netql.safety import actions as safety
from netql.settings import Settings
from tests.conftest import DATABASE
from tests.infra.wholeness import is_whole
from tests.people import People, Person

pytestmark = pytest.mark.usefixtures("database")
SETTINGS = Settings()
Act = Callable[[], Awaitable[object]]


async def _cross(people: People, ann: Person, ben: Person) -> Act:
    await people.invite(ben, ann)
    return partial(connections.send_invitation, ann.viewer, ben.key, None, SETTINGS)


async def _accept(people: People, ann: Person, ben: Person) -> Act:
    invitation = await people.invite(ben, ann)
    return partial(connections.accept_invitation, ann.viewer, invitation, SETTINGS)


async def _decline(people: People, ann: Person, ben: Person) -> Act:
    return partial(connections.decline_invitation, ann.viewer, await people.invite(ben, ann))


async def _withdraw(people: People, ann: Person, ben: Person) -> Act:
    return partial(connections.withdraw_invitation, ann.viewer, await people.invite(ann, ben))


async def _remove(people: People, ann: Person, ben: Person) -> Act:
    await people.connect(ann, ben)
    return partial(connections.remove_connection, ann.viewer, ben.key)


async def _block(people: People, ann: Person, ben: Person) -> Act:
    await people.connect(ann, ben)
    return partial(safety.block_member, ann.viewer, ben.key)


async def _send_again(people: People, ann: Person, ben: Person) -> Act:
    await connections.withdraw_invitation(ann.viewer, await people.invite(ann, ben))
    anew = SETTINGS.model_copy(update={"cooldown_days": 0})
    return partial(connections.send_invitation, ann.viewer, ben.key, "Hi", anew, "key")


RECIPES = {
    "send_invitation": _send_again,
    "send_invitation, crossing": _cross,
    "accept_invitation": _accept,
    "decline_invitation": _decline,
    "withdraw_invitation": _withdraw,
    "remove_connection": _remove,
    "block_member": _block,
}
# Lifting a block decides nothing: the row is one's own, and gone or not.
WITHOUT = {"unblock_member"}


def test_every_act_on_a_pair_is_looked_at() -> None:
    acts = {
        name
        for module in (connections, safety)
        for name, act in inspect.getmembers(module, inspect.iscoroutinefunction)
        if act.__module__ == module.__name__ and "viewer" in inspect.signature(act).parameters
    }
    assert acts - WITHOUT == {name.partition(",")[0] for name in RECIPES}


_LOCK = "SELECT pg_advisory_xact_lock($1)"
# What may stand beside the lock: nothing, or rows that are held, so of which the newest are taken.
_HOLD = re.compile(
    r"BEGIN ISOLATION LEVEL READ COMMITTED; SELECT pg_advisory_xact_lock\('-?\d+'\)|"
    r"WITH held AS MATERIALIZED \(SELECT pg_advisory_xact_lock\(\$2\)\)\s+"
    r"SELECT m\.id, m\.closed_at FROM held, members m WHERE [^()]+ANY\(\$1\) ORDER BY m\.id"
    r" FOR SHARE OF m"
)
# What is done at once begins with its own lock: see test_at_once.
_AT_ONCE = re.compile(r"SELECT pg_temp\.netql_[0-9a-f]{32}\([$0-9, ]+\)")
_TELLS = re.compile(r"\b(connections|blocks|ended_connections|members)\b")


@pytest.mark.skipif(DATABASE == "sqlite", reason="SQLite has one writer: see below")
@pytest.mark.parametrize("name", RECIPES)
async def test_the_lock_comes_first_beside_nothing_that_may_be_old(
    people: People, name: str
) -> None:
    ann, ben = await people.several(2)
    act = await RECIPES[name](people, ann, ben)
    with counting_statements() as seen:
        await act()
    seen = [statement for statement in seen if not _AT_ONCE.fullmatch(statement)]
    locks = [at for at, statement in enumerate(seen) if "advisory" in statement]
    # The pair's comes first; those of the two members follow where connections are counted.
    assert locks, seen
    assert _HOLD.fullmatch(seen[locks[0]]), seen[locks[0]]
    assert {seen[at] for at in locks[1:]} <= {_LOCK}
    told = [at for at, statement in enumerate(seen) if _TELLS.search(statement)]
    beside = locks[0] in told
    assert told[beside:], "it does not look at the two at all"
    assert locks[0] == told[0] if beside else locks[0] < told[0], seen[told[0]]
    # What was read of an invitation before the lock only told which pair to hold.
    for statement in seen[: locks[0]]:
        if "FROM invitations" in statement:
            assert statement in seen[locks[0] :]


@pytest.mark.parametrize("turned", [False, True])
async def test_a_pair_is_held_by_one_transaction_at_a_time(people: People, turned: bool) -> None:
    one, other = new_id(), new_id()
    story: list[str] = []
    held, let_go = asyncio.Event(), asyncio.Event()

    async def first() -> None:
        async with transaction():
            await lock_pair(one, other)
            held.set()
            await let_go.wait()
            story.append("first")

    async def second() -> None:
        await held.wait()
        async with transaction():
            await lock_pair(*((other, one) if turned else (one, other)))
            story.append("second")

    async with asyncio.TaskGroup() as group:
        group.create_task(first())
        waiting = group.create_task(second())
        await held.wait()
        await asyncio.wait([waiting], timeout=0.05)
        assert story == []
        let_go.set()
    assert story == ["first", "second"]


@pytest.mark.skipif(DATABASE == "sqlite", reason="SQLite has one writer")
async def test_other_pairs_need_not_wait(people: People) -> None:
    async with transaction():
        one, other = new_id(), new_id()
        await lock_pair(one, other)

        async def elsewhere() -> None:
            async with transaction():
                await lock_pair(one, new_id())

        # Begun in a context of its own: a task of ours would be in our transaction.
        task = asyncio.get_running_loop().create_task(elsewhere(), context=contextvars.Context())
        await asyncio.wait_for(task, 5)


@pytest.mark.skipif(DATABASE == "sqlite", reason="SQLite has one writer")
@pytest.mark.parametrize("way", ["hold", "begin", "at once"])
async def test_who_closed_while_the_lock_was_waited_for_is_seen_to_have(
    people: People, way: str
) -> None:
    ann, ben = await people.several(2)
    held, let_go = asyncio.Event(), asyncio.Event()

    async def first() -> None:
        async with transaction():
            await lock_pair(ann.key, ben.key)
            held.set()
            await let_go.wait()

    async def second() -> None:
        if way == "at once":
            await connections.send_invitation(ann.viewer, ben.key, None, SETTINGS)
        elif way == "begin":
            async with transaction(pair=(ann.key, ben.key)):
                await prospect(ann.key, ben.key, now())
        else:
            async with transaction():
                await hold(ann.key, ben.key)

    holding = asyncio.create_task(first())
    await held.wait()
    waiting = asyncio.create_task(second())
    await asyncio.wait([waiting], timeout=0.1)
    await execute("UPDATE members SET closed_at = $2 WHERE id = $1", ann.key, now())
    assert not waiting.done()
    let_go.set()
    await holding
    with pytest.raises(Unauthenticated):
        await waiting


@pytest.mark.skipif(DATABASE == "sqlite", reason="SQLite has one writer")
@pytest.mark.parametrize("at_once", [False, True])
@pytest.mark.parametrize("closing", ["viewer", "subject", "nobody"])
async def test_who_is_closing_while_the_two_are_read_is_seen_to_have(
    people: People, closing: str, at_once: bool
) -> None:
    """The pair's lock is free by then: it is their rows that are waited for."""
    ann, ben, cat = await people.several(3)
    closer = {"viewer": ann, "subject": ben, "nobody": cat}[closing]
    held, let_go = asyncio.Event(), asyncio.Event()

    async def first() -> None:
        async with transaction():
            await execute("UPDATE members SET closed_at = $2 WHERE id = $1", closer.key, now())
            held.set()
            await let_go.wait()

    async def second() -> Prospect:
        if at_once:
            with contextlib.suppress(NotFound):
                await connections.send_invitation(ann.viewer, ben.key, None, SETTINGS)
        async with transaction(pair=(ann.key, ben.key)):
            return await prospect(ann.key, ben.key, now())

    leaving = asyncio.create_task(first())
    await held.wait()
    reading = asyncio.create_task(second())
    await asyncio.wait([reading], timeout=5 if closing == "nobody" else 0.1)
    assert reading.done() is (closing == "nobody")
    let_go.set()
    await leaving
    if closing == "viewer":
        with pytest.raises(Unauthenticated):
            await reading
    else:
        assert (await reading).relation.present is (closing == "nobody")
    await is_whole()


@pytest.mark.skipif(DATABASE == "sqlite", reason="SQLite's only lock is its file's")
async def test_who_invites_themselves_waits_for_their_key_without_the_lock_on_their_counts(
    people: People,
) -> None:
    """Whoever has the key takes that lock last, to connect: the two would wait for each other."""
    ann = await people.member()
    claimed, waited_for = asyncio.Event(), asyncio.Event()

    async def connecting() -> None:
        async with transaction():
            await Once(ann.key, "sendInvitation", "key").claim("somebody")
            claimed.set()
            await waited_for.wait()
            await lock_member(ann.key)

    task = asyncio.create_task(connecting())
    await claimed.wait()
    inviting = asyncio.create_task(
        connections.send_invitation(ann.viewer, ann.key, None, SETTINGS, "key")
    )
    async with asyncio.timeout(20):
        while not await _somebody_waits():  # noqa: ASYNC110 - the server tells nobody
            await asyncio.sleep(0.005)
    waited_for.set()
    await task
    with pytest.raises(Refused, match="different input"):
        await inviting


async def _somebody_waits() -> bool:
    return await fetch_one("SELECT 1 AS one FROM pg_locks WHERE NOT granted LIMIT 1") is not None


@pytest.mark.skipif(DATABASE != "sqlite", reason="SQLite's way of holding")
async def test_a_transaction_is_the_writer_from_its_very_beginning(database: Settings) -> None:
    path = database.database_url.removeprefix("sqlite://")
    other: Any = sqlite3.connect(path, timeout=0, isolation_level=None)
    try:
        async with transaction():
            with pytest.raises(sqlite3.OperationalError, match="locked"):
                other.execute("BEGIN IMMEDIATE")
        other.execute("BEGIN IMMEDIATE")
        other.execute("ROLLBACK")
    finally:
        other.close()


async def test_a_pair_is_not_held_outside_of_a_transaction() -> None:
    with pytest.raises(RuntimeError):
        await lock_pair(new_id(), new_id())


def test_a_pair_has_one_key_whichever_way_it_is_named() -> None:
    pairs = [(new_id(), new_id()) for _ in range(500)]
    keys = {pair_key(*pair) for pair in pairs}
    assert keys == {pair_key(*pair[::-1]) for pair in pairs}
    assert len(keys) == len(pairs)
    assert all(-(2**63) <= key < 2**63 for key in keys)
