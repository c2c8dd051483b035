"""Every invariant that the database can state is stated, and both databases hold to it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from tortoise import Tortoise

from netql.infra.database import IntegrityError, dialect, execute, fetch, transaction
from netql.privacy.fields import RESTRICTIONS, ProfileField
from netql.settings import Settings
from tests.people import People, Person

NOW = datetime(2026, 1, 1, tzinfo=UTC)
LATER = NOW + timedelta(days=1)


class Undone(Exception):
    """Takes back what a test wrote."""


async def row(table: str, **values: Any) -> None:
    names = ", ".join(values)
    places = ", ".join(f"${place}" for place in range(1, len(values) + 1))
    await execute(f"INSERT INTO {table} ({names}) VALUES ({places})", *values.values())


async def refused(*rows: tuple[str, dict[str, Any]]) -> None:
    """The last of these rows breaks an invariant; those before it do not."""
    *fine, (table, bad) = rows
    with pytest.raises(Undone):
        await write(*fine, then=Undone)
    with pytest.raises(IntegrityError):
        await write(*fine, (table, bad))


async def write(*rows: tuple[str, dict[str, Any]], then: type[Exception] | None = None) -> None:
    async with transaction():
        for name, values in rows:
            await row(name, **values)
        if then is not None:
            raise then


@pytest.fixture
async def pair(people: People) -> tuple[Person, Person]:
    return await people.member(), await people.member("Ben Brook")


def side(one: UUID, other: UUID) -> tuple[str, dict[str, Any]]:
    values = {"id": uuid4(), "member_id": one, "other_id": other, "connected_at": NOW}
    return "connections", values


async def test_half_a_connection_cannot_be(pair: tuple[Person, Person]) -> None:
    ann, ben = (person.key for person in pair)
    await refused(side(ann, ben), side(ben, ann), side(ann, ben))
    with pytest.raises(IntegrityError):
        await write(side(ann, ben))
    assert not await fetch("SELECT id FROM connections WHERE member_id = $1", ann)


async def test_one_side_of_a_connection_cannot_go(pair: tuple[Person, Person]) -> None:
    ann, ben = (person.key for person in pair)
    await write(side(ann, ben), side(ben, ann))
    with pytest.raises(IntegrityError):
        await execute("DELETE FROM connections WHERE member_id = $1", ann)
    assert len(await fetch("SELECT id FROM connections WHERE member_id = $1", ann)) == 1


async def test_edges_are_between_two_and_only_once(pair: tuple[Person, Person]) -> None:
    ann, ben = (person.key for person in pair)
    await refused(side(ann, ben), side(ben, ann), side(ann, ben))
    await refused(side(ann, ann))
    block = {"blocker_id": ann, "blocked_id": ben, "blocked_at": NOW, "handle": "b", "name": "B"}
    await refused(("blocks", block | {"id": uuid4()}), ("blocks", block | {"id": uuid4()}))
    await refused(("blocks", block | {"id": uuid4(), "blocked_id": ann}))
    entry = {"owner_id": ann, "member_id": ben, "created_at": NOW}
    table = "network_entries"
    await refused((table, entry | {"id": uuid4()}), (table, entry | {"id": uuid4()}))
    await refused((table, entry | {"id": uuid4(), "member_id": ann}))
    ended = {"id": uuid4(), "member_id": ann, "other_id": ann, "ended_at": NOW}
    await refused(("ended_connections", ended))


def invitation(one: UUID, other: UUID, **more: Any) -> tuple[str, dict[str, Any]]:
    values = {
        "id": uuid4(),
        "inviter_id": one,
        "invitee_id": other,
        "sent_at": NOW,
        "expires_at": LATER,
        "open": True,
    }
    return "invitations", values | more


async def test_a_pair_has_one_open_invitation_in_either_direction(
    pair: tuple[Person, Person],
) -> None:
    ann, ben = (person.key for person in pair)
    await refused(invitation(ann, ben), invitation(ben, ann))
    await refused(invitation(ann, ben, open=False), invitation(ann, ben), invitation(ann, ben))


async def test_an_invitation_makes_sense(pair: tuple[Person, Person]) -> None:
    ann, ben = (person.key for person in pair)
    accepted = {"answer": "ACCEPTED", "answered_at": NOW}
    await refused(invitation(ann, ann))
    await refused(invitation(ann, ben, expires_at=NOW))
    await refused(invitation(ann, ben, answer="MAYBE", answered_at=NOW))
    await refused(invitation(ann, ben, answer="DECLINED"))
    await refused(invitation(ann, ben, answered_at=NOW))
    await refused(invitation(ann, ben, open=False, **accepted), invitation(ann, ben, **accepted))
    await refused(invitation(ann, ben, withdrawn_at=NOW))
    await refused(invitation(ann, ben, open=False, withdrawn_at=NOW, **accepted))


async def test_members_are_as_the_rules_say(people: People) -> None:
    ann = await people.member()

    def member(**more: Any) -> tuple[str, dict[str, Any]]:
        handle = f"x{uuid4().hex[:12]}"
        values = {"handle": handle, "name": "X", "name_key": "x", "created_at": NOW}
        return "members", {"id": uuid4()} | values | more

    await refused(member(), member(handle=ann.handle))
    await refused(member(handle="xy"))
    await refused(member(handle="x" * 31))
    await refused(member(name="", closed_at=NOW), member(name=""))


@pytest.mark.parametrize("field", list(ProfileField))
async def test_an_audience_stays_within_its_widest(people: People, field: ProfileField) -> None:
    ann = await people.member()
    widest = int(RESTRICTIONS[field].widest)
    update = f"UPDATE members SET {field.audience_column} = $2 WHERE id = $1"
    assert await execute(update, ann.key, widest) == 1
    for wrong in (widest + 1, -1):
        with pytest.raises(IntegrityError):
            await execute(update, ann.key, wrong)
    rows = await fetch(f"SELECT {field.audience_column} AS a FROM members WHERE id = $1", ann.key)
    assert rows[0]["a"] == widest


async def test_sections_refuse_what_the_profile_would(people: People) -> None:
    ann = (await people.member()).key

    def of(table: str, **more: Any) -> tuple[str, dict[str, Any]]:
        return table, {"id": uuid4(), "member_id": ann} | more

    ends = {"started_on": date(2020, 1, 2), "ended_on": date(2020, 1, 1)}
    await refused(of("positions", title="", company="C"))
    await refused(of("positions", title="T", company=""))
    await refused(
        of("positions", title="T", company="C"), of("positions", title="T", company="C", **ends)
    )
    await refused(of("education", school=""))
    await refused(of("education", school="S"), of("education", school="S", **ends))
    for table, name in (("skills", "name"), ("languages", "name"), ("websites", "url")):
        await refused(of(table, **{name: ""}))
        await refused(of(table, **{name: "x"}), of(table, **{name: "x"}))
    await refused(of("search_keys", key=""))
    await refused(of("search_keys", key="k"), of("search_keys", key="k"))


async def test_sign_ins_and_logs_are_kept_straight(people: People) -> None:
    ann = await people.member()
    account = {"member_id": ann.key, "password_hash": "h", "created_at": NOW}
    await refused(("accounts", account | {"id": uuid4()}), ("accounts", account | {"id": uuid4()}))
    token = {"session_id": ann.session, "issued_at": NOW, "expires_at": LATER, "token_hash": "t"}
    table = "refresh_tokens"
    await refused((table, token | {"id": uuid4()}), (table, token | {"id": uuid4()}))
    await refused((table, token | {"id": uuid4(), "expires_at": NOW}))
    event = {"member_id": ann.key, "kind": "K", "subject_id": ann.key, "recorded_at": NOW}
    one, two = event | {"number": 1, "cursor": "a"}, event | {"number": 2, "cursor": "b"}
    await refused(("events", one | {"id": uuid4()}), ("events", two | {"id": uuid4(), "number": 1}))
    await refused(
        ("events", one | {"id": uuid4()}), ("events", two | {"id": uuid4(), "cursor": "a"})
    )
    await refused(("events", one | {"id": uuid4(), "number": 0}))
    await refused(("event_streams", {"member_id": uuid4(), "last_number": -1}))
    key = {"member_id": ann.key, "mutation": "m", "key": "k", "input_hash": "h", "outcome": "o"}
    key |= {"node_ids": "{}", "stored_at": NOW}
    table = "idempotency_keys"
    await refused((table, key | {"id": uuid4()}), (table, key | {"id": uuid4()}))
    entry = {"id": uuid4(), "tag": ""}
    await refused(("network_tags", entry | {"entry_id": uuid4()}))


async def test_every_reference_is_to_somebody(database: Settings) -> None:
    """Columns that name a member, a session or an entry refuse what is not there."""
    found: dict[tuple[str, str], str] = {}
    if dialect() == "postgres":
        for told in await fetch(
            "SELECT conrelid::regclass::text AS t, a.attname AS c, confrelid::regclass::text AS r"
            " FROM pg_constraint k JOIN pg_attribute a ON a.attrelid = k.conrelid"
            " AND a.attnum = k.conkey[1] WHERE contype = 'f' AND cardinality(conkey) = 1"
        ):
            found[told["t"], told["c"]] = told["r"]
    else:
        for table in await fetch("SELECT name FROM sqlite_master WHERE type = 'table'"):
            for told in await fetch(f"PRAGMA foreign_key_list({table['name']})"):
                found.setdefault((table["name"], told["from"]), told["table"])
    named = {
        (model._meta.db_table, column)
        for model in Tortoise.apps["netql"].values()
        for column in model._meta.fields_map
        if column.endswith("_id") and column != "subject_id"
    } - {("event_streams", "member_id")}
    assert named <= set(found)


async def test_models_are_the_tables(database: Settings) -> None:
    for model in Tortoise.apps["netql"].values():
        table = model._meta.db_table
        if dialect() == "postgres":
            told = await fetch(
                "SELECT column_name AS name, is_nullable = 'YES' AS optional"
                " FROM information_schema.columns WHERE table_name = $1",
                table,
            )
            columns = {one["name"]: one["optional"] for one in told}
        else:
            told = await fetch(f"PRAGMA table_info({table})")
            columns = {one["name"]: not one["notnull"] for one in told}
        fields = {name: field.null for name, field in model._meta.fields_map.items()}
        assert fields == columns, table
