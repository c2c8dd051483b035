"""Cancelling, depth and size: nothing is left over, and nothing falls over."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from graphql.execution.executor import SELECTIONS_NESTED_TOO_DEEPLY

from tests.execution import ONCE
from tests.execution.asking import ask, schema_of, told

pytestmark = ONCE

_SDL = """type Query { one: One!  many: [One!]!  numbers: [Int!]!  lists: [[Int!]!]! }
          type One { n: Int  self: [One!]!  slow: Int  slowly: [Int] }"""


@pytest.mark.parametrize(
    "query", ["{ many { slow n slowly } }", "{ many { self { slow slowly } } }"]
)
async def test_cancelling_leaves_nothing_under_way(query: str) -> None:
    begun, ended = [], []
    all_begun = asyncio.Event()

    async def slow(source: Any, _: Any) -> int:
        begun.append(source)
        if len(begun) == 6:
            all_begun.set()
        try:
            await asyncio.sleep(60)
        finally:
            ended.append(source)
        return 1

    schema = schema_of(
        _SDL,
        Query__many=lambda *_: [1, 2, 3],
        One__self=lambda source, _: [source],
        One__n=lambda *_: 1,
        One__slow=slow,
        One__slowly=lambda source, _: [slow(source, None), 5],
    )
    before = asyncio.all_tasks()
    task = asyncio.ensure_future(ask(schema, query))
    await all_begun.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert sorted(ended) == sorted(begun) == [1, 1, 2, 2, 3, 3]
    assert asyncio.all_tasks() == before


def _deep(levels: int) -> str:
    return "{ one " + "{ self " * levels + "{ n }" + " }" * levels + " }"


async def _nested(levels: int, *, ours: bool, later: bool = False) -> Any:
    async def self_later(source: Any, _: Any) -> Any:
        return [source]

    schema = schema_of(
        _SDL,
        Query__one=lambda *_: 1,
        One__self=self_later if later else lambda source, _: [source],
        One__n=lambda *_: 1,
    )
    return await ask(schema, _deep(levels), ours=ours)


@pytest.mark.parametrize("later", [False, True])
@pytest.mark.parametrize("levels", [10, 60])
async def test_what_is_as_deep_as_graphql_core_manages_is_answered(
    levels: int, later: bool
) -> None:
    core = await _nested(levels, ours=False, later=later)
    assert core.errors is None
    assert await _nested(levels, ours=True, later=later) == core


async def test_what_is_too_deep_is_an_error_and_no_crash() -> None:
    ours = await _nested(190, ours=True)
    # Raised wherever the stack ended: told of the field there, or of the whole operation.
    messages = {message for message, _ in told(ours)}
    assert messages
    assert all("recursion" in one or one == SELECTIONS_NESTED_TOO_DEEPLY for one in messages)
    assert ours.data is None
    assert (await _nested(60, ours=True)).errors is None


async def test_what_is_awaited_may_be_deeper() -> None:
    at: Any = (await _nested(190, ours=True, later=True)).data
    at = at["one"]
    for _ in range(190):
        (at,) = at["self"]
    assert at == {"n": 1}


async def test_long_lists_are_answered_and_their_errors_placed() -> None:
    number = 100_000
    schema = schema_of(
        _SDL,
        Query__numbers=lambda *_: range(number),
        Query__lists=lambda *_: [[place] * 10 for place in range(number // 10)],
        Query__many=lambda *_: range(number),
        One__n=lambda source, _: "no number" if source == number - 1 else source,
    )
    result = await ask(schema, "{ numbers lists many { n } }")
    assert result.data is not None
    assert result.data["numbers"] == list(range(number))
    assert result.data["lists"] == [[place] * 10 for place in range(number // 10)]
    assert result.data["many"][:-1] == [{"n": place} for place in range(number - 1)]
    assert result.data["many"][-1] == {"n": None}
    assert [path for _, path in told(result)] == [["many", number - 1, "n"]]


async def test_a_resolver_that_is_an_async_generator_is_refused_where_no_list_is_due() -> None:
    async def numbers(*_: Any) -> Any:
        yield 1

    schema = schema_of("type Query { a: Int b: [Int] }", Query__a=numbers, Query__b=numbers)
    ours, core = await ask(schema, "{ a b }"), await ask(schema, "{ a b }", ours=False)
    assert ours.data == core.data == {"a": None, "b": [1]}
    ((message, path),) = told(ours)
    assert path == ["a"]
    assert message == "Int cannot represent non-integer value: <async generator numbers>"
