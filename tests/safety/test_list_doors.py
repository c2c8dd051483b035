"""Every list of the graph is given a row that a block hides, and fails if it appears.

Lists are found by walking the schema. A list without a recipe fails too: whoever adds one says
here how a member would come into it.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import pytest
from graphql import GraphQLInterfaceType, GraphQLObjectType, build_schema, get_named_type

from netql.api.schema import printed
from netql.infra.database import execute
from netql.privacy.audience import Audience
from netql.privacy.fields import ProfileField
from tests.api import Api
from tests.network.graph import added
from tests.people import People, Person
from tests.safety.graph import block, blocks

OPEN = {ProfileField.CONNECTIONS: Audience.MEMBERS}


def _doors() -> set[str]:
    found = set()
    for name, kind in build_schema(printed()).type_map.items():
        if name.startswith("__") or not isinstance(kind, GraphQLObjectType | GraphQLInterfaceType):
            continue
        for field, value in kind.fields.items():
            page = get_named_type(value.type)
            if isinstance(page, GraphQLObjectType) and "pageInfo" in page.fields:
                found.add(f"{name}.{field}")
    return found


@dataclass(frozen=True)
class Place:
    """Where a list is read, and how."""

    query: str
    variables: dict[str, Any]


Recipe = Callable[[Api, People, Person, Person], Awaitable[Place]]
# The door, and in whose list the other stands.
RECIPES: dict[tuple[str, str], Recipe] = {}


def recipe(door: str, where: str = "one's own") -> Callable[[Recipe], Recipe]:
    def keep(function: Recipe) -> Recipe:
        RECIPES[door, where] = function
        return function

    return keep


_PEOPLE = "totalCount nodes { id handle name } edges { cursor node { handle } }"
_TIES = (
    "totalCount nodes { id member { id handle name } } edges { cursor node { member { handle } } }"
)
_INVITATIONS = (
    "totalCount nodes { id inviter { id handle name } invitee { id handle name } }"
    " edges { node { id } }"
)


_EVENTS = """nodes { cursor
  ... on InvitationEvent { invitation { id inviter { id handle name } } }
  ... on ConnectionEvent { connection { id member { id handle name } } } } edges { cursor }"""


@recipe("Member.connections")
async def _connections(api: Api, people: People, viewer: Person, other: Person) -> Place:
    await people.connect(viewer, other)
    return Place(f"{{ viewer {{ list: connections {{ {_TIES} }} }} }}", {})


@recipe("Member.connections", "a third member's")
async def _others_connections(api: Api, people: People, viewer: Person, other: Person) -> Place:
    hub = await people.member("Hub Hazel", audiences=OPEN)
    await people.connect(hub, other)
    query = f"query ($id: ID!) {{ member(by: {{id: $id}}) {{ list: connections {{ {_TIES} }} }} }}"
    return Place(query, {"id": hub.id})


@recipe("Member.mutualConnections")
async def _mutual(api: Api, people: People, viewer: Person, other: Person) -> Place:
    hub = await people.member("Hub Hazel", audiences=OPEN)
    await people.connect(hub, other)
    await people.connect(viewer, other)
    query = f"""query ($id: ID!) {{ member(by: {{id: $id}}) {{
      list: mutualConnections {{ {_PEOPLE} }} }} }}"""
    return Place(query, {"id": hub.id})


@recipe("Member.receivedInvitations")
async def _received(api: Api, people: People, viewer: Person, other: Person) -> Place:
    await people.invite(other, viewer)
    return Place(f"{{ viewer {{ list: receivedInvitations {{ {_INVITATIONS} }} }} }}", {})


@recipe("Member.sentInvitations")
async def _sent(api: Api, people: People, viewer: Person, other: Person) -> Place:
    await people.invite(viewer, other)
    return Place(f"{{ viewer {{ list: sentInvitations {{ {_INVITATIONS} }} }} }}", {})


@recipe("Member.networkEntries")
async def _entries(api: Api, people: People, viewer: Person, other: Person) -> Place:
    await added(api, viewer, other)
    query = """{ viewer { list: networkEntries(orderBy: {field: NAME, direction: ASC}) {
      totalCount nodes { person { ... on Member { id handle name } } } edges { cursor } } } }"""
    return Place(query, {})


@recipe("Query.searchMembers")
async def _search(api: Api, people: People, viewer: Person, other: Person) -> Place:
    query = f"query ($q: String!) {{ list: searchMembers(query: $q) {{ {_PEOPLE} }} }}"
    return Place(query, {"q": other.handle})


@recipe("Query.events", "an invitation to one")
async def _told_of_invitation(api: Api, people: People, viewer: Person, other: Person) -> Place:
    await people.invite(other, viewer)
    return Place(f"{{ list: events {{ {_EVENTS} }} }}", {})


@recipe("Query.events", "a connection")
async def _told_of_connection(api: Api, people: People, viewer: Person, other: Person) -> Place:
    # Their invitation and its acceptance are told as well, but for a removal in between.
    await people.connect(viewer, other)
    await execute("DELETE FROM invitations WHERE inviter_id = $1", viewer.key)
    return Place(f"{{ list: events {{ {_EVENTS} }} }}", {})


# Lists that are not counted.
STREAMS = {"Query.events"}
# Lists in which the row stays: it is the viewer's own, about somebody who is not available.
ROW_STAYS = {"Member.networkEntries"}
# The one list that is there to show whom the viewer blocked.
OWN_BLOCKS = "Query.blockedMembers"


def _list(data: Any) -> Any:
    while "list" not in data:
        [data] = data.values()
    return data["list"]


def test_every_list_has_a_recipe() -> None:
    doors = _doors()
    assert OWN_BLOCKS in doors
    assert {door for door, _ in RECIPES} == doors - {OWN_BLOCKS}


@pytest.mark.parametrize("blocker", ["the viewer", "the other"])
@pytest.mark.parametrize(("door", "where"), RECIPES)
async def test_a_blocked_row_does_not_appear(
    api: Api, people: People, door: str, where: str, blocker: str
) -> None:
    viewer = await people.member("Ann Ash", audiences=OPEN)
    other = await people.member("Xaver Xylander", audiences=OPEN)
    place = await RECIPES[door, where](api, people, viewer, other)
    before = await api.text(place.query, as_=viewer, **place.variables)
    assert other.handle in before, "the recipe puts nobody in"
    found = _list(await api.run(place.query, as_=viewer, **place.variables))
    assert len(found["nodes"]) == 1
    assert found.get("totalCount", 1) == 1
    assert ("totalCount" in found) == (door not in STREAMS)
    await block(api, *((viewer, other) if blocker == "the viewer" else (other, viewer)))
    after = await api.text(place.query, as_=viewer, **place.variables)
    for word in (other.handle, other.name, other.id):
        assert word not in after
    left = _list(await api.run(place.query, as_=viewer, **place.variables))
    rows = 1 if door in ROW_STAYS else 0
    assert left.get("totalCount", rows) == rows
    assert len(left["nodes"]) == len(left["edges"]) == rows


async def test_blocked_rows_do_not_make_pages_shorter(api: Api, people: People) -> None:
    """Left out before the page is cut, so that two asked for are two given."""
    viewer = await people.member("Ann Ash", audiences=OPEN)
    hub = await people.member("Hub Hazel", audiences=OPEN)
    others = [await people.member(f"Kim {letter}", audiences=OPEN) for letter in "ABCDE"]
    for other in others:
        await people.connect(hub, other)
        await people.connect(viewer, other)
    for other in (others[0], others[2]):
        await people.block(other, viewer)
    for name in ("connections", "mutualConnections"):
        kim = "handle" if name == "mutualConnections" else "member { handle }"
        query = f"""query ($id: ID!) {{ member(by: {{id: $id}}) {{ list: {name}(first: 2) {{
          totalCount nodes {{ {kim} }} pageInfo {{ hasNextPage }} }} }} }}"""
        text = await api.text(query, as_=viewer, id=hub.id)
        assert others[1].handle in text
        assert others[3].handle in text
        found = _list(await api.run(query, as_=viewer, id=hub.id))
        assert len(found["nodes"]) == 2
        assert found["pageInfo"] == {"hasNextPage": True}
        # In the hub's list the viewer is no row of this count: the two are not connected.
        assert found["totalCount"] == 3


async def test_the_list_of_blocks_shows_ones_own_and_no_others(api: Api, people: People) -> None:
    viewer, mine, theirs = [await people.member(name) for name in ("Ann A", "Mia M", "Tom T")]
    await block(api, viewer, mine)
    await block(api, theirs, viewer)
    text = await api.text("{ blockedMembers { totalCount nodes { handle name } } }", as_=viewer)
    assert mine.handle in text
    for word in (theirs.handle, theirs.name, viewer.handle):
        assert word not in text
    found = await blocks(api, viewer)
    assert (found["totalCount"], len(found["nodes"])) == (1, 1)
