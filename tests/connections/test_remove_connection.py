"""Removing a connection: either end may, nobody is told, and both profiles close."""

from __future__ import annotations

import pytest

from netql import ids
from netql.safety import actions as safety
from tests.api import Api
from tests.connections.graph import act, codes, connected, remove, send, stored, told
from tests.people import People, Person


@pytest.fixture
async def pair(people: People) -> tuple[Person, Person]:
    ann = await people.member("Ann Ash", phone="+4930901821")
    return ann, await people.member("Ben Birch", phone="+4930901820")


@pytest.mark.parametrize("remover", ["inviter", "invitee"])
async def test_it_closes_both_profiles_in_silence(
    api: Api, people: People, pair: tuple[Person, Person], remover: str
) -> None:
    ann, ben = pair if remover == "inviter" else pair[::-1]
    await people.connect(*pair)
    before = (await told(ann), await told(ben))
    assert await connected(api, ann, ben)
    payload = await remove(api, ann, ben)
    assert codes(payload) == []
    assert payload["member"] == {
        "handle": ben.handle,
        "phone": None,
        "viewerRelationship": {"degree": None},
    }
    assert not await connected(api, ann, ben)
    query = "query ($id: ID!) { member(by: {id: $id}) { phone } }"
    assert (await api.run(query, as_=ben, id=ann.id))["member"] == {"phone": None}
    assert (await stored(ann, ben))["connections"] == []
    assert (await told(ann), await told(ben)) == before


async def test_twice_is_once_from_either_side(
    api: Api, people: People, pair: tuple[Person, Person]
) -> None:
    ann, ben = pair
    await people.connect(ann, ben)
    first = await remove(api, ann, ben)
    before = await stored(ann, ben)
    assert await remove(api, ann, ben) == first | {"removedConnectionId": None}
    assert codes(await remove(api, ben, ann)) == []
    assert await stored(ann, ben) == before
    # The second who removed did not become the remover: they still wait, the first does not.
    assert codes(await send(api, ben, ann)) == ["COOLDOWN"]
    assert codes(await send(api, ann, ben)) == []


@pytest.mark.parametrize("remover", ["inviter", "invitee"])
async def test_it_tells_the_remover_what_is_no_more(
    api: Api, people: People, pair: tuple[Person, Person], remover: str
) -> None:
    """As the remover's own list named it, so that a cache can let go of it."""
    ann, ben = pair if remover == "inviter" else pair[::-1]
    await people.connect(*pair)
    query = "{ viewer { connections(first: 5) { nodes { id } } } }"
    [listed] = (await api.run(query, as_=ann))["viewer"]["connections"]["nodes"]
    assert (await remove(api, ann, ben))["removedConnectionId"] == listed["id"]
    assert (await remove(api, ben, ann))["removedConnectionId"] is None
    gone = await api.run("query ($id: ID!) { node(id: $id) { id } }", as_=ann, id=listed["id"])
    assert gone == {"node": None}


async def test_there_must_have_been_one(
    api: Api, people: People, pair: tuple[Person, Person]
) -> None:
    ann, ben = pair
    await people.invite(ann, ben)
    before = await stored(ann, ben)
    refused = await remove(api, ann, ben)
    assert codes(refused) == ["NOT_CONNECTED"]
    assert refused["userErrors"][0]["field"] == ["memberId"]
    assert await stored(ann, ben) == before


async def test_oneself_and_nobody_are_no_connections(api: Api, pair: tuple[Person, Person]) -> None:
    ann, _ = pair
    assert codes(await remove(api, ann, ann)) == ["NOT_CONNECTED"]
    unknown = ids.encode("Member", ids.new_id())
    expected = await act(api, "removeConnection", ann, memberId=unknown)
    assert codes(expected) == ["NOT_FOUND"]
    for given in ("", "x", "\u2603"):
        assert await act(api, "removeConnection", ann, memberId=given) == expected


async def test_nobody_else_can(api: Api, people: People, pair: tuple[Person, Person]) -> None:
    """There is no way to name two members: the viewer is always one end."""
    ann, ben = pair
    await people.connect(ann, ben)
    eve = await people.member("Eve Elm")
    before = await stored(ann, ben)
    assert codes(await remove(api, eve, ben)) == ["NOT_CONNECTED"]
    assert await stored(ann, ben) == before


async def test_a_block_in_between_leaves_nothing_to_remove(
    api: Api, people: People, pair: tuple[Person, Person]
) -> None:
    ann, ben = pair
    await people.connect(ann, ben)
    block = await people.block(ann, ben)
    before = await stored(ann, ben)
    for who, other in (pair, pair[::-1]):
        assert codes(await remove(api, who, other)) == ["NOT_FOUND"]
    assert await stored(ann, ben) == before
    await safety.unblock_member(ann.viewer, block)
    assert not await connected(api, ann, ben)
