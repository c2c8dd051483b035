"""The lists of a profile: adding, changing, removing, five times the same promises."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import pytest

from netql import ids
from netql.ids import new_id
from netql.infra.database import execute, transaction
from tests import rows
from tests.api import Api
from tests.members.queries import LISTS, own_profile
from tests.people import People, Person


@dataclass(frozen=True)
class Kind:
    """A list of a profile: names, a full entry, what cannot be empty, and a change."""

    name: str
    list_name: str
    full: dict[str, Any]
    needed: tuple[str, ...]
    change: dict[str, Any]

    @property
    def least(self) -> dict[str, Any]:
        return {name: self.full[name] for name in self.needed}

    def __str__(self) -> str:
        return self.name


WORK = {"startedOn": "2015-01-01", "endedOn": "2020-12-31"}
KINDS = [
    Kind(
        "Position",
        "positions",
        {"title": "Smith", "company": "Forge", "location": "Ghent", "description": "Hot."} | WORK,
        ("title", "company"),
        {"title": "Master smith", "endedOn": None},
    ),
    Kind(
        "Education",
        "education",
        {"school": "Ghent", "degree": "MA", "fieldOfStudy": "Iron"} | WORK,
        ("school",),
        {"fieldOfStudy": "Steel", "degree": None},
    ),
    Kind("Skill", "skills", {"name": "Forging"}, ("name",), {"name": "Welding"}),
    Kind(
        "Language",
        "languages",
        {"name": "Dutch", "proficiency": "Native"},
        ("name",),
        {"proficiency": None},
    ),
    Kind(
        "Website",
        "websites",
        {"url": "https://example.org/a", "label": "Home"},
        ("url",),
        {"url": "https://example.org/b"},
    ),
]
DATED = KINDS[:2]
UNIQUE = KINDS[2:]
ANSWER = "userErrors { code field } entryId clientMutationId viewer { handle }"


async def act(api: Api, person: Person, verb: str, kind: Kind, **values: Any) -> Any:
    """Send one of the fifteen mutations; its payload."""
    type_name = "RemoveProfileEntry" if verb == "remove" else f"{verb.title()}{kind.name}"
    query = f"""mutation($input: {type_name}Input!) {{
      done: {verb}{kind.name}(input: $input) {{ {ANSWER} }} }}"""
    done = (await api.run(query, as_=person, input=values))["done"]
    assert (done["viewer"] is None) == (done["entryId"] is None) == bool(done["userErrors"])
    return done


def refusals(done: Any) -> list[tuple[str, Any]]:
    return [(error["code"], error["field"]) for error in done["userErrors"]]


async def entries(api: Api, person: Person, kind: Kind) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await own_profile(api, person))[kind.list_name]
    return found


def empty(kind: Kind) -> dict[str, Any]:
    return dict.fromkeys(LISTS[kind.list_name].split())


each = pytest.mark.parametrize("kind", KINDS, ids=str)


@each
async def test_an_entry_is_added_changed_and_removed(api: Api, people: People, kind: Kind) -> None:
    ann = await people.member()
    done = await act(api, ann, "add", kind, clientMutationId="echo", **kind.full)
    assert done["clientMutationId"] == "echo"
    entry = {"id": done["entryId"]} | kind.full
    assert await entries(api, ann, kind) == [entry]
    done = await act(api, ann, "update", kind, id=entry["id"])
    assert (done["entryId"], await entries(api, ann, kind)) == (entry["id"], [entry])
    await act(api, ann, "update", kind, id=entry["id"], **kind.change)
    assert await entries(api, ann, kind) == [entry | kind.change]
    done = await act(api, ann, "remove", kind, id=entry["id"])
    assert (done["entryId"], await entries(api, ann, kind)) == (entry["id"], [])
    again = await act(api, ann, "remove", kind, id=entry["id"])
    assert refusals(again) == [("NOT_FOUND", ["id"])]


@each
async def test_what_may_be_left_out_is_null(api: Api, people: People, kind: Kind) -> None:
    ann = await people.member()
    done = await act(api, ann, "add", kind, **kind.least)
    assert await entries(api, ann, kind) == [empty(kind) | {"id": done["entryId"]} | kind.least]


@each
async def test_ids_of_others_are_like_ids_of_nothing(api: Api, people: People, kind: Kind) -> None:
    ann, ben = await people.member("Ann"), await people.member("Ben")
    theirs = (await act(api, ben, "add", kind, **kind.full))["entryId"]
    own = (await act(api, ann, "add", kind, **kind.full))["entryId"]
    before = await entries(api, ben, kind), await entries(api, ann, kind)
    other_type = "Skill" if kind.name != "Skill" else "Language"
    key = ids.key_of(kind.name, own)
    assert key is not None
    wrong = [theirs, ids.encode(kind.name, uuid4()), ids.encode(other_type, key)]
    wrong += [ann.id, "", "garbage", own + "=", own[:-1], "\0", "ü"]
    for verb, values in (("update", kind.change), ("remove", {})):
        answers = [await act(api, ann, verb, kind, id=each_id, **values) for each_id in wrong]
        assert refusals(answers[0]) == [("NOT_FOUND", ["id"])]
        assert all(answer == answers[0] for answer in answers)
    assert (await entries(api, ben, kind), await entries(api, ann, kind)) == before


@each
async def test_texts_that_do_not_fit_are_refused_and_nothing_is_stored(
    api: Api, people: People, kind: Kind
) -> None:
    ann = await people.member()
    entry_id = (await act(api, ann, "add", kind, **kind.full))["entryId"]
    before = await entries(api, ann, kind)
    texts = [name for name in kind.full if not name.endswith("On")]
    for name in texts:
        wrong = [("nul\0", "TEXT_INVALID"), ("x" * 3000, "TEXT_TOO_LONG")]
        if name in kind.needed:
            wrong += [("", "TEXT_MISSING"), (" \n", "TEXT_MISSING")]
        if name == "url":
            wrong.append(("javascript:alert(1)", "URL_INVALID"))
        for value, code in wrong:
            added = await act(api, ann, "add", kind, **(kind.full | {name: value}))
            changed = await act(api, ann, "update", kind, id=entry_id, **{name: value})
            assert refusals(added) == refusals(changed) == [(code, [name])]
    assert await entries(api, ann, kind) == before


@pytest.mark.parametrize("kind", DATED, ids=str)
async def test_an_end_before_the_start_is_refused(api: Api, people: People, kind: Kind) -> None:
    ann = await people.member()
    wrong = kind.least | {"startedOn": "2020-01-02", "endedOn": "2020-01-01"}
    assert refusals(await act(api, ann, "add", kind, **wrong)) == [("DATE_INVALID", ["endedOn"])]
    assert await entries(api, ann, kind) == []
    same_day = wrong | {"endedOn": "2020-01-02"}
    entry_id = (await act(api, ann, "add", kind, **same_day))["entryId"]
    before = await entries(api, ann, kind)
    # One date alone is judged together with the one that is stored.
    for half in ({"startedOn": "2020-01-03"}, {"endedOn": "2020-01-01"}):
        done = await act(api, ann, "update", kind, id=entry_id, **half)
        assert refusals(done) == [("DATE_INVALID", ["endedOn"])]
    assert await entries(api, ann, kind) == before
    done = await act(api, ann, "update", kind, id=entry_id, startedOn="2021-01-01", endedOn=None)
    assert refusals(done) == []


@pytest.mark.parametrize("kind", UNIQUE, ids=str)
async def test_a_list_names_nothing_twice(api: Api, people: People, kind: Kind) -> None:
    ann, ben = await people.member("Ann"), await people.member("Ben")
    await act(api, ann, "add", kind, **kind.full)
    key = kind.needed[0]
    other = kind.full | {key: "https://example.org/other" if key == "url" else "Other"}
    other_id = (await act(api, ann, "add", kind, **other))["entryId"]
    before = await entries(api, ann, kind)
    listed = [("ALREADY_LISTED", None)]
    assert refusals(await act(api, ann, "add", kind, **kind.full)) == listed
    same = await act(api, ann, "update", kind, id=other_id, **kind.least)
    assert refusals(same) == listed
    assert await entries(api, ann, kind) == before
    assert refusals(await act(api, ben, "add", kind, **kind.full)) == []


async def test_of_two_who_add_the_same_at_once_one_is_listed(api: Api, people: People) -> None:
    ann, skill = await people.member(), KINDS[2]
    done = await asyncio.gather(*(act(api, ann, "add", skill, name="Forging") for _ in range(5)))
    assert sorted(map(refusals, done)) == [[]] + [[("ALREADY_LISTED", None)]] * 4
    assert len(await entries(api, ann, skill)) == 1


@pytest.mark.parametrize("kind", DATED, ids=str)
async def test_work_and_school_may_repeat(api: Api, people: People, kind: Kind) -> None:
    ann = await people.member()
    for _ in range(2):
        assert refusals(await act(api, ann, "add", kind, **kind.full)) == []
    assert len(await entries(api, ann, kind)) == 2


async def test_a_full_list_takes_no_more(api: Api, people: People) -> None:
    ann, skill = await people.member(), KINDS[2]
    async with transaction():
        for number in range(99):
            await execute(
                "INSERT INTO skills (id, member_id, name) VALUES ($1, $2, $3)",
                new_id(),
                ann.key,
                f"Skill {number}",
            )
    wanted = [act(api, ann, "add", skill, name=f"Last {number}") for number in range(3)]
    done = await asyncio.gather(*wanted)
    assert sorted(map(refusals, done)) == [[], [("TOO_MANY", None)], [("TOO_MANY", None)]]
    held = await rows.one("SELECT count(*) AS held FROM skills WHERE member_id = $1", ann.key)
    assert held["held"] == 100


async def test_jobs_come_with_the_current_and_latest_first(api: Api, people: People) -> None:
    ann, position = await people.member(), KINDS[0]
    for title, begun, ended in (
        ("ended early", "2001-01-01", "2005-01-01"),
        ("goes on", "2010-01-01", None),
        ("ended late", "2004-01-01", "2012-01-01"),
        ("goes on since who knows when", None, None),
        ("goes on, newer", "2011-01-01", None),
    ):
        given = {"title": title, "company": "Forge", "startedOn": begun, "endedOn": ended}
        await act(api, ann, "add", position, **given)
    assert [entry["title"] for entry in await entries(api, ann, position)] == [
        "goes on, newer",
        "goes on",
        "goes on since who knows when",
        "ended late",
        "ended early",
    ]


async def current(api: Api, person: Person) -> str | None:
    found = (await own_profile(api, person))["currentPosition"]
    return found and found["title"]


async def test_the_current_position_is_the_latest_begun_of_those_that_go_on(
    api: Api, people: People
) -> None:
    ann, position = await people.member(), KINDS[0]

    async def add(title: str, **dates: str) -> str:
        done = await act(api, ann, "add", position, title=title, company="Forge", **dates)
        return str(done["entryId"])

    assert await current(api, ann) is None
    await add("past", startedOn="2020-01-01", endedOn="2021-01-01")
    assert await current(api, ann) is None
    await add("undated")
    assert await current(api, ann) == "undated"
    await add("undated but added later")
    assert await current(api, ann) == "undated but added later"
    old = await add("old", startedOn="1999-01-01")
    assert await current(api, ann) == "old"
    new = await add("new", startedOn="2015-01-01")
    assert await current(api, ann) == "new"
    await act(api, ann, "update", position, id=new, endedOn="2016-01-01")
    assert await current(api, ann) == "old"
    await act(api, ann, "remove", position, id=old)
    assert await current(api, ann) == "undated but added later"
