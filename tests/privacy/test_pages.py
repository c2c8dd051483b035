"""Pages of several members' lists, read by one statement: each holds what it would hold alone."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from netql.clock import now
from netql.connections import ties
from netql.connections.pages import by_name, by_time, pages_of
from netql.infra.database import fetch, transaction
from netql.members.columns import NO_MORE
from netql.members.queries import members_for
from netql.members.views import MemberView
from netql.network import actions as network
from netql.paging import Window
from netql.privacy.audience import Audience
from netql.privacy.fields import ProfileField
from netql.relations import edges
from tests.api import Api
from tests.people import People, Person

LIST = ProfileField.CONNECTIONS
OPEN = {LIST: Audience.MEMBERS}
CLOSED = {LIST: Audience.ONLY_ME}
MUTUAL = """query($ids: [ID!]!, $first: Int!, $after: String) { nodes(ids: $ids) { ... on Member {
  handle mutualConnections(first: $first, after: $after) {
    totalCount nodes { handle } pageInfo { endCursor } } } } }"""
LISTS = """query($ids: [ID!]!) { nodes(ids: $ids) { ... on Member { handle headline
  currentPosition { title } skills { name }
  connections { totalCount nodes { member { handle } } }
  networkEntries { nodes { note } } } } }"""


async def opened(people: People, number: int) -> list[Person]:
    return [await people.member(audiences=OPEN) for _ in range(number)]


async def tied(people: People, one: Person, *others: Person) -> None:
    for other in others:
        await people.connect(one, other)


async def mutual(api: Api, viewer: Person, *subjects: Person, **page: Any) -> list[Any]:
    """How many mutual connections each has in all, and who is on the page."""
    found = await api.run(MUTUAL, as_=viewer, ids=[s.id for s in subjects], **page)
    pages = [node["mutualConnections"] for node in found["nodes"]]
    return [
        one and (one["totalCount"], sorted(node["handle"] for node in one["nodes"]))
        for one in pages
    ]


async def test_each_list_has_its_own_length_and_nothing_of_the_others(
    api: Api, people: People
) -> None:
    ann, ben, cat, dan, eve = await opened(people, 5)
    first, second, third, hidden = [*await opened(people, 3), await people.member(audiences=CLOSED)]
    await tied(people, ann, first, second, third, hidden)
    await tied(people, ben, first, second)
    await tied(people, cat, third, hidden)
    closed = await people.member(audiences=CLOSED)
    await tied(people, closed, first)
    # Ties that are not the viewer's are nobody's mutual connections.
    await tied(people, dan, eve)
    subjects = (ben, cat, dan, closed, ann)
    expected = [
        (2, sorted([first.handle, second.handle])),
        (1, [third.handle]),
        (0, []),
        None,
        None,
    ]
    assert await mutual(api, ann, *subjects, first=10) == expected
    for subject, alone in zip(subjects, expected, strict=True):
        assert await mutual(api, ann, subject, first=10) == [alone]


async def test_a_later_page_has_the_length_of_the_whole_list(api: Api, people: People) -> None:
    ann, ben = await opened(people, 2)
    middles = [*await opened(people, 2), await people.member(audiences=CLOSED)]
    for middle in middles:
        await tied(people, middle, ann, ben)
    variables = {"ids": [ben.id], "first": 1}
    (page,) = (await api.run(MUTUAL, as_=ann, **variables))["nodes"]
    assert page["mutualConnections"]["totalCount"] == 2
    after = page["mutualConnections"]["pageInfo"]["endCursor"]
    ((number, others),) = await mutual(api, ann, ben, first=10, after=after)
    assert number == 2
    assert len(others) == 1


async def test_who_shows_a_list_does_not_show_their_neighbours(api: Api, people: People) -> None:
    """Open and closed ones in turn, on one level, each with something in every list."""
    viewer = await people.member()
    near = await people.member(audiences=OPEN)
    everything = {field: Audience.MEMBERS for field in ProfileField}
    nothing = {field: Audience.ONLY_ME for field in ProfileField}
    people_there = []
    for audiences in (nothing, everything, nothing, everything):
        person = await people.member(headline="Smith", audiences=audiences)
        await tied(people, person, near)
        people_there.append(person)
    await network.add_to_network(viewer.viewer, near.key, [], "kept")
    ids = [viewer.id, *(person.id for person in people_there)]
    found = (await api.run(LISTS, as_=viewer, ids=ids))["nodes"]
    assert [node["headline"] for node in found[1:]] == [None, "Smith"] * 2
    assert [node["skills"] for node in found[1:]] == [None, []] * 2
    page = {"totalCount": 1, "nodes": [{"member": {"handle": near.handle}}]}
    assert [node["connections"] for node in found[1:]] == [None, page] * 2
    kept = [node["networkEntries"] for node in found]
    assert kept == [{"nodes": [{"note": "kept"}]}, None, None, None, None]


@pytest.mark.parametrize("arguments", ["first: 1000", 'after: "x"'])
async def test_what_fails_for_the_open_is_no_error_of_the_closed(
    api: Api, people: People, arguments: str
) -> None:
    (open_,) = await opened(people, 1)
    closed, viewer = await people.member(audiences=CLOSED), await people.member()
    text = f"""query($ids: [ID!]!) {{ nodes(ids: $ids) {{ ... on Member {{
      connections({arguments}) {{ totalCount }} }} }} }}"""
    ids = [closed.id, open_.id, closed.id]
    answer = await api.answer(text, as_=viewer, ids=ids)
    assert answer["data"]["nodes"] == [{"connections": None}] * 3
    assert [error["path"] for error in answer["errors"]] == [["nodes", 1, "connections"]]
    assert "errors" not in await api.answer(text, as_=viewer, ids=[closed.id])


async def test_each_field_is_judged_by_its_own_choice_as_it_is_stored(people: People) -> None:
    stranger = await people.member()
    for field in ProfileField:
        narrow = {other: Audience.ONLY_ME for other in ProfileField}
        owner = await people.member(audiences=narrow | {field: Audience.MEMBERS})
        (view,) = await members_for(stranger.viewer, [owner.key])
        assert view is not None
        assert [one for one in ProfileField if view.shows(one)] == [field]
        assert view.audience(field) is Audience.MEMBERS


# Below the graph and the door: what the statement itself keeps back, if somebody closed a list,
# left or blocked after the owners were judged.


async def paged(viewer: Person, *owners: Person, named: bool = True) -> list[list[UUID]]:
    listed = (by_name if named else by_time)(descending=False)
    pages = await pages_of(
        viewer.viewer,
        [owner.key for owner in owners],
        listed,
        Window(),
        (),
        NO_MORE,
        lambda row: str(row["tie_id"]),
        lambda row: row["other_id"],
    )
    return [list(page.items) for page in pages]


async def test_a_list_that_closed_meanwhile_is_empty(people: People) -> None:
    viewer, near = await opened(people, 2)
    closed = await people.member(audiences=CLOSED)
    (open_,) = await opened(people, 1)
    for owner in (closed, open_):
        await tied(people, owner, near)
    assert await paged(viewer, closed) == [[]]
    assert await paged(viewer, closed, open_) == [[], [near.key]]


async def test_the_list_of_somebody_who_is_absent_meanwhile_is_empty(people: People) -> None:
    viewer, near, owner = await opened(people, 3)
    await tied(people, owner, near)
    assert await paged(viewer, owner) == [[near.key]]
    async with transaction():
        await edges.block(owner.key, viewer.key, now())
    assert await paged(viewer, owner) == [[]]


async def test_a_page_holds_whom_the_viewer_may_see_and_no_more(people: People) -> None:
    viewer, owner, near, blocker = await opened(people, 4)
    hidden = await people.member(audiences=CLOSED)
    await tied(people, owner, near, blocker, hidden)
    async with transaction():
        await edges.block(blocker.key, viewer.key, now())
    assert await paged(viewer, owner) == [[near.key]]
    assert await paged(viewer, owner, near) == [[near.key], [owner.key]]
    # The owner sees all but whom they miss.
    assert len((await paged(owner, owner, named=False))[0]) == 3


async def test_a_tie_counts_and_is_there_by_its_id_if_both_ends_are_there(people: People) -> None:
    viewer, owner, near, blocker = await opened(people, 4)
    await tied(people, owner, near, blocker)
    (view,) = await members_for(viewer.viewer, [owner.key])
    assert view is not None
    assert await ties.connections_count(viewer.viewer, view) == 2
    async with transaction():
        await edges.block(blocker.key, viewer.key, now())
    assert await ties.connections_count(viewer.viewer, view) == 1
    rows = await fetch(
        "SELECT c.id, c.member_id, c.other_id FROM connections c"
        " WHERE c.member_id = $1 OR c.other_id = $1",
        owner.key,
    )
    found = await ties.connections_by_id(viewer.viewer, [row["id"] for row in rows])
    for row, tie in zip(rows, found, strict=True):
        assert (tie is None) == (blocker.key in (row["member_id"], row["other_id"]))
    async with transaction():
        await edges.block(owner.key, viewer.key, now())
    assert await ties.connections_count(viewer.viewer, view) == 0


async def test_a_closed_preview_is_closed_beside_an_open_one(people: People) -> None:
    owner = await people.member(audiences={LIST: Audience.CONNECTIONS})
    await tied(people, owner, await people.member())
    (own,) = await members_for(owner.viewer, [owner.key])
    assert own is not None
    previews: list[MemberView] = [
        own.seen_from(standing) for standing in type(own.standing) if standing in (1, 3)
    ]
    near, far = await ties.connections_pages(
        owner.viewer, previews, ties.ConnectionOrder.NAME, False, Window()
    )
    assert near is not None
    assert len(near.items) == 1
    assert far is None
