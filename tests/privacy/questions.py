"""Everything that can be asked of members, generated from the schema.

A member is asked for every field there is, lists in pages of several sizes and in every order;
a member inside of a member for whatever needs no further list. New fields join by themselves.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import product

from graphql import (
    GraphQLBoolean,
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLUnionType,
    build_schema,
    get_named_type,
    is_leaf_type,
    is_required_argument,
)

from netql.api.schema import printed

SCHEMA = build_schema(printed())
_NODES = ("Member", "Connection", "Invitation", "NetworkEntry", "Block")


def everything_of(name: str) -> str:
    """A selection of every field of a type, and of whatever can be reached through it."""
    return _selection(_object(name), ())


def _variants(field: GraphQLField) -> list[str]:
    """The arguments that a list is asked with: none, small pages, every filter and order."""
    orders, filters = _choices(field, "orderBy"), _choices(field, "filterBy")
    sizes = ["", "first: 1", "first: 2"]
    chosen = [*sizes, *orders, *filters, *(f"first: 1, {order}" for order in orders)]
    return chosen


def _choices(field: GraphQLField, name: str) -> list[str]:
    """Every value of an input object of enums and booleans, as an argument."""
    if name not in field.args:
        return []
    wanted = get_named_type(field.args[name].type)
    assert isinstance(wanted, GraphQLInputObjectType)
    values = {
        key: values for key, of in wanted.fields.items() if (values := _values(of.type)) is not None
    }
    return [
        f"{name}: {{{', '.join(map(': '.join, zip(values, chosen, strict=True)))}}}"
        for chosen in product(*values.values())
    ]


def _values(type_: GraphQLInputType) -> list[str] | None:
    named = get_named_type(type_)
    if isinstance(named, GraphQLEnumType):
        return list(named.values)
    return ["true", "false"] if named is GraphQLBoolean else None


def _object(name: str) -> GraphQLObjectType:
    found = SCHEMA.type_map[name]
    assert isinstance(found, GraphQLObjectType)
    return found


def _selection(type_: GraphQLNamedType, above: Sequence[str]) -> str:
    if isinstance(type_, GraphQLUnionType | GraphQLInterfaceType):
        kinds = (kind for kind in SCHEMA.get_possible_types(type_) if _wanted(kind.name, type_))
        inner = " ".join(f"... on {kind.name} {_selection(kind, above)}" for kind in kinds)
        return f"{{ __typename {inner} }}"
    assert isinstance(type_, GraphQLObjectType)
    fields = (
        text for name, field in type_.fields.items() for text in _asked(type_, name, field, above)
    )
    return f"{{ {' '.join(fields)} }}"


def _wanted(kind: str, type_: GraphQLNamedType) -> bool:
    return kind in _NODES if type_.name == "Node" else True


def _asked(
    type_: GraphQLObjectType, name: str, field: GraphQLField, above: Sequence[str]
) -> Iterable[str]:
    assert not any(is_required_argument(argument) for argument in field.args.values()), name
    target = get_named_type(field.type)
    if is_leaf_type(target):
        return [name]
    if type_.name in above or target.name in above[-1:]:
        return _counted(name, target)
    inner = _selection(target, (*above, type_.name))
    if "first" not in field.args:
        return [f"{name} {inner}"]
    return [
        f"{name}{number}: {name}{f'({given})' if given else ''} {_SHORT if number else inner}"
        for number, given in enumerate(_variants(field))
    ]


# What tells two pages apart; the nodes are asked for everything once, by the first page.
_SHORT = "{ totalCount edges { cursor node { id } } pageInfo { hasNextPage endCursor } }"


def _counted(name: str, target: GraphQLNamedType) -> list[str]:
    """Below a member in a member: how many, how near, and no further."""
    if target.name == "ViewerRelationship":
        return [f"{name} {{ degree }}"]
    held = getattr(target, "fields", {})
    return [f"{name} {{ totalCount }}"] if "totalCount" in held else []


def documents(*, guest: bool = False) -> dict[str, str]:
    """Questions by name; their variables are $ids, $id, $handle, $name, $token, as far as used."""
    member, preview = everything_of("Member"), everything_of("ProfilePreview")
    short = (
        "{ id name handle headline about hiddenFields viewerRelationship { degree }"
        " connections { totalCount } mutualConnections { totalCount } }"
    )
    page = f"{{ totalCount edges {{ cursor node {short} }} pageInfo {{ hasNextPage endCursor }} }}"
    asked = {
        "nodes": f"query Q($ids: [ID!]!) {{ nodes(ids: $ids) {{ ... on Member {member} }} }}",
        "search": f"""query Q($token: String!) {{ searchMembers(query: $token, first: 100) {page}
            few: searchMembers(query: $token, first: 3) {page} }}""",
        "one": f"""query Q($id: ID!, $handle: String!, $name: String!) {{
            member(by: {{id: $id}}) {short} named: member(by: {{handle: $handle}}) {short}
            node(id: $id) {{ id }} searchMembers(query: $name) {page}
            viewAs(as: {{memberId: $id}}) {preview} }}""",
    }
    if not guest:
        asked["viewer"] = f"{{ viewer {member} blockedMembers {{ totalCount nodes {{ name }} }} }}"
    return asked
