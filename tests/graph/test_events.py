"""Events as a query: pages of the viewer's log, for who has been away."""

from __future__ import annotations

from typing import Any

import pytest

from netql.clock import now
from netql.connections import actions as inviting
from netql.infra.database import execute, transaction
from netql.settings import Settings
from tests.api import Api
from tests.graph.test_statement_counts import statements
from tests.people import People, Person

PAST = """query Past($first: Int, $after: String) { events(first: $first, after: $after) {
  isReset edges { cursor node { cursor } } pageInfo { hasNextPage hasPreviousPage startCursor
  endCursor } nodes { kind cursor
    ... on InvitationEvent { pendingCount invitationId invitation { inviter { handle phone } } }
    ... on ConnectionEvent { connection { connectedAt member { handle } } } } } }"""


async def past(api: Api, person: Person | None, **given: Any) -> Any:
    return (await api.run(PAST, as_=person, **given))["events"]


@pytest.fixture
async def ben(people: People) -> Person:
    """Somebody whom five invited, of whom the second took it back, whom the fourth blocked, and who
    accepted the fifth."""
    async with transaction():
        ben = await people.member("Ben Birch")
        inviters = await people.several(5)
        sent = [await people.invite(one, ben) for one in inviters]
        await inviting.withdraw_invitation(inviters[1].viewer, sent[1])
        await people.block(inviters[3], ben)
        await inviting.accept_invitation(ben.viewer, sent[4], Settings())
    return ben


TOLD = ["RECEIVED", "RECEIVED", "WITHDRAWN", "CONCLUDED", "CONNECTED"]


async def test_it_tells_what_may_be_known_now_oldest_first(api: Api, ben: Person) -> None:
    page = await past(api, ben)
    assert [one["kind"] for one in page["nodes"]] == TOLD
    assert {one["pendingCount"] for one in page["nodes"] if "pendingCount" in one} == {2}
    assert [edge["cursor"] for edge in page["edges"]] == [one["cursor"] for one in page["nodes"]]
    assert page["edges"][0]["node"] == {"cursor": page["pageInfo"]["startCursor"]}
    assert page["pageInfo"]["endCursor"] == page["nodes"][-1]["cursor"]
    assert page["pageInfo"]["hasNextPage"] is page["pageInfo"]["hasPreviousPage"] is False


@pytest.mark.parametrize("first", [1, 2, 3])
async def test_pages_join_without_a_gap(api: Api, ben: Person, first: int) -> None:
    whole = (await past(api, ben))["nodes"]
    found, after = [], None
    while True:
        page = await past(api, ben, first=first, after=after)
        assert page["pageInfo"]["hasPreviousPage"] is (after is not None)
        found += page["nodes"]
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            break
        assert len(page["nodes"]) == first
    assert found == whole
    # At the end there is nothing, and nothing to go on from but what one has.
    end = await past(api, ben, after=after)
    assert end["nodes"] == []
    assert end["pageInfo"]["endCursor"] is None


async def test_what_may_not_be_told_fills_no_page(
    api: Api, ben: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However long the stretch of it is, and wherever it begins."""
    monkeypatch.setattr("netql.api.history.AT_ONCE", 2)
    page = await past(api, ben, first=2)
    assert [one["kind"] for one in page["nodes"]] == TOLD[:2]
    assert page["pageInfo"]["hasNextPage"] is True
    cursor = page["pageInfo"]["endCursor"]
    # The third of the five, whose invitation was the second to be told.
    await execute(
        "UPDATE members SET closed_at = $2 WHERE handle = $1",
        page["nodes"][1]["invitation"]["inviter"]["handle"],
        now(),
    )
    assert [one["kind"] for one in (await past(api, ben))["nodes"]] == [TOLD[0], *TOLD[2:]]
    assert [one["kind"] for one in (await past(api, ben, after=cursor))["nodes"]] == TOLD[2:]


async def test_a_guest_has_no_events(api: Api) -> None:
    assert await past(api, None) is None


@pytest.mark.parametrize("first", [0, -1, 101])
async def test_a_page_has_its_bounds(api: Api, ben: Person, first: int) -> None:
    answer = await api.answer(PAST, as_=ben, first=first)
    assert [one["extensions"]["code"] for one in answer["errors"]] == ["BAD_USER_INPUT"]


@pytest.mark.parametrize("cursor", ["", "garbage", "é", "\0", "x" * 10_000])
async def test_a_cursor_that_is_none_is_refused(api: Api, ben: Person, cursor: str) -> None:
    answer = await api.answer(PAST, as_=ben, after=cursor)
    assert [one["extensions"]["code"] for one in answer["errors"]] == ["BAD_CURSOR"]


async def test_a_cursor_of_somebody_else_is_refused_like_garbage(
    api: Api, people: People, ben: Person
) -> None:
    ann = await people.member()
    foreign = (await past(api, ben))["nodes"][0]["cursor"]
    answers = [await api.answer(PAST, as_=ann, after=one) for one in (foreign, "garbage")]
    for answer in answers:
        del answer["errors"][0]["extensions"]["requestId"]
    assert answers[0] == answers[1]


async def test_a_page_of_many_costs_what_a_page_of_one_costs(api: Api, people: People) -> None:
    async with transaction():
        ben = await people.member("Ben Birch")
        for one in await people.several(30):
            await people.connect(one, ben)
            await people.invite(await people.member(), ben)
    one, page = await statements(api, PAST, ben, first=1)
    assert len(page["events"]["nodes"]) == 1
    many, page = await statements(api, PAST, ben, first=90)
    assert len(page["events"]["nodes"]) == 90
    # The log, what is about invitations, what is about connections; the count and the members.
    assert one == many == 5
    after = page["events"]["nodes"][0]["cursor"]
    # And the cursor.
    assert (await statements(api, PAST, ben, first=90, after=after))[0] == 6


async def test_a_log_that_was_forgotten_is_empty(api: Api, ben: Person) -> None:
    await execute("DELETE FROM events WHERE member_id = $1", ben.key)
    assert (await past(api, ben))["nodes"] == []
