"""An answer of nothing but errors costs no more than one of values, and fills no log."""

from __future__ import annotations

import logging
import time
from collections.abc import AsyncIterator

import pytest
from graphql import Source

from netql.api.errors import MOST_BUGS
from netql.api.parsing import Text
from netql.connections import ties
from netql.members.views import MemberView
from netql.settings import Settings
from tests.api import Api
from tests.limits.asking import limited
from tests.people import People

ITEMS, FIELDS = 100, 30
# As many as a text may have. Where a mistake is, is told by counting those before it.
LINES = "\n" * 3990
WRONG = {
    "a missing value": (", $n: Boolean = true", "connections { totalCount @skip(if: $n) }"),
    "a page too large": ("", "connections(first: 101) { totalCount }"),
    "a page too small, by a variable": (", $n: Int = 1", "connections(first: $n) { totalCount }"),
    "a bad cursor": ("", 'connections(after: "x") { totalCount }'),
}


@pytest.fixture
async def api(settings: Settings, people: People) -> AsyncIterator[Api]:
    async with limited(settings) as usual:
        yield usual


@pytest.mark.parametrize("twice", [False, True], ids=["in one place", "in two places"])
@pytest.mark.parametrize("wrong", WRONG)
async def test_thousands_of_errors_keep_nobody_waiting(
    api: Api, people: People, caplog: pytest.LogCaptureFixture, wrong: str, twice: bool
) -> None:
    ann = await people.member()
    caplog.set_level(logging.INFO, "netql.errors")
    declared, field = WRONG[wrong]
    fields = [f"a{number}: {field}" for number in range(FIELDS // (1 + twice))]
    fields *= 1 + twice
    text = f"""query($ids: [ID!]!{declared}) {{ nodes(ids: $ids) {{ ... on Member {{ {LINES}
    {" ".join(fields)} }} }} }}"""
    spent = []
    # A full pass of the garbage collector may fall into one of them.
    for _ in range(3):
        caplog.clear()
        began = time.process_time()
        answer = await api.answer(
            text, as_=ann, ids=[ann.id] * ITEMS, n=None if wrong == "a missing value" else 0
        )
        spent.append(time.process_time() - began)
    assert min(spent) < 0.5
    found = ITEMS * FIELDS // (1 + twice)
    assert len(answer["errors"]) == found
    assert {tuple(error["path"]) for error in answer["errors"]} == {
        ("nodes", item, f"a{number}")
        for item in range(ITEMS)
        for number in range(FIELDS // (1 + twice))
    }
    assert {place["line"] for error in answer["errors"] for place in error["locations"]} == {3992}
    refused = [one for one in caplog.records if "was refused" in one.getMessage()]
    assert len(refused) == 1


@pytest.mark.parametrize("body", ["", "\n", "a\nb\r\nc\rd\n\re\r\r\n\n", "\r\n\r\n", "é\n\u2028b"])
def test_places_are_told_as_graphql_core_tells_them(body: str) -> None:
    text, source = Text(body), Source(body)
    for position in range(len(body) + 1):
        assert text.get_location(position) == source.get_location(position)


async def test_a_bug_of_many_items_is_logged_a_few_times(
    api: Api, people: People, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A batch that fails is one bug, though it is an error of each item; values that are none of
    their type are one for each."""
    ann = await people.member()
    caplog.set_level(logging.ERROR, "netql.errors")

    async def fails(*_: object, **__: object) -> object:
        raise RuntimeError

    monkeypatch.setattr(ties, "connections_pages", fails)
    monkeypatch.setattr(MemberView, "hidden", lambda _: ["no field"])
    for field, lines in (("connections { totalCount }", 1), ("hiddenFields", MOST_BUGS + 1)):
        caplog.clear()
        text = f"query($ids: [ID!]!) {{ nodes(ids: $ids) {{ ... on Member {{ {field} }} }} }}"
        answer = await api.answer(text, as_=ann, ids=[ann.id] * ITEMS)
        told = [one["extensions"] for one in answer["errors"]]
        assert [one["code"] for one in told] == ["INTERNAL_SERVER_ERROR"] * ITEMS
        logged = [one for one in caplog.records if one.name == "netql.errors"]
        assert len(logged) == lines
        assert all(told[0]["requestId"] in one.getMessage() for one in logged)
        assert [one.exc_info is not None for one in logged[:MOST_BUGS]] == [True] * min(
            lines, MOST_BUGS
        )
    assert f"failed {ITEMS - MOST_BUGS} times more" in logged[-1].getMessage()
