"""Every mutation that makes something takes a key, and does it once for each."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from graphql import GraphQLInputObjectType, get_named_type

from netql.clock import now
from netql.infra.database import execute, fetch
from tests.api import Api
from tests.graph.walk import published
from tests.people import People, Person

SCHEMA = published()
# What each is sent, and something else in its place. A member is named by whom the test made.
INPUTS: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "addPosition": (
        {"title": "Smith", "company": "Forge", "startedOn": "2020-01-01"},
        {"title": "Smith", "company": "Forge", "endedOn": "2020-01-01"},
    ),
    "addEducation": ({"school": "Oslo"}, {"school": "Oslo", "degree": "MA"}),
    "addSkill": ({"name": "Welding"}, {"name": "Forging"}),
    "addLanguage": (
        {"name": "Norwegian", "proficiency": "native"},
        {"name": "Danish", "proficiency": "native"},
    ),
    "addWebsite": ({"url": "https://a.example"}, {"url": "https://b.example"}),
    "addToNetwork": ({"note": "a"}, {"note": "b"}),
    "sendInvitation": ({"note": "a"}, {"note": "b"}),
    "blockMember": ({}, {"memberId": "another"}),
}
OF_A_PAIR = ("addToNetwork", "sendInvitation", "blockMember")
MADE = {
    "addToNetwork": "networkEntry { id }",
    "sendInvitation": "invitation { id }",
    "blockMember": "block { id }",
}
TABLES = (
    "positions education skills languages websites network_entries invitations blocks events"
).split()


def test_every_mutation_that_makes_something_takes_a_key() -> None:
    assert SCHEMA.mutation_type
    takes = {
        name
        for name, field in SCHEMA.mutation_type.fields.items()
        for given in [get_named_type(field.args["input"].type)]
        if isinstance(given, GraphQLInputObjectType) and "idempotencyKey" in given.fields
    }
    makes = {
        name
        for name in SCHEMA.mutation_type.fields
        if name.startswith(("add", "send", "block", "signUp"))
    }
    assert takes == makes == {*INPUTS, "signUp"}


def text_of(name: str) -> str:
    """The mutation, asking for what was made."""
    input_type = f"{name[0].upper()}{name[1:]}Input"
    made = MADE.get(name, "entryId")
    return (
        f"mutation Make($input: {input_type}!) {{ made: {name}(input: $input) {{"
        f" {made} clientMutationId userErrors {{ code field }} }} }}"
    )


async def rows(person: Person) -> dict[str, int]:
    """How much of everything there is of a member's."""
    owners = {"network_entries": "owner_id", "invitations": "inviter_id", "blocks": "blocker_id"}
    return {
        table: len(
            await fetch(
                f"SELECT id FROM {table} WHERE {owners.get(table, 'member_id')} = $1", person.key
            )
        )
        for table in TABLES
    }


class Maker:
    """Runs one mutation as somebody, about somebody."""

    def __init__(self, api: Api, name: str, who: Person, whom: Person, another: Person) -> None:
        self._api, self.name, self.who = api, name, who
        self._whom, self._another = whom, another

    async def make(self, key: str | None, *, other: bool = False) -> Any:
        given = dict(INPUTS[self.name][other])
        if self.name in OF_A_PAIR:
            whom = self._another if given.get("memberId") else self._whom
            given["memberId"] = whom.id
        if key is not None:
            given["idempotencyKey"] = key
        return (await self._api.run(text_of(self.name), as_=self.who, input=given))["made"]


@pytest.fixture(params=INPUTS)
async def maker(request: pytest.FixtureRequest, api: Api, people: People) -> Maker:
    return Maker(api, request.param, *await people.several(3))


def codes(made: Any) -> list[str]:
    return [error["code"] for error in made["userErrors"]]


async def test_the_same_key_and_input_make_one(maker: Maker) -> None:
    first = await maker.make("one")
    assert codes(first) == []
    before = await rows(maker.who)
    again = await asyncio.gather(*(maker.make("one") for _ in range(3)))
    assert again == [first] * 3
    assert await rows(maker.who) == before


async def test_another_input_under_the_same_key_is_refused(maker: Maker) -> None:
    await maker.make("one")
    before = await rows(maker.who)
    refused = await maker.make("one", other=True)
    assert codes(refused) == ["IDEMPOTENCY_KEY_REUSED"]
    assert refused["userErrors"][0]["field"] == ["idempotencyKey"]
    assert await rows(maker.who) == before


