"""Subscribe, then ask: between the two nothing falls.

The log's numbers are held, so that a subscription that wants to know where to begin has to wait.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from contextvars import Context

import pytest

from netql.infra.database import execute, fetch_one, transaction
from tests.conftest import DATABASE
from tests.live.client import PATIENCE
from tests.live.inside import Live
from tests.live.streams import listening
from tests.people import People

pytestmark = pytest.mark.skipif(DATABASE == "sqlite", reason="SQLite holds no table for one alone")
COUNT = "{ viewer { receivedInvitations { totalCount } } }"
NAME = "{ __typename }"
SUBSCRIBED = "subscription { invitationEvents { kind pendingCount } }"


@asynccontextmanager
async def numbers_held() -> AsyncIterator[None]:
    """Within the block nobody else reads or gives out numbers of logs."""
    async with transaction():
        await execute("LOCK TABLE event_streams IN ACCESS EXCLUSIVE MODE")
        yield


async def somebody_waits() -> None:
    """Until a statement waits for the numbers."""
    waits = (
        "SELECT count(*) AS n FROM pg_locks"
        " WHERE relation = 'event_streams'::regclass AND NOT granted"
    )
    async with asyncio.timeout(PATIENCE):
        while (row := await fetch_one(waits)) is None or not row["n"]:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    # Whoever does not wait has its chance to be faster.
    await asyncio.sleep(0.2)


@pytest.mark.parametrize("between", [COUNT, NAME])
async def test_what_is_asked_on_a_socket_is_answered_once_the_subscription_before_it_listens(
    live: Live, people: People, between: str
) -> None:
    ben, eve = await people.several(2)
    async with live.socket(ben) as socket:
        async with numbers_held():
            stream = await socket.start(SUBSCRIBED)
            asked = await socket.start(between)
            await somebody_waits()
            assert await socket.alive()
            assert socket.kept(asked.key) == []
            await people.invite(eve, ben)
        answer = await asked.data()
        assert between == NAME or answer["viewer"]["receivedInvitations"]["totalCount"] == 1
        await people.invite(await people.member(), ben)
        assert (await stream.data())["invitationEvents"] == {"kind": "RECEIVED", "pendingCount": 2}


async def test_whoever_ends_the_subscription_is_answered(live: Live, people: People) -> None:
    ben = await people.member()
    async with live.socket(ben) as socket, numbers_held():
        stream = await socket.start(SUBSCRIBED)
        asked = await socket.start(NAME)
        await somebody_waits()
        await stream.complete()
        assert await asked.data() == {"__typename": "Query"}


async def test_a_stream_over_http_opens_once_it_listens(live: Live, people: People) -> None:
    """Its headers are the sign to ask what there is."""
    ben, eve, cat = await people.several(3)
    opened = asyncio.Event()

    async def hear() -> object:
        async with listening(live.url, SUBSCRIBED, ben) as response:
            opened.set()
            return (await response.answer())["data"]["invitationEvents"]

    async with numbers_held():
        hearing = asyncio.create_task(hear(), context=Context())
        await somebody_waits()
        assert not opened.is_set()
        await people.invite(eve, ben)
    await opened.wait()
    await people.invite(cat, ben)
    assert await hearing == {"kind": "RECEIVED", "pendingCount": 2}
