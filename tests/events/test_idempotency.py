"""One key, one effect: what a client sends again because it heard nothing is done once."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from netql.clock import now
from netql.infra.database import Row, execute, fetch
from tests.api import Api
from tests.connections.graph import MUTATIONS, accept, codes, decline, send, stored, told, withdraw
from tests.network.graph import ADD, add, entries
from tests.network.graph import remove as remove_entry
from tests.people import People, Person


@pytest.fixture
async def pair(people: People) -> tuple[Person, Person]:
    return await people.member("Ann Ash"), await people.member("Ben Birch")


async def keys(person: Person) -> list[Row]:
    return await fetch(
        "SELECT mutation, key, outcome FROM idempotency_keys WHERE member_id = $1", person.key
    )


async def test_an_invitation_sent_again_is_the_same_one(
    api: Api, pair: tuple[Person, Person]
) -> None:
    ann, ben = pair
    first = await send(api, ann, ben, note="Hello", idempotencyKey="one")
    assert codes(first) == []
    before = await stored(ann, ben)
    for _ in range(3):
        assert await send(api, ann, ben, note="Hello", idempotencyKey="one") == first
    # Trimming is part of reading the input, so it does not make another one of it.
    assert await send(api, ann, ben, note=" Hello ", idempotencyKey="one") == first
    assert await stored(ann, ben) == before
    assert await told(ben) == 1
    # Without the key it is a second invitation, and so is another key.
    assert codes(await send(api, ann, ben, note="Hello")) == ["ALREADY_PENDING"]
    refused = await send(api, ann, ben, note="Hello", idempotencyKey="two")
    assert codes(refused) == ["ALREADY_PENDING"]


async def test_a_connection_made_by_sending_is_told_again(
    api: Api, pair: tuple[Person, Person]
) -> None:
    ann, ben = pair
    await send(api, ben, ann)
    first = await send(api, ann, ben, idempotencyKey="one")
    assert first["connection"] is not None
    before = await stored(ann, ben)
    assert await send(api, ann, ben, idempotencyKey="one") == first
    assert await stored(ann, ben) == before


async def test_an_entry_added_again_is_the_same_one(api: Api, pair: tuple[Person, Person]) -> None:
    ann, ben = pair
    given: dict[str, Any] = {"tags": ["oslo"], "note": "Carpenter", "idempotencyKey": "one"}
    first = await add(api, ann, ben, **given)
    assert await add(api, ann, ben, **given) == first
    assert (await entries(api, ann))["totalCount"] == 1
    assert len(await keys(ann)) == 1


@pytest.mark.parametrize("other", ["another member", "another note", "no note"])
async def test_a_key_is_good_for_one_input_only(
    api: Api, people: People, pair: tuple[Person, Person], other: str
) -> None:
    ann, ben = pair
    assert codes(await send(api, ann, ben, note="Hello", idempotencyKey="one")) == []
    cat = await people.member("Cat Cedar")
    match other:
        case "another member":
            refused = await send(api, ann, cat, note="Hello", idempotencyKey="one")
        case "another note":
            refused = await send(api, ann, ben, note="Goodbye", idempotencyKey="one")
        case _:
            refused = await send(api, ann, ben, idempotencyKey="one")
    assert codes(refused) == ["IDEMPOTENCY_KEY_REUSED"]
    assert refused["userErrors"][0]["field"] == ["idempotencyKey"]
    assert refused["invitation"] is refused["member"] is None
    assert (await stored(ann, cat))["invitations"] == []
    assert len((await stored(ann, ben))["invitations"]) == 1
    assert codes(await send(api, ann, cat, note="Hello", idempotencyKey="two")) == []


async def test_tags_are_part_of_the_input(api: Api, pair: tuple[Person, Person]) -> None:
    ann, ben = pair
    first = await add(api, ann, ben, tags=["a", "b"], idempotencyKey="one")
    for tags in (["a"], ["a,b"], ["a", "b", "c"], []):
        refused = await add(api, ann, ben, tags=tags, idempotencyKey="one")
        assert [error["code"] for error in refused["userErrors"]] == ["IDEMPOTENCY_KEY_REUSED"]
    assert (await entries(api, ann))["nodes"] == [first["networkEntry"]]
    # A note is no tag, wherever it stands.
    noted = await add(api, ann, ben, tags=["x"], note="y", idempotencyKey="two")
    assert noted["userErrors"] == []
    refused = await add(api, ann, ben, tags=["y"], note="x", idempotencyKey="two")
    assert [error["code"] for error in refused["userErrors"]] == ["IDEMPOTENCY_KEY_REUSED"]


async def test_members_and_mutations_have_keys_of_their_own(
    api: Api, people: People, pair: tuple[Person, Person]
) -> None:
    ann, ben = pair
    cat = await people.member("Cat Cedar")
    assert codes(await send(api, ann, ben, idempotencyKey="one")) == []
    assert codes(await send(api, cat, ben, idempotencyKey="one")) == []
    assert (await add(api, ann, cat, idempotencyKey="one"))["userErrors"] == []
    assert len(await keys(ann)) == 2


@pytest.mark.parametrize("key", ["", "x" * 256, "line\nbreak", "nul\0", "tab\t"], ids=repr)
async def test_a_key_that_is_none(api: Api, pair: tuple[Person, Person], key: str) -> None:
    ann, ben = pair
    before = await stored(ann, ben)
    refused = await send(api, ann, ben, idempotencyKey=key)
    assert codes(refused) == ["IDEMPOTENCY_KEY_INVALID"]
    assert refused["userErrors"][0]["field"] == ["idempotencyKey"]
    assert await stored(ann, ben) == before
    assert codes(await send(api, ann, ben, idempotencyKey="x" * 255)) == []


@pytest.mark.parametrize("key", ["k\u00e9y \u2603", "' OR 1=1 --", "\U0001f511"])
async def test_any_printable_text_is_a_key(api: Api, pair: tuple[Person, Person], key: str) -> None:
    ann, ben = pair
    first = await send(api, ann, ben, idempotencyKey=key)
    assert codes(first) == []
    assert await send(api, ann, ben, idempotencyKey=key) == first


async def test_a_key_of_null_is_no_key(api: Api, pair: tuple[Person, Person]) -> None:
    ann, ben = pair
    assert codes(await send(api, ann, ben, idempotencyKey=None)) == []
    assert await keys(ann) == []


async def test_a_refusal_is_not_kept(api: Api, pair: tuple[Person, Person]) -> None:
    """What was refused may succeed later under the same key."""
    ann, ben = pair
    theirs = await send(api, ben, ann)
    await withdraw(api, ben, theirs["invitation"]["id"])
    refused = await send(api, ben, ann, idempotencyKey="one")
    assert codes(refused) == ["COOLDOWN"]
    assert await keys(ben) == []
    await send(api, ann, ben)
    met = await send(api, ben, ann, idempotencyKey="one")
    assert codes(met) == []
    assert met["connection"] is not None
    assert len(await keys(ben)) == 1


async def test_a_repeat_tells_how_things_are_now(
    api: Api, people: People, pair: tuple[Person, Person]
) -> None:
    ann, ben = pair
    first = await send(api, ann, ben, idempotencyKey="one")
    invitation = first["invitation"]["id"]
    await decline(api, ben, invitation)
    assert await send(api, ann, ben, idempotencyKey="one") == first
    await accept(api, ben, invitation)
    later = await send(api, ann, ben, idempotencyKey="one")
    assert codes(later) == []
    assert later["invitation"]["status"] == "ACCEPTED"
    assert later["connection"] is not None
    assert later["member"]["viewerRelationship"] == {"degree": 1}


@pytest.mark.parametrize("what", ["the other blocks", "the sender blocks", "the other leaves"])
async def test_a_repeat_never_shows_what_is_hidden_by_now(
    api: Api, people: People, pair: tuple[Person, Person], what: str
) -> None:
    ann = pair[0]
    ben = await people.member("Ben Birch", headline="Once to be read by members")
    await send(api, ann, ben, note="Hello", idempotencyKey="one")
    await add(api, ann, ben, tags=["oslo"], idempotencyKey="one")
    match what:
        case "the other blocks":
            await people.block(ben, ann)
        case "the sender blocks":
            await people.block(ann, ben)
        case "the other leaves":
            await people.close(ben)
    before = await stored(ann, ben)
    query = MUTATIONS["sendInvitation"].replace("member {", "member { headline name id")
    given = {"memberId": ben.id, "note": "Hello", "idempotencyKey": "one"}
    text = await api.text(query, as_=ann, input=given)
    for word in (ben.handle, ben.name, ben.id, "Once to be read"):
        assert word not in text
    again = (await api.run(query, as_=ann, input=given))["sendInvitation"]
    assert again == {
        "userErrors": [],
        "viewer": {"handle": ann.handle},
        "invitation": None,
        "member": None,
        "connection": None,
    }
    given = {"memberId": ben.id, "tags": ["oslo"], "idempotencyKey": "one"}
    text = await api.text(ADD, as_=ann, input=given)
    assert '"UnavailableMember"' in text
    for word in (ben.handle, ben.name, ben.id):
        assert word not in text
    assert await stored(ann, ben) == before


async def test_a_repeat_does_not_bring_back_what_was_removed(
    api: Api, pair: tuple[Person, Person]
) -> None:
    ann, ben = pair
    first = await add(api, ann, ben, tags=["oslo"], idempotencyKey="one")
    await remove_entry(api, ann, first["networkEntry"]["id"])
    again = await add(api, ann, ben, tags=["oslo"], idempotencyKey="one")
    assert again["userErrors"] == []
    assert again["networkEntry"] is None
    assert (await entries(api, ann))["totalCount"] == 0


async def test_a_key_is_kept_for_a_day(api: Api, pair: tuple[Person, Person]) -> None:
    ann, ben = pair
    await send(api, ann, ben, idempotencyKey="one")

    async def stored_ago(ago: timedelta) -> None:
        await execute(
            "UPDATE idempotency_keys SET stored_at = $2 WHERE member_id = $1",
            ann.key,
            now() - ago,
        )

    await stored_ago(timedelta(hours=23, minutes=59))
    assert codes(await send(api, ann, ben, idempotencyKey="one")) == []
    await stored_ago(timedelta(hours=24, seconds=1))
    # Now it is a new request, and meets what the first one made.
    assert codes(await send(api, ann, ben, idempotencyKey="one")) == ["ALREADY_PENDING"]
    other = await send(api, ann, ben, note="Other", idempotencyKey="one")
    assert codes(other) == ["ALREADY_PENDING"]
