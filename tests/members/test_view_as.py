"""viewAs: one's own fields as somebody else gets them, as far as one may know."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from graphql import (
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLUnionType,
    build_schema,
    get_named_type,
)

from netql import ids
from netql.api.schema import printed
from netql.privacy.audience import Audience
from netql.privacy.fields import ProfileField
from tests.api import Api
from tests.people import People, Person

FIELDS = "headline industry location about pronouns"
BY_AUDIENCE = (
    f"query($a: Audience!) {{ viewAs(as: {{audience: $a}}) {{ {FIELDS} skills {{ name }} }} }}"
)
BY_MEMBER = f"query($id: ID!) {{ viewAs(as: {{memberId: $id}}) {{ {FIELDS} skills {{ name }} }} }}"
SEEN_BY = f"query($id: ID!) {{ member(by: {{id: $id}}) {{ {FIELDS} }} }}"

# One field for each rung of the ladder.
RUNGS = {
    ProfileField.HEADLINE: Audience.PUBLIC,
    ProfileField.INDUSTRY: Audience.MEMBERS,
    ProfileField.LOCATION: Audience.EXTENDED,
    ProfileField.ABOUT: Audience.CONNECTIONS,
    ProfileField.PRONOUNS: Audience.ONLY_ME,
}
SELF, CONNECTED, SECOND, SIGNED_IN, GUEST = [FIELDS.split()[: 5 - rung] for rung in range(5)]


async def open_person(people: People, name: str, audience: Audience = Audience.MEMBERS) -> Person:
    """Somebody with a field for each rung, and a list of connections of that audience."""
    return await people.member(
        name,
        audiences=RUNGS | {ProfileField.CONNECTIONS: audience},
        **{field.value: f"{field.value} of {name}" for field in RUNGS},
    )


def shown(preview: dict[str, Any]) -> list[str]:
    return [name for name in FIELDS.split() if preview[name] is not None]


@pytest.mark.parametrize(
    ("audience", "expected"),
    [
        ("ONLY_ME", SELF),
        ("CONNECTIONS", CONNECTED),
        ("EXTENDED", SECOND),
        ("MEMBERS", SIGNED_IN),
        ("PUBLIC", GUEST),
    ],
)
async def test_each_rung_previews_what_it_reaches(
    api: Api, people: People, audience: str, expected: list[str]
) -> None:
    ann = await open_person(people, "Ann")
    preview = (await api.run(BY_AUDIENCE, as_=ann, a=audience))["viewAs"]
    assert shown(preview) == expected
    assert preview["headline"] == "headline of Ann"
    assert (preview["skills"] is None) == (audience not in ("ONLY_ME", "CONNECTIONS"))


async def preview_and_sight(api: Api, owner: Person, named: Person) -> tuple[list[str], list[str]]:
    """What the owner is told that the named one sees, and what that one really sees."""
    preview = (await api.run(BY_MEMBER, as_=owner, id=named.id))["viewAs"]
    sight = (await api.run(SEEN_BY, as_=named, id=owner.id))["member"]
    return shown(preview), shown(sight)


async def test_a_named_member_previews_as_they_see(api: Api, people: People) -> None:
    ann, ben, cat, eve = [await open_person(people, name) for name in ("Ann", "Ben", "Cat", "Eve")]
    await people.connect(ann, ben)
    await people.connect(ben, cat)
    assert await preview_and_sight(api, ann, ann) == (SELF, SELF)
    assert await preview_and_sight(api, ann, ben) == (CONNECTED, CONNECTED)
    assert await preview_and_sight(api, ann, cat) == (SECOND, SECOND)
    assert await preview_and_sight(api, ann, eve) == (SIGNED_IN, SIGNED_IN)


async def test_a_tie_that_the_caller_may_not_see_does_not_show_in_the_preview(
    api: Api, people: People
) -> None:
    """Cat hides whom she knows: that she is second degree must not be told by the preview."""
    ann, ben = await open_person(people, "Ann"), await open_person(people, "Ben")
    cat = await open_person(people, "Cat", Audience.CONNECTIONS)
    await people.connect(ann, ben)
    await people.connect(ben, cat)
    assert await preview_and_sight(api, ann, cat) == (SIGNED_IN, SECOND)


async def test_a_tie_that_the_named_one_may_not_see_gives_them_nothing(
    api: Api, people: People
) -> None:
    ann = await open_person(people, "Ann", Audience.CONNECTIONS)
    ben, cat = await open_person(people, "Ben"), await open_person(people, "Cat")
    await people.connect(ann, ben)
    await people.connect(ben, cat)
    assert await preview_and_sight(api, ann, cat) == (SIGNED_IN, SIGNED_IN)


async def test_a_middle_whom_the_named_one_blocks_gives_them_nothing(
    api: Api, people: People
) -> None:
    ann, ben, cat = [await open_person(people, name) for name in ("Ann", "Ben", "Cat")]
    await people.connect(ann, ben)
    await people.block(cat, ben)
    assert await preview_and_sight(api, ann, cat) == (SIGNED_IN, SIGNED_IN)


async def test_whoever_is_absent_previews_as_null(api: Api, people: People) -> None:
    ann, ben, dan, cleo = [
        await open_person(people, name) for name in ("Ann", "Ben", "Dan", "Cleo")
    ]
    for person in (ben, dan, cleo):
        assert (await api.run(BY_MEMBER, as_=ann, id=person.id))["viewAs"] is not None
    await people.block(ann, ben)
    await people.block(dan, ann)
    await people.close(cleo)
    unknown, other_type = ids.encode("Member", uuid4()), ids.encode("Block", ann.key)
    absent = [ben.id, dan.id, cleo.id, unknown, other_type, "", "garbage", ann.id + "="]
    answers = {await api.text(BY_MEMBER, as_=ann, id=each_id) for each_id in absent}
    assert answers == {'{"data":{"viewAs":null}}'}


async def test_a_guest_has_nothing_to_preview(api: Api, people: People) -> None:
    ann = await open_person(people, "Ann")
    assert (await api.run(BY_AUDIENCE, a="PUBLIC"))["viewAs"] is None
    assert (await api.run(BY_MEMBER, id=ann.id))["viewAs"] is None


@pytest.mark.parametrize(
    "as_",
    ["{}", '{audience: PUBLIC, memberId: "x"}', "{audience: null}", "{memberId: null}"],
)
async def test_exactly_one_pair_of_eyes_is_borrowed(api: Api, people: People, as_: str) -> None:
    ann = await people.member()
    answer = await api.answer(f"{{ viewAs(as: {as_}) {{ headline }} }}", as_=ann)
    assert "data" not in answer
    assert answer["errors"][0]["extensions"]["code"] == "GRAPHQL_VALIDATION_FAILED"


def test_no_member_can_be_reached_from_a_preview() -> None:
    schema = build_schema(printed())
    reached, waiting = set(), ["ProfilePreview"]
    while waiting:
        name = waiting.pop()
        if name in reached:
            continue
        reached.add(name)
        found = schema.type_map[name]
        if isinstance(found, GraphQLObjectType | GraphQLInterfaceType):
            waiting += [get_named_type(field.type).name for field in found.fields.values()]
        if isinstance(found, GraphQLInterfaceType | GraphQLUnionType):
            waiting += [possible.name for possible in schema.get_possible_types(found)]
    forbidden = {"Member", "Node", "Connection", "Invitation", "NetworkEntry", "ViewerRelationship"}
    assert not reached & forbidden
    assert {"Position", "Website", "ProfilePreview"} <= reached
    preview = schema.type_map["ProfilePreview"]
    assert isinstance(preview, GraphQLObjectType)
    assert not [name for name in preview.fields if name.startswith("viewer") or name == "privacy"]
