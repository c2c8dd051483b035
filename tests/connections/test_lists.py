"""Pending invitations: what waits for whom, newest first, and how many there are."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.api import Api
from tests.connections.graph import accept, age, decline, sent, status, withdraw
from tests.people import People, Person

_PAGE = """query ($first: Int, $after: String) { viewer { %s(first: $first, after: $after) {
  totalCount nodes { id } edges { cursor node { id } }
  pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } } }"""
_BOTH = """{ viewer { receivedInvitations { totalCount nodes { id } }
  sentInvitations { totalCount nodes { id } } } }"""


async def page(api: Api, who: Person, name: str, **arguments: Any) -> Any:
    return (await api.run(_PAGE % name, as_=who, **arguments))["viewer"][name]


async def pending(api: Api, who: Person) -> tuple[list[str], list[str]]:
    """Ids of (received, sent) invitations; the counts have to agree with them."""
    viewer = (await api.run(_BOTH, as_=who))["viewer"]
    lists = []
    for name in ("receivedInvitations", "sentInvitations"):
        found = [node["id"] for node in viewer[name]["nodes"]]
        assert viewer[name]["totalCount"] == len(found)
        lists.append(found)
    return lists[0], lists[1]


@pytest.mark.parametrize(
    ("what", "for_the_inviter", "for_the_invitee"),
    [
        ("nothing", True, True),
        ("the invitee declines", True, False),
        ("the invitee accepts", False, False),
        ("the inviter withdraws", False, False),
        ("time runs out", False, False),
        ("the inviter blocks", False, False),
        ("the invitee blocks", False, False),
        ("the inviter leaves", False, False),
        ("the invitee leaves", False, False),
    ],
)
async def test_an_invitation_is_listed_as_long_as_it_waits(
    api: Api, people: People, what: str, for_the_inviter: bool, for_the_invitee: bool
) -> None:
    ann, ben = await people.member("Ann Ash"), await people.member("Ben Birch")
    invitation = await sent(api, ann, ben)
    assert await pending(api, ann) == ([], [invitation])
    assert await pending(api, ben) == ([invitation], [])
    match what:
        case "the invitee declines":
            await decline(api, ben, invitation)
        case "the invitee accepts":
            await accept(api, ben, invitation)
        case "the inviter withdraws":
            await withdraw(api, ann, invitation)
        case "time runs out":
            await age(ann, ben, timedelta(days=180, seconds=1))
        case "the inviter blocks":
            await people.block(ann, ben)
        case "the invitee blocks":
            await people.block(ben, ann)
        case "the inviter leaves":
            await people.close(ann)
        case "the invitee leaves":
            await people.close(ben)
    if what != "the inviter leaves":
        assert await pending(api, ann) == ([], [invitation] if for_the_inviter else [])
    if what != "the invitee leaves":
        assert await pending(api, ben) == ([invitation] if for_the_invitee else [], [])


async def test_they_page_newest_first_and_stay_put_while_rows_come_and_go(
    api: Api, people: People
) -> None:
    ann = await people.member("Ann Ash")
    others = await people.several(7)
    for name, pairs in (
        ("sentInvitations", [(ann, other) for other in others]),
        ("receivedInvitations", [(other, await people.member()) for other in others]),
    ):
        reader = ann
        if name == "receivedInvitations":
            reader = await people.member("Cat Cedar")
            pairs = [(inviter, reader) for inviter, _ in pairs]
        newest_first = [await sent(api, *pair) for pair in pairs][::-1]
        first = await page(api, reader, name, first=3)
        assert [node["id"] for node in first["nodes"]] == newest_first[:3]
        assert [edge["node"]["id"] for edge in first["edges"]] == newest_first[:3]
        assert first["totalCount"] == 7
        assert first["pageInfo"]["hasNextPage"]
        assert not first["pageInfo"]["hasPreviousPage"]
        assert first["pageInfo"]["startCursor"] == first["edges"][0]["cursor"]
        # One of the first page goes, another comes in front: the second page is what it was.
        inviter, invitee = pairs[-1]
        await withdraw(api, inviter, newest_first[0])
        if name == "sentInvitations":
            await sent(api, reader, await people.member())
        second = await page(api, reader, name, first=3, after=first["pageInfo"]["endCursor"])
        assert [node["id"] for node in second["nodes"]] == newest_first[3:6]
        last = await page(api, reader, name, first=3, after=second["pageInfo"]["endCursor"])
        assert [node["id"] for node in last["nodes"]] == newest_first[6:]
        assert not last["pageInfo"]["hasNextPage"]
        assert last["pageInfo"]["hasPreviousPage"]


async def test_the_note_is_for_both_ends_and_nobody_else(api: Api, people: People) -> None:
    ann, ben, eve = [await people.member(name) for name in ("Ann Ash", "Ben Birch", "Eve Elm")]
    await people.connect(ann, eve)
    await people.connect(ben, eve)
    invitation = await sent(api, ann, ben, note="For Ben")
    query = """query ($id: ID!) { node(id: $id) { id ... on Invitation { note } }
      nodes(ids: [$id]) { id } }"""
    for reader in (ann, ben):
        answer = await api.run(query, as_=reader, id=invitation)
        assert answer["node"] == {"id": invitation, "note": "For Ben"}
    for reader in (eve, None):
        answer = await api.run(query, as_=reader, id=invitation)
        assert answer == {"node": None, "nodes": [None]}
        assert await status(api, reader, invitation) is None


async def test_nobody_reads_the_lists_of_others(api: Api, people: People) -> None:
    ann, ben, eve = [await people.member(name) for name in ("Ann Ash", "Ben Birch", "Eve Elm")]
    await people.connect(eve, ben)
    invitation = await sent(api, ann, ben)
    query = """query ($id: ID!) { member(by: {id: $id}) { handle
      receivedInvitations { totalCount } sentInvitations { totalCount } } }"""
    nothing = {"receivedInvitations": None, "sentInvitations": None}
    for reader in (ann, eve, None):
        answer = await api.run(query, as_=reader, id=ben.id)
        assert answer["member"] == {"handle": ben.handle} | nothing
    assert await pending(api, ben) == ([invitation], [])
