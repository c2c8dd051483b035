"""Adding: at once, once, and merged when it is done again."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from netql import ids
from netql.clock import now
from netql.network import actions
from tests.api import Api
from tests.network.graph import ADD, add, added, codes, entries
from tests.people import People, Person


@pytest.fixture
async def pair(people: People) -> tuple[Person, Person]:
    return await people.member("Ann Ash"), await people.member("Ben Birch", phone="+4930901820")


async def test_an_entry_is_there_at_once(api: Api, pair: tuple[Person, Person]) -> None:
    ann, ben = pair
    begin = now().isoformat()[:19]
    payload = await add(api, ann, ben, tags=["oslo", "carpenter"], note="  Fixed my door. ")
    assert codes(payload) == []
    entry = payload["networkEntry"]
    assert entry.pop("createdAt") >= begin
    assert entry == {
        "id": entry["id"],
        "tags": ["carpenter", "oslo"],
        "note": "Fixed my door.",
        "isConnection": False,
        "person": {
            "__typename": "Member",
            "handle": ben.handle,
            "phone": None,
            "viewerRelationship": {"degree": None},
        },
    }
    assert payload["member"] == {"handle": ben.handle}
    assert (await entries(api, ann))["totalCount"] == 1


async def test_adding_again_merges(api: Api, pair: tuple[Person, Person]) -> None:
    ann, ben = pair
    first = (await add(api, ann, ben, tags=["oslo"], note="Carpenter"))["networkEntry"]
    again = (await add(api, ann, ben, tags=["oslo", "choir", "choir"]))["networkEntry"]
    assert again == first | {"tags": ["choir", "oslo"]}
    third = (await add(api, ann, ben, note="Sings"))["networkEntry"]
    assert third == again | {"note": "Sings"}
    assert (await add(api, ann, ben, note="   "))["networkEntry"] == third
    assert (await entries(api, ann))["totalCount"] == 1


async def test_everybody_keeps_entries_of_their_own(
    api: Api, people: People, pair: tuple[Person, Person]
) -> None:
    ann, ben = pair
    cat = await people.member("Cat Cedar")
    mine = await added(api, ann, ben, tags=["mine"])
    theirs = await added(api, cat, ben, tags=["theirs"])
    assert mine != theirs
    assert [node["tags"] for node in (await entries(api, ann))["nodes"]] == [["mine"]]
    assert [node["tags"] for node in (await entries(api, cat))["nodes"]] == [["theirs"]]


async def test_a_connection_is_marked_and_stays_when_the_connection_ends(
    api: Api, people: People, pair: tuple[Person, Person]
) -> None:
    ann, ben = pair
    await people.connect(ann, ben)
    entry = (await add(api, ann, ben))["networkEntry"]
    assert entry["isConnection"]
    assert entry["person"]["phone"] == "+4930901820"
    query = "mutation ($id: ID!) { removeConnection(input: {memberId: $id}) { viewer { id } } }"
    await api.run(query, as_=ann, id=ben.id)
    [left] = (await entries(api, ann))["nodes"]
    assert left["id"] == entry["id"]
    assert not left["isConnection"]
    assert left["person"]["phone"] is None


REFUSED: list[tuple[dict[str, Any], str, str]] = [
    ({"tags": ["x"] * 31}, "TOO_MANY_TAGS", "tags"),
    ({"tags": [f"tag {number}" for number in range(31)]}, "TOO_MANY_TAGS", "tags"),
    ({"tags": ["good", " "]}, "TEXT_MISSING", "tags"),
    ({"tags": ["x" * 41]}, "TEXT_TOO_LONG", "tags"),
    ({"tags": ["a\0b"]}, "TEXT_INVALID", "tags"),
    ({"note": "x" * 5001}, "TEXT_TOO_LONG", "note"),
    ({"note": "a\0b"}, "TEXT_INVALID", "note"),
    ({"idempotencyKey": ""}, "IDEMPOTENCY_KEY_INVALID", "idempotencyKey"),
    ({"idempotencyKey": "x" * 256}, "IDEMPOTENCY_KEY_INVALID", "idempotencyKey"),
]


@pytest.mark.parametrize(("given", "code", "field"), REFUSED, ids=lambda value: str(value)[:40])
async def test_what_does_not_fit_changes_nothing(
    api: Api, pair: tuple[Person, Person], given: dict[str, Any], code: str, field: str
) -> None:
    ann, ben = pair
    for earlier in (0, 1):
        before = await entries(api, ann)
        assert before["totalCount"] == earlier
        refused = await add(api, ann, ben, **given)
        assert codes(refused) == [code]
        assert refused["userErrors"][0]["field"] == [field]
        assert refused["networkEntry"] is None
        assert await entries(api, ann) == before
        await added(api, ann, ben, tags=["x" * 40], note="x" * 5000)


async def test_tags_that_add_up_to_too_many_are_refused_whole(
    api: Api, pair: tuple[Person, Person]
) -> None:
    ann, ben = pair
    await added(api, ann, ben, tags=[f"old {number}" for number in range(29)], note="old")
    before = await entries(api, ann)
    assert codes(await add(api, ann, ben, tags=["a", "b"], note="new")) == ["TOO_MANY_TAGS"]
    assert await entries(api, ann) == before
    assert codes(await add(api, ann, ben, tags=["a", "old 3"])) == []


async def test_whom_one_cannot_add(api: Api, people: People, pair: tuple[Person, Person]) -> None:
    ann, ben = pair
    assert codes(await add(api, ann, ann)) == ["CANNOT_TARGET_SELF"]
    unknown = ids.encode("Member", ids.new_id())

    async def adding(given: str) -> Any:
        return (await api.run(ADD, as_=ann, input={"memberId": given}))["addToNetwork"]

    expected = await adding(unknown)
    assert codes(expected) == ["NOT_FOUND"]
    gone, blocker, blocked = await people.several(3)
    await people.close(gone)
    await people.block(blocker, ann)
    await people.block(ann, blocked)
    for given in ("", "x", gone.id, blocker.id, blocked.id, ids.encode("Invitation", ben.key)):
        assert await adding(given) == expected
    assert (await entries(api, ann))["totalCount"] == 0
    answer = await api.answer(ADD, input={"memberId": ben.id})
    assert [error["extensions"]["code"] for error in answer["errors"]] == ["UNAUTHENTICATED"]


async def test_members_who_add_each_other_at_once_do_not_wait_for_each_other_for_ever(
    people: People,
) -> None:
    """Both rows of members are needed by both, in opposite order."""
    for _ in range(20):
        ann, ben = await people.several(2)
        await asyncio.gather(
            *(actions.add_to_network(ann.viewer, ben.key, ["a"], None, f"{n}") for n in range(4)),
            *(actions.add_to_network(ben.viewer, ann.key, ["b"], None, f"{n}") for n in range(4)),
        )


async def test_one_member_may_add_many_at_once_each_with_a_key(api: Api, people: People) -> None:
    ann = await people.member("Ann Ash")
    others = await people.several(15)
    await asyncio.gather(
        *(
            actions.add_to_network(ann.viewer, other.key, ["met"], None, f"key {number}")
            for number, other in enumerate(others)
        )
    )
    assert (await entries(api, ann))["totalCount"] == 15
