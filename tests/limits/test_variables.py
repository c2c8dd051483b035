"""Variables of a great many values are refused before any of them is looked at."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest

from netql.api.given import MOST_VALUES, has_more_values
from netql.settings import Settings
from tests import rows
from tests.api import Api
from tests.limits.asking import limited, refusal
from tests.people import People

REFUSED = {"code": "VARIABLES_LIMIT_EXCEEDED", "limit": MOST_VALUES, "found": MOST_VALUES + 1}
NODES = "query($ids: [ID!]!) { nodes(ids: $ids) { id } }"
WEBSITE = """mutation($input: AddWebsiteInput!) {
  addWebsite(input: $input) { userErrors { code } } }"""


@pytest.fixture
async def api(settings: Settings, people: People) -> AsyncIterator[Api]:
    async with limited(settings) as usual:
        yield usual


@pytest.mark.parametrize(
    "ids", [["x"] * MOST_VALUES, [1] * 100_000, [[]] * 80_000, [{}] * 80_000, [None] * 50_000]
)
async def test_lists_without_end_are_refused(api: Api, ids: list[Any]) -> None:
    assert refusal(await api.answer(NODES, ids=ids)) == REFUSED


async def test_as_many_as_may_be_are_looked_at(api: Api) -> None:
    """The list itself is one."""
    answer = await api.answer(NODES, ids=["x"] * (MOST_VALUES - 1))
    assert refusal(answer)["code"] != REFUSED["code"]
    assert await api.run(NODES, ids=["x"] * 100) == {"nodes": [None] * 100}


@pytest.mark.parametrize(
    "more", [{"url": ["x"] * MOST_VALUES}, {f"k{number}": 1 for number in range(MOST_VALUES)}]
)
async def test_inputs_without_end_are_refused_and_nothing_is_done(
    api: Api, people: People, more: dict[str, Any]
) -> None:
    ann = await people.member()
    good = {"url": "https://example.com/"}
    before = await rows.sizes()
    answer = await api.answer(WEBSITE, as_=ann, input={**good, **more})
    assert refusal(answer) == REFUSED
    assert await rows.sizes() == before
    assert await api.run(WEBSITE, as_=ann, input=good) == {"addWebsite": {"userErrors": []}}
    assert await rows.sizes() != before


async def test_what_no_variable_takes_is_nobodys_matter(api: Api, people: People) -> None:
    """Without a look at it, it costs nothing."""
    ann = await people.member()
    text = "query($id: ID!) { node(id: $id) { id } }"
    answer = await api.run(text, as_=ann, id="x", more=["x"] * 10_000)
    assert answer == {"node": None}


class Untouched(list[Any]):
    """Values that nobody may go through."""

    def __iter__(self) -> Iterator[Any]:
        raise AssertionError("they were gone through")


def test_counting_ends_with_the_limit() -> None:
    assert has_more_values({"a": Untouched([{}] * 130_000)}, MOST_VALUES)
    assert has_more_values({"a": [Untouched([{}] * 900), {}]}, 900)


@pytest.mark.parametrize(
    ("variables", "count"),
    [({}, 0), ({"a": 1, "b": "xyz"}, 2), ({"a": [1, [2, 3]], "b": {"c": {"d": None}}}, 8)],
)
def test_each_value_is_counted_once(variables: dict[str, Any], count: int) -> None:
    assert not has_more_values(variables, count)
    assert count == 0 or has_more_values(variables, count - 1)
