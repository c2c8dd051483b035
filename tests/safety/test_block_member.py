"""Blocking: from then on neither is there for the other, and the blocked is not told."""

from __future__ import annotations

import pytest

from netql import ids
from tests.api import Api
from tests.connections.graph import (
    accept,
    decline,
    key,
    sent,
    status,
    stored,
    told,
    withdraw,
)
from tests.network.graph import added, entries
from tests.people import People, Person
from tests.safety.graph import BLOCK, block, blocks, codes, there


@pytest.fixture
async def pair(people: People) -> tuple[Person, Person]:
    return (
        await people.member("Ann Ash", phone="+4930901821"),
        await people.member("Ben Birch", phone="+4930901820"),
    )


async def test_each_is_gone_for_the_other(api: Api, pair: tuple[Person, Person]) -> None:
    ann, ben = pair
    assert await there(api, ann, ben)
    assert await there(api, ben, ann)
    payload = await block(api, ann, ben)
    assert codes(payload) == []
    made = payload["block"]
    assert (made["handle"], made["name"]) == (ben.handle, "Ben Birch")
    assert not await there(api, ann, ben)
    assert not await there(api, ben, ann)


async def test_others_see_both_as_before(
    api: Api, people: People, pair: tuple[Person, Person]
) -> None:
    ann, ben = pair
    eve = await people.member("Eve Elm")
    await people.connect(ann, eve)
    query = """query ($ids: [ID!]!) { nodes(ids: $ids) { ... on Member { handle phone headline
      viewerRelationship { degree } connections { totalCount } } } }"""

    async def seen(reader: Person | None) -> str:
        return await api.text(query, as_=reader, ids=[ann.id, ben.id])

    before = [await seen(reader) for reader in (eve, None)]
    await block(api, ann, ben)
    assert [await seen(reader) for reader in (eve, None)] == before


async def test_a_connection_ends(api: Api, people: People, pair: tuple[Person, Person]) -> None:
    ann, ben = pair
    await people.connect(ann, ben)
    await block(api, ann, ben)
    rows = await stored(ann, ben)
    assert rows["connections"] == []
    query = "{ viewer { connections { totalCount nodes { id } } } }"
    for reader in pair:
        answer = await api.run(query, as_=reader)
        assert answer["viewer"]["connections"] == {"totalCount": 0, "nodes": []}


@pytest.mark.parametrize("answered", [None, "declined"])
@pytest.mark.parametrize("blocker", ["inviter", "invitee"])
async def test_an_open_invitation_is_gone_for_both(
    api: Api, pair: tuple[Person, Person], blocker: str, answered: str | None
) -> None:
    ann, ben = pair
    invitation = await sent(api, ann, ben)
    if answered:
        await decline(api, ben, invitation)
    who, whom = pair if blocker == "inviter" else pair[::-1]
    await block(api, who, whom)
    for reader in pair:
        assert await status(api, reader, invitation) is None
    before = await stored(ann, ben)
    assert codes(await accept(api, ben, invitation)) == ["NOT_FOUND"]
    assert codes(await decline(api, ben, invitation)) == ["NOT_FOUND"]
    if blocker == "inviter":
        assert codes(await withdraw(api, ann, invitation)) == ["NOT_FOUND"]
    assert await stored(ann, ben) == before
    [row] = before["invitations"]
    assert row["id"] == key(invitation)
    assert row["answer"] != "ACCEPTED"


async def test_nobody_is_told(api: Api, people: People, pair: tuple[Person, Person]) -> None:
    ann, ben = pair
    await people.connect(ann, ben)
    before = (await told(ann), await told(ben))
    await block(api, ann, ben)
    assert (await told(ann), await told(ben)) == before
    assert (await blocks(api, ben))["totalCount"] == 0


async def test_entries_in_a_network_stay_with_their_owners(
    api: Api, pair: tuple[Person, Person]
) -> None:
    ann, ben = pair
    kept = {
        owner: await added(api, owner, other, note="Mine", tags=["oslo"])
        for owner, other in (pair, pair[::-1])
    }
    await block(api, ann, ben)
    for owner, entry in kept.items():
        [left] = (await entries(api, owner))["nodes"]
        assert left["id"] == entry
        assert (left["note"], left["tags"]) == ("Mine", ["oslo"])
        assert left["person"]["__typename"] == "UnavailableMember"


