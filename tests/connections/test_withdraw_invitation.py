"""Withdrawing: the inviter's alone, silent, and with the same effect whatever was answered."""

from __future__ import annotations

from datetime import timedelta

import pytest

from netql import ids
from netql.safety.actions import unblock_member
from tests.api import Api
from tests.connections.graph import (
    accept,
    age,
    codes,
    connected,
    decline,
    send,
    sent,
    standing,
    status,
    stored,
    told,
    withdraw,
)
from tests.people import People, Person


@pytest.fixture
async def pair(people: People) -> tuple[Person, Person]:
    """The inviter and the invitee."""
    return await people.member("Ann Ash"), await people.member("Ben Birch")


@pytest.mark.parametrize("declined", [False, True])
async def test_it_is_gone_for_the_invitee(
    api: Api, pair: tuple[Person, Person], declined: bool
) -> None:
    ann, ben = pair
    invitation = await sent(api, ann, ben)
    if declined:
        await decline(api, ben, invitation)
    before = await told(ben)
    payload = await withdraw(api, ann, invitation)
    assert codes(payload) == []
    assert payload["invitation"]["status"] == "WITHDRAWN"
    assert await status(api, ann, invitation) == "WITHDRAWN"
    assert await status(api, ben, invitation) is None
    assert (await standing(api, ann, ben))["sentInvitation"] is None
    assert (await standing(api, ben, ann))["receivedInvitation"] is None
    assert codes(await accept(api, ben, invitation)) == ["NOT_FOUND"]
    # Recorded either way, or its inviter could tell; who declined is not told of it.
    assert await told(ben) == before + 1
    assert not await connected(api, ann, ben)


async def test_twice_is_once(api: Api, pair: tuple[Person, Person]) -> None:
    ann, ben = pair
    invitation = await sent(api, ann, ben)
    first = await withdraw(api, ann, invitation)
    before = await stored(ann, ben)
    assert await withdraw(api, ann, invitation) == first
    assert await stored(ann, ben) == before


async def test_its_invitee_and_everybody_else_find_nothing_to_withdraw(
    api: Api, people: People, pair: tuple[Person, Person]
) -> None:
    ann, ben = pair
    invitation = await sent(api, ann, ben)
    before = await stored(ann, ben)
    for who in (ben, await people.member("Eve Elm")):
        refused = await withdraw(api, who, invitation)
        assert codes(refused) == ["NOT_FOUND"]
        assert refused["userErrors"][0]["field"] == ["invitationId"]
    assert await stored(ann, ben) == before
    assert codes(await withdraw(api, ann, invitation)) == []


@pytest.mark.parametrize("declined", [False, True])
async def test_who_was_blocked_takes_it_back_unseen(
    api: Api, people: People, pair: tuple[Person, Person], declined: bool
) -> None:
    """The inviter is answered as by anybody absent; and who lifts a block to send into their
    invitation finds that it stands no more."""
    ann, ben = pair
    invitation = await sent(api, ann, ben)
    if declined:
        await decline(api, ben, invitation)
    block = await people.block(ben, ann)
    before = await told(ben)
    unknown = await withdraw(api, ann, ids.encode("Invitation", ids.new_id()))
    assert codes(unknown) == ["NOT_FOUND"]
    for _ in range(2):
        assert await withdraw(api, ann, invitation) == unknown
        assert await status(api, ann, invitation) is None
    await unblock_member(ben.viewer, block)
    assert await status(api, ann, invitation) == "WITHDRAWN"
    assert await status(api, ben, invitation) is None
    assert await told(ben) == before
    met = await send(api, ben, ann)
    assert (codes(met), met["connection"]) == ([], None)
    assert not await connected(api, ann, ben)


@pytest.mark.parametrize("ended", ["accepted", "expired"])
async def test_what_has_ended_cannot_be_withdrawn(
    api: Api, pair: tuple[Person, Person], ended: str
) -> None:
    ann, ben = pair
    invitation = await sent(api, ann, ben)
    if ended == "accepted":
        await accept(api, ben, invitation)
    else:
        await age(ann, ben, timedelta(days=181))
    before = await stored(ann, ben)
    refused = await withdraw(api, ann, invitation)
    assert codes(refused) == ["INVITATION_NOT_PENDING"]
    assert ended in refused["userErrors"][0]["message"]
    assert await stored(ann, ben) == before
    assert await connected(api, ann, ben) is (ended == "accepted")
