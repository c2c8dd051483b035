"""Accepting: only the invitee, only while it stands, and once is enough."""

from __future__ import annotations

from datetime import timedelta

import pytest

from netql import ids
from netql.clock import now
from netql.connections import actions
from netql.errors import Refused
from netql.settings import Settings
from tests.api import Api
from tests.connections.graph import (
    accept,
    act,
    age,
    codes,
    connected,
    decline,
    key,
    remove,
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
    ann = await people.member("Ann Ash", phone="+4930901821")
    return ann, await people.member("Ben Birch", phone="+4930901820")


async def test_it_connects_and_opens_both_profiles(api: Api, pair: tuple[Person, Person]) -> None:
    ann, ben = pair
    invitation = await sent(api, ann, ben, note="Hello")
    begin = now()
    payload = await accept(api, ben, invitation)
    assert codes(payload) == []
    assert payload["invitation"]["status"] == "ACCEPTED"
    assert payload["connection"]["member"] == {"handle": ann.handle}
    assert payload["member"] == {
        "handle": ann.handle,
        "phone": "+4930901821",
        "viewerRelationship": {"degree": 1},
    }
    assert await connected(api, ann, ben)
    for reader, other in (pair, pair[::-1]):
        found = await standing(api, reader, other)
        assert found["sentInvitation"] is found["receivedInvitation"] is None
        assert found["connection"]["connectedAt"] >= begin.isoformat()[:19]
        assert await status(api, reader, invitation) == "ACCEPTED"
    # The inviter: that it was accepted, and the connection; the invitee: what came, what was
    # answered, and the connection.
    assert (await told(ann), await told(ben)) == (2, 3)


async def test_twice_is_once(api: Api, pair: tuple[Person, Person]) -> None:
    ann, ben = pair
    invitation = await sent(api, ann, ben)
    first = await accept(api, ben, invitation)
    before = await stored(ann, ben)
    assert codes(first) == []
    assert await accept(api, ben, invitation) == first
    assert await stored(ann, ben) == before


async def test_its_inviter_and_everybody_else_find_nothing_to_accept(
    api: Api, people: People, pair: tuple[Person, Person]
) -> None:
    ann, ben = pair
    invitation = await sent(api, ann, ben)
    nothing = await act(
        api, "acceptInvitation", ann, invitationId=ids.encode("Invitation", ids.new_id())
    )
    assert codes(nothing) == ["NOT_FOUND"]
    assert nothing["userErrors"][0]["field"] == ["invitationId"]
    before = await stored(ann, ben)
    assert await accept(api, ann, invitation) == nothing
    eve = await people.member("Eve Elm")
    expected = nothing | {"viewer": None}
    assert await accept(api, eve, invitation) == expected
    assert await stored(ann, ben) == before
    assert not await connected(api, ann, ben)
    assert codes(await accept(api, ben, invitation)) == []


@pytest.mark.parametrize("given", ["", "x", "\u2603", "A" * 5000])
@pytest.mark.parametrize(
    "mutation", ["acceptInvitation", "declineInvitation", "withdrawInvitation"]
)
async def test_what_is_no_invitation_is_not_found(
    api: Api, pair: tuple[Person, Person], mutation: str, given: str
) -> None:
    ann, ben = pair
    unknown = ids.encode("Invitation", ids.new_id())
    expected = await act(api, mutation, ann, invitationId=unknown)
    assert codes(expected) == ["NOT_FOUND"]
    assert await act(api, mutation, ann, invitationId=given) == expected
    # A key of another type does not become an invitation by what it is used for.
    invitation = await sent(api, ben, ann)
    disguised = ids.encode("Member", key(invitation))
    assert await act(api, mutation, ann, invitationId=disguised) == expected
    assert await status(api, ann, invitation) == "PENDING"


async def test_a_withdrawn_one_is_gone(api: Api, pair: tuple[Person, Person]) -> None:
    ann, ben = pair
    invitation = await sent(api, ann, ben)
    await withdraw(api, ann, invitation)
    before = await stored(ann, ben)
    assert codes(await accept(api, ben, invitation)) == ["NOT_FOUND"]
    assert await stored(ann, ben) == before


async def test_past_its_date_it_is_too_late_though_no_job_ran(
    api: Api, pair: tuple[Person, Person]
) -> None:
    ann, ben = pair
    invitation = await sent(api, ann, ben)
    await age(ann, ben, timedelta(days=180, minutes=1))
    before = await stored(ann, ben)
    refused = await accept(api, ben, invitation)
    assert codes(refused) == ["INVITATION_NOT_PENDING"]
    assert "expired" in refused["userErrors"][0]["message"]
    assert await stored(ann, ben) == before
    await age(ann, ben, timedelta(minutes=-2))
    assert codes(await accept(api, ben, invitation)) == []


async def test_a_declined_one_may_be_reconsidered_until_it_expires(
    api: Api, people: People
) -> None:
    for late in (False, True):
        ann, ben = await people.member(), await people.member()
        invitation = await sent(api, ann, ben)
        await decline(api, ben, invitation)
        if late:
            await age(ann, ben, timedelta(days=181))
        before = await stored(ann, ben)
        payload = await accept(api, ben, invitation)
        assert codes(payload) == (["INVITATION_NOT_PENDING"] if late else [])
        assert await connected(api, ann, ben) is not late
        if late:
            assert await stored(ann, ben) == before


async def test_it_does_not_bring_back_a_connection_that_ended(
    api: Api, pair: tuple[Person, Person]
) -> None:
    ann, ben = pair
    invitation = await sent(api, ann, ben)
    await accept(api, ben, invitation)
    await remove(api, ann, ben)
    before = await stored(ann, ben)
    assert codes(await accept(api, ben, invitation)) == ["INVITATION_NOT_PENDING"]
    assert await stored(ann, ben) == before


async def test_whose_limit_is_reached_is_told_to_its_owner_only(
    people: People, database: Settings
) -> None:
    one = Settings(connection_limit=1)
    for full, code in (("invitee", "CONNECTION_LIMIT_REACHED"), ("inviter", "CANNOT_CONNECT_NOW")):
        ann, ben, cat = [await people.member() for _ in range(3)]
        invitation = await people.invite(ann, ben)
        await people.connect(cat, ben if full == "invitee" else ann)
        before = await stored(ann, ben)
        with pytest.raises(Refused) as refused:
            await actions.accept_invitation(ben.viewer, invitation, one)
        assert refused.value.code == code
        # The path leads to something that the input of this mutation has.
        assert refused.value.field == ("invitationId",)
        with pytest.raises(Refused) as refused:
            await actions.send_invitation(ben.viewer, ann.key, None, one)
        assert refused.value.code == code
        assert refused.value.field == ("memberId",)
        assert await stored(ann, ben) == before
        await actions.accept_invitation(ben.viewer, invitation, Settings(connection_limit=2))
        assert len((await stored(ann, ben))["connections"]) == 2


async def test_who_is_full_cannot_invite(people: People, database: Settings) -> None:
    ann, ben, cat = [await people.member() for _ in range(3)]
    await people.connect(ann, cat)
    before = await stored(ann, ben)
    with pytest.raises(Refused) as refused:
        await actions.send_invitation(ann.viewer, ben.key, None, Settings(connection_limit=1))
    assert refused.value.code == "CONNECTION_LIMIT_REACHED"
    assert await stored(ann, ben) == before
    await actions.send_invitation(ann.viewer, ben.key, None, Settings(connection_limit=2))
