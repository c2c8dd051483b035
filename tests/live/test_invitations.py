"""An invitation reaches the open subscription of its invitee, once and in order."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from netql import ids
from netql.api import following as subscriptions
from tests.live.client import Stream
from tests.live.inside import INVITATIONS, Live
from tests.people import People, Person


async def _invite(people: People, inviters: list[Person], invitee: Person) -> list[str]:
    """An invitation of each, one after the other; their global ids."""
    return [ids.encode("Invitation", await people.invite(inviter, invitee)) for inviter in inviters]


async def _events(stream: Stream, number: int) -> list[Any]:
    return [await stream.event() for _ in range(number)]


def _subjects(events: list[Any]) -> list[str]:
    return [event["invitation"]["id"] for event in events]


async def test_an_invitation_arrives_in_an_open_subscription(live: Live, people: People) -> None:
    ben = await people.member("Ben Brook")
    eve = await people.member("Eve Ellery", phone="+4930901821", headline="Printer")
    async with live.invitations(ben) as (_, stream):
        await people.invite(eve, ben, "Shall we talk?")
        event = await stream.event()
    assert event["kind"] == "RECEIVED"
    assert event["pendingCount"] == 1
    assert event["cursor"]
    invitation = event["invitation"]
    assert invitation["note"] == "Shall we talk?"
    assert invitation["status"] == "PENDING"
    assert invitation["inviter"]["handle"] == eve.handle
    # Ben is a stranger to her: her phone is hers, her headline is for every member.
    assert invitation["inviter"]["phone"] is None
    assert invitation["inviter"]["headline"] == "Printer"
    assert "PHONE" in invitation["inviter"]["hiddenFields"]


async def test_nobody_else_is_told(live: Live, people: People) -> None:
    ben, cat, eve = [await people.member() for _ in range(3)]
    async with live.invitations(ben) as (_, of_ben), live.invitations(cat) as (_, of_cat):
        await _invite(people, [eve], ben)
        to_cat = await _invite(people, [eve], cat)
        await of_ben.event()
        assert _subjects([await of_cat.event()]) == to_cat


async def test_invitations_sent_one_after_the_other_arrive_in_that_order(
    live: Live, people: People, long_run: bool
) -> None:
    ben, inviters = await people.member(), await people.several(200 if long_run else 8)
    async with live.invitations(ben) as (_, stream):
        sent = await _invite(people, inviters, ben)
        events = await _events(stream, len(sent))
    assert _subjects(events) == sent
    assert events[-1]["pendingCount"] == len(sent)
    assert len({event["cursor"] for event in events}) == len(sent)


async def test_invitations_sent_at_once_arrive_each_once_and_replay_in_the_same_order(
    live: Live, people: People, long_run: bool
) -> None:
    ben, inviters = await people.member(), await people.several(200 if long_run else 15)
    async with live.invitations(ben) as (_, stream):
        sent = await asyncio.gather(*(_invite(people, [one], ben) for one in inviters))
        events = await _events(stream, len(sent))
    assert sorted(_subjects(events)) == sorted(one[0] for one in sent)
    async with live.invitations(ben, after=events[0]["cursor"]) as (_, stream):
        assert _subjects(await _events(stream, len(sent) - 1)) == _subjects(events)[1:]


async def test_a_dropped_socket_resumes_missing_and_repeating_nothing(
    live: Live, people: People
) -> None:
    ben, inviters = await people.member(), await people.several(5)
    async with live.invitations(ben) as (socket, stream):
        await _invite(people, inviters[:2], ben)
        seen = await _events(stream, 2)
        socket.drop()
    missed = await _invite(people, inviters[2:4], ben)
    async with live.invitations(ben, after=seen[-1]["cursor"]) as (_, stream):
        assert _subjects(await _events(stream, 2)) == missed
        later = await _invite(people, inviters[4:], ben)
        assert _subjects(await _events(stream, 1)) == later


async def test_resuming_after_an_earlier_event_repeats_what_came_after_it(
    live: Live, people: People
) -> None:
    ben, inviters = await people.member(), await people.several(3)
    async with live.invitations(ben) as (_, stream):
        sent = await _invite(people, inviters, ben)
        seen = await _events(stream, 3)
    async with live.invitations(ben, after=seen[0]["cursor"]) as (_, stream):
        again = await _events(stream, 2)
    assert _subjects(again) == sent[1:]
    assert [event["cursor"] for event in again] == [event["cursor"] for event in seen[1:]]


@pytest.mark.usefixtures("unpolled")
async def test_a_long_absence_is_caught_up_with_without_waiting_between(
    live: Live, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(subscriptions, "AT_ONCE", 2)
    ben, inviters = await people.member(), await people.several(25)
    async with live.invitations(ben) as (_, stream):
        await _invite(people, inviters[:1], ben)
        cursor = (await stream.event())["cursor"]
    missed = await _invite(people, inviters[1:], ben)
    # Whoever waited after every second event would never be woken.
    async with live.invitations(ben, after=cursor) as (_, stream):
        assert _subjects(await _events(stream, len(missed))) == missed


CURSORS = ["garbage", "", "\0", "é", "x" * 10_000, "MQ==", "' OR 1=1 --"]


@pytest.mark.parametrize("cursor", CURSORS, ids=[ascii(one)[:12] for one in CURSORS])
async def test_a_cursor_that_is_none_is_refused_and_the_socket_stays(
    live: Live, people: People, cursor: str
) -> None:
    ben = await people.member()
    async with live.socket(ben) as socket:
        assert await (await socket.start(INVITATIONS, after=cursor)).refusal() == "BAD_CURSOR"
        assert await socket.alive()


async def test_a_cursor_of_somebody_else_is_refused_like_garbage(
    live: Live, people: People
) -> None:
    ben, cat, eve = [await people.member() for _ in range(3)]
    async with live.invitations(cat) as (_, stream):
        await _invite(people, [eve], cat)
        foreign = (await stream.event())["cursor"]
    async with live.socket(ben) as socket:
        frames = []
        for cursor in (foreign, "garbage"):
            frame = await (await socket.start(INVITATIONS, after=cursor)).frame()
            (error,) = frame["payload"]
            del error["extensions"]["requestId"]
            frames.append((frame["type"], error))
        assert frames[0] == frames[1]
        assert frames[0][1]["extensions"]["code"] == "BAD_CURSOR"
        assert await socket.alive()
    async with live.invitations(cat, after=foreign) as (socket, _):
        assert await socket.alive()
