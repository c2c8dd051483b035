"""Schemas of a union, of a batched field, and of Strawberry's."""

from __future__ import annotations

from typing import Any

import strawberry
from aiodataloader import DataLoader
from graphql import (
    GraphQLField,
    GraphQLID,
    GraphQLInt,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLString,
    GraphQLUnionType,
)
from objects import Row
from plain import of_items

from netql.execution import Level

_NAME = GraphQLField(GraphQLNonNull(GraphQLString))
_OWN = {"Dog": "barks", "Cat": "lives", "Fish": "depth"}


def things() -> GraphQLSchema:
    """A list of a union and a list of an interface, both of three types."""
    named = GraphQLInterfaceType("Named", {"name": _NAME}, resolve_type=_type_name)
    types = [
        GraphQLObjectType(name, {"name": _NAME, own: GraphQLField(GraphQLInt)}, interfaces=[named])
        for name, own in _OWN.items()
    ]
    union = GraphQLUnionType("Thing", types, resolve_type=_type_name)
    fields = {
        "things": GraphQLField(GraphQLList(union)),
        "named": GraphQLField(GraphQLList(named), resolve=lambda root, _info: root["things"]),
    }
    return GraphQLSchema(GraphQLObjectType("Query", fields), types=types)


def _type_name(source: dict[str, Any], *_: Any) -> str:
    return str(source["kind"])


def some_things(count: int) -> dict[str, Any]:
    """A root with so many objects, the types in turn."""
    kinds = list(_OWN.items())
    made = []
    for n in range(count):
        kind, own = kinds[n % len(kinds)]
        made.append({"kind": kind, "name": f"N{n}", own: n})
    return {"things": made}


class Loaders:
    """What a request carries: for graphql-core, a loader of its own."""

    def __init__(self) -> None:
        self.friends: DataLoader[int, Row] = DataLoader(_friends)


async def _friends(ranks: list[int]) -> list[Row]:
    return [_friend(rank) for rank in ranks]


def _friend(rank: int) -> Row:
    return Row(str(rank), f"F{rank}", None, "Bern", None, 1, 1.0, True, rank, None)


def batched() -> GraphQLSchema:
    """A field that gives its column to netql, and to graphql-core one value through a loader."""
    friend = GraphQLObjectType("Friend", {"id": GraphQLField(GraphQLID), "name": _NAME})

    async def column(sources: list[Any], _level: Level) -> list[Row]:
        return await _friends([source.rank for source in sources])

    field = GraphQLField(
        friend,
        resolve=lambda source, info: info.context.friends.load(source.rank),
        extensions={"column": column},
    )
    return of_items({"id": GraphQLField(GraphQLID), "friend": field})


@strawberry.type
class Pair:
    left: str
    right: str


@strawberry.type
class Item:
    """Five ordinary resolvers over one of the rows."""

    row: strawberry.Private[Row]

    @strawberry.field
    def shout(self) -> str:
        return self.row.name.upper()

    @strawberry.field
    def half(self) -> float:
        return self.row.score / 2

    @strawberry.field
    def older(self, info: strawberry.Info) -> bool:
        return self.row.age > info.context

    @strawberry.field
    def label(self, word: str) -> str:
        return word + self.row.city

    @strawberry.field
    def pair(self) -> Pair:
        return Pair(left=self.row.id, right=self.row.name)


@strawberry.type
class Query:
    @strawberry.field
    def items(root: Any) -> list[Item]:
        return [Item(row=row) for row in root.items]


def of_strawberry() -> GraphQLSchema:
    """The schema that Strawberry makes of the types above."""
    return strawberry.Schema(query=Query)._schema
