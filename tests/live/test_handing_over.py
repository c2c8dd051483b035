"""What a process wrote itself is handed to its followers: in order, once, and with nothing missing
of what other processes wrote meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any
from uuid import UUID

import pytest

from netql.api import following
from netql.events.entries import LogEntry
from netql.events.wakeups import wakeups
from netql.infra import bus
from netql.infra.tokens import Signer
from netql.settings import Settings
from tests.live.bare_streams import CONNECTIONS, INVITATIONS, Streams, event, streams
from tests.live.inside import as_from_afar, waiting
from tests.people import People, Person

pytestmark = pytest.mark.usefixtures("unpolled", "unshared")
News = Mapping[UUID, Sequence[LogEntry]]


@pytest.fixture
async def opening(settings: Settings, signer: Signer) -> AsyncIterator[Streams]:
    async with streams(settings, signer) as found:
        yield found


class Waking:
    """Wake-ups that are held until the test sends them, in the order and way that it likes."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.held: list[News] = []
        self._wake = wakeups.wake
        monkeypatch.setattr(wakeups, "wake", self.held.append)

    def send(self, *places: int) -> None:
        for place in places:
            self._wake(self.held[place])

    def send_from_afar(self, place: int) -> None:
        wakeups.bus.publish(self.held[place])


class Reading:
    """How often logs are read."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.count = 0
        self._read = following.entries_of_many
        monkeypatch.setattr(following, "entries_of_many", self)

    async def __call__(self, positions: Sequence[tuple[UUID, int]], limit: int) -> Any:
        self.count += bool(positions)
        return await self._read(positions, limit)


async def listening(opening: Streams, ben: Person) -> Any:
    """Ben's stream, as soon as it waits for what comes, and its first event to come."""
    stream = await opening.open(ben, INVITATIONS)
    coming = asyncio.create_task(event(stream))
    await waiting(ben)
    return stream, coming


async def invited_by(stream: Any, coming: asyncio.Task[Any], inviters: list[Person]) -> None:
    """It tells of these inviters, in this order, and of nobody else."""
    told = [await coming] + [await event(stream) for _ in inviters[1:]]
    assert [one["invitation"]["inviter"]["handle"] for one in told] == [
        one.handle for one in inviters
    ]
    more = asyncio.create_task(anext(stream))
    await asyncio.sleep(0.05)
    assert not more.done()
    more.cancel()
    await asyncio.wait([more])


async def test_what_was_written_here_is_not_read_again(
    people: People, opening: Streams, monkeypatch: pytest.MonkeyPatch
) -> None:
    ben, inviters = await people.member(), await people.several(5)
    stream, coming = await listening(opening, ben)
    reading = Reading(monkeypatch)
    for inviter in inviters:
        await people.invite(inviter, ben)
    await invited_by(stream, coming, inviters)
    assert reading.count == 0


@pytest.mark.parametrize(
    "order", [(1, 0), (1,), (1, 1, 0, 0), (2, 0, 1), (2, 1, 0), (0, 2, 1), (0, 2), (1, 2)]
)
async def test_what_comes_out_of_order_twice_or_not_at_all(
    people: People, opening: Streams, monkeypatch: pytest.MonkeyPatch, order: tuple[int, ...]
) -> None:
    """The others are in the log; whoever is told of a later one finds them there."""
    ben, inviters = await people.member(), await people.several(3)
    stream, coming = await listening(opening, ben)
    waking = Waking(monkeypatch)
    for inviter in inviters:
        await people.invite(inviter, ben)
    waking.send(*order)
    await invited_by(stream, coming, inviters)


async def test_another_process_writes_in_between(
    people: People, opening: Streams, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its wake-up comes late, or before one of ours."""
    ben, inviters = await people.member(), await people.several(4)
    stream, coming = await listening(opening, ben)
    waking = Waking(monkeypatch)
    for inviter in inviters:
        await people.invite(inviter, ben)
    waking.send_from_afar(2)
    waking.send(0, 3)
    await asyncio.sleep(0)
    waking.send_from_afar(1)
    await invited_by(stream, coming, inviters)


async def test_one_from_afar_while_one_from_here_is_told(
    people: People, opening: Streams, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The mark that there may be more is not lost while somebody looks at what there is."""
    ben, inviters = await people.member(), await people.several(2)
    stream, coming = await listening(opening, ben)
    judged, told = asyncio.Event(), following.told

    async def late(asked: Any, **need: Any) -> Any:
        found = await told(asked, **need)
        if not judged.is_set():
            judged.set()
            as_from_afar(monkeypatch)
            await people.invite(inviters[1], ben)
        return found

    monkeypatch.setattr(following, "told", late)
    await people.invite(inviters[0], ben)
    await invited_by(stream, coming, inviters)


async def test_more_than_a_listener_keeps(
    people: People, opening: Streams, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever reads slowly is handed no more than so much, and reads the rest."""
    monkeypatch.setattr(bus, "MOST", 3)
    ben, inviters = await people.member(), await people.several(9)
    stream, coming = await listening(opening, ben)
    reading = Reading(monkeypatch)
    await people.invite(inviters[0], ben)
    first = await coming
    assert first["invitation"]["inviter"]["handle"] == inviters[0].handle
    assert reading.count == 0
    for inviter in inviters[1:]:
        await people.invite(inviter, ben)
    await invited_by(stream, asyncio.create_task(event(stream)), inviters[1:])
    assert reading.count == 1


async def test_who_is_slower_than_what_comes_holds_no_more_than_a_reading(
    people: People, opening: Streams, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(following, "AT_ONCE", 4)
    ben, inviters = await people.member(), await people.several(16)
    stream, coming = await listening(opening, ben)
    [follower] = [one for one in following.following._followers if one.member_id == ben.key]
    told = []
    for place in range(0, 16, 4):
        for inviter in inviters[place : place + 4]:
            await people.invite(inviter, ben)
        told.append(await coming)
        coming = asyncio.create_task(event(stream))
        await asyncio.sleep(0)
        assert len(follower.known) <= 4
    told += [await coming] + [await event(stream) for _ in inviters[5:]]
    assert [one["invitation"]["inviter"]["handle"] for one in told] == [
        one.handle for one in inviters
    ]


async def test_what_a_stream_is_not_for_costs_it_nothing(
    people: People, opening: Streams, monkeypatch: pytest.MonkeyPatch
) -> None:
    ann, ben = await people.several(2)
    stream = await opening.open(ben, CONNECTIONS)
    coming = asyncio.create_task(event(stream))
    await waiting(ben)
    looks: list[object] = []
    judging = following._next_of

    async def counted(followers: list[Any]) -> Any:
        looks.append(followers)
        return await judging(followers)

    monkeypatch.setattr(following.following._next, "_read", counted)
    await people.invite(ann, ben)
    await waiting(ben)
    assert looks == []
    await people.connect(await people.member(), ben)
    assert (await coming)["kind"] == "CONNECTED"
    assert len(looks) == 1
