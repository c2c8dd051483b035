"""The owner's list: filters, orders, paging, and people who are not there any more."""

from __future__ import annotations

import base64
import re
from typing import Any

import orjson
import pytest

from tests.api import Api
from tests.network.graph import LIST, added, entries
from tests.people import People, Person

NAMES = ["Carl Fir", "Abe Oak", "Bea Elm", "Dora Ash", "Bea Elm"]
ORDERS = [(field, way) for field in ("CREATED_AT", "NAME") for way in ("ASC", "DESC")]


@pytest.fixture
async def owner(api: Api, people: People) -> Person:
    """Keeps NAMES, in that order; connected with the first two, which are `tied`."""
    ann = await people.member("Ann Ash")
    for number, name in enumerate(NAMES):
        other = await people.member(name)
        tags = ["all", "even" if number % 2 == 0 else "odd"]
        if number < 2:
            await people.connect(ann, other)
        await added(api, ann, other, tags=tags, note=name)
    return ann


def notes(found: Any) -> list[str]:
    return [node["note"] for node in found["nodes"]]


@pytest.mark.parametrize(("field", "way"), ORDERS)
@pytest.mark.parametrize("size", [1, 2, 5])
async def test_it_pages_by_any_order(
    api: Api, owner: Person, field: str, way: str, size: int
) -> None:
    by = {"field": field, "direction": way}
    whole = await entries(api, owner, orderBy=by)
    wanted = NAMES if field == "CREATED_AT" else sorted(NAMES)
    assert notes(whole) == (wanted if way == "ASC" else wanted[::-1])
    came: list[str] = []
    after = None
    while True:
        found = await entries(api, owner, orderBy=by, first=size, after=after)
        assert found["totalCount"] == len(NAMES)
        assert found["pageInfo"]["hasPreviousPage"] is (after is not None)
        came += [edge["node"]["id"] for edge in found["edges"]]
        if not found["pageInfo"]["hasNextPage"]:
            break
        after = found["pageInfo"]["endCursor"]
    assert came == [node["id"] for node in whole["nodes"]]


async def test_the_latest_come_first_if_nothing_is_said(api: Api, owner: Person) -> None:
    assert notes(await entries(api, owner)) == NAMES[::-1]


FILTERS: list[tuple[dict[str, Any] | None, list[str]]] = [
    (None, NAMES),
    ({}, NAMES),
    ({"tag": "all"}, NAMES),
    ({"tag": "even"}, NAMES[::2]),
    ({"tag": "EVEN"}, []),
    ({"tag": "eve"}, []),
    ({"tag": None, "isConnection": None}, NAMES),
    ({"isConnection": True}, NAMES[:2]),
    ({"isConnection": False}, NAMES[2:]),
    ({"tag": "odd", "isConnection": True}, NAMES[1:2]),
]


@pytest.mark.parametrize(("wanted", "expected"), FILTERS, ids=str)
async def test_filters_count_what_they_list(
    api: Api, owner: Person, wanted: dict[str, Any] | None, expected: list[str]
) -> None:
    by = {"field": "CREATED_AT", "direction": "ASC"}
    found = await entries(api, owner, filterBy=wanted, orderBy=by)
    assert notes(found) == expected
    assert found["totalCount"] == len(expected)
    if len(expected) > 1:
        first = await entries(api, owner, filterBy=wanted, orderBy=by, first=1)
        assert first["totalCount"] == len(expected)
        after = first["pageInfo"]["endCursor"]
        rest = await entries(api, owner, filterBy=wanted, orderBy=by, after=after)
        assert notes(first) + notes(rest) == expected


def _cursor(*parts: object) -> str:
    return base64.urlsafe_b64encode(orjson.dumps(list(parts))).decode().rstrip("=")


