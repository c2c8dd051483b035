"""`@semanticNonNull` is on what is null for errors alone, and never on what may be closed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from graphql import (
    GraphQLField,
    GraphQLObjectType,
    GraphQLSchema,
    get_directive_values,
    get_named_type,
    is_list_type,
    is_non_null_type,
)

from netql.privacy.audience import Audience
from netql.privacy.fields import ProfileField
from tests.api import Api
from tests.graph.walk import published
from tests.people import People, choose


@pytest.fixture(scope="module")
def schema() -> GraphQLSchema:
    return published()


def fields(schema: GraphQLSchema) -> Iterator[tuple[str, GraphQLField, list[int] | None]]:
    """Each field of an object: its coordinate, itself, and the levels that it marks."""
    directive = schema.get_directive("semanticNonNull")
    assert directive
    for type_ in schema.type_map.values():
        if isinstance(type_, GraphQLObjectType) and not type_.name.startswith("__"):
            for name, field in type_.fields.items():
                assert field.ast_node
                said = get_directive_values(directive, field.ast_node)
                yield f"{type_.name}.{name}", field, said["levels"] if said else None


def is_restricted(field: GraphQLField) -> bool:
    assert field.ast_node
    return any(one.name.value == "restricted" for one in field.ast_node.directives or ())


def test_what_is_marked(schema: GraphQLSchema) -> None:
    pages = {name for name in schema.type_map if name.endswith("Connection")} - {"Connection"}
    expected: dict[str, list[int]] = {}
    for page in pages:
        expected |= {f"{page}.edges": [1], f"{page}.nodes": [1]}
        expected[f"{page.removesuffix('Connection')}Edge.node"] = [0]
    assert {name: levels for name, _, levels in fields(schema) if levels is not None} == expected


def test_no_restricted_field_is_marked(schema: GraphQLSchema) -> None:
    restricted = [(name, levels) for name, field, levels in fields(schema) if is_restricted(field)]
    assert len(restricted) > 35
    assert [name for name, levels in restricted if levels is not None] == []


def test_no_payload_is_marked(schema: GraphQLSchema) -> None:
    """A refusal leaves their fields null."""
    payloads = [(name, levels) for name, _, levels in fields(schema) if "Payload." in name]
    assert len(payloads) > 50
    assert [name for name, levels in payloads if levels is not None] == []


def test_a_mark_says_what_the_type_does_not(schema: GraphQLSchema) -> None:
    for name, field, levels in fields(schema):
        for level in levels or ():
            type_: Any = field.type
            for _ in range(level):
                type_ = type_.of_type if is_non_null_type(type_) else type_
                assert is_list_type(type_), name
                type_ = type_.of_type
            assert not is_non_null_type(type_), name
        if levels is not None:
            assert get_named_type(field.type).name != "String"


LISTS = """query($id: ID!) {
  member(by: {id: $id}) {
    connections { nodes { id } edges { node { id } } }
    mutualConnections { nodes { id } edges { node { id } } }
  }
  viewer { networkEntries { nodes { id } edges { node { id } } }
    sentInvitations { nodes { id } edges { node { id } } } }
  blockedMembers { nodes { id } edges { node { id } } }
  searchMembers(query: "zz") { nodes { id } edges { node { id } } }
}"""


def pages_in(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        if "edges" in value:
            yield value
        for one in value.values():
            yield from pages_in(one)


async def test_lists_have_no_gaps_where_members_are_not_there(people: People, api: Api) -> None:
    """Those who are blocked, left or hide their ties are left out; nothing stands for them."""
    ann, ben = await people.member("Zz Ann"), await people.member("Zz Ben")
    await people.connect(ann, ben)
    others = [await people.member(f"Zz {name}") for name in ("Cat", "Dan", "Eve", "Fay")]
    cat, dan, eve, fay = others
    for one in others:
        await people.connect(ben, one)
    for one in (cat, dan, eve):
        await people.connect(ann, one)
    await people.block(cat, ann)
    await people.block(ann, dan)
    await choose(eve, {ProfileField.CONNECTIONS: Audience.ONLY_ME})
    await people.invite(ann, await people.member("Zz Gil"))
    pages = list(pages_in(await api.run(LISTS, as_=ann, id=ben.id)))
    assert len(pages) == 6
    assert [len(page["nodes"]) for page in pages[:2]] != [5, 5]
    for page in pages:
        assert None not in page["nodes"]
        assert None not in page["edges"]
        assert [edge["node"] for edge in page["edges"]] == page["nodes"]
