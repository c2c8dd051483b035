"""An invitation between two who never had anything to do with each other takes one statement on
PostgreSQL. Whatever was between them, nobody can tell which way was gone."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from netql.clock import now
from netql.connections import actions
from netql.connections.facts import nothing_between, prospect
from netql.connections.rules import may_invite
from netql.errors import NetqlError
from netql.events.idempotency import Once
from netql.ids import new_id
from netql.infra.counting import counting_statements
from netql.infra.database import client_at_once, execute, fetch, transaction
from netql.infra.session_functions import writing_if
from netql.settings import Settings
from tests.conftest import DATABASE
from tests.people import People, Person

pytestmark = pytest.mark.usefixtures("database")
SETTINGS = Settings()
Story = Callable[[People, Person, Person], Awaitable[object]]


async def nothing(people: People, ann: Person, ben: Person) -> None: ...


async def invited(people: People, ann: Person, ben: Person) -> None:
    await people.invite(ann, ben)


async def crossing(people: People, ann: Person, ben: Person) -> None:
    await people.invite(ben, ann)


async def declined_by_her(people: People, ann: Person, ben: Person) -> None:
    await actions.decline_invitation(ann.viewer, await people.invite(ben, ann))


async def declined_by_him(people: People, ann: Person, ben: Person) -> None:
    await actions.decline_invitation(ben.viewer, await people.invite(ann, ben))


async def withdrawn(people: People, ann: Person, ben: Person) -> None:
    await actions.withdraw_invitation(ann.viewer, await people.invite(ann, ben))


async def withdrawn_by_him(people: People, ann: Person, ben: Person) -> None:
    await actions.withdraw_invitation(ben.viewer, await people.invite(ben, ann))


async def expired(people: People, ann: Person, ben: Person) -> None:
    await _age(people, ann, ben, timedelta(days=200))


async def expired_long_ago(people: People, ann: Person, ben: Person) -> None:
    await _age(people, ann, ben, timedelta(days=800))


async def _age(people: People, ann: Person, ben: Person, by: timedelta) -> None:
    sent = await people.invite(ann, ben)
    found = await fetch("SELECT sent_at, expires_at FROM invitations WHERE id = $1", sent)
    row = dict(found[0])
    await execute(
        "UPDATE invitations SET sent_at = $2, expires_at = $3 WHERE id = $1",
        sent,
        row["sent_at"] - by,
        row["expires_at"] - by,
    )


async def connected(people: People, ann: Person, ben: Person) -> None:
    await people.connect(ann, ben)


async def removed_by_her(people: People, ann: Person, ben: Person) -> None:
    await people.connect(ann, ben)
    await actions.remove_connection(ann.viewer, ben.key)


async def removed_by_him(people: People, ann: Person, ben: Person) -> None:
    await people.connect(ann, ben)
    await actions.remove_connection(ben.viewer, ann.key)


async def removed_after_his_invitation(people: People, ann: Person, ben: Person) -> None:
    await people.connect(ben, ann)
    await actions.remove_connection(ben.viewer, ann.key)


async def blocked(people: People, ann: Person, ben: Person) -> None:
    await people.block(ann, ben)


async def blocked_by_him(people: People, ann: Person, ben: Person) -> None:
    await people.block(ben, ann)


async def closed(people: People, ann: Person, ben: Person) -> None:
    await execute("UPDATE members SET closed_at = $2 WHERE id = $1", ben.key, now())


async def closed_herself(people: People, ann: Person, ben: Person) -> None:
    await execute("UPDATE members SET closed_at = $2 WHERE id = $1", ann.key, now())


async def knows_others(people: People, ann: Person, ben: Person) -> None:
    for other in await people.several(2):
        await people.connect(ann, other)


STORIES: dict[str, Story] = {
    one.__name__: one
    for one in (
        nothing,
        invited,
        crossing,
        declined_by_her,
        declined_by_him,
        withdrawn,
        withdrawn_by_him,
        expired,
        expired_long_ago,
        connected,
        removed_by_her,
        removed_by_him,
        removed_after_his_invitation,
        blocked,
        blocked_by_him,
        closed,
        closed_herself,
        knows_others,
    )
}
NO_KEY = Once(new_id(), "sendInvitation", None)
LIMITS = [3000, 2, 1]


async def sends(ann: Person, ben: Person, limit: int, key: str | None) -> str:
    """How it ends, in words."""
    settings = SETTINGS.model_copy(update={"connection_limit": limit})
    try:
        sent = await actions.send_invitation(ann.viewer, ben.key, "Hello", settings, key)
    except NetqlError as refusal:
        return f"{type(refusal).__name__} {refusal.code} {refusal}"
    return "connected" if sent.connected else "sent"


async def left(ann: Person, ben: Person) -> list[list[tuple[Any, ...]]]:
    """What is there of the two, without keys and moments."""
    who = {ann.key: "ann", ben.key: "ben"}
    found = []
    for statement in (
        "SELECT inviter_id AS who, note AS a, open AS b, answer AS c FROM invitations"
        " WHERE inviter_id = ANY($1) ORDER BY sent_at, open",
        "SELECT member_id AS who, number AS a, kind AS b, NULL AS c FROM events"
        " WHERE member_id = ANY($1) ORDER BY member_id, number",
        "SELECT member_id AS who, last_number AS a, NULL AS b, NULL AS c FROM event_streams"
        " WHERE member_id = ANY($1) ORDER BY member_id",
        "SELECT member_id AS who, outcome AS a, input_hash <> '' AS b, key AS c"
        " FROM idempotency_keys WHERE member_id = ANY($1)",
    ):
        rows = await fetch(statement, [ann.key, ben.key])
        found.append([(who[row["who"]], row["a"], row["b"], row["c"]) for row in rows])
    return found


@pytest.mark.skipif(DATABASE == "sqlite", reason="there is one way only")
@pytest.mark.parametrize("key", [None, "key"])
@pytest.mark.parametrize("limit", LIMITS)
@pytest.mark.parametrize("story", STORIES)
async def test_both_ways_end_alike(
    people: People, story: str, limit: int, key: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    ends, were = [], []
    for at_once in (True, False):
        ann, ben = await people.several(2)
        await STORIES[story](people, ann, ben)
        if not at_once:
            monkeypatch.setattr(client_at_once(), "acts_at_once", False)
        ends.append([await sends(ann, ben, limit, key) for _ in range(2)])
        were.append(await left(ann, ben))
    assert ends[0] == ends[1]
    assert were[0] == were[1]


@pytest.mark.skipif(DATABASE == "sqlite", reason="there is one way only")
@pytest.mark.parametrize("limit", LIMITS)
@pytest.mark.parametrize("story", STORIES)
async def test_where_nothing_was_between_no_rule_says_no(
    people: People, story: str, limit: int
) -> None:
    ann, ben = await people.several(2)
    await STORIES[story](people, ann, ben)
    at = now()
    limits = replace(actions.limits_of(SETTINGS), connections=limit)
    async with transaction((ann.key, ben.key)):
        condition = nothing_between(ann.key, ben.key, limit, at, NO_KEY)
        if not await fetch(condition.text, *condition.values):
            assert story not in ("nothing", "knows_others") or limit < 3000
            return
        found = await prospect(ann.key, ben.key, at)
    assert may_invite(found, limits, at) is None
    assert found.invitation is None


@pytest.mark.skipif(DATABASE == "sqlite", reason="there is one way only")
@pytest.mark.parametrize("key", [None, "key"])
async def test_it_takes_one_statement(people: People, key: str | None) -> None:
    ann, ben, cat = await people.several(3)
    # So that this session knows how.
    await actions.send_invitation(ann.viewer, cat.key, None, SETTINGS, key and "other")
    with counting_statements() as seen:
        assert await sends(ann, ben, 3000, key) == "sent"
    [statement] = [one for one in seen if "pg_notify" not in one]
    assert "pg_temp" in statement


@pytest.mark.skipif(DATABASE == "sqlite", reason="there is one way only")
async def test_the_condition_holds_both_members(people: People) -> None:
    ann, ben = await people.several(2)
    condition = nothing_between(ann.key, ben.key, 3000, now(), NO_KEY)
    making = writing_if(condition.text, ()).making(["uuid"] * 5, [])
    assert "FOR SHARE OF m" in making.partition("PERFORM")[2]


async def test_a_used_key_is_answered_as_before_and_a_reused_one_refused(people: People) -> None:
    ann, ben, cat = await people.several(3)
    first = await actions.send_invitation(ann.viewer, ben.key, "Hello", SETTINGS, "key")
    again = await actions.send_invitation(ann.viewer, ben.key, "Hello", SETTINGS, "key")
    assert again == first
    before = await left(ann, cat)
    assert "IDEMPOTENCY_KEY_REUSED" in await sends(ann, cat, 3000, "key")
    assert "IDEMPOTENCY_KEY_INVALID" in await sends(ann, cat, 3000, "\n")
    assert await left(ann, cat) == before


async def test_a_key_past_its_day_counts_no_more(people: People) -> None:
    ann, ben, cat = await people.several(3)
    await actions.send_invitation(ann.viewer, ben.key, None, SETTINGS, "key")
    await execute(
        "UPDATE idempotency_keys SET stored_at = $2 WHERE member_id = $1",
        ann.key,
        now() - timedelta(hours=25),
    )
    assert await sends(ann, cat, 3000, "key") == "sent"
    assert len(await fetch("SELECT id FROM invitations WHERE invitee_id = $1", cat.key)) == 1