_ID = "00000000-0000-0000-0000-000000000000"
BAD: list[tuple[dict[str, Any], str]] = [
    ({"first": 0}, "BAD_USER_INPUT"),
    ({"first": 101}, "BAD_USER_INPUT"),
    ({"after": ""}, "BAD_CURSOR"),
    ({"after": "x"}, "BAD_CURSOR"),
    ({"after": _cursor("entries:name:asc", "a", _ID)}, "BAD_CURSOR"),
    ({"after": _cursor("entries:created_at:desc", "0001-01-01T00:00:00+14:00", _ID)}, "BAD_CURSOR"),
    ({"after": _cursor("entries:created_at:desc", "9999-12-31T23:00:00-14:00", _ID)}, "BAD_CURSOR"),
    ({"after": _cursor("entries:created_at:desc", "now", _ID)}, "BAD_CURSOR"),
]


@pytest.mark.parametrize(("arguments", "code"), BAD, ids=lambda value: str(value)[:40])
async def test_pages_that_cannot_be(
    api: Api, owner: Person, arguments: dict[str, Any], code: str
) -> None:
    answer = await api.answer(LIST, as_=owner, **arguments)
    assert [error["extensions"]["code"] for error in answer["errors"]] == [code]
    assert answer["data"] == {"viewer": {"networkEntries": None}}


_TIMES = re.compile(r'"(createdAt|cursor|startCursor|endCursor|id)":"[^"]*"')


@pytest.mark.parametrize(("field", "way"), ORDERS)
async def test_who_blocked_and_who_left_look_alike(
    api: Api, people: People, field: str, way: str
) -> None:
    """The same list letter by letter, whichever it was and whatever they were before."""
    texts = []
    for why in ("the other blocks", "the owner blocks", "the other leaves"):
        for tied in (False, True):
            ann, abe, ben, cyd = [
                await people.member(name) for name in ("Ann A", "Abe B", "Ben C", "Cyd D")
            ]
            if tied:
                await people.connect(ann, ben)
            for other in (abe, ben, cyd):
                await added(api, ann, other, tags=["met"], note=other.name)
            by = {"field": field, "direction": way}
            whole = await entries(api, ann, orderBy=by)
            assert [node["person"]["__typename"] for node in whole["nodes"]] == ["Member"] * 3
            match why:
                case "the other blocks":
                    await people.block(ben, ann)
                case "the owner blocks":
                    await people.block(ann, ben)
                case "the other leaves":
                    await people.close(ben)
            text = ""
            for extra in ({}, {"filterBy": {"isConnection": True}}, {"first": 2}):
                text += await api.text(LIST, as_=ann, orderBy=by, **extra)
            assert ben.handle not in text
            for other in (abe, cyd):
                text = text.replace(f'"{other.handle}"', f'"{other.name}"')
            texts.append(_TIMES.sub(r'"\1":"*"', text))
            gone = await entries(api, ann, orderBy=by)
            [unavailable] = [n for n in gone["nodes"] if n["note"] == "Ben C"]
            assert unavailable["tags"] == ["met"]
            assert not unavailable["isConnection"]
            assert set(unavailable["person"]) == {"__typename", "message"}
            assert gone["totalCount"] == 3
            if field == "NAME":
                # Without a name they come before all names, and their cursor tells none.
                assert gone["nodes"][0 if way == "ASC" else -1]["note"] == "Ben C"
                for edge in gone["edges"]:
                    if edge["node"]["id"] == unavailable["id"]:
                        assert b"ben" not in base64.urlsafe_b64decode(edge["cursor"] + "==")
    assert len(set(texts)) == 1


async def test_nobody_reads_the_entries_of_others(api: Api, people: People) -> None:
    ann, ben = await people.member("Ann Ash"), await people.member("Ben Birch")
    await people.connect(ann, ben)
    entry = await added(api, ann, ben, note="Carpenter")
    query = """query ($id: ID!, $entry: ID!) { member(by: {id: $id}) {
      networkEntries { totalCount } } node(id: $entry) { id } nodes(ids: [$entry]) { id } }"""
    for reader in (ben, await people.member("Eve Elm"), None):
        answer = await api.run(query, as_=reader, id=ann.id, entry=entry)
        assert answer["member"] == {"networkEntries": None}
        assert (answer["node"], answer["nodes"]) == (None, [None])
    own = await api.run(query, as_=ann, id=ann.id, entry=entry)
    assert own["member"] == {"networkEntries": {"totalCount": 1}}
    assert own["node"] == {"id": entry}
