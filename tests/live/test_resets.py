"""A stream whose next entries are not kept any more says so, and goes on from the present."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from netql.clock import now
from netql.events.recording import last_number
from netql.infra.database import execute
from netql.infra.tokens import Signer
from netql.settings import Settings
from tests.api import Api
from tests.live.bare_streams import (
    CONNECTIONS,
    INVITATIONS,
    RECEIVED,
    Streams,
    event,
    newest,
    streams,
)
from tests.live.inside import as_from_afar, waiting
from tests.people import People, Person

PAST = """query Past($after: String) { events(after: $after) { isReset edges { cursor }
  nodes { kind cursor } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }"""


@pytest.fixture
async def opening(settings: Settings, signer: Signer) -> AsyncIterator[Streams]:
    async with streams(settings, signer) as found:
        yield found


async def outlived(people: People, *, cursor_too: bool = True) -> tuple[Person, str]:
    """Somebody with three invitations, and a cursor of which not even the next entry is kept; nor,
    as when a log is pruned, its own."""
    ben = await people.member("Ben Birch")
    await people.invite(await people.member(), ben)
    cursor = await newest(ben)
    await people.invite(await people.member(), ben)
    lost = await newest(ben)
    await people.invite(await people.member(), ben)
    gone = [lost, cursor] if cursor_too else [lost]
    for one in gone:
        assert await execute("DELETE FROM events WHERE cursor = $1", one) == 1
    return ben, cursor


@pytest.mark.parametrize("cursor_too", [True, False])
@pytest.mark.parametrize("query", [RECEIVED, INVITATIONS, CONNECTIONS])
async def test_a_stream_begins_with_a_reset_and_goes_on_from_now(
    people: People, opening: Streams, query: str, cursor_too: bool
) -> None:
    ben, cursor = await outlived(people, cursor_too=cursor_too)
    stream = await opening.open(ben, query, cursor)
    reset = await event(stream)
    assert reset["kind"] == "RESET"
    if query == CONNECTIONS:
        assert reset["connection"] is None
    else:
        assert reset["pendingCount"] == 3
        assert reset["invitation"] is reset["invitationId"] is None
    coming = asyncio.create_task(event(stream))
    await waiting(ben)
    assert not coming.done()
    await people.invite(cat := await people.member("Cat Cedar"), ben)
    await people.connect(dan := await people.member("Dan Dale"), ben)
    after = await coming
    if query == CONNECTIONS:
        assert after["connection"]["member"]["handle"] == dan.handle
    else:
        assert after["invitation"]["inviter"]["handle"] == cat.handle
    # From the reset's own cursor on nothing is lost, so nothing is reset again.
    again = await event(await opening.open(ben, query, reset["cursor"]))
    assert (again["kind"], again["cursor"]) == (after["kind"], after["cursor"])


async def test_every_reset_has_a_cursor_of_its_own(
    people: People, opening: Streams, api: Api
) -> None:
    """If it were that of the newest entry, it would tell of entries that may not be seen."""
    ben, cursor = await outlived(people)
    cursors = set()
    for _ in range(2):
        cursors.add((await event(await opening.open(ben, RECEIVED, cursor)))["cursor"])
        cursors.add((await api.run(PAST, as_=ben, after=cursor))["events"]["pageInfo"]["endCursor"])
    assert len(cursors) == 4


async def test_who_has_signed_out_is_told_of_no_reset(people: People, opening: Streams) -> None:
    """It would come with the count of those who wait. Nothing here is seen to end by the watch."""
    ben, cursor = await outlived(people)
    stream = await opening.open(ben, INVITATIONS, cursor)
    await execute("UPDATE sessions SET ended_at = $2 WHERE member_id = $1", ben.key, now())
    held = await last_number(ben.key)
    answer = await anext(stream)
    assert [error.extensions["code"] for error in answer.errors] == ["UNAUTHENTICATED"]
    assert answer.data is None
    assert await last_number(ben.key) == held


async def test_another_device_is_not_told_of_a_reset(people: People, opening: Streams) -> None:
    ben, cursor = await outlived(people)
    other = asyncio.create_task(event(await opening.open(ben, INVITATIONS)))
    await waiting(ben)
    assert (await event(await opening.open(ben, INVITATIONS, cursor)))["kind"] == "RESET"
    await waiting(ben)
    assert not other.done()
    other.cancel()
    await asyncio.gather(other, return_exceptions=True)


async def test_a_stream_that_is_outlived_while_it_listens_is_reset(
    people: People, opening: Streams, monkeypatch: pytest.MonkeyPatch
) -> None:
    as_from_afar(monkeypatch)
    ben = await people.member("Ben Birch")
    stream = await opening.open(ben, INVITATIONS)
    coming = asyncio.create_task(event(stream))
    await waiting(ben)
    await people.invite(await people.member(), ben)
    first = await coming
    # Nobody asks for more for so long that what came meanwhile is gone.
    await people.invite(await people.member(), ben)
    gone = await newest(ben)
    await people.invite(await people.member(), ben)
    await execute("DELETE FROM events WHERE cursor = $1", gone)
    reset = await event(stream)
    assert (reset["kind"], reset["pendingCount"]) == ("RESET", 3)
    assert reset["cursor"] != first["cursor"]


@pytest.mark.parametrize("cursor_too", [True, False])
async def test_a_query_tells_of_a_reset_and_where_to_go_on(
    api: Api, people: People, cursor_too: bool
) -> None:
    ben, cursor = await outlived(people, cursor_too=cursor_too)
    page: Any = (await api.run(PAST, as_=ben, after=cursor))["events"]
    assert page["isReset"] is True
    assert page["nodes"] == page["edges"] == []
    assert page["pageInfo"]["hasNextPage"] is False
    end = page["pageInfo"]["endCursor"]
    await people.invite(await people.member(), ben)
    after = (await api.run(PAST, as_=ben, after=end))["events"]
    assert after["isReset"] is False
    assert [one["kind"] for one in after["nodes"]] == ["RECEIVED"]
    # Without a cursor nothing was promised, so what is kept is all there is.
    kept = (await api.run(PAST, as_=ben))["events"]
    assert kept["isReset"] is False
    assert [one["kind"] for one in kept["nodes"]] == ["RECEIVED"] * len(kept["nodes"])
    assert len(kept["nodes"]) == 3 - cursor_too
