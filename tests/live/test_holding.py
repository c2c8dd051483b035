"""What is forbidden between an event's recording and its judging is not sent.

Judging is held where what there is to be judged is known: the test forbids, and lets go.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from typing import Any
from uuid import UUID

import pytest

from netql.accounts import actions as accounts
from netql.api import following
from netql.clock import now
from netql.connections import actions as inviting
from netql.infra.database import execute, transaction
from netql.infra.tokens import Signer
from netql.safety import actions as safety
from netql.settings import Settings
from tests.live.bare_streams import CONNECTIONS, INVITATIONS, Streams, event, newest, streams
from tests.live.inside import as_from_afar, waiting
from tests.people import People, Person


@pytest.fixture
async def opening(settings: Settings, signer: Signer) -> AsyncIterator[Streams]:
    async with streams(settings, signer) as found:
        yield found


class Held:
    """What comes before the judging, which ends when it is let go."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._read = following._read
        self.reached, self.go = asyncio.Event(), asyncio.Event()
        monkeypatch.setattr(following, "_read", self)

    async def __call__(self, followers: Sequence[following.Follower], found: Any) -> None:
        await self._read(followers, found)
        if any(one.known for one in followers):
            self.reached.set()
            await self.go.wait()


@pytest.fixture(params=["from here", "from afar"], autouse=True)
def _woken(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is judged was handed over, or read from the log."""
    if request.param == "from afar":
        as_from_afar(monkeypatch)


async def _block(ben: Person, ann: Person, sent: UUID) -> None:
    await safety.block_member(ben.viewer, ann.key)


async def _be_blocked(ben: Person, ann: Person, sent: UUID) -> None:
    await safety.block_member(ann.viewer, ben.key)


async def _withdraw(ben: Person, ann: Person, sent: UUID) -> None:
    await inviting.withdraw_invitation(ann.viewer, sent)


@pytest.mark.parametrize("forbid", [_block, _be_blocked, _withdraw])
async def test_an_invitation_that_ends_while_it_is_on_its_way_is_not_sent(
    people: People,
    opening: Streams,
    monkeypatch: pytest.MonkeyPatch,
    forbid: Callable[[Person, Person, UUID], Awaitable[None]],
) -> None:
    ann, ben, cat = await people.several(3)
    coming = asyncio.create_task(event(await opening.open(ben, INVITATIONS)))
    await waiting(ben)
    held = Held(monkeypatch)
    sent = await people.invite(ann, ben)
    await held.reached.wait()
    await forbid(ben, ann, sent)
    held.go.set()
    if forbid is _withdraw:
        # Not that it came, but that it went.
        assert ((await coming)["kind"], (await coming)["invitation"]) == ("WITHDRAWN", None)
        return
    await waiting(ben)
    assert not coming.done()
    await people.invite(cat, ben)
    assert (await coming)["invitation"]["inviter"]["handle"] == cat.handle
    assert (await coming)["pendingCount"] == 1


async def test_a_connection_that_ends_while_it_is_on_its_way_is_not_sent(
    people: People, opening: Streams, monkeypatch: pytest.MonkeyPatch
) -> None:
    ann, ben, cat = await people.several(3)
    coming = asyncio.create_task(event(await opening.open(ben, CONNECTIONS)))
    await waiting(ben)
    sent = await people.invite(ann, ben)
    await waiting(ben)
    held = Held(monkeypatch)
    await inviting.accept_invitation(ben.viewer, sent, Settings())
    await held.reached.wait()
    await inviting.remove_connection(ann.viewer, ben.key)
    held.go.set()
    await waiting(ben)
    assert not coming.done()
    await people.connect(cat, ben)
    assert (await coming)["connection"]["member"]["handle"] == cat.handle


async def test_whoever_signs_out_while_an_event_is_on_its_way_hears_nothing(
    people: People, opening: Streams, monkeypatch: pytest.MonkeyPatch
) -> None:
    ann, ben = await people.several(2)
    stream = await opening.open(ben, INVITATIONS)
    coming = asyncio.create_task(anext(stream))
    await waiting(ben)
    held = Held(monkeypatch)
    await people.invite(ann, ben)
    await held.reached.wait()
    await accounts.sign_out(ben.viewer)
    held.go.set()
    answer = await coming
    assert answer.data is None
    assert [error.extensions["code"] for error in answer.errors] == ["UNAUTHENTICATED"]


async def test_the_next_event_in_hand_is_judged_when_it_is_wanted(
    people: People, opening: Streams
) -> None:
    """Two are read at once, and judged together; the second ends before it is asked for."""
    ann, ben, cat, dan = await people.several(4)
    await people.invite(await people.member(), ben)
    stream = await opening.open(ben, INVITATIONS)
    coming = asyncio.create_task(event(stream))
    await waiting(ben)
    async with transaction():
        for inviter in (ann, cat, dan):
            await people.invite(inviter, ben)
    assert (await coming)["invitation"]["inviter"]["handle"] == ann.handle
    await people.block(cat, ben)
    assert (await event(stream))["invitation"]["inviter"]["handle"] == dan.handle


async def test_whoever_signs_out_while_much_is_passed_over_hears_nothing(
    people: People, opening: Streams, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each look at a long log asks for the session: nothing here is seen to end by the watch."""
    monkeypatch.setattr(following, "JUDGED", 1)
    ben, cat = await people.several(2)
    withheld = [await people.member() for _ in range(6)]
    await people.invite(await people.member(), ben)
    stream = await opening.open(ben, INVITATIONS, await newest(ben))
    async with transaction():
        for one in withheld:
            await people.invite(one, ben)
            await people.block(one, ben)
        await people.invite(cat, ben)
    looks = 0
    asked = following.live_among

    async def live_among(*listeners: Any, **how: Any) -> list[bool]:
        """Between two looks, so that the first one's question for the session is answered."""
        nonlocal looks
        found = await asked(*listeners, **how)
        looks += 1
        if looks == 1:
            await execute("UPDATE sessions SET ended_at = $2 WHERE member_id = $1", ben.key, now())
        return found

    monkeypatch.setattr(following, "live_among", live_among)
    answer = await anext(stream)
    assert looks == 2
    assert [error.extensions["code"] for error in answer.errors] == ["UNAUTHENTICATED"]
