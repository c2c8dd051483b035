"""Changing one's profile: what is stored, what is refused, and that it is all or nothing."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from netql.errors import Refused
from netql.members.actions import update_profile
from tests import rows
from tests.api import Api
from tests.members.queries import UPDATE, own_profile, update
from tests.people import People, Person

BEFORE: dict[str, Any] = {
    "headline": "Carpenter",
    "industry": "Wood",
    "location": "Ghent",
    "avatar_url": "https://example.org/before.png",
    "about": "Before.",
    "pronouns": "she",
    "email": "before@example.org",
    "phone": "+4930901820",
    "birthday": date(1990, 1, 2),
    "address": "Before Street 1",
}


async def carpenter(people: People) -> Person:
    return await people.member("Ann Arden", **BEFORE)


CHANGES = [
    ("name", "  Anna  Arden ", "Anna  Arden"),
    ("headline", "Cafe\u0301 owner", "Café owner"),
    ("headline", "👩🏽‍🚀" * 200, "👩🏽‍🚀" * 200),
    ("industry", "Food", "Food"),
    ("location", "Brugge\n", "Brugge"),
    ("avatarUrl", "http://example.org/ü?a=1&b=%20#x", "http://example.org/ü?a=1&b=%20#x"),
    ("about", "One.\n\nTwo: <b>&amp;</b> 'quotes' \"double\" \\ % _ $1 ; --", None),
    ("about", "a" * 2600, None),
    ("pronouns", "they/them", "they/them"),
    ("email", "Ann.Arden@EXAMPLE.org", "Ann.Arden@example.org"),
    ("phone", "+32 9 210 10 10", "+3292101010"),
    ("birthday", "1900-01-01", "1900-01-01"),
    ("address", "Second Street 2\n9000 Ghent", None),
]


@pytest.mark.parametrize(("field", "given", "kept"), CHANGES)
async def test_a_field_is_set_and_no_other_changes(
    api: Api, people: People, field: str, given: str, kept: str | None
) -> None:
    ann = await carpenter(people)
    before = await own_profile(api, ann)
    assert await update(api, ann, **{field: given}) == []
    assert await own_profile(api, ann) == before | {field: given if kept is None else kept}


CLEARABLE = "headline industry location avatarUrl about pronouns email phone birthday address"


@pytest.mark.parametrize("field", CLEARABLE.split())
async def test_null_clears_and_absence_keeps(api: Api, people: People, field: str) -> None:
    ann = await carpenter(people)
    before = await own_profile(api, ann)
    assert before[field] is not None
    assert await update(api, ann) == []
    assert await own_profile(api, ann) == before
    assert await update(api, ann, **{field: None}) == []
    assert await own_profile(api, ann) == before | {field: None}


async def test_a_blank_text_counts_as_nothing(api: Api, people: People) -> None:
    ann = await carpenter(people)
    assert await update(api, ann, headline=" \n", about="") == []
    profile = await own_profile(api, ann)
    assert profile["headline"] is profile["about"] is None


TOMORROW = (datetime.now(UTC) + timedelta(days=2)).date().isoformat()
REFUSED = [
    ("name", "", "TEXT_MISSING"),
    ("name", "n" * 101, "TEXT_TOO_LONG"),
    ("headline", "h" * 201, "TEXT_TOO_LONG"),
    ("headline", "e" + "\u0301" * 4000, "TEXT_TOO_LONG"),
    ("industry", "i" * 201, "TEXT_TOO_LONG"),
    ("location", "l" * 201, "TEXT_TOO_LONG"),
    ("about", "a" * 2601, "TEXT_TOO_LONG"),
    ("pronouns", "p" * 41, "TEXT_TOO_LONG"),
    ("address", "a" * 501, "TEXT_TOO_LONG"),
    *[
        (field, "nul\0", "TEXT_INVALID")
        for field in "name headline industry location about pronouns address".split()
    ],
    *[
        ("email", wrong, "EMAIL_INVALID")
        for wrong in ("", "ann", "@example.org", "a@b", "a b@example.org", "a@example.org\0")
    ],
    ("email", "a" * 300 + "@example.org", "EMAIL_INVALID"),
    *[
        ("phone", wrong, "PHONE_INVALID")
        for wrong in ("", "abc", "030 901820", "+49", "+999 1234567", "+" + "1" * 40, "\0")
    ],
    *[
        ("avatarUrl", wrong, "URL_INVALID")
        for wrong in (
            "",
            "example.org",
            "ftp://example.org",
            "javascript:alert(1)",
            "data:text/html,x",
            "http://",
            "http:///x",
            "https://a b",
            "https://example.org/\0",
            "https://example.org/\u202e",
            " https://example.org",
            "https://example.org/" + "x" * 2000,
        )
    ],
    ("birthday", "1899-12-31", "DATE_INVALID"),
    ("birthday", TOMORROW, "DATE_INVALID"),
]


@pytest.mark.parametrize(("field", "value", "code"), REFUSED)
async def test_what_does_not_fit_is_refused_and_everything_stays(
    api: Api, people: People, field: str, value: str, code: str
) -> None:
    ann = await carpenter(people)
    before = await own_profile(api, ann)
    # A good change beside a bad one is not made either.
    good = {"headline": "Baker"} if field != "headline" else {"about": "Baker"}
    assert await update(api, ann, **(good | {field: value})) == [(code, [field])]
    assert await own_profile(api, ann) == before
    assert await update(api, ann, **good) == []


@pytest.mark.parametrize("field", ["name", "headline", "email", "phone", "avatar_url"])
async def test_lone_surrogates_are_refused_at_the_door(
    api: Api, people: People, field: str
) -> None:
    ann = await carpenter(people)
    before = await own_profile(api, ann)
    with pytest.raises(Refused):
        await update_profile(ann.viewer, {field: "https://example.org/\ud800"})
    assert await own_profile(api, ann) == before


WRONG_TYPES: list[dict[str, Any]] = [
    {"name": None},
    {"birthday": "2021-02-29"},
    {"birthday": "yesterday"},
    {"birthday": 5},
    {"headline": 5},
    {"headline": ["a"]},
    {"avatarUrl": ["https://example.org"]},
    {"email": 5},
    {"phone": 493090182000},
    {"nickname": "x"},
    {"handle": "another"},
]


@pytest.mark.parametrize("changes", WRONG_TYPES, ids=str)
async def test_input_that_is_not_of_the_schema_is_a_mistake_of_the_request(
    api: Api, people: People, changes: dict[str, Any]
) -> None:
    ann = await carpenter(people)
    before = await own_profile(api, ann)
    answer = await api.answer(UPDATE, as_=ann, input=changes | {"about": "changed"})
    assert answer.get("data") is None
    codes = {error["extensions"]["code"] for error in answer["errors"]}
    assert codes <= {"BAD_USER_INPUT", "GRAPHQL_VALIDATION_FAILED"}
    assert await own_profile(api, ann) == before


async def test_the_payload_shows_the_viewer_refreshed_and_echoes(api: Api, people: People) -> None:
    ann = await people.member()
    done = await api.run(
        """mutation { updateProfile(input: {name: "New Name", headline: "Baker",
             clientMutationId: "echo"}) {
             clientMutationId userErrors { code } viewer { name headline } } }""",
        as_=ann,
    )
    assert done["updateProfile"] == {
        "clientMutationId": "echo",
        "userErrors": [],
        "viewer": {"name": "New Name", "headline": "Baker"},
    }


async def test_nobody_elses_profile_changes(api: Api, people: People) -> None:
    ann, ben = await carpenter(people), await carpenter(people)
    before = await rows.one("SELECT * FROM members WHERE id = $1", ben.key)
    assert await update(api, ann, headline="Baker", name="Anna") == []
    assert await rows.one("SELECT * FROM members WHERE id = $1", ben.key) == before
