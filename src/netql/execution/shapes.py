"""What a field's type asks of its values: lists in lists, where null may stand, what is named."""

from __future__ import annotations

from enum import Enum
from functools import lru_cache
from types import NoneType
from typing import Any

from graphql import (
    GraphQLBoolean,
    GraphQLID,
    GraphQLNamedType,
    GraphQLOutputType,
    GraphQLString,
    get_named_type,
    is_abstract_type,
    is_leaf_type,
    is_list_type,
    is_non_null_type,
)


class Kind(Enum):
    """How values of a named type are completed."""

    LEAF = "leaf"
    OBJECT = "object"
    ABSTRACT = "abstract"


# Values of exactly these classes are their own output.
_PLAIN: dict[Any, type] = {GraphQLString: str, GraphQLID: str, GraphQLBoolean: bool}


class Shape:
    """A field's type, taken apart once.

    `depth` counts its lists; `nullable[d]` says whether null may stand at that depth, 0 being the
    field itself and `depth` the innermost item. `plain` are the classes of which a whole column
    of innermost values needs no work at all. `is_text` if a value is one text of any length.
    """

    __slots__ = ("depth", "is_text", "kind", "named", "nullable", "plain")

    def __init__(self, type_: GraphQLOutputType) -> None:
        nullable: list[bool] = []
        inner: Any = type_
        while True:
            nullable.append(not is_non_null_type(inner))
            inner = inner.of_type if is_non_null_type(inner) else inner
            if not is_list_type(inner):
                break
            inner = inner.of_type
        self.depth = len(nullable) - 1
        self.nullable = tuple(nullable)
        named: GraphQLNamedType = get_named_type(type_)
        self.named: Any = named
        self.kind = (
            Kind.LEAF
            if is_leaf_type(named)
            else Kind.ABSTRACT
            if is_abstract_type(named)
            else Kind.OBJECT
        )
        plain = _PLAIN.get(named)
        if plain is None and getattr(named, "coerce_output_value", None) is str:
            # A scalar of texts that are written as they are.
            plain = str
        self.plain: frozenset[type] = frozenset(
            () if plain is None else (plain, NoneType) if nullable[-1] else (plain,)
        )
        self.is_text = plain is str and named is not GraphQLID and not self.depth


@lru_cache(maxsize=2048)
def shape_of(type_: GraphQLOutputType) -> Shape:
    """The shape of that very type: fields of all plans that are of it share one."""
    return Shape(type_)
