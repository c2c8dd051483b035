"""An invitation that is sent by one statement, whose answer does not come: nothing is done twice,
and whoever has to be told is told, and nobody else."""

from __future__ import annotations

import asyncio
import contextvars
import os
import signal
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import asyncpg
import pytest
from tortoise.connection import get_connection

from netql.connections import actions
from netql.errors import Interrupted, Overloaded
from netql.events.wakeups import wakeups
from netql.infra.at_hand import AtHand
from netql.infra.database import execute, fetch, pair_key, transaction
from netql.settings import Settings
from tests.api import Api
from tests.conftest import DATABASE
from tests.infra.wholeness import is_whole
from tests.live.inside import eventually
from tests.people import People, Person

pytestmark = [
    pytest.mark.usefixtures("database"),
    pytest.mark.skipif(DATABASE == "sqlite", reason="there is no statement to cut"),
]
SETTINGS = Settings()
INVITE = """mutation ($to: ID!) { sendInvitation(input: {memberId: $to}) {
  invitation { status } userErrors { code } } }"""
_WAITING = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"


@pytest.fixture
async def pair(people: People) -> tuple[Person, Person]:
    """Two who have nothing to do with each other, in a session that knows how."""
    ann, ben, cat = await people.several(3)
    await send(ann, cat)
    return ann, ben


def send(ann: Person, ben: Person, key: str | None = None) -> Any:
    return actions.send_invitation(ann.viewer, ben.key, None, SETTINGS, key)


async def invitations(ann: Person, ben: Person) -> list[UUID]:
    rows = await fetch(
        "SELECT id FROM invitations WHERE inviter_id = $1 AND invitee_id = $2", ann.key, ben.key
    )
    return [row["id"] for row in rows]


class Holding:
    """Somebody who has a pair's lock."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection

    async def until_waited_for(self, number: int) -> None:
        async with asyncio.timeout(20):
            while await self._connection.fetchval(_WAITING) < number:  # noqa: ASYNC110
                await asyncio.sleep(0.005)

    async def let_go(self) -> None:
        await self._connection.execute("SELECT pg_advisory_unlock_all()")


@pytest.fixture
async def holding(database: Settings, pair: tuple[Person, Person]) -> AsyncIterator[Holding]:
    connection = await asyncpg.connect(database.database_url)
    await connection.execute("SELECT pg_advisory_lock($1)", pair_key(*(one.key for one in pair)))
    yield Holding(connection)
    await connection.close()


@pytest.mark.parametrize("at_once", [False, True])
async def test_without_a_connection_nothing_was_changed(
    pair: tuple[Person, Person], at_once: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    ann, ben = pair
    monkeypatch.setattr(get_connection("default"), "acts_at_once", at_once)

    async def take(self: AtHand, patience: float) -> None:
        raise asyncpg.TooManyConnectionsError("too many clients")

    with monkeypatch.context() as broken:
        broken.setattr(AtHand, "take", take)
        broken.setattr(AtHand, "taken", lambda self: None)
        with pytest.raises(Interrupted) as interrupted:
            await send(ann, ben)
    assert interrupted.value.undone
    assert await invitations(ann, ben) == []


async def test_what_is_written_after_its_connection_was_lost_is_found_and_told(
    pair: tuple[Person, Person], holding: Holding
) -> None:
    ann, ben = pair
    client: Any = get_connection("default")
    with wakeups.bus.listening(ben.key) as listener:
        sending = asyncio.create_task(send(ann, ben))
        await holding.until_waited_for(1)
        # The server is not told, and goes on waiting for the pair.
        [mine] = list(client.at_hand._out)
        mine.terminate()
        await holding.until_waited_for(2)
        assert not listener.is_set()
        await holding.let_go()
        sent = await sending
        await eventually(listener.is_set)
        assert listener.unsure
    assert await invitations(ann, ben) == [sent.invitation_id]
    await is_whole()


@pytest.mark.parametrize("times", [1, 2])
async def test_who_leaves_is_waited_for_until_it_is_known_what_was_done(
    pair: tuple[Person, Person], holding: Holding, times: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The server hears too late that nobody wants it any more."""
    ann, ben = pair
    let_go = asyncio.Event()
    cancel = asyncpg.Connection._cancel

    async def slow(*values: Any) -> None:
        await let_go.wait()
        await cancel(*values)

    monkeypatch.setattr(asyncpg.Connection, "_cancel", slow)
    with wakeups.bus.listening(ben.key) as listener:
        sending = asyncio.create_task(send(ann, ben))
        await holding.until_waited_for(1)
        for _ in range(times):
            sending.cancel()
            await asyncio.sleep(0.01)
        await holding.let_go()
        await asyncio.sleep(0.05)
        # What was done is looked for when nothing can come after it.
        assert not listener.is_set()
        let_go.set()
        await eventually(listener.is_set)
        await asyncio.wait([sending])
    assert sending.cancelled()
    assert len(await invitations(ann, ben)) == 1
    await is_whole()


