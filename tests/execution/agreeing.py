"""Whether two answers are the same, as far as the specification says what an answer is.

Data are equal to the last key. Errors are equal too, in depth-first order, unless several happened
at once inside something that they made null: of these the specification leaves open which are
told. Then ours are some of those that happen, in order, and at least one for each null.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Awaitable, Callable
from typing import Any

from graphql import ExecutionResult, GraphQLError

Key = tuple[Any, ...]


def ordered(value: Any) -> Any:
    """Data in which the order of keys counts, and 1 is not True."""
    if isinstance(value, dict):
        return [(key, ordered(one)) for key, one in value.items()]
    if isinstance(value, list | tuple):
        return ["list", *map(ordered, value)]
    return (type(value), repr(value))


def key_of(error: GraphQLError) -> Key:
    """All that an error tells."""
    return (
        error.message,
        tuple(error.path or ()),
        tuple(map(tuple, error.locations or ())),
        repr(error.extensions),
        error.path is None,
    )


def null_of(data: Any, error: GraphQLError) -> tuple[Any, ...]:
    """The path of the null that the error made, which may be around where it happened."""
    path = tuple(error.path or ())
    for depth, part in enumerate(path):
        if data is None:
            return path[:depth]
        data = data[part]
    assert data is None, f"an error where there is a value: {error!r}"
    return path


async def compared(
    ours: ExecutionResult,
    core: ExecutionResult,
    all_errors: Callable[[], Awaitable[ExecutionResult]],
    *,
    all_told: bool = True,
) -> str:
    """How the answers agree: `exactly`, `in another order`, or `in what is open`.

    `all_errors` runs the operation with errors left where they happen; `all_told` says whether
    that tells all of them. Raises AssertionError.
    """
    assert ordered(ours.data) == ordered(core.data), (ours, core)
    our_errors, core_errors = ours.errors or [], core.errors or []
    our_keys, core_keys = [*map(key_of, our_errors)], [*map(key_of, core_errors)]
    if our_keys == core_keys:
        return "exactly"
    happening = await all_errors()
    assert _in_order(happening.data, our_errors), our_errors
    if Counter(our_keys) == Counter(core_keys):
        return "in another order"
    told, told_by_core = (_by_null(core.data, errors) for errors in (our_errors, core_errors))
    assert told.keys() == told_by_core.keys(), (our_errors, core_errors)
    known = set(map(key_of, happening.errors or ()))
    for null, errors in told.items():
        assert len(set(map(key_of, errors))) == len(errors)
        assert not all_told or known.issuperset(map(key_of, errors)), (null, errors)
        if all(tuple(one.path or ()) == null for one in [*errors, *told_by_core[null]]):
            assert [*map(key_of, errors)] == [*map(key_of, told_by_core[null])]
    return "in what is open"


def _by_null(data: Any, errors: list[GraphQLError]) -> dict[Key, list[GraphQLError]]:
    groups: dict[Key, list[GraphQLError]] = {}
    for error in errors:
        groups.setdefault(null_of(data, error), []).append(error)
    return groups


def _in_order(data: Any, errors: list[GraphQLError]) -> bool:
    """Whether the errors stand as a walk through the data would meet them."""
    orders = []
    for error in errors:
        order, at = [], data
        for part in error.path or ():
            if at is None:
                break
            order.append(part if isinstance(at, list) else list(at).index(part))
            at = at[part]
        orders.append(order)
    return orders == sorted(orders)