async def test_twice_is_once(api: Api, people: People, pair: tuple[Person, Person]) -> None:
    ann, ben = pair
    first = await block(api, ann, ben)
    before = await stored(ann, ben)
    assert await block(api, ann, ben) == first
    assert await stored(ann, ben) == before
    assert (await blocks(api, ann))["totalCount"] == 1


async def test_the_blocked_cannot_block_whom_they_do_not_see(
    api: Api, pair: tuple[Person, Person]
) -> None:
    ann, ben = pair
    await block(api, ann, ben)
    before = await stored(ann, ben)
    answer = await api.run(BLOCK, as_=ben, input={"memberId": ids.encode("Member", ids.new_id())})
    assert codes(answer["blockMember"]) == ["NOT_FOUND"]
    assert await block(api, ben, ann) == answer["blockMember"]
    assert await stored(ann, ben) == before


async def test_nobody_blocks_themselves(api: Api, pair: tuple[Person, Person]) -> None:
    ann, _ = pair
    refused = await block(api, ann, ann)
    assert codes(refused) == ["CANNOT_TARGET_SELF"]
    assert refused["userErrors"][0]["field"] == ["memberId"]
    assert (await blocks(api, ann))["totalCount"] == 0
    assert await there(api, ann, ann)


async def test_a_guest_is_asked_to_sign_in(api: Api, pair: tuple[Person, Person]) -> None:
    _, ben = pair
    answer = await api.answer(BLOCK, input={"memberId": ben.id})
    assert [error["extensions"]["code"] for error in answer["errors"]] == ["UNAUTHENTICATED"]
    assert (await api.run("{ blockedMembers { totalCount } }"))["blockedMembers"] is None


async def test_a_block_keeps_the_name_as_it_was(api: Api, pair: tuple[Person, Person]) -> None:
    """What the blocked does afterwards is none of the blocker's to see."""
    ann, ben = pair
    made = (await block(api, ann, ben))["block"]
    rename = 'mutation { updateProfile(input: {name: "Bert Beech"}) { viewer { name } } }'
    renamed = await api.run(rename, as_=ben)
    assert renamed["updateProfile"]["viewer"]["name"] == "Bert Beech"
    assert (await blocks(api, ann))["nodes"] == [made]
    query = "query ($id: ID!) { node(id: $id) { ... on Block { name } } }"
    assert await api.run(query, as_=ann, id=made["id"]) == {"node": {"name": "Ben Birch"}}


async def test_blocks_are_their_makers_alone(
    api: Api, people: People, pair: tuple[Person, Person]
) -> None:
    ann, ben = pair
    made = (await block(api, ann, ben))["block"]
    query = "query ($id: ID!) { node(id: $id) { id } nodes(ids: [$id]) { id } }"
    for reader in (ben, await people.member("Eve Elm"), None):
        answer = await api.run(query, as_=reader, id=made["id"])
        assert answer == {"node": None, "nodes": [None]}


async def test_blocks_page_newest_first(api: Api, people: People) -> None:
    ann, others = await people.member("Ann Ash"), await people.several(5)
    made = [(await block(api, ann, other))["block"]["id"] for other in others][::-1]
    came: list[str] = []
    after = None
    while True:
        found = await blocks(api, ann, first=2, after=after)
        assert found["totalCount"] == 5
        came += [node["id"] for node in found["nodes"]]
        assert [edge["node"]["id"] for edge in found["edges"]] == came[-len(found["nodes"]) :]
        if not found["pageInfo"]["hasNextPage"]:
            break
        after = found["pageInfo"]["endCursor"]
    assert came == made
    answer = await api.answer(
        "query ($after: String) { blockedMembers(after: $after) { totalCount } }",
        as_=ann,
        after="x",
    )
    assert [error["extensions"]["code"] for error in answer["errors"]] == ["BAD_CURSOR"]
