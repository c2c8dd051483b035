"""Hidden values leave no trace: not by being set, not in searches, not in cursors or ids."""

from __future__ import annotations

import base64
from itertools import product
from typing import Any
from uuid import UUID, uuid4

import orjson
import pytest

from netql import ids
from netql.clock import now
from netql.infra.counting import counting_statements
from netql.infra.database import fetch
from netql.privacy.audience import Audience
from netql.privacy.fields import ProfileField
from netql.relations import edges
from tests.api import Api
from tests.people import People, Person
from tests.privacy.marked import Marked, marked, rotated
from tests.privacy.sight import text_of
from tests.privacy.twins import Cast, differences, interviews

STANDINGS = {"Connie": Audience.CONNECTIONS, "Sec": Audience.EXTENDED, "Stella": Audience.MEMBERS}


async def _kept(cast: Cast, choice: str) -> None:
    """People of each standing and each rotation; what is closed to v is set, or is not."""
    await cast.enter("Mia")
    await edges.connect(cast["Vera"].key, cast["Mia"].key, now())
    kinds = product(STANDINGS.items(), range(len(Audience)))
    for number, ((role, near), rotation) in enumerate(kinds):
        audiences = rotated(rotation, Audience.MEMBERS)
        closed = [name for name, audience in audiences.items() if audience < near]
        # Whoever may see the list of jobs sees the current one in it.
        if audiences[ProfileField.POSITIONS] >= near:
            closed = [name for name in closed if name is not ProfileField.CURRENT_POSITION]
        who = f"{role}{rotation}"
        made = await marked(
            cast.people,
            f"{who} {cast.token}",
            audiences,
            unset=closed if choice == "unset" else (),
            number=number,
        )
        cast.roles[who] = made.person
        if role == "Connie":
            await edges.connect(cast["Vera"].key, made.person.key, now())
        elif role == "Sec":
            await edges.connect(cast["Mia"].key, made.person.key, now())


async def test_a_hidden_value_is_as_if_it_were_not_set(api: Api, people: People) -> None:
    worlds = await interviews(api, people, _kept, ("set", "unset"), guests=False)
    assert differences(worlds) == []
    told = b"".join(asked.answer for asked in worlds[0])
    assert all(f"-of-@{role}".encode() in told for role in STANDINGS)


@pytest.fixture
async def rich(people: People) -> Marked:
    """Somebody who shows everything to everybody, so that nothing but search hides it."""
    everything = dict.fromkeys(rotated(0, Audience.MEMBERS), Audience.MEMBERS)
    return await marked(people, "Rich Restel", everything)


SEARCH = """query Q($text: String!) {
  searchMembers(query: $text, first: 100) { totalCount nodes { id } } }"""


