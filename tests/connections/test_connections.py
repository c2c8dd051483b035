"""Lists of connections: paging both ways by both orders, and what third parties get of them."""

from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import pytest

from netql.connections.ties import ConnectionOrder, connections_pages
from netql.infra.database import execute
from netql.members.queries import members_for
from netql.paging import Window
from netql.privacy.audience import Audience
from netql.privacy.fields import ProfileField
from tests.api import Api
from tests.people import People, Person

_PAGE = """query ($id: ID!, $first: Int, $after: String, $last: Int, $before: String,
    $orderBy: ConnectionOrder) { member(by: {id: $id}) {
  connections(first: $first, after: $after, last: $last, before: $before, orderBy: $orderBy) {
    totalCount nodes { member { name } } edges { cursor node { id connectedAt member { name } } }
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } } }"""
ORDERS = [(field, way) for field in ("CONNECTED_AT", "NAME") for way in ("ASC", "DESC")]
# Two of the same name, so that something else has to decide between them.
NAMES = ["Carl Fir", "Abe Oak", "Eli Yew", "Bea Elm", "Dora Ash", "Bea Elm", "Fay Bay"]


async def page(api: Api, reader: Person | None, owner: Person, **arguments: Any) -> Any:
    return (await api.run(_PAGE, as_=reader, id=owner.id, **arguments))["member"]["connections"]


def names(found: Any) -> list[str]:
    return [node["member"]["name"] for node in found["nodes"]]


def order(field: str, way: str) -> dict[str, str]:
    return {"field": field, "direction": way}


@pytest.fixture
async def hub(people: People) -> Person:
    """Connected with NAMES, in that order, a day each; all lists are open to members."""
    audiences = {ProfileField.CONNECTIONS: Audience.MEMBERS}
    owner = await people.member("Hub Hazel", audiences=audiences)
    for day, name in enumerate(NAMES):
        other = await people.member(name, audiences=audiences)
        await people.connect(owner, other)
        await execute(
            "UPDATE connections SET connected_at = $3 WHERE (member_id = $1 AND other_id = $2)"
            " OR (member_id = $2 AND other_id = $1)",
            owner.key,
            other.key,
            datetime(2024, 1, 1, tzinfo=UTC) + timedelta(days=day),
        )
    return owner


@pytest.mark.parametrize(("field", "way"), ORDERS)
async def test_the_owner_pages_by_any_order_both_ways(
    api: Api, hub: Person, field: str, way: str
) -> None:
    by = order(field, way)
    whole = await page(api, hub, hub, orderBy=by)
    wanted = NAMES if field == "CONNECTED_AT" else sorted(NAMES)
    assert names(whole) == (wanted if way == "ASC" else wanted[::-1])
    rows = [edge["node"]["id"] for edge in whole["edges"]]
    assert len(set(rows)) == len(NAMES)
    for size in (1, 2, 3, 7):
        forwards: list[str] = []
        found = await page(api, hub, hub, first=size, orderBy=by)
        assert not found["pageInfo"]["hasPreviousPage"]
        while True:
            assert found["totalCount"] == len(NAMES)
            forwards += [edge["node"]["id"] for edge in found["edges"]]
            if not found["pageInfo"]["hasNextPage"]:
                break
            after = found["pageInfo"]["endCursor"]
            found = await page(api, hub, hub, first=size, after=after, orderBy=by)
            assert found["pageInfo"]["hasPreviousPage"]
        assert forwards == rows
        backwards: list[str] = []
        found = await page(api, hub, hub, last=size, orderBy=by)
        assert not found["pageInfo"]["hasNextPage"]
        while True:
            backwards = [edge["node"]["id"] for edge in found["edges"]] + backwards
            if not found["pageInfo"]["hasPreviousPage"]:
                break
            before = found["pageInfo"]["startCursor"]
            found = await page(api, hub, hub, last=size, before=before, orderBy=by)
            assert found["pageInfo"]["hasNextPage"]
        assert backwards == rows


async def test_the_latest_come_first_if_nothing_is_said(api: Api, hub: Person) -> None:
    found = await page(api, hub, hub)
    assert names(found) == NAMES[::-1]
    assert all(edge["node"]["connectedAt"] for edge in found["edges"])


