"""The doors of the features ask by themselves: what the graph would keep back does not leave them.

The graph asks first, so nothing here can be seen through it; it is what holds when a new resolver
forgets to ask.
"""

from __future__ import annotations

import pytest

from netql.connections import ties
from netql.connections.ties import ConnectionOrder
from netql.infra.counting import counting_statements
from netql.members import sections
from netql.members.previews import preview_for_audience
from netql.members.queries import members_for
from netql.members.sections import Section
from netql.members.views import MemberView
from netql.paging import Window
from netql.privacy.audience import Audience
from netql.privacy.fields import ProfileField
from netql.viewer import GUEST, Viewer
from tests.people import People, Person
from tests.privacy import oracle
from tests.privacy.marked import Marked, marked
from tests.privacy.scene import SECTIONS

LIST = ProfileField.CONNECTIONS
VIEWERS = ("self", "connected", "second degree", "stranger", "guest")


async def at(people: People, audience: Audience) -> Marked:
    """Somebody with something in every section, and everything at that audience."""
    chosen = {name: min(audience, Audience.MEMBERS) for name in ProfileField}
    return await marked(people, "Dora Door", chosen)


async def seen(viewer: Viewer, *subjects: Person) -> list[MemberView]:
    views = await members_for(viewer, [subject.key for subject in subjects])
    assert None not in views
    return [view for view in views if view is not None]


async def viewers(people: People, owner: Person) -> dict[str, Viewer]:
    """Who stands to the owner like that, as long as the owner's list is for members."""
    near, stranger = await people.several(2)
    far = await people.member()
    await people.connect(owner, near)
    await people.connect(near, far)
    found = {"self": owner, "connected": near, "second degree": far, "stranger": stranger}
    return {name: person.viewer for name, person in found.items()} | {"guest": GUEST}


@pytest.mark.parametrize("section", SECTIONS.values(), ids=SECTIONS)
async def test_a_section_leaves_its_door_where_it_is_open(people: People, section: Section) -> None:
    for audience in list(Audience)[:4]:
        owner = await at(people, Audience.MEMBERS)
        audiences = {name: Audience.MEMBERS for name in ProfileField} | {section.field: audience}
        closed = await marked(people, "Dora Door", audiences)
        for relation, viewer in (await viewers(people, closed.person)).items():
            (view,) = await seen(viewer, closed.person)
            open_ = oracle.visible(relation, audience.name)
            with counting_statements() as statements:
                (rows,) = await sections.rows_of(section, [view])
            assert bool(rows) == open_, f"{audience.name} for a {relation}"
            assert rows or rows is None
            # What may not be shown is not even read.
            assert len(statements) == open_
            # Beside somebody who shows it, too.
            if viewer is not GUEST:
                both = await seen(viewer, owner.person, closed.person)
                beside = await sections.rows_of(section, both)
                assert [bool(rows) for rows in beside] == [True, open_]


async def test_a_section_of_oneself_does_not_leave_by_the_preview_beside_it(
    people: People,
) -> None:
    owner = (await at(people, Audience.CONNECTIONS)).person
    preview = await preview_for_audience(owner.viewer, Audience.MEMBERS)
    assert preview is not None
    for section in SECTIONS.values():
        own, previewed = await sections.rows_of(
            section, [*await seen(owner.viewer, owner), preview]
        )
        assert own
        assert previewed is None


async def listed(viewer: Viewer, owner: MemberView) -> int | None:
    """How many ties leave the door, by the page and by the count alike; None: it is closed."""
    order = ConnectionOrder.NAME
    [page] = await ties.connections_pages(viewer, [owner], order, False, Window())
    number = None if page is None else len(page.items)
    assert await ties.connections_count(viewer, owner) == number
    return number


@pytest.mark.parametrize("audience", list(Audience)[:4])
async def test_a_list_of_connections_leaves_its_door_where_it_is_open(
    people: People, audience: Audience
) -> None:
    owner = await people.member(audiences={LIST: audience})
    asking = await viewers(people, owner)
    for relation, viewer in asking.items():
        # One's own tie one may see in any case: but not as a part of a list that is closed.
        open_ = oracle.list_visible(relation, audience.name)
        (view,) = await seen(viewer, owner)
        number = await listed(viewer, view)
        assert (number is not None) == open_, f"{audience.name} for a {relation}"
        assert number in (None, 0, 1)


@pytest.mark.parametrize("audience", list(Audience)[:4])
async def test_a_list_for_extended_is_closed_to_a_second_degree(
    people: People, audience: Audience
) -> None:
    """Whoever is a second degree got there by a list for members, so only a preview of oneself
    has both: the standing, and a list for EXTENDED."""
    owner = await people.member(audiences={LIST: audience})
    await people.connect(owner, await people.member())
    preview = await preview_for_audience(owner.viewer, Audience.EXTENDED)
    assert preview is not None
    open_ = oracle.list_visible("second degree", audience.name)
    assert await listed(owner.viewer, preview) == (1 if open_ else None)
    assert (LIST in preview.hidden()) == (not open_)
