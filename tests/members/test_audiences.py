"""Choosing who may see a field, and what each viewer is told is closed."""

from __future__ import annotations

from typing import Any

import pytest

from netql.privacy.audience import Audience
from netql.privacy.fields import ProfileField
from tests import rows
from tests.api import Api
from tests.people import People, Person

# The table of the design, written out once more: default, widest, OPEN, CLOSED.
SHORT = ("MEMBERS", "PUBLIC", "MEMBERS", "CONNECTIONS")
FULL = ("CONNECTIONS", "PUBLIC", "MEMBERS", "CONNECTIONS")
CONTACT = ("CONNECTIONS", "MEMBERS", "CONNECTIONS", "ONLY_ME")
LIST = ("CONNECTIONS", "MEMBERS", "MEMBERS", "CONNECTIONS")
TABLE = {
    **dict.fromkeys("HEADLINE INDUSTRY LOCATION AVATAR_URL CURRENT_POSITION".split(), SHORT),
    "WEBSITES": SHORT,
    **dict.fromkeys("ABOUT PRONOUNS POSITIONS EDUCATION SKILLS LANGUAGES".split(), FULL),
    **dict.fromkeys("EMAIL PHONE BIRTHDAY ADDRESS".split(), CONTACT),
    "CONNECTIONS": LIST,
}
LADDER = ["ONLY_ME", "CONNECTIONS", "EXTENDED", "MEMBERS", "PUBLIC"]

PRIVACY = "{ viewer { privacy { fields { field audience default widest } } } }"
SET = """mutation($field: ProfileField!, $audience: Audience!) {
  done: setFieldAudience(input: {field: $field, audience: $audience, clientMutationId: "c"}) {
    clientMutationId userErrors { code field }
    viewer { privacy { fields { field audience } } } } }"""
PRESET = """mutation($preset: PrivacyPreset!) {
  done: applyPrivacyPreset(input: {preset: $preset, clientMutationId: "c"}) {
    clientMutationId viewer { privacy { fields { field audience } } } } }"""


async def chosen(api: Api, person: Person) -> dict[str, str]:
    """The audience of every field, as its owner is told."""
    fields = (await api.run(PRIVACY, as_=person))["viewer"]["privacy"]["fields"]
    return by_field(fields)


def by_field(fields: list[dict[str, str]]) -> dict[str, str]:
    return {entry["field"]: entry["audience"] for entry in fields}


async def test_privacy_lists_every_field_with_default_and_widest(api: Api, people: People) -> None:
    fields = (await api.run(PRIVACY, as_=await people.member()))["viewer"]["privacy"]["fields"]
    assert {entry["field"]: (entry["default"], entry["widest"]) for entry in fields} == {
        field: row[:2] for field, row in TABLE.items()
    }
    assert all(entry["audience"] == entry["default"] for entry in fields)
    assert len(fields) == len(TABLE) == len(ProfileField)


@pytest.mark.parametrize("field", TABLE)
async def test_each_audience_up_to_the_widest_can_be_chosen_and_none_beyond(
    api: Api, people: People, field: str
) -> None:
    ann = await people.member()
    before = await chosen(api, ann)
    widest = TABLE[field][1]
    for audience in LADDER:
        done = (await api.run(SET, as_=ann, field=field, audience=audience))["done"]
        assert done["clientMutationId"] == "c"
        if LADDER.index(audience) <= LADDER.index(widest):
            expected = before | {field: audience}
            assert done["userErrors"] == []
            assert by_field(done["viewer"]["privacy"]["fields"]) == expected
        else:
            expected = before | {field: widest}
            assert done["userErrors"] == [{"code": "AUDIENCE_TOO_WIDE", "field": ["audience"]}]
            assert done["viewer"] is None
        assert await chosen(api, ann) == expected


@pytest.mark.parametrize(("preset", "column"), [("BALANCED", 0), ("OPEN", 2), ("CLOSED", 3)])
async def test_a_preset_chooses_for_every_field(
    api: Api, people: People, preset: str, column: int
) -> None:
    ann, ben = await people.member("Ann"), await people.member("Ben")
    for field in ("HEADLINE", "SKILLS", "PHONE"):
        await api.run(SET, as_=ann, field=field, audience="EXTENDED")
    others = await rows.one("SELECT * FROM members WHERE id = $1", ben.key)
    done = (await api.run(PRESET, as_=ann, preset=preset))["done"]
    expected = {field: row[column] for field, row in TABLE.items()}
    assert by_field(done["viewer"]["privacy"]["fields"]) == await chosen(api, ann) == expected
    assert await rows.one("SELECT * FROM members WHERE id = $1", ben.key) == others


LOOK = """query($id: ID!) { member(by: {id: $id}) {
  hiddenFields headline about privacy { fields { audience } } } }"""


async def look(api: Api, viewer: Person | None, subject: Person) -> dict[str, Any]:
    found: dict[str, Any] = (await api.run(LOOK, as_=viewer, id=subject.id))["member"]
    return found


async def test_hidden_fields_are_told_whether_they_are_set_or_not(api: Api, people: People) -> None:
    bare = await people.member("Bea")
    full = await people.member("Flo", headline="A headline", about="About", phone="+4930901820")
    tied = await people.member("Tia")
    for subject in (bare, full):
        await people.connect(tied, subject)
    closed_to_members = {field for field, row in TABLE.items() if row[0] == "CONNECTIONS"}
    for viewer, closed in (
        (tied, set()),
        (await people.member("Eve"), closed_to_members),
        (None, set(TABLE)),
    ):
        for subject in (bare, full):
            seen = await look(api, viewer, subject)
            assert set(seen["hiddenFields"]) == closed
            assert len(seen["hiddenFields"]) == len(closed)
            assert seen["privacy"] is None
            assert (seen["headline"] is None) == (subject is bare or "HEADLINE" in closed)
    own = await look(api, bare, bare)
    assert own["hiddenFields"] == []
    assert own["privacy"] is not None


async def test_a_choice_takes_effect_at_once_both_ways(api: Api, people: People) -> None:
    ann, eve = await people.member("Ann", about="About Ann"), await people.member("Eve")
    assert (await look(api, eve, ann))["about"] is None
    await api.run(SET, as_=ann, field="ABOUT", audience="PUBLIC")
    assert (await look(api, eve, ann))["about"] == (await look(api, None, ann))["about"]
    assert (await look(api, None, ann))["about"] == "About Ann"
    await api.run(SET, as_=ann, field="ABOUT", audience="ONLY_ME")
    assert (await look(api, eve, ann))["about"] is None
    assert (await look(api, ann, ann))["about"] == "About Ann"


def test_the_ladder_is_the_one_that_is_stored() -> None:
    assert [(audience.name, audience.value) for audience in Audience] == [
        (name, number) for number, name in enumerate(LADDER)
    ]
