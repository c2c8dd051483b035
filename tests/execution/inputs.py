"""Values for arguments and variables, valid for their types: as text, and as JSON."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, NamedTuple

from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInputType,
    get_nullable_type,
    is_list_type,
    is_non_null_type,
    is_required_input_field,
)

from tests.execution.dice import Dice


class Value(NamedTuple):
    """The same value as it stands in a text, and as it stands in variables."""

    text: str
    sent: Any


NULL = Value("null", None)
# Gives a value for a scalar: told where it is for, as `argument` or `field`, and the type's name.
Leaf = Callable[[Dice, str, str], Value]


def plain(value: Any) -> Value:
    return Value(json.dumps(value), value)


_SCALARS: dict[str, tuple[Any, ...]] = {
    "Int": (0, 1, -7, 2147483647),
    "Float": (0.5, 2, -1e10),
    "String": ("", "a", 'q"\\', "ü\n"),
    "Boolean": (True, False),
    "ID": ("i", 7),
    "Odd": ("odd", 3, 1.5, True, "x"),
}


def any_leaf(dice: Dice, _: str, scalar: str) -> Value:
    """For schemas in which values mean nothing."""
    return plain(dice.choose(_SCALARS[scalar]))


def value(
    dice: Dice, type_: GraphQLInputType, leaf: Leaf, name: str = "", *, depth: int = 2
) -> Value:
    """A value that is valid for the type."""
    inner: Any = type_
    if is_non_null_type(type_):
        inner = type_.of_type
    elif dice.chance(6):
        return NULL
    if is_list_type(inner):
        return _list(dice, inner.of_type, leaf, name, depth)
    if isinstance(inner, GraphQLInputObjectType):
        return _object(dice, inner, leaf, depth)
    if isinstance(inner, GraphQLEnumType):
        chosen = dice.choose(list(inner.values))
        return Value(chosen, chosen)
    return leaf(dice, name, inner.name)


def _list(dice: Dice, of: Any, leaf: Leaf, name: str, depth: int) -> Value:
    if not is_list_type(get_nullable_type(of)) and dice.chance(5):
        # One item may stand for a list of it. Null may not: it would be no list.
        one = value(dice, of, leaf, name, depth=depth - 1)
        if one.sent is not None:
            return one
    number = dice.upto(2 if depth > 0 else 0)
    items = [value(dice, of, leaf, name, depth=depth - 1) for _ in range(number)]
    return Value(f"[{', '.join(one.text for one in items)}]", [one.sent for one in items])


def _object(dice: Dice, type_: GraphQLInputObjectType, leaf: Leaf, depth: int) -> Value:
    fields: dict[str, Value] = {}
    if type_.is_one_of:
        name = dice.choose(list(type_.fields))
        found = NULL
        while found is NULL:
            found = value(dice, type_.fields[name].type, leaf, name, depth=depth - 1)
        fields[name] = found
    else:
        for name, field in type_.fields.items():
            if is_required_input_field(field) or (depth > 0 and dice.chance(2)):
                fields[name] = value(dice, field.type, leaf, name, depth=depth - 1)
    text = ", ".join(f"{name}: {one.text}" for name, one in fields.items())
    return Value(f"{{{text}}}", {name: one.sent for name, one in fields.items()})