@pytest.mark.parametrize(("field", "way"), ORDERS)
async def test_a_cursor_holds_its_place_while_rows_come_and_go(
    api: Api, people: People, hub: Person, field: str, way: str
) -> None:
    by = order(field, way)
    whole = await page(api, hub, hub, orderBy=by)
    first = await page(api, hub, hub, first=3, orderBy=by)
    for edge in first["edges"]:
        query = "mutation ($id: ID!) { removeConnection(input: {memberId: $id}) { viewer { id } } }"
        connection = await api.run(
            "query ($id: ID!) { node(id: $id) { ... on Connection { member { id } } } }",
            as_=hub,
            id=edge["node"]["id"],
        )
        await api.run(query, as_=hub, id=connection["node"]["member"]["id"])
    await people.connect(hub, await people.member("Zed Last" if way == "DESC" else "Aab First"))
    rest = await page(api, hub, hub, after=first["pageInfo"]["endCursor"], orderBy=by)
    expected = [edge["node"]["id"] for edge in whole["edges"]][3:]
    came = [edge["node"]["id"] for edge in rest["edges"]]
    # By time and ascending the new one is the last of all; otherwise it is before the cursor.
    assert came[: len(expected)] == expected
    assert len(came) - len(expected) == ((field, way) == ("CONNECTED_AT", "ASC"))


async def test_third_parties_get_names_in_order_and_no_times(
    api: Api, people: People, hub: Person
) -> None:
    eve = await people.member("Eve Elm")
    plain = await page(api, eve, hub)
    assert names(plain) == sorted(NAMES)
    assert plain["totalCount"] == len(NAMES)
    assert [edge["node"]["connectedAt"] for edge in plain["edges"]] == [None] * len(NAMES)
    for field, way in ORDERS:
        # Whatever they ask for: the same rows, the same cursors, nothing about time.
        assert await page(api, eve, hub, orderBy=order(field, way)) == plain
    for edge in plain["edges"]:
        raw = base64.urlsafe_b64decode(edge["cursor"] + "==")
        assert b"2024" not in raw
        alone = await api.run(
            "query ($id: ID!) { node(id: $id) { ... on Connection { connectedAt } } }",
            as_=eve,
            id=edge["node"]["id"],
        )
        assert alone == {"node": {"connectedAt": None}}


async def test_the_door_itself_gives_third_parties_names_only(people: People, hub: Person) -> None:
    """Whoever asks the door, not only the graph."""
    eve = await people.member("Eve Elm")
    [owner] = await members_for(eve.viewer, [hub.key])
    assert owner is not None
    for descending in (False, True):
        [by_time] = await connections_pages(
            eve.viewer, [owner], ConnectionOrder.CONNECTED_AT, descending, Window()
        )
        [by_name] = await connections_pages(
            eve.viewer, [owner], ConnectionOrder.NAME, False, Window()
        )
        assert by_time is not None
        assert by_name is not None
        assert [view.id for view in by_time.items] == [view.id for view in by_name.items]
        assert by_time.cursors == by_name.cursors


async def test_third_parties_cannot_compare_times_by_a_cursor_of_their_making(
    api: Api, people: People, hub: Person
) -> None:
    eve = await people.member("Eve Elm")
    mine = (await page(api, hub, hub, first=1, orderBy=order("CONNECTED_AT", "ASC")))["edges"][0]
    crafted = [mine["cursor"]]
    for name in ("connections:connected_at:asc", "connections:connected_at:desc"):
        key = [name, "2024-01-03T12:00:00+00:00", "00000000-0000-0000-0000-000000000000"]
        crafted.append(base64.urlsafe_b64encode(orjson.dumps(key)).decode().rstrip("="))
    for cursor in crafted:
        for field, way in ORDERS:
            answer = await api.answer(
                _PAGE, as_=eve, id=hub.id, after=cursor, orderBy=order(field, way)
            )
            assert [error["extensions"]["code"] for error in answer["errors"]] == ["BAD_CURSOR"]
    # The owner's own cursor is good for the owner.
    rest = await page(api, hub, hub, after=crafted[0], orderBy=order("CONNECTED_AT", "ASC"))
    assert names(rest) == NAMES[1:]


