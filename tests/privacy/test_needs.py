"""A field asked for alone is what it is among all others: what is read along decides nothing.

Which columns are read, whether the second degree is looked up, and whether the viewer is read at
all hangs on the fields that an operation names.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from graphql import GraphQLObjectType, get_named_type, is_leaf_type

from netql.clock import now
from netql.infra.database import transaction
from netql.members import sections
from netql.members.columns import NO_MORE
from netql.members.queries import members_for
from netql.network import actions as network
from netql.privacy.audience import Audience
from netql.privacy.fields import ProfileField
from netql.relations import edges
from tests.api import Api
from tests.people import People, Person
from tests.privacy.conftest import ATLAS
from tests.privacy.scene import SECTIONS

LIST = ProfileField.CONNECTIONS
PROFILE = {
    "headline": "Smith",
    "industry": "Iron",
    "location": "Forge Lane",
    "avatar_url": "https://example.org/a.png",
    "about": "Hot work.",
    "pronouns": "they",
    "email": "smith@example.org",
    "phone": "+4930901820",
    "address": "1 Forge Lane",
}
ROWS: dict[str, dict[str, Any]] = {
    "positions": {"title": "Smith", "company": "Forge"},
    "education": {"school": "Forge School"},
    "skills": {"name": "Forging"},
    "languages": {"name": "Welsh"},
    "websites": {"url": "https://example.org/"},
}


def _inside(type_: Any) -> str:
    """The leaves of a type, and those of what it holds, two levels down."""
    named = get_named_type(type_)
    if is_leaf_type(named):
        return ""
    assert isinstance(named, GraphQLObjectType)
    if "nodes" in named.fields:
        return " { totalCount nodes { id } }"
    leaves = [
        name for name, found in named.fields.items() if is_leaf_type(get_named_type(found.type))
    ]
    return f" {{ {' '.join(leaves or ['__typename'])} }}"


_MEMBER = ATLAS.schema.type_map["Member"]
assert isinstance(_MEMBER, GraphQLObjectType)
FIELDS = {
    name: name + (" { fields { field audience } }" if name == "privacy" else _inside(found.type))
    for name, found in _MEMBER.fields.items()
}
ALL = " ".join(FIELDS.values())
PREVIEWED = list(ATLAS.schema.type_map["ProfilePreview"].fields)  # type: ignore[attr-defined]


async def full(people: People, name: str, **audiences: Audience) -> Person:
    """Somebody with something in every field."""
    chosen = {ProfileField(field): audience for field, audience in audiences.items()}
    person = await people.member(name, audiences=chosen, **PROFILE)
    for column, row in ROWS.items():
        await sections.add(person.viewer, SECTIONS[column], row)
    return person


@pytest.fixture(scope="module")
async def cast(people: People) -> dict[str, Person]:
    """A viewer; somebody in the second degree, whose every field is for EXTENDED; their middle;
    a stranger who shows nothing."""
    every = {field.value: Audience.EXTENDED for field in ProfileField} | {
        "connections": Audience.MEMBERS
    }
    ann = await full(people, "Ann Arden", headline=Audience.ONLY_ME, connections=Audience.MEMBERS)
    middle = await full(people, "Mid Mead", connections=Audience.MEMBERS)
    far = await full(people, "Far Fell", **every)
    closed = await full(
        people, "Cly Cole", **{field.value: Audience.ONLY_ME for field in ProfileField}
    )
    await people.connect(ann, middle)
    await people.connect(middle, far)
    await people.invite(ann, far)
    await people.invite(closed, ann)
    await network.add_to_network(ann.viewer, far.key, ["met"], "a note")
    return {"ann": ann, "middle": middle, "far": far, "closed": closed}


async def seen(api: Api, root: str, inside: str, viewer: Person | None) -> Any:
    return (await api.run(f"{{ seen: {root} {{ {inside} }} }}", as_=viewer))["seen"]


@pytest.mark.parametrize("field", FIELDS)
async def test_a_field_of_a_member_is_the_same_alone(
    api: Api, cast: dict[str, Person], field: str
) -> None:
    for viewer in (cast["ann"], cast["far"], None):
        for subject in cast.values():
            root = f'member(by: {{id: "{subject.id}"}})'
            whole = await seen(api, root, ALL, viewer)
            assert await seen(api, root, FIELDS[field], viewer) == {field: whole[field]}
            other = f"again: {FIELDS[field]} ... on Node {{ ... on Member {{ {FIELDS[field]} }} }}"
            found = await seen(
                api, f'node(id: "{subject.id}")', f"... on Member {{ {other} }}", viewer
            )
            assert found == {"again": whole[field], field: whole[field]}


@pytest.mark.parametrize("field", FIELDS)
async def test_a_field_of_the_viewer_is_the_same_alone(
    api: Api, cast: dict[str, Person], field: str
) -> None:
    for viewer in (cast["ann"], cast["far"]):
        whole = await seen(api, f'member(by: {{handle: "{viewer.handle}"}})', ALL, viewer)
        assert whole["isViewer"]
        assert await seen(api, "viewer", FIELDS[field], viewer) == {field: whole[field]}
    assert await seen(api, "viewer", FIELDS[field], None) is None


@pytest.mark.parametrize("field", PREVIEWED)
async def test_a_field_of_a_preview_is_the_same_alone(
    api: Api, cast: dict[str, Person], field: str
) -> None:
    every = " ".join(FIELDS[name] for name in PREVIEWED)
    far = cast["far"]
    for how in ("audience: MEMBERS", "audience: EXTENDED", f'memberId: "{cast["ann"].id}"'):
        root = f"viewAs(as: {{{how}}})"
        whole = await seen(api, root, every, far)
        assert (whole["about"] is None) == (how == "audience: MEMBERS")
        assert await seen(api, root, FIELDS[field], far) == {field: whole[field]}


@pytest.mark.parametrize("field", list(ProfileField))
async def test_the_second_degree_counts_where_nobody_asks_for_it(
    people: People, field: ProfileField
) -> None:
    """Where it is not looked up, it decides nothing; one field for EXTENDED is enough."""
    ann, middle = [await people.member(audiences={LIST: Audience.MEMBERS}) for _ in range(2)]
    await people.connect(ann, middle)
    for audience in (Audience.EXTENDED, Audience.MEMBERS, Audience.CONNECTIONS):
        chosen = {one: Audience.ONLY_ME for one in ProfileField}
        chosen |= {LIST: Audience.MEMBERS, field: audience}
        far = await people.member(audiences=chosen)
        async with transaction():
            await edges.connect(middle.key, far.key, now())
        (whole,) = await members_for(ann.viewer, [far.key])
        (told,) = await members_for(ann.viewer, [far.key], replace(NO_MORE, hidden=True))
        named = replace(NO_MORE, fields=frozenset((field,)))
        (brief,) = await members_for(ann.viewer, [far.key], named)
        assert whole is not None
        assert told is not None
        assert brief is not None
        assert told.hidden() == whole.hidden()
        # A list for EXTENDED or less hides the very tie.
        near_enough = audience >= (Audience.MEMBERS if field is LIST else Audience.EXTENDED)
        assert brief.shows(field) is near_enough


async def test_a_tie_is_the_same_with_its_other_end_and_without(api: Api, people: People) -> None:
    """When it was made is for its two ends, whether or not their members are read along."""
    opened = {LIST: Audience.MEMBERS}
    ann, ben, cid = [await people.member(audiences=opened) for _ in range(3)]
    for one, other in ((ann, ben), (ben, cid)):
        await people.connect(one, other)
    text = """query($id: ID!) { member(by: {id: $id}) { connections { nodes { %s id } } } }"""
    for viewer, shown in ((ann, {ann.id}), (ben, {ann.id, cid.id}), (cid, {cid.id})):
        lists = [
            (await api.run(text % inside, as_=viewer, id=ben.id))["member"]["connections"]["nodes"]
            for inside in ("connectedAt member { id }", "connectedAt")
        ]
        ends = {node["member"]["id"] for node in lists[0] if node["connectedAt"] is not None}
        assert ends == shown
        alone = [{"connectedAt": node["connectedAt"], "id": node["id"]} for node in lists[0]]
        assert sorted(alone, key=str) == sorted(lists[1], key=str)


async def test_a_payload_is_what_there_is_after_its_own_act(api: Api, people: People) -> None:
    """What one act shows is forgotten before the next is answered."""
    ann, ben = await people.several(2)
    await people.connect(ann, ben)
    text = """mutation($id: ID!) {
      kept: addToNetwork(input: {memberId: $id}) { member { ...Near } }
      removed: removeConnection(input: {memberId: $id}) { member { ...Near } }
      blocked: blockMember(input: {memberId: $id}) { userErrors { code } }
      again: removeConnection(input: {memberId: $id}) { userErrors { code } member { ...Near } } }
      fragment Near on Member { viewerRelationship { degree } }"""
    found = await api.run(text, as_=ann, id=ben.id)
    assert found["kept"]["member"] == {"viewerRelationship": {"degree": 1}}
    assert found["removed"]["member"] == {"viewerRelationship": {"degree": None}}
    assert found["blocked"]["userErrors"] == []
    assert found["again"] == {"userErrors": [{"code": "NOT_FOUND"}], "member": None}
