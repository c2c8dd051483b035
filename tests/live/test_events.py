"""Who is told of what: each thing that members do, and what it sends to whom."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from netql import ids
from netql.connections import actions as inviting
from netql.infra.tokens import Signer
from netql.safety import actions as safety
from netql.settings import Settings
from tests.connections.graph import age
from tests.live.bare_streams import (
    CONNECTIONS,
    INVITATIONS,
    RECEIVED,
    Streams,
    event,
    newest,
    streams,
)
from tests.live.inside import waiting
from tests.people import People, Person

Act = Callable[[People, Person, Person, UUID], Awaitable[None]]


@pytest.fixture
async def opening(settings: Settings, signer: Signer) -> AsyncIterator[Streams]:
    async with streams(settings, signer) as found:
        yield found


async def begun(people: People, person: Person) -> str:
    """A cursor from which on the person listens."""
    await people.invite(await people.member("Kim Kin"), person)
    return await newest(person)


async def told(people: People, opening: Streams, person: Person, after: str) -> list[Any]:
    """All that the person's subscriptions send after that cursor; a herald marks the end."""
    herald = await people.member("Hal Herald")
    await people.connect(herald, person)
    found = []
    stream = await opening.open(person, INVITATIONS, after)
    while (one := await event(stream))["invitation"] is None or (
        one["invitation"]["inviter"]["handle"] != herald.handle
    ):
        found.append(one)
    stream = await opening.open(person, CONNECTIONS, after)
    while (one := await event(stream))["connection"]["member"]["handle"] != herald.handle:
        found.append(one)
    return found


def brief(events: list[Any]) -> list[tuple[str, int | None]]:
    return [(one["kind"], one.get("pendingCount")) for one in events]


async def _accept(people: People, inviter: Person, invitee: Person, sent: UUID) -> None:
    await inviting.accept_invitation(invitee.viewer, sent, Settings())


async def _meet(people: People, inviter: Person, invitee: Person, sent: UUID) -> None:
    await people.invite(invitee, inviter)


async def _decline(people: People, inviter: Person, invitee: Person, sent: UUID) -> None:
    await inviting.decline_invitation(invitee.viewer, sent)


async def _reconsider(people: People, inviter: Person, invitee: Person, sent: UUID) -> None:
    await _decline(people, inviter, invitee, sent)
    await _accept(people, inviter, invitee, sent)


async def _withdraw(people: People, inviter: Person, invitee: Person, sent: UUID) -> None:
    await inviting.withdraw_invitation(inviter.viewer, sent)


async def _decline_and_withdraw(
    people: People, inviter: Person, invitee: Person, sent: UUID
) -> None:
    await _decline(people, inviter, invitee, sent)
    await _withdraw(people, inviter, invitee, sent)


async def _block(people: People, inviter: Person, invitee: Person, sent: UUID) -> None:
    await people.block(invitee, inviter)


async def _be_blocked(people: People, inviter: Person, invitee: Person, sent: UUID) -> None:
    await people.block(inviter, invitee)


async def _block_and_lift(people: People, inviter: Person, invitee: Person, sent: UUID) -> None:
    block = await people.block(invitee, inviter)
    await safety.unblock_member(invitee.viewer, block)


async def _be_blocked_and_lift(
    people: People, inviter: Person, invitee: Person, sent: UUID
) -> None:
    block = await people.block(inviter, invitee)
    await safety.unblock_member(inviter.viewer, block)


async def _expire(people: People, inviter: Person, invitee: Person, sent: UUID) -> None:
    await age(inviter, invitee, timedelta(days=181))


async def _close(people: People, inviter: Person, invitee: Person, sent: UUID) -> None:
    await people.close(inviter)


async def _block_lift_and_withdraw(
    people: People, inviter: Person, invitee: Person, sent: UUID
) -> None:
    await _block_and_lift(people, inviter, invitee, sent)
    await _withdraw(people, inviter, invitee, sent)


async def _decline_and_expire(people: People, inviter: Person, invitee: Person, sent: UUID) -> None:
    await _decline(people, inviter, invitee, sent)
    await _expire(people, inviter, invitee, sent)


async def _accept_and_remove(people: People, inviter: Person, invitee: Person, sent: UUID) -> None:
    await _accept(people, inviter, invitee, sent)
    await inviting.remove_connection(inviter.viewer, invitee.key)


async def _accept_and_block(people: People, inviter: Person, invitee: Person, sent: UUID) -> None:
    await _accept(people, inviter, invitee, sent)
    await people.block(invitee, inviter)


