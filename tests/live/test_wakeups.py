"""Listening leaves nothing behind, and does not depend on being woken."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from uuid import UUID

import pytest

from netql.api import following
from netql.events.wakeups import wakeups
from netql.infra.bus import LocalBus
from tests.live.inside import Live, eventually, listeners, waiting
from tests.people import People


@pytest.mark.parametrize("way", ["complete", "close", "drop"])
async def test_a_client_that_goes_leaves_no_listener_behind(
    live: Live, people: People, way: str, caplog: pytest.LogCaptureFixture
) -> None:
    ben = await people.member()
    async with live.invitations(ben) as (socket, stream):
        assert listeners(ben.key)
        if way == "complete":
            await stream.complete()
            await eventually(lambda: not listeners(ben.key))
            assert await socket.alive()
        elif way == "close":
            await socket.connection.close()
        else:
            socket.drop()
        await eventually(lambda: not listeners(ben.key))
    assert [record for record in caplog.records if record.levelno >= logging.ERROR] == []


async def test_a_client_that_goes_in_the_middle_of_its_operations_is_no_error(
    live: Live, people: People, caplog: pytest.LogCaptureFixture
) -> None:
    ben, inviters = await people.member(), await people.several(3)
    for _ in range(10):
        async with live.invitations(ben) as (socket, _):
            for _ in range(10):
                await socket.start("{ viewer { handle connections { totalCount } } }")
                await socket.send({"type": "ping"})
            socket.drop()
        await eventually(lambda: not listeners(ben.key))
    for inviter in inviters:
        async with live.invitations(ben) as (socket, _):
            await people.invite(inviter, ben)
            socket.drop()
        await eventually(lambda: not listeners(ben.key))
    assert [record for record in caplog.records if record.levelno >= logging.ERROR] == []


@pytest.mark.usefixtures("unpolled")
async def test_an_event_does_not_wait_for_the_poll(live: Live, people: People) -> None:
    ben, inviters = await people.member(), await people.several(12)
    async with live.invitations(ben) as (_, stream):
        for inviter in inviters:
            await waiting(ben)
            await people.invite(inviter, ben)
            await stream.event()


async def test_a_lost_wake_up_costs_a_poll_interval_and_no_event(
    live: Live, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    ben, first, second = [await people.member() for _ in range(3)]
    async with live.invitations(ben) as (_, stream):
        bus, read = wakeups.bus, following.last_numbers
        polled = asyncio.Event()

        async def late(members: Sequence[UUID]) -> dict[UUID, int]:
            await polled.wait()
            return await read(members)

        monkeypatch.setattr(following, "last_numbers", late)
        monkeypatch.setattr(wakeups, "bus", LocalBus())
        await people.invite(first, ben, "Nobody was woken")
        assert not any(listener.is_set() for listener in _of(bus, ben.key))
        polled.set()
        assert (await stream.event())["invitation"]["note"] == "Nobody was woken"
        monkeypatch.undo()
        await waiting(ben)
        await people.invite(second, ben, "Woken again")
        assert (await stream.event())["invitation"]["note"] == "Woken again"


def _of(bus: object, topic: object) -> set[object]:
    assert isinstance(bus, LocalBus)
    return set(bus._listeners.get(topic, set()))  # type: ignore[call-overload]
