"""What a query costs: its statements are counted, and do not grow with the page."""

from __future__ import annotations

from typing import Any

import pytest

from netql.accounts.watch import watch
from netql.infra.counting import counting_statements
from netql.members import sections
from tests.accounts.sight import kept_in_sight
from tests.api import Api
from tests.conftest import DATABASE
from tests.people import People, Person

FIFTY = """query($first: Int!) { viewer { connections(first: $first) { nodes { member {
  id handle name isViewer headline industry location email phone
  currentPosition { title company } } } } } }"""
ONE = """query($handle: String!) { member(by: {handle: $handle}) {
  handle name headline phone currentPosition { title company } viewerRelationship { degree } } }"""


async def statements(api: Api, query: str, as_: Person | None, **variables: Any) -> tuple[int, Any]:
    """How many statements the request took, by somebody whose session is known to be live."""
    with kept_in_sight():
        await watch.look()
        await api.run("{ __typename }", as_=as_)
        with counting_statements() as seen:
            data = await api.run(query, as_=as_, **variables)
    return len(seen), data


async def worker(people: People, name: str) -> Person:
    person = await people.member(name, headline="Smith", phone="+4930901820")
    await sections.add(person.viewer, sections.POSITIONS, {"title": "Smith", "company": "Forge"})
    return person


@pytest.fixture(scope="module")
async def popular(people: People) -> Person:
    """Somebody with fifty connections, each with a current position."""
    ann = await worker(people, "Ann Arden")
    for number in range(50):
        await people.connect(ann, await worker(people, f"Ben{number} Brook"))
    return ann


async def test_a_page_of_fifty_costs_what_a_page_of_one_costs(api: Api, popular: Person) -> None:
    fifty, data = await statements(api, FIFTY, popular, first=50)
    nodes = data["viewer"]["connections"]["nodes"]
    assert len(nodes) == 50
    for node in nodes:
        assert node["member"]["phone"] == "+4930901820"
        assert node["member"]["currentPosition"] == {"title": "Smith", "company": "Forge"}
    one, data = await statements(api, FIFTY, popular, first=1)
    assert len(data["viewer"]["connections"]["nodes"]) == 1
    # The page together with its members, their standings and positions.
    assert fifty == one == 1


async def test_a_member_costs_one_statement_whoever_asks(
    api: Api, people: People, popular: Person
) -> None:
    ben = await worker(people, "Ben Brook")
    count, data = await statements(api, ONE, popular, handle=ben.handle)
    assert data["member"]["viewerRelationship"] == {"degree": None}
    assert count == 1
    by_id = "query($id: ID!) { member(by: {id: $id}) { handle phone } }"
    assert (await statements(api, by_id, popular, id=ben.id))[0] == 1
    assert (await statements(api, ONE, None, handle=ben.handle))[0] == 1


async def test_absent_members_cost_what_present_ones_do(
    api: Api, people: People, popular: Person
) -> None:
    ben, dan = await worker(people, "Ben Brook"), await worker(people, "Dan Dale")
    await people.block(dan, popular)
    costs = [
        (await statements(api, ONE, popular, handle=handle))[0]
        for handle in (ben.handle, dan.handle, "nobody-is-this", "jürgen", "nul\0")
    ]
    assert costs == [1] * 5


async def test_sections_cost_one_statement_each_for_a_whole_page(api: Api, popular: Person) -> None:
    query = """query($first: Int!) { viewer { connections(first: $first) { totalCount nodes {
      connectedAt member { positions { title } skills { name } websites { url } } } } } }"""
    fifty, _ = await statements(api, query, popular, first=50)
    one, _ = await statements(api, query, popular, first=1)
    assert fifty == one == 1 + 2 + 1


async def test_what_stands_between_costs_one_statement_each_for_a_whole_page(
    api: Api, popular: Person
) -> None:
    query = """query($first: Int!) { viewer { connections(first: $first) { nodes { member {
      viewerCanConnect viewerCannotConnectReasons viewerRelationship { degree
        connection { connectedAt } sentInvitation { id } receivedInvitation { id }
        networkEntry { note } } } } } } }"""
    fifty, _ = await statements(api, query, popular, first=50)
    one, _ = await statements(api, query, popular, first=1)
    assert fifty == one
    assert fifty == 1 + 4


async def test_a_search_costs_a_page_and_a_count(api: Api, popular: Person) -> None:
    query = 'query($first: Int!) { searchMembers(query: "brook", first: $first) { %s } }'
    page = query % "nodes { handle headline currentPosition { company } }"
    assert (await statements(api, page, popular, first=50))[0] == 1
    assert (await statements(api, page, popular, first=1))[0] == 1
    counted = query % "totalCount nodes { handle }"
    assert (await statements(api, counted, popular, first=50))[0] == 2


async def test_a_hundred_ids_cost_one_statement(api: Api, people: People, popular: Person) -> None:
    several = [(await people.member()).id for _ in range(5)]
    query = "query($ids: [ID!]!) { nodes(ids: $ids) { id ... on Member { headline } } }"
    assert (await statements(api, query, popular, ids=several * 20))[0] == 1
    assert (await statements(api, query, popular, ids=["none"] * 100))[0] == 0


async def test_an_invitation_is_sent_and_answered_in_few(api: Api, people: People) -> None:
    """PostgreSQL looks and writes by one statement, and tells other processes by another. On SQLite
    what is known of the two is read; the invitation and the event are written one after the other,
    and the latter after its number. The payload reads both ends."""
    ann, ben = await people.several(2)
    send = """mutation($id: ID!) { sendInvitation(input: {memberId: $id}) {
      invitation { status inviter { name } invitee { name } } userErrors { code } } }"""
    count, data = await statements(api, send, ann, id=ben.id)
    assert data["sendInvitation"]["userErrors"] == []
    assert data["sendInvitation"]["invitation"]["status"] == "PENDING"
    assert count == (5 if DATABASE == "sqlite" else 2)


async def test_an_invitation_shown_beside_its_member_is_read_anew(api: Api, people: People) -> None:
    """Or the two might tell of different moments."""
    ann, ben = await people.several(2)
    send = """mutation($id: ID!) { sendInvitation(input: {memberId: $id}) {
      invitation { status } member { name } userErrors { code } } }"""
    count, data = await statements(api, send, ann, id=ben.id)
    assert data["sendInvitation"]["invitation"]["status"] == "PENDING"
    assert data["sendInvitation"]["member"] is not None
    assert count == (6 if DATABASE == "sqlite" else 3)
