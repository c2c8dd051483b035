"""Fields that compute a column for all objects of a level at once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from netql.execution import Level
from tests.execution import ONCE
from tests.execution.asking import ask, column, schema_of, told

pytestmark = ONCE

_SDL = "type Query { all: [T!]! } type T { n: Int! twice(by: Int = 2): Int  next: [T!]! }"


def _schema(compute: Any, **more: Any) -> Any:
    return schema_of(
        _SDL,
        Query__all=lambda *_: [{"n": 1}, {"n": 2}, {"n": 3}],
        T__next=lambda source, _: [{"n": 10 * source["n"]}],
        T__twice=column(compute),
        **more,
    )


@pytest.mark.parametrize("later", [False, True])
async def test_a_column_is_computed_once_for_a_level(later: bool) -> None:
    asked: list[list[int]] = []

    def twice(sources: list[Any], level: Level) -> Any:
        asked.append([source["n"] for source in sources])
        found = [level.arguments["by"] * source["n"] for source in sources]
        return _later(found) if later else found

    result = await ask(_schema(twice), "{ all { twice next { twice(by: 3) } } }")
    assert result.errors is None
    assert result.data is not None
    assert [(one["twice"], one["next"][0]["twice"]) for one in result.data["all"]] == [
        (2, 30),
        (4, 60),
        (6, 90),
    ]
    assert asked == [[1, 2, 3], [10, 20, 30]]


async def _later(value: Any) -> Any:
    await asyncio.sleep(0)
    return value


async def test_an_exception_in_a_column_is_the_error_of_its_object() -> None:
    def twice(sources: list[Any], _: Level) -> Any:
        return [ValueError("no") if source["n"] == 2 else _later(source["n"]) for source in sources]

    result = await ask(_schema(twice), "{ all { twice } }")
    assert result.data == {"all": [{"twice": 1}, {"twice": None}, {"twice": 3}]}
    assert told(result) == [("no", ["all", 1, "twice"])]


async def _items() -> AsyncIterator[int]:
    yield 1


async def _given(value: Any) -> Any:
    return value


@pytest.mark.parametrize("awaited", [False, True])
@pytest.mark.parametrize(
    ("given", "said"),
    [
        ([1, 2], "The batch of T.twice gave 2 values for 3 objects."),
        ([1, 2, 3, 4], "The batch of T.twice gave 4 values for 3 objects."),
        (7, "The batch of T.twice gave int where a list of 3 values was due."),
        ((1, 2, 3), "The batch of T.twice gave tuple where a list of 3 values was due."),
        (None, "The batch of T.twice gave NoneType where a list of 3 values was due."),
    ],
)
async def test_what_is_no_column_is_an_error_that_names_the_field(
    given: Any, said: str, awaited: bool
) -> None:
    schema = _schema(lambda *_: _given(given) if awaited else given)
    result = await ask(schema, "{ all { n twice } }")
    assert told(result) == [(said, ["all", place, "twice"]) for place in range(3)]
    assert result.data == {"all": [{"n": n, "twice": None} for n in (1, 2, 3)]}


async def test_an_async_generator_is_no_column() -> None:
    result = await ask(_schema(lambda *_: _items()), "{ all { twice } }")
    said = "The batch of T.twice is an async generator, which gives no column."
    assert told(result) == [(said, ["all", place, "twice"]) for place in range(3)]


@pytest.mark.parametrize("later", [False, True])
async def test_a_column_that_raises_fails_for_each_object(later: bool) -> None:
    async def fails(*_: Any) -> Any:
        raise ValueError("no")

    def fails_now(*_: Any) -> Any:
        raise ValueError("no")

    result = await ask(_schema(fails if later else fails_now), "{ all { twice } }")
    assert told(result) == [("no", ["all", place, "twice"]) for place in range(3)]


async def test_a_level_knows_what_is_selected_below_and_with_which_arguments() -> None:
    seen: dict[str, Any] = {}

    def all_(sources: list[Any], level: Level) -> list[Any]:
        seen["selected"] = level.selected()
        seen["below"] = level.selected("next")
        seen["deeper"] = level.selected("next", "next")
        seen["arguments"] = level.arguments_of("next", "twice")
        seen["context"] = level.context
        return [[{"n": 1}] for _ in sources]

    schema = schema_of(_SDL, Query__all=column(all_))
    query = """query($by: Int, $skip: Boolean!) { all { n ...Part again: next { n } } }
        fragment Part on T { next { twice(by: $by) k: twice next @skip(if: $skip) { n } } }"""
    await ask(
        schema,
        query,
        variable_values={"by": 5, "skip": True},
        context_value="context",
    )
    assert seen == {
        "selected": {"n", "next"},
        "below": {"n", "twice"},
        "deeper": frozenset(),
        "arguments": [{"by": 5}, {"by": 2}],
        "context": "context",
    }
