"""schema.graphql: current, loadable, described from end to end, true about the wall."""

from __future__ import annotations

from pathlib import Path

import pytest
from graphql import (
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    assert_valid_schema,
    get_named_type,
)
from graphql.language import DirectiveNode, EnumValueNode

from netql.api.schema import printed
from netql.privacy.fields import RESTRICTIONS, ProfileField
from tests.graph.walk import described, published

FILE = Path(__file__).parents[2] / "schema.graphql"


@pytest.fixture(scope="module")
def schema() -> GraphQLSchema:
    return published()


def test_the_file_is_what_the_code_prints() -> None:
    assert FILE.read_text("utf-8") == printed()


def test_it_loads_and_is_valid(schema: GraphQLSchema) -> None:
    assert_valid_schema(schema)
    assert schema.query_type
    assert schema.mutation_type
    assert schema.subscription_type


def test_everything_is_described(schema: GraphQLSchema) -> None:
    everything = dict(described(schema))
    assert [name for name, text in everything.items() if not text or not text.strip()] == []
    # The walk reaches every kind of thing that it should.
    assert {
        "@restricted",
        "@restricted(default:)",
        "@oneOf",
        "Member",
        "Member.phone",
        "Member.connections(first:)",
        "SendInvitationInput.note",
        "Audience.EXTENDED",
        "PhoneNumber",
        "Node.id",
        "ConnectionEdge.cursor",
    } <= set(everything)
    assert len(everything) > 600


def test_descriptions_are_sentences(schema: GraphQLSchema) -> None:
    odd = [
        (name, text)
        for name, text in described(schema)
        if not name.startswith("@") and text and (text[-1] not in ".!?" or text != text.strip())
    ]
    assert odd == []


def directives(field: GraphQLField) -> list[DirectiveNode]:
    return list(field.ast_node.directives or ()) if field.ast_node else []


def bounds(directive: DirectiveNode) -> tuple[str, ...]:
    """`default` and `widest`, as printed."""
    said = {
        argument.name.value: argument.value.value
        for argument in directive.arguments or ()
        if isinstance(argument.value, EnumValueNode)
    }
    return said["default"], said["widest"]


def camel(name: str) -> str:
    head, *rest = name.split("_")
    return head + "".join(word.title() for word in rest)


@pytest.mark.parametrize("type_name", ["Member", "ProfilePreview"])
def test_the_printed_wall_is_the_table_of_fields(schema: GraphQLSchema, type_name: str) -> None:
    type_ = schema.type_map[type_name]
    assert isinstance(type_, GraphQLObjectType)
    said = {
        name: bounds(directive)
        for name, field in type_.fields.items()
        for directive in directives(field)
        if directive.name.value == "restricted"
    }
    table = {
        camel(field.value): (RESTRICTIONS[field].default.name, RESTRICTIONS[field].widest.name)
        for field in ProfileField
    }
    if type_name == "ProfilePreview":
        del table["connections"]
        assert said == table
        assert set(type_.fields) == set(table)
    else:
        own = "privacy networkEntries receivedInvitations sentInvitations".split()
        assert said == table | dict.fromkeys(own, ("ONLY_ME", "ONLY_ME"))


def test_restricted_fields_are_nullable_everywhere(schema: GraphQLSchema) -> None:
    found = 0
    for type_ in schema.type_map.values():
        if not isinstance(type_, GraphQLObjectType | GraphQLInterfaceType):
            continue
        for name, field in type_.fields.items():
            if "restricted" in [directive.name.value for directive in directives(field)]:
                found += 1
                assert not isinstance(field.type, GraphQLNonNull), f"{type_.name}.{name}"
    assert found > 35


def test_payloads_and_inputs_keep_their_form(schema: GraphQLSchema) -> None:
    assert schema.mutation_type
    never_refused = {"signOut", "applyPrivacyPreset"}
    for name, field in schema.mutation_type.fields.items():
        payload = get_named_type(field.type)
        assert isinstance(field.type, GraphQLNonNull), name
        assert isinstance(payload, GraphQLObjectType)
        assert "clientMutationId" in payload.fields, name
        assert ("userErrors" in payload.fields) == (name not in never_refused), name
        for key, part in payload.fields.items():
            if key != "userErrors":
                assert not isinstance(part.type, GraphQLNonNull), f"{name}.{key}"
        assert list(field.args) == ["input"], name
        given = get_named_type(field.args["input"].type)
        assert isinstance(given, GraphQLInputObjectType)
        assert "clientMutationId" in given.fields, name
        if "userErrors" in payload.fields:
            error = get_named_type(payload.fields["userErrors"].type)
            assert isinstance(error, GraphQLObjectType)
            assert [face.name for face in error.interfaces] == ["UserError"], name
            assert set(error.fields) == {"code", "field", "message"}, name


def test_pages_keep_their_form(schema: GraphQLSchema) -> None:
    pages = [name for name in schema.type_map if name.endswith("Connection")]
    pages.remove("Connection")
    assert len(pages) >= 5
    # A stream is not counted: it can be far longer than what a page reads of it.
    streams = {"EventConnection": {"isReset": "Boolean!"}}
    for name in pages:
        page = schema.type_map[name]
        assert isinstance(page, GraphQLObjectType)
        shapes = {key: str(field.type) for key, field in page.fields.items()}
        node = name.removesuffix("Connection")
        assert shapes == {
            "edges": f"[{node}Edge]!",
            "nodes": f"[{node}]!",
            "pageInfo": "PageInfo!",
            **streams.get(name, {"totalCount": "Int!"}),
        }
