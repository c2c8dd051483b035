"""Who is told of an act asks the database before the act is answered."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from tortoise.connection import get_connection

from netql.api.mutations import connections as mutations
from netql.events.wakeups import wakeups
from netql.infra.tokens import Signer
from netql.settings import Settings
from tests.api import Api
from tests.live.bare_streams import INVITATIONS, Streams, event, streams
from tests.live.inside import waiting
from tests.people import People

pytestmark = pytest.mark.usefixtures("unpolled", "unshared")
INVITE = """mutation ($to: ID!) { sendInvitation(input: {memberId: $to}) {
  invitation { inviter { handle } } userErrors { code } } }"""


@pytest.fixture
async def opening(settings: Settings, signer: Signer) -> AsyncIterator[Streams]:
    async with streams(settings, signer) as found:
        yield found


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What is asked outside of transactions, by whoever it is, and when the act is answered."""
    client = get_connection("default")
    usual = client.fetch_rows
    seen: list[str] = []

    async def fetch_rows(statement: str, values: Any) -> Any:
        seen.append(statement)
        return await usual(statement, values)

    monkeypatch.setattr(client, "fetch_rows", fetch_rows)
    changed = mutations._changed

    async def answering(*values: Any) -> Any:
        seen.append("answering")
        return await changed(*values)

    monkeypatch.setattr(mutations, "_changed", answering)
    return seen


async def test_who_is_told_asks_before_who_acts(
    api: Api, opening: Streams, people: People, asked: list[str]
) -> None:
    ann, ben = await people.several(2)
    stream = await opening.open(ben, INVITATIONS)
    coming = asyncio.create_task(event(stream))
    await waiting(ben)
    asked.clear()
    sent = (await api.run(INVITE, as_=ann, to=ben.id))["sendInvitation"]
    assert sent["invitation"] == {"inviter": {"handle": ann.handle}}
    assert (await coming)["invitation"]["inviter"]["handle"] == ann.handle
    mine, first, then = [one for one in asked if "pg_notify" not in one][:3]
    assert "FROM sessions" in mine
    assert "session_id" in first
    assert then == "answering"


async def test_it_is_known_whether_anybody_here_was_told(api: Api, people: People) -> None:
    ann, ben, cat = await people.several(3)
    before = wakeups.times
    with wakeups.bus.listening(cat.key) as listener:
        await api.run(INVITE, as_=ann, to=ben.id)
        assert wakeups.times == before
        await api.run(INVITE, as_=ann, to=cat.id)
        assert listener.is_set()
    assert wakeups.times == before + 1
