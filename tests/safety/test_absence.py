"""Blocked, closed and unknown are one answer, letter by letter, wherever a member can be named."""

from __future__ import annotations

import re

import pytest
from graphql import (
    GraphQLInputObjectType,
    GraphQLObjectType,
    GraphQLSchema,
    build_schema,
    get_named_type,
    is_required_input_field,
)

from netql import ids
from netql.api.schema import printed
from tests.api import Api
from tests.connections.graph import stored
from tests.people import People, Person

_REQUEST = re.compile(r'"requestId":"[^"]*"')
SCHEMA: GraphQLSchema = build_schema(printed())


def _naming() -> list[str]:
    """Mutations whose input names a member, from the schema."""
    mutations = SCHEMA.mutation_type
    assert mutations is not None
    found = []
    for name, field in mutations.fields.items():
        kind = get_named_type(field.args["input"].type)
        assert isinstance(kind, GraphQLInputObjectType)
        if "memberId" in kind.fields:
            required = {key for key, value in kind.fields.items() if is_required_input_field(value)}
            assert required == {"memberId"}, f"{name} needs more than this test gives"
            found.append(name)
    return found


def _mutation(name: str) -> str:
    """The mutation, asking for everything of its payload that can be asked for simply."""
    mutations = SCHEMA.mutation_type
    assert mutations is not None
    payload = get_named_type(mutations.fields[name].type)
    assert isinstance(payload, GraphQLObjectType)
    kind = f"{name[0].upper()}{name[1:]}Input"
    parts = [
        f"{field} {{ __typename {'code field message' if field == 'userErrors' else ''} }}"
        if isinstance(get_named_type(value.type), GraphQLObjectType)
        else field
        for field, value in payload.fields.items()
    ]
    return f"mutation ($input: {kind}!) {{ {name}(input: $input) {{ {' '.join(parts)} }} }}"


QUERIES = {
    "node": "query ($id: ID!) { node(id: $id) { __typename id } }",
    "nodes": "query ($id: ID!) { nodes(ids: [$id, $id]) { __typename id } }",
    "member by id": "query ($id: ID!) { member(by: {id: $id}) { id handle } }",
    "member by handle": "query ($handle: String!) { member(by: {handle: $handle}) { id handle } }",
    "search": "query ($handle: String!) { searchMembers(query: $handle) {"
    " totalCount nodes { id } edges { cursor } pageInfo { hasNextPage endCursor } } }",
    "view as": "query ($id: ID!) { viewAs(as: {memberId: $id}) { phone headline } }",
}


def test_every_mutation_that_names_a_member_is_known() -> None:
    """A walk that finds nothing would prove nothing."""
    assert {"sendInvitation", "removeConnection", "addToNetwork", "blockMember"} <= set(_naming())


class Absent:
    """A viewer, and somebody who is not there for them, for each of the reasons."""

    def __init__(self, viewer: Person, others: dict[str, tuple[str, str]]) -> None:
        self.viewer = viewer
        self.others = others


@pytest.fixture(params=["strangers", "connected", "invited", "invited by"])
async def absent(people: People, request: pytest.FixtureRequest) -> Absent:
    """Whatever they were to each other before."""
    viewer = await people.member("Ann Ash")
    others = {"unknown": (ids.encode("Member", ids.new_id()), "nobody.of.that.name")}
    for reason in ("blocks the viewer", "was blocked", "left", "left after blocking"):
        other = await people.member("Ben Birch", phone="+4930901820")
        match request.param:
            case "connected":
                await people.connect(viewer, other)
            case "invited":
                await people.invite(viewer, other)
            case "invited by":
                await people.invite(other, viewer)
        if reason in ("blocks the viewer", "left after blocking"):
            await people.block(other, viewer)
        if reason == "was blocked":
            await people.block(viewer, other)
        if reason.startswith("left"):
            await people.close(other)
        others[reason] = (other.id, other.handle)
    return Absent(viewer, others)


@pytest.mark.parametrize("name", QUERIES)
async def test_asking_for_them(api: Api, people: People, absent: Absent, name: str) -> None:
    query = QUERIES[name]
    texts = {}
    for reason, (key, handle) in absent.others.items():
        given = {"id": key} if "$id" in query else {"handle": handle}
        texts[reason] = await api.text(query, as_=absent.viewer, **given)
    assert len(set(texts.values())) == 1, texts
    assert '"errors"' not in texts["unknown"]
    # Somebody who is there gets another answer.
    there = await people.member("Cat Cedar")
    given = {"id": there.id} if "$id" in query else {"handle": there.handle}
    assert await api.text(query, as_=absent.viewer, **given) != texts["unknown"]


@pytest.mark.parametrize("name", _naming())
async def test_acting_on_them(api: Api, people: People, absent: Absent, name: str) -> None:
    query = _mutation(name)
    texts = {}
    for reason, (key, _) in absent.others.items():
        if name == "blockMember" and reason == "was blocked":
            # The viewer knows of this one: blocking twice is blocking once.
            continue
        text = await api.text(query, as_=absent.viewer, input={"memberId": key})
        texts[reason] = _REQUEST.sub("", text)
    assert len(set(texts.values())) == 1, texts
    assert '"NOT_FOUND"' in texts["unknown"]
    there = await people.member("Cat Cedar")
    text = await api.text(query, as_=absent.viewer, input={"memberId": there.id})
    assert '"NOT_FOUND"' not in text


@pytest.mark.parametrize("name", _naming())
async def test_acting_on_whom_one_blocked_or_was_blocked_by_changes_nothing(
    api: Api, people: People, name: str
) -> None:
    for mine in (True, False):
        ann, ben = await people.member("Ann Ash"), await people.member("Ben Birch")
        await people.connect(ann, ben)
        await people.block(*((ann, ben) if mine else (ben, ann)))
        before = await stored(ann, ben)
        await api.run(_mutation(name), as_=ann, input={"memberId": ben.id})
        assert await stored(ann, ben) == before
