"""Each fragment of the wall's SQL, told apart end to end by a handful of people."""

from __future__ import annotations

from typing import Any

import pytest

from netql.clock import now
from netql.infra.database import transaction
from netql.members import actions as members
from netql.privacy.audience import Audience
from netql.privacy.fields import ProfileField
from netql.relations import edges
from tests.api import Api
from tests.people import People, Person

LOOK = """query Look($by: MemberBy!) { member(by: $by) {
  phone about connections(first: 100) { totalCount nodes { member { handle } } }
  viewerRelationship { degree } } }"""
LIST = ProfileField.CONNECTIONS
OPEN = {LIST: Audience.MEMBERS}
CLOSED = {LIST: Audience.ONLY_ME}


async def look(api: Api, subject: Person, viewer: Person | None) -> Any:
    return (await api.run(LOOK, as_=viewer, by={"id": subject.id}))["member"]


async def handles(api: Api, owner: Person, viewer: Person | None) -> list[str] | None:
    """Who is in the owner's list as the viewer gets it; the count must agree."""
    page = (await look(api, owner, viewer))["connections"]
    if page is None:
        return None
    found = [node["member"]["handle"] for node in page["nodes"]]
    assert page["totalCount"] == len(found)
    return sorted(found)


async def test_connected_means_connected_with_each_other(api: Api, people: People) -> None:
    ben = await people.member("Ben Brook", phone="+4930901820")
    ann, eve = await people.several(2)
    await people.connect(ann, ben)
    assert (await look(api, ben, ann))["phone"] == "+4930901820"
    assert (await look(api, ben, eve))["phone"] is None
    await people.connect(ann, eve)
    assert (await look(api, ben, eve))["phone"] is None


async def test_present_is_who_neither_blocked_nor_was_blocked_nor_left(
    api: Api, people: People
) -> None:
    ann, blocker, blocked, gone, there = await people.several(5)
    others = (blocker, blocked, gone, there)
    assert all([await look(api, other, ann) for other in others])
    await people.block(blocker, ann)
    await people.block(ann, blocked)
    await people.close(gone)
    assert [await look(api, other, ann) is not None for other in others] == [False] * 3 + [True]
    # A block is between two: for everybody else nothing has changed.
    assert await look(api, blocker, there) is not None
    assert await look(api, blocker, None) is not None


@pytest.mark.parametrize(
    ("audience", "owner", "connected", "second_degree", "stranger", "guest"),
    [
        (Audience.ONLY_ME, True, False, False, False, False),
        (Audience.CONNECTIONS, True, True, False, False, False),
        (Audience.EXTENDED, True, True, False, False, False),
        (Audience.MEMBERS, True, True, True, True, False),
    ],
)
async def test_a_list_admits_by_its_audience_and_extended_is_connections(
    api: Api,
    people: People,
    audience: Audience,
    owner: bool,
    connected: bool,
    second_degree: bool,
    stranger: bool,
    guest: bool,
) -> None:
    ann = await people.member(audiences={LIST: audience})
    near = await people.member(audiences=OPEN)
    far, eve = await people.several(2)
    await people.connect(ann, near)
    await people.connect(near, far)
    # What the list would hold for everybody that it admits.
    viewers = [ann, near, far, eve, None]
    expected = [[near.handle] if taken_in else None for taken_in in (owner, connected)]
    expected += [[near.handle] if taken_in else None for taken_in in (second_degree, stranger)]
    expected += [[near.handle] if guest else None]
    assert [await handles(api, ann, viewer) for viewer in viewers] == expected


async def test_a_tie_is_seen_by_whom_the_lists_of_both_ends_take_in(
    api: Api, people: People
) -> None:
    hub, open_end = [await people.member(audiences=OPEN) for _ in range(2)]
    closed_end = await people.member(audiences=CLOSED)
    eve = (await people.several(1))[0]
    await people.connect(hub, open_end)
    await people.connect(hub, closed_end)
    assert await handles(api, hub, eve) == [open_end.handle]
    # One's own ties one always sees, whatever the other end chose.
    assert await handles(api, hub, hub) == sorted([open_end.handle, closed_end.handle])
    assert await handles(api, hub, closed_end) == sorted([open_end.handle, closed_end.handle])
    assert await handles(api, closed_end, closed_end) == [hub.handle]
    assert await handles(api, closed_end, hub) is None


@pytest.mark.parametrize(
    ("middle", "far", "degree"),
    [
        (Audience.MEMBERS, Audience.MEMBERS, 2),
        (Audience.CONNECTIONS, Audience.MEMBERS, 2),
        (Audience.ONLY_ME, Audience.MEMBERS, None),
        (Audience.MEMBERS, Audience.EXTENDED, None),
        (Audience.MEMBERS, Audience.ONLY_ME, None),
    ],
)
async def test_second_degree_goes_by_ties_that_the_viewer_sees(
    api: Api, people: People, middle: Audience, far: Audience, degree: int | None
) -> None:
    ann = await people.member()
    ben = await people.member(audiences={LIST: middle})
    cat = await people.member(
        about="Cat's", audiences={LIST: far, ProfileField.ABOUT: Audience.EXTENDED}
    )
    await people.connect(ann, ben)
    assert (await look(api, cat, ann))["viewerRelationship"]["degree"] is None
    await people.connect(ben, cat)
    seen = await look(api, cat, ann)
    assert seen["viewerRelationship"]["degree"] == degree
    assert seen["about"] == ("Cat's" if degree == 2 else None)


async def test_nobody_absent_leads_to_anybody(api: Api, people: People) -> None:
    ann = await people.member()
    ben, cat = [await people.member(audiences=OPEN) for _ in range(2)]
    await people.connect(ann, ben)
    await people.connect(ben, cat)
    assert (await look(api, cat, ann))["viewerRelationship"]["degree"] == 2
    # A block alone, without what the action does to the tie: the wall must hold by itself.
    async with transaction():
        await edges.block(ben.key, ann.key, now())
    assert (await look(api, cat, ann))["viewerRelationship"]["degree"] is None
    assert await handles(api, cat, ann) == []


async def test_the_nearest_standing_counts(api: Api, people: People) -> None:
    ann = await people.member()
    ben, cat = [await people.member(audiences=OPEN) for _ in range(2)]
    eve = (await people.several(1))[0]
    for one, other in ((ann, ben), (ben, cat), (ann, cat)):
        await people.connect(one, other)
    # Cat is a connection, and a connection's connection as well.
    degrees = [await look(api, subject, ann) for subject in (ann, ben, cat, eve)]
    assert [seen["viewerRelationship"]["degree"] for seen in degrees] == [0, 1, 1, None]
    for audience in Audience:
        await members.set_field_audience(cat.viewer, ProfileField.ABOUT, audience)
        await members.update_profile(cat.viewer, {"about": "Cat's"})
        reached = [(await look(api, cat, who))["about"] for who in (cat, ann, eve, None)]
        number = {0: 1, 1: 2, 2: 2, 3: 3, 4: 4}[int(audience)]
        assert reached == ["Cat's"] * number + [None] * (4 - number)