async def test_nobody_is_found_by_a_value_of_their_profile(
    api: Api, people: People, rich: Marked
) -> None:
    v = await people.member("Vera Vesper")
    found = (await api.run(SEARCH, as_=v, text=rich.person.handle))["searchMembers"]
    assert rich.id in [node["id"] for node in found["nodes"]]
    for marker in rich.markers:
        for text in (marker, marker[: len(marker) // 2]):
            got = (await api.run(SEARCH, as_=v, text=text))["searchMembers"]
            assert rich.id not in [node["id"] for node in got["nodes"]], text


LISTS = """query Q($id: ID!, $after: String) { node(id: $id) { ... on Member {
  connections(first: 2, after: $after) {
    totalCount pageInfo { endCursor hasNextPage } edges { cursor node { id connectedAt
      member { id name } } } }
  mutualConnections(first: 2, after: $after) {
    totalCount pageInfo { endCursor hasNextPage } edges { cursor node { id name } } } } } }"""


async def _ring(people: People, size: int) -> tuple[Person, Person, list[Person]]:
    """v and the hub, both connected with everybody of the ring, whose lists are for members."""
    open_list = {ProfileField.CONNECTIONS: Audience.MEMBERS}
    v, hub = [await people.member(name, audiences=open_list) for name in ("Vera", "Hub")]
    ring = [
        await people.member(f"Rin{letter} Ring {hub.handle}", audiences=open_list)
        for letter in "abcdefg"[:size]
    ]
    # Neither by name nor by age, so that an order that follows the ties would show.
    for person in sorted(ring, key=lambda one: one.handle[::-1], reverse=True):
        await people.connect(hub, person)
        await people.connect(v, person)
    return v, hub, ring


async def test_ids_and_cursors_of_others_ties_carry_no_time(api: Api, people: People) -> None:
    v, hub, ring = await _ring(people, 4)
    seen = (await api.run(LISTS.replace("first: 2", "first: 9"), as_=v, id=hub.id))["node"]
    edges_ = seen["connections"]["edges"]
    assert [edge["node"]["member"]["id"] for edge in edges_] == [one.id for one in ring]
    for edge in edges_:
        assert edge["node"]["connectedAt"] is None
        type_name, key = ids.decode(edge["node"]["id"]) or ("", UUID(int=0))
        assert (type_name, key.version) == ("Connection", 4)
        name, shown, behind = _parts(edge["cursor"])
        assert name == "connections:name:asc"
        assert shown == edge["node"]["member"]["name"].casefold()
        assert UUID(behind) == key
    for edge in seen["mutualConnections"]["edges"]:
        _, shown, behind = _parts(edge["cursor"])
        assert shown == edge["node"]["name"].casefold()
        assert ids.encode("Member", UUID(behind)) == edge["node"]["id"]
    own = await api.run(LISTS, as_=v, id=v.id)
    assert own["node"]["connections"]["edges"][0]["node"]["connectedAt"] is not None


def _parts(cursor: str) -> list[Any]:
    parts: list[Any] = orjson.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    return parts


async def test_names_alike_come_in_no_order_of_time(api: Api, people: People) -> None:
    """Where names are equal something has to decide; it must not be when the ties were made."""
    open_list = {ProfileField.CONNECTIONS: Audience.MEMBERS}
    v, hub = [await people.member(name, audiences=open_list) for name in ("Vera", "Hub")]
    in_time = [await people.member("Same Name", audiences=open_list) for _ in range(12)]
    for person in in_time:
        await people.connect(hub, person)
    text = LISTS.replace("first: 2", "first: 50")
    got = (await api.run(text, as_=v, id=hub.id))["node"]["connections"]["edges"]
    order = [edge["node"]["member"]["id"] for edge in got]
    assert sorted(order) == sorted(person.id for person in in_time)
    # By chance once in 479 million runs.
    assert order != [person.id for person in in_time]
    assert order != [person.id for person in reversed(in_time)]


PAGES = {
    "connections": """query Q($id: ID!, $after: String) { node(id: $id) { ... on Member {
      list: connections(first: 2, after: $after) { ...Page } } } }
      fragment Page on ConnectionConnection { totalCount pageInfo { hasNextPage endCursor }
        nodes { member { id } } }""",
    "mutual connections": """query Q($id: ID!, $after: String) { node(id: $id) { ... on Member {
      list: mutualConnections(first: 2, after: $after) { ...Page } } } }
      fragment Page on MemberConnection { totalCount pageInfo { hasNextPage endCursor }
        nodes { id } }""",
    "search": """query Q($text: String!, $after: String) {
      list: searchMembers(query: $text, first: 2, after: $after) { ...Page } }
      fragment Page on MemberConnection { totalCount pageInfo { hasNextPage endCursor }
        nodes { id } }""",
}


@pytest.mark.parametrize("name", PAGES)
async def test_a_blocked_member_leaves_no_gap_in_any_page(
    api: Api, people: People, name: str
) -> None:
    v, hub, ring = await _ring(people, 7)
    ring_ids = [person.id for person in ring]
    assert await _paged(api, v, hub, name) == ([2, 2, 2, 1], ring_ids, {7})
    await people.block(ring[1], v)
    await people.block(v, ring[2])
    await people.block(ring[6], v)
    here = [ring_ids[place] for place in (0, 3, 4, 5)]
    assert await _paged(api, v, hub, name) == ([2, 2], here, {4})


async def test_a_cursor_of_somebody_gone_leads_on_all_the_same(api: Api, people: People) -> None:
    v, hub, ring = await _ring(people, 5)
    first = await _page(api, v, hub, "connections", None)
    await people.block(ring[1], v)
    rest = await _page(api, v, hub, "connections", first["pageInfo"]["endCursor"])
    assert [node["member"]["id"] for node in rest["nodes"]] == [ring[2].id, ring[3].id]


async def _page(api: Api, v: Person, hub: Person, name: str, after: str | None) -> Any:
    of = {"text": f"ring {hub.handle}"} if name == "search" else {"id": hub.id}
    data = await api.run(PAGES[name], as_=v, after=after, **of)
    return data["list"] if name == "search" else data["node"]["list"]


async def _paged(
    api: Api, v: Person, hub: Person, name: str
) -> tuple[list[int], list[str], set[int]]:
    """How long each page is, whom they show, and the counts that they give."""
    sizes, found, totals = [], [], set()
    after, more = None, True
    while more:
        page = await _page(api, v, hub, name, after)
        sizes.append(len(page["nodes"]))
        found += [node.get("member", node)["id"] for node in page["nodes"]]
        totals.add(page["totalCount"])
        after, more = page["pageInfo"]["endCursor"], page["pageInfo"]["hasNextPage"]
    return sizes, found, totals


NODE = "query Q($id: ID!) { node(id: $id) { __typename id ... on Connection { member { id } } } }"


async def test_the_id_of_a_hidden_tie_is_the_id_of_nothing(api: Api, people: People) -> None:
    open_list = {ProfileField.CONNECTIONS: Audience.MEMBERS}
    v, one = [await people.member(audiences=open_list) for _ in range(2)]
    other = await people.member(audiences={ProfileField.CONNECTIONS: Audience.CONNECTIONS})
    await people.connect(one, other)
    sides = await fetch(
        "SELECT id FROM connections WHERE member_id = ANY($1)", [one.key, other.key]
    )
    tie_ids = [ids.encode("Connection", row["id"]) for row in sides]
    assert len(tie_ids) == 2
    answers, counts = set(), set()
    for key in [*tie_ids, ids.encode("Connection", uuid4())]:
        with counting_statements() as statements:
            answers.add(await text_of(api, v, NODE, id=key))
        counts.add(len(statements))
    assert answers == {'{"data":{"node":null}}'}
    assert len(counts) == 1
    await people.connect(v, other)
    for key in tie_ids:
        assert (await api.run(NODE, as_=v, id=key))["node"]["id"] == key