async def test_another_key_is_another_request(maker: Maker) -> None:
    first = await maker.make("one")
    second = await maker.make("two", other=True)
    # An invitation waits already, and a contact is kept already; whatever else there may be two of.
    assert codes(second) == (["ALREADY_PENDING"] if maker.name == "sendInvitation" else [])
    assert (first == second) == (maker.name == "addToNetwork")


@pytest.mark.parametrize("key", ["", "x" * 256, "nul\0"], ids=repr)
async def test_a_key_that_is_none_changes_nothing(maker: Maker, key: str) -> None:
    before = await rows(maker.who)
    assert codes(await maker.make(key)) == ["IDEMPOTENCY_KEY_INVALID"]
    assert await rows(maker.who) == before


async def test_a_block_that_was_lifted_is_not_set_again_by_a_repeat(
    api: Api, people: People
) -> None:
    maker = Maker(api, "blockMember", *await people.several(3))
    first = await maker.make("one")
    lift = "mutation Lift($id: ID!) { unblockMember(input: {blockId: $id}) { removedBlockId } }"
    await api.run(lift, as_=maker.who, id=first["block"]["id"])
    again = await maker.make("one")
    assert (codes(again), again["block"]) == ([], None)
    assert (await rows(maker.who))["blocks"] == 0


JOIN = """mutation Join($input: SignUpInput!) { signUp(input: $input) {
  accessToken userErrors { code field } } }"""


class Joining:
    """Signs somebody up, as often as wanted."""

    def __init__(self, api: Api, handle: str) -> None:
        self._api = api
        self.input = {"handle": handle, "name": "Jo Joiner", "password": "long enough"}

    async def join(self, key: str | None, **other: str) -> Any:
        given = {**self.input, "idempotencyKey": key, **other}
        return (await self._api.run(JOIN, input=given))["signUp"]

    async def members(self) -> list[UUID]:
        rows = await fetch("SELECT id FROM members WHERE handle = $1", self.input["handle"])
        return [row["id"] for row in rows]


@pytest.fixture
async def joining(api: Api, people: People) -> Joining:
    return Joining(api, (await people.member("Jo Joiner")).handle + "x")


async def whose(api: Api, token: str) -> str:
    response = await api.http.post(
        "/graphql",
        json={"query": "{ viewer { handle } }"},
        headers={"authorization": f"Bearer {token}"},
    )
    handle: str = response.json()["data"]["viewer"]["handle"]
    return handle


async def test_signing_up_again_by_the_same_key_signs_in(api: Api, joining: Joining) -> None:
    first = await joining.join("one")
    again = await asyncio.gather(*(joining.join("one") for _ in range(2)))
    for one in (first, *again):
        assert codes(one) == []
        assert await whose(api, one["accessToken"]) == joining.input["handle"]
    assert len(await joining.members()) == 1


@pytest.mark.parametrize(
    ("key", "other", "code"),
    [
        ("two", {}, "HANDLE_TAKEN"),
        (None, {}, "HANDLE_TAKEN"),
        ("one", {"password": "another one"}, "HANDLE_TAKEN"),
        ("two", {"password": "another one"}, "HANDLE_TAKEN"),
        ("one", {"name": "Jo Other"}, "IDEMPOTENCY_KEY_REUSED"),
        ("", {}, "IDEMPOTENCY_KEY_INVALID"),
        ("nul\0", {}, "IDEMPOTENCY_KEY_INVALID"),
    ],
)
async def test_a_key_lets_nobody_in_who_did_not_join_by_it(
    joining: Joining, key: str | None, other: dict[str, str], code: str
) -> None:
    await joining.join("one")
    refused = await joining.join(key, **other)
    assert codes(refused) == [code]
    assert refused["accessToken"] is None
    assert len(await joining.members()) == 1


async def test_a_key_for_signing_up_is_kept_for_a_day(joining: Joining) -> None:
    await joining.join("one")
    [member] = await joining.members()
    aged = "UPDATE idempotency_keys SET stored_at = $2 WHERE member_id = $1"
    await execute(aged, member, now() - timedelta(hours=23, minutes=59))
    assert codes(await joining.join("one")) == []
    await execute(aged, member, now() - timedelta(hours=24, seconds=1))
    assert codes(await joining.join("one")) == ["HANDLE_TAKEN"]


async def test_a_key_that_cannot_be_makes_no_member(joining: Joining) -> None:
    assert codes(await joining.join("")) == ["IDEMPOTENCY_KEY_INVALID"]
    assert await joining.members() == []