async def test_who_leaves_before_the_server_has_read_it_is_told_as_well(
    pair: tuple[Person, Person],
) -> None:
    """A wish to cancel that comes to an idle server is in vain; the statement comes after it."""
    ann, ben = pair
    client: Any = get_connection("default")
    # So that there are others who could look meanwhile.
    await asyncio.gather(*(fetch("SELECT pg_sleep(0.01)") for _ in range(4)))
    knows = client.at_hand._kept[-1]
    await knows.execute("SELECT 1")
    with wakeups.bus.listening(ben.key) as listener:
        os.kill(knows.get_server_pid(), signal.SIGSTOP)
        try:
            sending = asyncio.create_task(send(ann, ben))
            await asyncio.sleep(0.05)
            sending.cancel()
            await asyncio.sleep(0.3)
        finally:
            os.kill(knows.get_server_pid(), signal.SIGCONT)
        await asyncio.wait([sending])
        await is_whole()
        was_sent = await invitations(ann, ben)
        if was_sent:
            await eventually(listener.is_set)
        assert listener.is_set() is bool(was_sent)


async def test_strangers_do_not_wait_for_a_key(people: People, database: Settings) -> None:
    """Whoever waits for something waits before the invitee's log is held."""
    ann, ben, cat, dan = await people.several(4)
    await send(ann, dan, "other")
    gate = await asyncpg.connect(database.database_url)
    try:
        await gate.execute("BEGIN")
        await gate.execute(
            "INSERT INTO idempotency_keys"
            " (id, member_id, mutation, key, input_hash, outcome, node_ids, stored_at)"
            " VALUES ($1, $2, 'sendInvitation', 'key', '', '', '{}', now())",
            dan.key,
            ann.key,
        )
        waits = asyncio.create_task(send(ann, ben, "key"))
        async with asyncio.timeout(20):
            while not await gate.fetchval(  # noqa: ASYNC110
                "SELECT count(*) FROM pg_locks WHERE locktype = 'transactionid' AND NOT granted"
            ):
                await asyncio.sleep(0.005)
        await asyncio.wait_for(send(cat, ben), 20)
        assert not waits.done()
        await gate.execute("ROLLBACK")
        await waits
    finally:
        await gate.close()
    rows = await fetch("SELECT number FROM events WHERE member_id = $1 ORDER BY 1", ben.key)
    assert [row["number"] for row in rows] == [1, 2]


@pytest.mark.parametrize("then", [Overloaded, ConnectionRefusedError])
async def test_whatever_fails_after_an_answer_was_lost_it_may_have_been_sent(
    pair: tuple[Person, Person], then: type[Exception], monkeypatch: pytest.MonkeyPatch
) -> None:
    ann, ben = pair
    client: Any = get_connection("default")
    fetchval = asyncpg.Connection.fetchval

    async def take(self: AtHand, patience: float) -> None:
        raise then

    with monkeypatch.context() as broken:

        async def lost(self: Any, *values: Any) -> None:
            assert await fetchval(self, *values) == 1
            broken.setattr(AtHand, "take", take)
            broken.setattr(AtHand, "taken", lambda self: None)
            raise ConnectionResetError

        broken.setattr(asyncpg.Connection, "fetchval", lost)
        with pytest.raises(Interrupted) as interrupted:
            await send(ann, ben)
        assert not interrupted.value.undone
    assert client.acts_at_once
    assert len(await invitations(ann, ben)) == 1


async def test_nobody_is_woken_of_what_surely_was_not_sent(
    people: People, pair: tuple[Person, Person], monkeypatch: pytest.MonkeyPatch
) -> None:
    ann, ben = pair

    async def busy(self: AtHand, patience: float) -> None:
        raise Overloaded

    with wakeups.bus.listening(ben.key) as listener:
        with monkeypatch.context() as broken:
            broken.setattr(AtHand, "take", busy)
            broken.setattr(AtHand, "taken", lambda self: None)
            with pytest.raises(Overloaded):
                await send(ann, ben)
        await people.block(ben, ann)
        for turns in range(16):
            task = asyncio.create_task(send(ann, ben))
            for _ in range(turns // 2):
                await asyncio.sleep(0)
            task.cancel()
            await asyncio.wait([task])
            await is_whole()
        assert not listener.is_set()
    assert await invitations(ann, ben) == []


async def test_a_deadlock_is_undone_and_tried_again(
    api: Api, people: People, database: Settings
) -> None:
    """Somebody else's crossing it is all that it takes."""
    ann, ben, cat = await people.several(3)
    await send(ann, cat)
    held = asyncio.Event()

    async def crossing() -> None:
        async with transaction():
            await execute("SELECT id FROM members WHERE id = $1 FOR UPDATE", ben.key)
            held.set()
            await asyncio.sleep(0.1)
            await execute("SELECT pg_advisory_xact_lock($1)", pair_key(ann.key, ben.key))

    other = asyncio.get_running_loop().create_task(crossing(), context=contextvars.Context())
    await held.wait()
    sent, ended = await asyncio.gather(
        api.run(INVITE, as_=ann, to=ben.id), other, return_exceptions=True
    )
    assert sent["sendInvitation"]["invitation"] == {"status": "PENDING"}
    # Whom the server stops is left to it.
    assert ended is None or isinstance(ended, Interrupted)
    assert len(await invitations(ann, ben)) == 1
