"""What a socket may hold, what its operations do to each other, and how it ends."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from starlette.applications import Starlette

from netql.accounts import sessions
from netql.api.sockets import line
from netql.app import create_app
from netql.errors import Interrupted, NetqlError, Overloaded
from netql.settings import Settings
from tests.live.client import PATIENCE, GraphQLSocket, bare_socket
from tests.live.inside import INVITATIONS, Live, eventually, listeners, served, waiting
from tests.people import People, Person

QUERY = "{ __typename }"


@asynccontextmanager
async def serving(
    settings: Settings, *, held: int | None = None, **given: Any
) -> AsyncIterator[Live]:
    """The run's database, served with settings of its own."""
    async with served(create_app(settings.model_copy(update=given)), held=held) as live:
        yield live


async def test_a_member_holds_so_many_sockets_and_one_more_closes_with_4430(
    settings: Settings, app: Starlette, people: People
) -> None:
    ben, eve = await people.member(), await people.member()
    async with serving(settings, sockets_per_member=2) as live, live.socket(ben) as first:
        async with live.socket(ben) as second:
            async with live.socket(None) as third:
                assert await third.alive()
            async with _unanswered(live, ben) as third:
                assert await third.close_code() == 4430
            async with live.socket(eve) as other:
                assert await other.alive()
            assert await first.alive()
            assert await second.alive()
        await eventually_opens(live, ben)
        assert await first.alive()


@asynccontextmanager
async def _unanswered(live: Live, person: Person) -> AsyncIterator[GraphQLSocket]:
    """A socket that has just introduced itself."""
    async with bare_socket(live.url) as socket:
        payload = {"authorization": f"Bearer {person.token}"}
        await socket.send({"type": "connection_init", "payload": payload})
        yield socket


async def eventually_opens(live: Live, person: Person) -> None:
    """A socket that closes gives its place back, a moment later."""
    async with asyncio.timeout(PATIENCE):
        while True:
            async with _unanswered(live, person) as socket:
                if (await socket.connection.recv()) == '{"type":"connection_ack"}':
                    return


async def test_a_socket_runs_so_many_operations_and_refuses_one_more_by_itself(
    settings: Settings, app: Starlette, people: People
) -> None:
    ben, eve = await people.member(), await people.member()
    async with serving(settings, operations_per_socket=3) as live, live.socket(ben) as socket:
        streams = [await socket.start(INVITATIONS) for _ in range(3)]
        await waiting(ben, 3)
        assert await (await socket.start(INVITATIONS)).refusal() == "TOO_MANY_OPERATIONS"
        assert await (await socket.start(QUERY)).refusal() == "TOO_MANY_OPERATIONS"
        await people.invite(eve, ben)
        for stream in streams:
            assert (await stream.event())["pendingCount"] == 1
        await streams[0].complete()
        await waiting(ben, 2)
        assert await socket.run(QUERY) == {"__typename": "Query"}


@pytest.mark.parametrize(
    "mistake", ["{", "{ nope }", "query A { a } query B { b }", "subscription { nope }", ""]
)
async def test_a_mistake_in_one_operation_does_not_touch_its_siblings(
    live: Live, people: People, mistake: str
) -> None:
    ben, eve = await people.member(), await people.member()
    async with live.invitations(ben) as (socket, stream):
        frame = await (await socket.start(mistake)).frame()
        assert frame["type"] == "error"
        await people.invite(eve, ben)
        assert (await stream.event())["pendingCount"] == 1


async def test_nothing_is_said_of_an_operation_after_its_complete(
    live: Live, people: People
) -> None:
    """Whenever it comes: the same id is used again and again, for something else each time."""
    ben = await people.member()
    async with live.socket(ben) as socket:
        for number in range(200):
            alias = f"a{number}"
            await socket.send(_subscribe(f"{{ {alias}: viewer {{ handle }} }}"))
            for _ in range(number % 4):
                await asyncio.sleep(0)
            await socket.send({"id": "same", "type": "complete"})
            assert await socket.alive()
            # What is here by now came before the complete was read.
            for frame in socket.kept("same"):
                assert frame["type"] == "complete" or list(frame["payload"]["data"]) == [alias]
            socket._kept["same"].clear()
        await socket.send(_subscribe(QUERY))
        frame = await socket.frame_of("same")
        assert frame["payload"] == {"data": {"__typename": "Query"}}


def _subscribe(query: str) -> dict[str, Any]:
    return {"id": "same", "type": "subscribe", "payload": {"query": query}}


