"""Schemas of graphql-core alone, without resolvers or with plain functions."""

from __future__ import annotations

from typing import Any

from graphql import (
    GraphQLArgument,
    GraphQLBoolean,
    GraphQLEnumType,
    GraphQLField,
    GraphQLFloat,
    GraphQLID,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLInt,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLString,
)

_COLUMNS = {
    "id": GraphQLNonNull(GraphQLID),
    "name": GraphQLNonNull(GraphQLString),
    "headline": GraphQLString,
    "city": GraphQLNonNull(GraphQLString),
    "email": GraphQLString,
    "age": GraphQLInt,
    "score": GraphQLNonNull(GraphQLFloat),
    "open": GraphQLNonNull(GraphQLBoolean),
    "rank": GraphQLNonNull(GraphQLInt),
    "note": GraphQLString,
}


def of_items(fields: dict[str, GraphQLField]) -> GraphQLSchema:
    """A schema whose root has `items` and one `item` with these fields."""
    item = GraphQLObjectType("Item", fields)
    items = GraphQLNonNull(GraphQLList(GraphQLNonNull(item)))
    root = {"items": GraphQLField(items), "item": GraphQLField(item)}
    return GraphQLSchema(GraphQLObjectType("Query", root))


def listed() -> GraphQLSchema:
    """Objects of ten attributes."""
    return of_items({name: GraphQLField(type_) for name, type_ in _COLUMNS.items()})


def wide(width: int) -> GraphQLSchema:
    """A root of many fields, each a string or a number."""
    fields = {f"f{n}": GraphQLField(GraphQLInt if n % 2 else GraphQLString) for n in range(width)}
    return GraphQLSchema(GraphQLObjectType("Query", fields))


def deep() -> GraphQLSchema:
    """Objects that lead to the next one, all of them the same."""
    node = GraphQLObjectType(
        "Node", lambda: {"name": GraphQLField(GraphQLString), "next": GraphQLField(node)}
    )
    return GraphQLSchema(GraphQLObjectType("Query", {"node": GraphQLField(node)}))


def grid() -> GraphQLSchema:
    """Lists of lists of objects."""
    cell = GraphQLObjectType(
        "Cell", {name: GraphQLField(GraphQLNonNull(GraphQLInt)) for name in "xy"}
    )
    cells = GraphQLList(GraphQLNonNull(GraphQLList(GraphQLNonNull(cell))))
    return GraphQLSchema(GraphQLObjectType("Query", {"rows": GraphQLField(cells)}))


def failing() -> GraphQLSchema:
    """A nullable field that raises for every second object."""

    def odd(source: Any, _info: Any) -> int:
        if source.rank % 2 == 0:
            raise ValueError("This one is even.")
        return int(source.rank)

    return of_items({"id": GraphQLField(GraphQLID), "odd": GraphQLField(GraphQLInt, resolve=odd)})


def resolved() -> GraphQLSchema:
    """Five fields with a resolver each, and next to nothing to do."""

    def resolver(name: str) -> Any:
        return lambda source, _info: getattr(source, name)

    columns = zip("abcde", ("name", "headline", "age", "score", "city"), strict=True)
    return of_items(
        {key: GraphQLField(_COLUMNS[name], resolve=resolver(name)) for key, name in columns}
    )


def waiting() -> GraphQLSchema:
    """Two fields whose resolvers are coroutines."""

    async def first(source: Any, _info: Any) -> str:
        return str(source.name)

    async def second(source: Any, _info: Any) -> int:
        return int(source.rank)

    return of_items(
        {
            "id": GraphQLField(GraphQLID),
            "first": GraphQLField(GraphQLNonNull(GraphQLString), resolve=first),
            "second": GraphQLField(GraphQLInt, resolve=second),
        }
    )


def argued() -> GraphQLSchema:
    """Two fields with arguments: an enum, numbers, a list, an input object."""
    unit = GraphQLEnumType("Unit", {"EURO": 1.0, "DOLLAR": 1.1})
    style = GraphQLInputObjectType(
        "Style",
        {"bold": GraphQLInputField(GraphQLBoolean), "size": GraphQLInputField(GraphQLInt)},
    )

    def price(source: Any, _info: Any, unit: float, digits: int = 0) -> float:
        return round(source.score * unit, digits)

    def tag(source: Any, _info: Any, labels: list[str], style: dict[str, Any]) -> str:
        return labels[source.rank % len(labels)] * style["size"]

    labels = GraphQLList(GraphQLNonNull(GraphQLString))
    return of_items(
        {
            "price": GraphQLField(
                GraphQLFloat,
                {
                    "unit": GraphQLArgument(GraphQLNonNull(unit)),
                    "digits": GraphQLArgument(GraphQLInt),
                },
                price,
            ),
            "tag": GraphQLField(
                GraphQLString,
                {"labels": GraphQLArgument(labels), "style": GraphQLArgument(style)},
                tag,
            ),
        }
    )