async def test_each_side_of_a_tie_is_a_node_of_its_own(api: Api, people: People) -> None:
    ann, ben = await people.member("Ann Ash"), await people.member("Ben Birch")
    await people.connect(ann, ben)
    mine = (await page(api, ann, ann))["edges"][0]["node"]
    theirs = (await page(api, ben, ben))["edges"][0]["node"]
    assert mine["id"] != theirs["id"]
    assert (mine["member"]["name"], theirs["member"]["name"]) == ("Ben Birch", "Ann Ash")
    assert mine["connectedAt"] == theirs["connectedAt"]
    # Read by the other end, a side still leads to the same member: caches need not think.
    query = "query ($id: ID!) { node(id: $id) { ... on Connection { member { name } } } }"
    for reader in (ann, ben):
        answer = await api.run(query, as_=reader, id=mine["id"])
        assert answer["node"] == {"member": {"name": "Ben Birch"}}


def _cursor(*parts: object) -> str:
    return base64.urlsafe_b64encode(orjson.dumps(list(parts))).decode().rstrip("=")


_ID = "00000000-0000-0000-0000-000000000000"
_LATEST = "connections:connected_at:desc"
BAD_CURSORS = {
    "empty": "",
    "no base64": "???",
    "not ascii": "\u2603",
    "no json": base64.b64encode(b"{]").decode(),
    "no list": base64.b64encode(b'{"a": 1}').decode(),
    "another list": _cursor("search", "a", _ID),
    "another order": _cursor("connections:name:asc", "a", _ID),
    "no key": _cursor(_LATEST),
    "half a key": _cursor(_LATEST, "2024-01-01T00:00:00+00:00"),
    "no time": _cursor(_LATEST, "yesterday", _ID),
    "no id": _cursor(_LATEST, "2024-01-01T00:00:00+00:00", "x"),
    "numbers": _cursor(_LATEST, 1, 2),
    "nul": _cursor(_LATEST, "2024-01-01T00:00:00+00:00\0", _ID),
    "before all time": _cursor(_LATEST, "0001-01-01T00:00:00+14:00", _ID),
    "after all time": _cursor(_LATEST, "9999-12-31T23:59:59-14:00", _ID),
    "no zone": _cursor(_LATEST, "2024-01-01T00:00:00", _ID),
    "much too big": "A" * 20_000,
}


@pytest.mark.parametrize("cursor", BAD_CURSORS.values(), ids=BAD_CURSORS.keys())
async def test_cursors_that_this_list_did_not_hand_out(
    api: Api, people: People, cursor: str
) -> None:
    ann = await people.member()
    for arguments in ({"after": cursor}, {"before": cursor}):
        answer = await api.answer(_PAGE, as_=ann, id=ann.id, **arguments)
        [error] = answer["errors"]
        assert error["extensions"]["code"] == "BAD_CURSOR"
        assert error["path"] == ["member", "connections"]
        assert answer["data"] == {"member": {"connections": None}}


BAD_PAGES: list[dict[str, Any]] = [
    {"first": 0},
    {"first": -1},
    {"first": 101},
    {"last": 0},
    {"last": 101},
    {"first": 2_147_483_647},
    {"first": 5, "last": 5},
    {"after": "x", "before": "x"},
    {"first": 5, "before": "x"},
    {"last": 5, "after": "x"},
]


@pytest.mark.parametrize("arguments", BAD_PAGES, ids=str)
async def test_pages_that_cannot_be(api: Api, people: People, arguments: dict[str, Any]) -> None:
    ann = await people.member()
    answer = await api.answer(_PAGE, as_=ann, id=ann.id, **arguments)
    [error] = answer["errors"]
    assert error["extensions"]["code"] == "BAD_USER_INPUT"
    assert error["extensions"]["requestId"]
    assert answer["data"] == {"member": {"connections": None}}


async def test_arguments_that_are_null_are_as_if_left_out(api: Api, hub: Person) -> None:
    nothing = dict.fromkeys(("first", "after", "last", "before", "orderBy"))
    assert await page(api, hub, hub, **nothing) == await page(api, hub, hub)