async def test_events_that_come_with_a_complete_are_not_sent_after_it(
    live: Live, people: People
) -> None:
    ben, inviters = await people.member(), await people.several(20)
    async with live.socket(ben) as socket:
        for inviter in inviters:
            await socket.send(_subscribe(INVITATIONS))
            await waiting(ben)
            inviting = asyncio.create_task(people.invite(inviter, ben))
            await asyncio.sleep(0)
            await socket.send({"id": "same", "type": "complete"})
            assert await socket.alive()
            socket._kept["same"].clear()
            await inviting
            assert await socket.alive()
            assert socket.kept("same") == []
            await eventually(lambda: not listeners(ben.key))


async def test_operations_that_end_before_they_begin_leave_nothing_behind(
    live: Live, people: People
) -> None:
    ben = await people.member()
    async with live.socket(ben) as socket:
        raw = []
        for number in range(100):
            message = {**_subscribe(INVITATIONS), "id": str(number)}
            raw += [json.dumps(message), json.dumps({"id": str(number), "type": "complete"})]
        for message in raw:
            await socket.connection.send(message)
        assert await socket.alive()
        # More than a socket may run at a time, but none of them runs.
        assert await socket.run(QUERY) == {"__typename": "Query"}
        await eventually(lambda: not listeners(ben.key))


async def test_a_client_that_does_not_read_is_let_go_of(
    settings: Settings,
    app: Starlette,
    people: People,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # It reads again in time to hear why, however busy the machine is.
    monkeypatch.setattr(line, "GOODBYE", PATIENCE)
    ben, eve = await people.member(), await people.member()
    large = "{ __schema { types { name description fields { name description args { name } } } } }"
    async with (
        serving(settings, held=65536, send_seconds=0.3) as live,
        live.invitations(ben) as (socket, _),
        live.socket(eve) as other,
    ):
        socket.connection.transport.pause_reading()
        for number in range(18):
            await socket.send({**_subscribe(large), "id": f"large {number}"})
        await eventually(lambda: not listeners(ben.key))
        assert await other.run(QUERY) == {"__typename": "Query"}
        # With the usual patience the transport would be cut first, without a word.
        socket.connection.transport.resume_reading()
        assert await socket.close_code() == 1013
    # But for that a busy machine held the loop over one of the large answers.
    told = [record for record in caplog.records if record.name != "netql.execution"]
    assert [record for record in told if record.levelno >= logging.ERROR] == []


async def test_a_client_that_reads_late_is_told_everything(
    settings: Settings, app: Starlette, people: People
) -> None:
    """Nothing is thrown away for it, and nothing is piled up: the log is read as it reads."""
    ben, inviters = await people.member(), await people.several(12)
    async with serving(settings, held=4096) as live, live.invitations(ben) as (socket, stream):
        socket.connection.transport.pause_reading()
        for inviter in inviters:
            await people.invite(inviter, ben, "x" * 300)
        await asyncio.sleep(0.3)
        socket.connection.transport.resume_reading()
        events = [await stream.event() for _ in inviters]
        handles = [event["invitation"]["inviter"]["handle"] for event in events]
        assert handles == [inviter.handle for inviter in inviters]


async def test_a_client_that_answers_no_ping_is_let_go_of(app: Starlette, people: People) -> None:
    ben = await people.member()
    # Only who stands still for a second just when it is asked would be let go of wrongly.
    config = {"ws_ping_interval": 0.2, "ws_ping_timeout": 1.0}
    async with served(app, **config) as live, live.invitations(ben) as (socket, _):
        await asyncio.sleep(2.0)
        assert await socket.alive()
        socket.connection.transport.pause_reading()
        await eventually(lambda: not listeners(ben.key))
        socket.drop()


@pytest.mark.parametrize("failure", [Overloaded(), Interrupted(undone=True)])
async def test_while_the_database_cannot_say_who_asks_clients_are_to_come_back(
    live: Live, people: People, monkeypatch: pytest.MonkeyPatch, failure: NetqlError
) -> None:
    async def fails(*_: object) -> bool:
        raise failure

    ben = await people.member()
    async with live.invitations(ben) as (socket, stream):
        monkeypatch.setattr(sessions, "is_live", fails)
        assert await (await socket.start(QUERY)).refusal() == "RETRYABLE"
        async with _unanswered(live, ben) as other:
            assert await other.close_code() == 1013
        monkeypatch.undo()
        assert await socket.run(QUERY) == {"__typename": "Query"}
        await people.invite(await people.member(), ben)
        assert (await stream.event())["pendingCount"] == 1


async def test_a_token_in_both_spellings_is_taken(live: Live, people: People) -> None:
    ben = await people.member()
    for name in ("authorization", "Authorization"):
        async with bare_socket(live.url) as socket:
            ack = await socket.init({name: f"Bearer {ben.token}"})
            assert ack == {"type": "connection_ack"}
            assert await socket.run("{ viewer { handle } }") == {"viewer": {"handle": ben.handle}}
