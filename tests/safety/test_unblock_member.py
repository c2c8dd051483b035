"""Lifting a block: the two are there for each other again, and nothing else comes back."""

from __future__ import annotations

import pytest

from netql import ids
from tests.api import Api
from tests.connections.graph import (
    accept,
    connected,
    send,
    sent,
    standing,
    status,
    stored,
    told,
)
from tests.people import People, Person
from tests.safety.graph import block, blocks, codes, there, unblock


@pytest.fixture
async def pair(people: People) -> tuple[Person, Person]:
    return (
        await people.member("Ann Ash", phone="+4930901821"),
        await people.member("Ben Birch", phone="+4930901820"),
    )


async def test_they_are_strangers_again(
    api: Api, people: People, pair: tuple[Person, Person]
) -> None:
    ann, ben = pair
    await people.connect(ann, ben)
    made = (await block(api, ann, ben))["block"]
    before = await told(ann), await told(ben)
    payload = await unblock(api, ann, made["id"])
    assert codes(payload) == []
    assert payload["removedBlockId"] == made["id"]
    assert payload["member"] == {
        "handle": ben.handle,
        "phone": None,
        "viewerRelationship": {"degree": None},
    }
    assert await there(api, ann, ben)
    assert await there(api, ben, ann)
    assert not await connected(api, ann, ben)
    assert (await blocks(api, ann))["totalCount"] == 0
    assert (await told(ann), await told(ben)) == before


async def test_it_is_as_if_the_blocker_had_removed_the_connection(
    api: Api, people: People, pair: tuple[Person, Person]
) -> None:
    ann, ben = pair
    await people.connect(ann, ben)
    await unblock(api, ann, (await block(api, ann, ben))["block"]["id"])
    assert codes(await send(api, ben, ann)) == ["COOLDOWN"]
    assert codes(await send(api, ann, ben)) == []


async def test_an_invitation_to_the_blocker_waits_unseen(
    api: Api, pair: tuple[Person, Person]
) -> None:
    """Its sender finds it as it was; the blocker has it no more, but may meet it."""
    ann, ben = pair
    invitation = await sent(api, ben, ann)
    await unblock(api, ann, (await block(api, ann, ben))["block"]["id"])
    assert await status(api, ben, invitation) == "PENDING"
    assert (await standing(api, ben, ann))["sentInvitation"]["status"] == "PENDING"
    assert await status(api, ann, invitation) is None
    assert (await standing(api, ann, ben))["receivedInvitation"] is None
    before = await stored(ann, ben)
    assert codes(await accept(api, ann, invitation)) == ["NOT_FOUND"]
    assert await stored(ann, ben) == before
    met = await send(api, ann, ben)
    assert codes(met) == []
    assert met["connection"] is not None


async def test_the_blockers_own_invitation_counts_as_withdrawn(
    api: Api, pair: tuple[Person, Person]
) -> None:
    ann, ben = pair
    invitation = await sent(api, ann, ben)
    await unblock(api, ann, (await block(api, ann, ben))["block"]["id"])
    assert await status(api, ann, invitation) == "WITHDRAWN"
    assert await status(api, ben, invitation) is None
    assert codes(await send(api, ann, ben)) == ["COOLDOWN"]


async def test_only_its_maker_lifts_it_and_only_once(
    api: Api, people: People, pair: tuple[Person, Person]
) -> None:
    ann, ben = pair
    made = (await block(api, ann, ben))["block"]["id"]
    before = await stored(ann, ben)
    eve = await people.member("Eve Elm")
    for who in (ben, eve):
        expected = await unblock(api, who, ids.encode("Block", ids.new_id()))
        assert codes(expected) == ["NOT_FOUND"]
        assert expected["userErrors"][0]["field"] == ["blockId"]
        for given in ("", "x", "\u2603", ann.id, ben.id, made):
            assert await unblock(api, who, given) == expected
    assert await stored(ann, ben) == before
    assert not await there(api, ben, ann)
    assert codes(await unblock(api, ann, made)) == []
    assert codes(await unblock(api, ann, made)) == ["NOT_FOUND"]


async def test_a_member_who_left_meanwhile_does_not_come_back(
    api: Api, people: People, pair: tuple[Person, Person]
) -> None:
    ann, ben = pair
    made = (await block(api, ann, ben))["block"]["id"]
    await people.close(ben)
    assert [node["id"] for node in (await blocks(api, ann))["nodes"]] == [made]
    payload = await unblock(api, ann, made)
    assert codes(payload) == []
    assert payload["member"] is None
    assert not await there(api, ann, ben)
