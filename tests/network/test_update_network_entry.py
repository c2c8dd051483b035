"""Changing an entry: what is left out stays, null clears, and only the owner can."""

from __future__ import annotations

from typing import Any

import pytest

from netql import ids
from tests.api import Api
from tests.network.graph import add, added, codes, entries, update
from tests.people import People, Person


@pytest.fixture
async def kept(api: Api, people: People) -> tuple[Person, dict[str, Any]]:
    """An owner and the entry they keep."""
    ann, ben = await people.member("Ann Ash"), await people.member("Ben Birch")
    payload = await add(api, ann, ben, tags=["oslo", "choir"], note="Carpenter")
    return ann, payload["networkEntry"]


CHANGES: list[tuple[dict[str, Any], dict[str, Any]]] = [
    ({}, {}),
    ({"note": None}, {"note": None}),
    ({"note": ""}, {"note": None}),
    ({"note": " Sings "}, {"note": "Sings"}),
    ({"tags": None}, {"tags": []}),
    ({"tags": []}, {"tags": []}),
    ({"tags": ["new", "oslo", "new"]}, {"tags": ["new", "oslo"]}),
    ({"tags": ["b", "a"], "note": None}, {"tags": ["a", "b"], "note": None}),
]


@pytest.mark.parametrize(("given", "changed"), CHANGES, ids=str)
async def test_what_is_left_out_stays_and_null_clears(
    api: Api, kept: tuple[Person, dict[str, Any]], given: dict[str, Any], changed: dict[str, Any]
) -> None:
    ann, entry = kept
    payload = await update(api, ann, entry["id"], **given)
    assert codes(payload) == []
    assert payload["networkEntry"] == entry | changed
    assert (await entries(api, ann))["nodes"] == [entry | changed]


REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"tags": ["x"] * 31, "note": "new"}, "TOO_MANY_TAGS"),
    ({"tags": ["new", ""], "note": "new"}, "TEXT_MISSING"),
    ({"tags": ["new", "x" * 41], "note": "new"}, "TEXT_TOO_LONG"),
    ({"tags": ["new"], "note": "x" * 5001}, "TEXT_TOO_LONG"),
    ({"tags": ["new"], "note": "a\0b"}, "TEXT_INVALID"),
]


@pytest.mark.parametrize(("given", "code"), REFUSED, ids=lambda value: str(value)[:40])
async def test_what_does_not_fit_changes_nothing(
    api: Api, kept: tuple[Person, dict[str, Any]], given: dict[str, Any], code: str
) -> None:
    ann, entry = kept
    refused = await update(api, ann, entry["id"], **given)
    assert codes(refused) == [code]
    assert refused["networkEntry"] is None
    assert (await entries(api, ann))["nodes"] == [entry]
    assert codes(await update(api, ann, entry["id"], tags=["new"], note="new")) == []


async def test_entries_of_others_are_not_found_like_those_that_never_were(
    api: Api, people: People, kept: tuple[Person, dict[str, Any]]
) -> None:
    ann, entry = kept
    eve = await people.member("Eve Elm")
    target = await people.member("Dan Dogwood")
    about_eve = await added(api, ann, eve, note="Never trust")
    expected = await update(api, eve, ids.encode("NetworkEntry", ids.new_id()), note="x")
    assert codes(expected) == ["NOT_FOUND"]
    assert expected["userErrors"][0]["field"] == ["networkEntryId"]
    before = await entries(api, ann)
    for given in ("", "x", target.id, entry["id"], about_eve):
        assert await update(api, eve, given, note="x", tags=["x"]) == expected
    assert await entries(api, ann) == before


async def test_an_entry_about_somebody_absent_is_still_the_owners_to_write(
    api: Api, people: People
) -> None:
    ann, ben = await people.member("Ann Ash"), await people.member("Ben Birch")
    entry = await added(api, ann, ben, note="Carpenter")
    await people.block(ben, ann)
    payload = await update(api, ann, entry, note="Gone", tags=["past"])
    assert codes(payload) == []
    assert payload["networkEntry"]["note"] == "Gone"
    assert payload["networkEntry"]["tags"] == ["past"]
    assert payload["networkEntry"]["person"]["__typename"] == "UnavailableMember"
