"""Relay's paging, on the list that has all of it: one's own connections."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from netql.errors import BadCursor
from netql.paging import LONGEST_CURSOR, cursor, read_cursor
from tests.api import Api
from tests.people import People, Person

PAGE = """query($first: Int, $after: String, $last: Int, $before: String, $order: ConnectionOrder) {
  viewer { connections(first: $first, after: $after, last: $last, before: $before, orderBy: $order)
  { totalCount nodes { member { name } } edges { cursor node { member { name } } }
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } } }"""
UP = {"field": "NAME", "direction": "ASC"}
DOWN = {"field": "NAME", "direction": "DESC"}
EARLY = {"field": "CONNECTED_AT", "direction": "ASC"}
LATE = {"field": "CONNECTED_AT", "direction": "DESC"}
NAMES = ["Cat", "Ada", "Eve", "Bob", "Dan"]


async def ann_and_five(people: People) -> Person:
    """Ann, connected with five, in the order of NAMES."""
    ann = await people.member("Ann Arden")
    for name in NAMES:
        await people.connect(ann, await people.member(name))
    return ann


async def page(api: Api, ann: Person, **asked: Any) -> Any:
    found = (await api.run(PAGE, as_=ann, **asked))["viewer"]["connections"]
    edges, info = found["edges"], found["pageInfo"]
    assert [edge["node"] for edge in edges] == found["nodes"]
    assert found["totalCount"] == 5
    ends = (edges[0]["cursor"], edges[-1]["cursor"]) if edges else (None, None)
    assert (info["startCursor"], info["endCursor"]) == ends
    return found


def names(found: Any) -> list[str]:
    return [node["member"]["name"] for node in found["nodes"]]


def more(found: Any) -> tuple[bool, bool]:
    """Whether there is more before and after."""
    return found["pageInfo"]["hasPreviousPage"], found["pageInfo"]["hasNextPage"]


ORDERS = [
    (UP, sorted(NAMES)),
    (DOWN, sorted(NAMES)[::-1]),
    (EARLY, NAMES),
    (LATE, NAMES[::-1]),
    (None, NAMES[::-1]),
]


@pytest.mark.parametrize(("order", "expected"), ORDERS, ids=str)
async def test_walking_either_way_meets_everyone_once(
    api: Api, people: People, order: dict[str, str] | None, expected: list[str]
) -> None:
    ann = await ann_and_five(people)
    assert names(await page(api, ann, order=order)) == expected
    for size in (1, 2, 3, 5, 100):
        forwards: list[str] = []
        asked: dict[str, Any] = {}
        while True:
            found = await page(api, ann, order=order, first=size, **asked)
            assert more(found) == (bool(asked), len(forwards) + len(found["nodes"]) < 5)
            forwards += names(found)
            asked = {"after": found["pageInfo"]["endCursor"]}
            if not found["pageInfo"]["hasNextPage"]:
                break
        assert forwards == expected
        backwards: list[str] = []
        asked = {}
        while True:
            found = await page(api, ann, order=order, last=size, **asked)
            assert more(found) == (len(backwards) + len(found["nodes"]) < 5, bool(asked))
            backwards = names(found) + backwards
            asked = {"before": found["pageInfo"]["startCursor"]}
            if not found["pageInfo"]["hasPreviousPage"]:
                break
        assert backwards == expected


async def test_a_cursor_alone_gives_a_page_of_the_default_size(api: Api, people: People) -> None:
    ann = await ann_and_five(people)
    whole = await page(api, ann, order=UP)
    second = whole["edges"][1]["cursor"]
    assert names(await page(api, ann, order=UP, after=second)) == ["Cat", "Dan", "Eve"]
    assert names(await page(api, ann, order=UP, before=second)) == ["Ada"]


async def test_beyond_the_end_is_an_empty_page(api: Api, people: People) -> None:
    ann = await ann_and_five(people)
    whole = await page(api, ann, order=UP)
    end = await page(api, ann, order=UP, first=2, after=whole["pageInfo"]["endCursor"])
    start = await page(api, ann, order=UP, last=2, before=whole["pageInfo"]["startCursor"])
    assert (names(end), more(end)) == ([], (True, False))
    assert (names(start), more(start)) == ([], (False, True))


WRONG: list[dict[str, Any]] = [
    {"first": 0},
    {"first": -1},
    {"first": 101},
    {"last": 0},
    {"last": 101},
    {"first": 2, "last": 2},
    {"after": "cursor", "before": "cursor"},
    {"first": 2, "before": "cursor"},
    {"last": 2, "after": "cursor"},
]


@pytest.mark.parametrize("asked", WRONG, ids=str)
async def test_contradictions_are_mistakes_of_the_request(
    api: Api, people: People, asked: dict[str, Any]
) -> None:
    ann = await ann_and_five(people)
    cursor = (await page(api, ann, order=UP))["edges"][2]["cursor"]
    given = {key: cursor if value == "cursor" else value for key, value in asked.items()}
    answer = await api.answer(PAGE, as_=ann, order=UP, **given)
    assert answer["data"] == {"viewer": {"connections": None}}
    assert [error["extensions"]["code"] for error in answer["errors"]] == ["BAD_USER_INPUT"]


async def test_cursors_of_another_order_or_list_are_refused(api: Api, people: People) -> None:
    ann = await ann_and_five(people)
    by_name = (await page(api, ann, order=UP))["pageInfo"]["startCursor"]
    search = await api.run('{ searchMembers(query: "ca") { pageInfo { endCursor } } }', as_=ann)
    foreign = search["searchMembers"]["pageInfo"]["endCursor"]
    assert foreign is not None
    for order in (DOWN, EARLY, LATE, None):
        assert await refused(api, ann, order, by_name) == ["BAD_CURSOR"]
    for text in ("", "x", "\0", "ü", "AAAA", foreign, by_name[:-2], by_name + "x"):
        assert await refused(api, ann, UP, text) == ["BAD_CURSOR"]
    assert names(await page(api, ann, order=UP, after=by_name)) == sorted(NAMES)[1:]


async def refused(api: Api, ann: Person, order: Any, cursor: str) -> list[str]:
    codes = set()
    for asked in ({"after": cursor}, {"before": cursor}):
        answer = await api.answer(PAGE, as_=ann, order=order, **asked)
        assert answer["data"] == {"viewer": {"connections": None}}
        codes |= {error["extensions"]["code"] for error in answer["errors"]}
    return sorted(codes)


def test_a_cursor_of_the_longest_name_is_taken() -> None:
    """A name of a hundred characters of sixteen code points each; longer ones are no cursors of
    ours, and not taken apart: thirty fields may each be given the same 250 kB."""
    longest = cursor("connections", "\U0001f468" * 1600, str(UUID(int=0)))
    assert 8_000 < len(longest) < LONGEST_CURSOR
    assert read_cursor("connections", longest)[1] == str(UUID(int=0))
    longer = cursor("connections", "x" * LONGEST_CURSOR, str(UUID(int=0)))
    with pytest.raises(BadCursor):
        read_cursor("connections", longer)