# What happens to an invitation that both know of, and what is sent of it to whom: kinds, with the
# count of those that wait. One of Kim's waits for each of them all the time.
STORIES: list[tuple[Act, list[tuple[str, int | None]], list[tuple[str, int | None]]]] = [
    (_accept, [("ACCEPTED", 1), ("CONNECTED", None)], [("CONCLUDED", 1), ("CONNECTED", None)]),
    (_meet, [("ACCEPTED", 1), ("CONNECTED", None)], [("CONCLUDED", 1), ("CONNECTED", None)]),
    (_decline, [], [("CONCLUDED", 1)]),
    (
        _reconsider,
        [("ACCEPTED", 1), ("CONNECTED", None)],
        [("CONCLUDED", 1), ("CONCLUDED", 1), ("CONNECTED", None)],
    ),
    (_withdraw, [], [("WITHDRAWN", 1)]),
    (_decline_and_withdraw, [], []),
    (_block, [], []),
    (_be_blocked, [], []),
    (_block_and_lift, [], []),
    (_be_blocked_and_lift, [], []),
    (_expire, [], []),
    (_block_lift_and_withdraw, [], []),
    (_decline_and_expire, [], []),
    (_accept_and_remove, [("ACCEPTED", 1)], [("CONCLUDED", 1)]),
    (_accept_and_block, [], []),
]


@pytest.mark.parametrize(("act", "to_inviter", "to_invitee"), STORIES)
async def test_each_is_told_what_they_may_know_and_no_more(
    people: People,
    opening: Streams,
    act: Act,
    to_inviter: list[tuple[str, int | None]],
    to_invitee: list[tuple[str, int | None]],
) -> None:
    inviter, invitee = await people.member("Ann Ash"), await people.member("Ben Birch")
    from_inviter = await begun(people, inviter)
    await begun(people, invitee)
    sent = await people.invite(inviter, invitee, "Hello")
    from_invitee = await newest(invitee)
    await act(people, inviter, invitee, sent)
    heard = await told(people, opening, inviter, from_inviter)
    assert brief(heard) == to_inviter
    for one in heard:
        if one["kind"] == "ACCEPTED":
            assert one["invitationId"] == ids.encode("Invitation", sent)
            assert one["invitation"]["status"] == "ACCEPTED"
            assert one["invitation"]["invitee"]["handle"] == invitee.handle
        else:
            assert one["connection"]["member"]["handle"] == invitee.handle
            assert one["connection"]["connectedAt"] is not None
    heard = await told(people, opening, invitee, from_invitee)
    assert brief(heard) == to_invitee
    for one in heard:
        if one["kind"] == "WITHDRAWN":
            assert one["invitationId"] == ids.encode("Invitation", sent)
            assert one["invitation"] is None
        elif one["kind"] == "CONCLUDED":
            assert one["invitation"]["inviter"]["handle"] == inviter.handle


async def test_an_account_that_closes_sends_nothing(people: People, opening: Streams) -> None:
    ann, ben = await people.member(), await people.member()
    await people.connect(ann, ben)
    cursor = await newest(ben)
    cat = await people.member()
    await people.invite(cat, ben)
    await people.close(ann)
    await people.close(cat)
    assert await told(people, opening, ben, cursor) == []


async def test_one_answer_reaches_every_device_and_whoever_wrote(
    people: People, opening: Streams
) -> None:
    """While they listen: two devices of Ben's, and Ann, who wrote."""
    ann, ben = await people.member("Ann Ash"), await people.member("Ben Birch")
    sent = await people.invite(ann, ben)
    listening = [
        await opening.open(ben, INVITATIONS),
        await opening.open(ben, INVITATIONS),
        await opening.open(ben, RECEIVED),
        await opening.open(ben, CONNECTIONS),
        await opening.open(ann, INVITATIONS),
        await opening.open(ann, CONNECTIONS),
    ]
    coming = [asyncio.create_task(event(stream)) for stream in listening]
    await waiting(ben, subscriptions=4)
    await waiting(ann, subscriptions=2)
    await inviting.accept_invitation(ben.viewer, sent, Settings())
    one, other, received, tie, accepted, tie_of_ann = coming
    assert (await one) == (await other)
    assert ((await one)["kind"], (await one)["pendingCount"]) == ("CONCLUDED", 0)
    assert (await accepted)["kind"] == "ACCEPTED"
    assert (await tie)["connection"]["member"]["handle"] == ann.handle
    assert (await tie_of_ann)["connection"]["member"]["handle"] == ben.handle
    assert (await tie)["connection"]["id"] != (await tie_of_ann)["connection"]["id"]
    # Whoever is for what comes in alone waits on.
    await waiting(ben)
    assert not received.done()
    await people.invite(await people.member(), ben)
    assert (await received)["kind"] == "RECEIVED"


@pytest.mark.parametrize("query", [RECEIVED, INVITATIONS, CONNECTIONS])
async def test_cursors_of_all_streams_are_of_one_log(
    people: People, opening: Streams, query: str
) -> None:
    ann, ben = await people.member(), await people.member()
    cursor = await begun(people, ben)
    await people.connect(ann, ben)
    ties = await opening.open(ben, CONNECTIONS, cursor)
    after = (await event(ties))["cursor"]
    await people.connect(await people.member(), ben)
    await people.invite(await people.member(), ben)
    first = await event(await opening.open(ben, query, after))
    assert first["kind"] == {RECEIVED: "RECEIVED", INVITATIONS: "CONCLUDED"}.get(query, "CONNECTED")
