"""Dropping an entry: it is gone with its tags and note, and nothing else changes."""

from __future__ import annotations

from netql import ids
from netql.infra.database import fetch_one
from tests.api import Api
from tests.network.graph import add, added, codes, entries, remove
from tests.people import People


async def test_it_is_gone_with_all_that_belongs_to_it(api: Api, people: People) -> None:
    ann, ben = await people.member("Ann Ash"), await people.member("Ben Birch")
    await people.connect(ann, ben)
    entry = await added(api, ann, ben, tags=["oslo"], note="Carpenter")
    payload = await remove(api, ann, entry)
    assert codes(payload) == []
    assert payload["removedNetworkEntryId"] == entry
    assert (await entries(api, ann))["totalCount"] == 0
    query = "query ($id: ID!) { node(id: $id) { id } }"
    assert await api.run(query, as_=ann, id=entry) == {"node": None}
    tags = await fetch_one(
        "SELECT count(*) AS left_over FROM network_tags WHERE entry_id = $1",
        ids.key_of("NetworkEntry", entry),
    )
    assert tags is not None
    assert tags["left_over"] == 0
    # The connection is another matter; and a new entry begins with nothing.
    again = (await add(api, ann, ben))["networkEntry"]
    assert again["isConnection"]
    assert (again["tags"], again["note"]) == ([], None)


async def test_entries_of_others_are_not_found_like_those_that_never_were(
    api: Api, people: People
) -> None:
    ann, eve = await people.member("Ann Ash"), await people.member("Eve Elm")
    entry = await added(api, ann, eve, tags=["x"])
    expected = await remove(api, eve, ids.encode("NetworkEntry", ids.new_id()))
    assert codes(expected) == ["NOT_FOUND"]
    assert expected["removedNetworkEntryId"] is None
    before = await entries(api, ann)
    for given in ("", "x", ann.id, entry):
        assert await remove(api, eve, given) == expected
    assert await entries(api, ann) == before
    assert codes(await remove(api, ann, entry)) == []
    assert codes(await remove(api, ann, entry)) == ["NOT_FOUND"]
