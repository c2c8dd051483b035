"""Values that are not quite values. Each of these was found by a generated case."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest
from graphql import Undefined

from tests.execution import ONCE
from tests.execution.asking import ask, schema_of, told

pytestmark = ONCE


@pytest.mark.parametrize("type_", ["String!", "Int!", "[String!]!", "ID"])
async def test_undefined_is_no_value(type_: str) -> None:
    given = [Undefined] if "[" in type_ else Undefined
    schema = schema_of(f"type Query {{ a: {type_} }}", Query__a=lambda *_: given)
    ours, core = await ask(schema, "{ a }"), await ask(schema, "{ a }", ours=False)
    assert ours == core
    assert ours.data == (None if "!" in type_ else {"a": None})


async def test_an_iterator_beside_an_async_one_is_read_once() -> None:
    async def later() -> AsyncIterator[int]:
        yield 1

    schema = schema_of(
        "type Query { a: [T] } type T { b: [Int] }",
        Query__a=lambda *_: [iter((1, 2, 3)), later()],
        T__b=lambda source, _: source,
    )
    ours = await ask(schema, "{ a { b } }")
    assert ours.data == {"a": [{"b": [1, 2, 3]}, {"b": [1]}]}
    assert ours.errors is None


async def test_arguments_are_coerced_where_nothing_resolves_the_field() -> None:
    schema = schema_of("type Query { a(b: Int!): String }")
    query = "query($b: Int = 1) { a(b: $b) }"
    asked: dict[str, Any] = {"root_value": {"a": "x"}, "variable_values": {"b": None}}
    ours, core = await ask(schema, query, **asked), await ask(schema, query, ours=False, **asked)
    assert ours == core
    assert told(ours)[0][1] == ["a"]


@pytest.mark.parametrize("lists", ["flat", "nested"])
@pytest.mark.parametrize("kind", ["iterator", "async iterator"])
async def test_what_a_list_gave_before_it_failed_is_awaited(kind: str, lists: str) -> None:
    begun = []

    async def item() -> str:
        begun.append(True)
        return "x"

    def given() -> Any:
        return item() if lists == "flat" else [item()]

    def items() -> Iterator[Any]:
        yield given()
        raise ValueError("broken")

    async def items_later() -> AsyncIterator[Any]:
        for one in items():
            yield one

    schema = schema_of(
        f"type Query {{ a: {'[String]' if lists == 'flat' else '[[String]]'} }}",
        Query__a=lambda *_: items() if kind == "iterator" else items_later(),
    )
    ours = await ask(schema, "{ a }")
    assert told(ours) == [("broken", ["a"])]
    await asyncio.sleep(0)
    assert begun == [True]
