"""The shapes that are measured: each a schema, a document and the objects behind it.

Schemas are graphql-core's own and know nothing of either executor, so both run the same objects.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import plain
import special
from graphql import DocumentNode, GraphQLSchema, build_schema, get_introspection_query, parse
from objects import FIELDS, rows


@dataclass(frozen=True)
class Shape:
    """One thing to execute. `awaited` says that its result is an awaitable."""

    name: str
    what: str
    schema: GraphQLSchema
    text: str
    document: DocumentNode
    root: Any = None
    variables: dict[str, Any] = field(default_factory=dict)
    context: Callable[[], Any] = lambda: None
    awaited: bool = False


_TEN = " ".join(FIELDS)
_DEEP = 50
_CHAIN = "{ node { name " + "next { name " * (_DEEP - 1) + "}" * _DEEP + " }"
_WIDE = 200
_THINGS = """{ things {
  ... on Dog { name barks }
  ... on Cat { name lives }
  ... on Fish { name depth }
} }"""
_NAMED = "{ named { __typename name ... on Cat { lives } } }"
_ARGUED = """query ($unit: Unit!, $digits: Int, $labels: [String!]) {
  items { price(unit: $unit, digits: $digits) tag(labels: $labels, style: { bold: true, size: 3 }) }
}"""
_ARGUMENTS = {"unit": "EURO", "digits": 2, "labels": ["a", "b", "c"]}
_STRAWBERRY = '{ items { shout half older label(word: "x") pair { left right } } }'


def chain(length: int) -> dict[str, Any]:
    """A root from which so many objects follow each other."""
    node: dict[str, Any] | None = None
    for n in range(length):
        node = {"name": f"N{n}", "next": node}
    return {"node": node}


def shapes(published: str) -> list[Shape]:
    """All of them; introspection is of the schema with this text."""
    listed, many, things = plain.listed(), rows(1_000), special.some_things(999)
    wide = {f"f{n}": n if n % 2 else str(n) for n in range(_WIDE)}
    wanted = f"{{ {' '.join(wide)} }}"
    grid = {"rows": [[{"x": x, "y": y} for x in range(100)] for y in range(100)]}
    ten = f"{{ items {{ {_TEN} }} }}"

    def shape(
        name: str, what: str, schema: GraphQLSchema, text: str, root: Any, **more: Any
    ) -> Shape:
        return Shape(name, what, schema, text, parse(text), root, **more)

    return [
        shape("fixed", "one object, 3 fields", listed, "{ item { id name score } }", many),
        shape("wide", f"one object, {_WIDE} fields", plain.wide(_WIDE), wanted, wide),
        shape("deep", f"a chain of {_DEEP} objects", plain.deep(), _CHAIN, chain(_DEEP)),
        shape("list-50", "50 objects, 10 attributes", listed, ten, rows(50)),
        shape("list-1000", "1,000 objects, 10 attributes", listed, ten, many),
        shape("list-10000", "10,000 objects, 10 attributes", listed, ten, rows(10_000)),
        shape("lists", "100 lists of 100 objects", plain.grid(), "{ rows { x y } }", grid),
        shape("errors", "1,000, every second fails", plain.failing(), "{ items { id odd } }", many),
        shape("resolvers", "1,000 x 5", plain.resolved(), "{ items { a b c d e } }", many),
        shape(
            *("async", "1,000 x 2 coroutines", plain.waiting()),
            *("{ items { id first second } }", many),
            awaited=True,
        ),
        shape(
            *("batched", "1,000, a column or a loader", special.batched()),
            *("{ items { id friend { id name } } }", many),
            context=special.Loaders,
            awaited=True,
        ),
        shape("union", "999 objects of 3 types", special.things(), _THINGS, things),
        shape("interface", "999 objects of 3 types", special.things(), _NAMED, things),
        shape(
            *("arguments", "1,000 x 2, with variables", plain.argued(), _ARGUED, many),
            variables=_ARGUMENTS,
        ),
        shape(
            *("introspection", "netql's own schema", build_schema(published)),
            *(get_introspection_query(), None),
        ),
        shape(
            *("strawberry", "1,000 x 5", special.of_strawberry(), _STRAWBERRY, many),
            context=lambda: 40,
        ),
    ]
