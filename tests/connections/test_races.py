"""Two acts at once have one winner, a typed refusal for the loser, and no third outcome."""

from __future__ import annotations

import random
from collections import Counter
from functools import partial
from typing import Any
from uuid import UUID

import pytest

from netql.accounts.actions import close_account
from netql.connections import actions
from netql.events.wakeups import wakeups
from netql.infra.database import fetch, fetch_one
from netql.safety.actions import block_member
from netql.settings import Settings
from netql.viewer import Viewer
from tests.conftest import DATABASE
from tests.connections.racing import (
    code,
    log_is_whole,
    racers,
    rounds,
    state,
    states,
    together,
    won,
)
from tests.people import PASSWORD, People

pytestmark = [pytest.mark.usefixtures("database"), pytest.mark.timeout(3600)]
SETTINGS = Settings()


@pytest.fixture(scope="module")
def number(long_run: bool) -> int:
    """How many rounds each race is run."""
    if long_run:
        return 1000
    # On SQLite a write waits for the one before: rounds differ in their order, and in no more.
    return 20 if DATABASE == "sqlite" else 50


def key_of(viewer: Viewer) -> UUID:
    assert viewer.member_id is not None
    return viewer.member_id


def sending(inviter: Viewer, invitee: Viewer, key: str | None = None) -> Any:
    return partial(actions.send_invitation, inviter, key_of(invitee), None, SETTINGS, key)


async def invited(inviter: Viewer, invitee: Viewer) -> UUID:
    return (await actions.send_invitation(inviter, key_of(invitee), None, SETTINGS)).invitation_id


async def connect(inviter: Viewer, invitee: Viewer) -> None:
    invitation = await invited(inviter, invitee)
    await actions.accept_invitation(invitee, invitation, SETTINGS)


async def test_crossing_invitations_meet(number: int) -> None:
    async def play(_: int) -> None:
        ann, ben = await racers(2)
        results = await together(sending(ann, ben), sending(ben, ann))
        assert won(results) == [0, 1]
        made = [result for result in results if isinstance(result, actions.Sent)]
        # One was first and sent; the other met it. Both speak of the same invitation.
        assert sorted(sent.connected for sent in made) == [False, True]
        assert len({sent.invitation_id for sent in made}) == 1
        assert await state(key_of(ann), key_of(ben)) == (True, 0, 0)
        # What came, what was answered, and the connection; to the other that it was accepted.
        logs = [await log_is_whole(key_of(one)) for one in (ann, ben)]
        assert sorted(logs) == [2, 3]

    await rounds(number, play)


async def test_an_invitation_sent_several_times_is_sent_once(number: int) -> None:
    async def play(_: int) -> None:
        ann, ben = await racers(2)
        results = await together(*[sending(ann, ben)] * 4)
        assert Counter(map(code, results)) == {"done": 1, "ALREADY_PENDING": 3}
        assert await state(key_of(ann), key_of(ben)) == (False, 1, 0)
        assert await log_is_whole(key_of(ben)) == 1

    await rounds(number, play)


async def test_accepting_twice_connects_once(number: int) -> None:
    async def play(_: int) -> None:
        ann, ben = await racers(2)
        invitation = await invited(ann, ben)
        accept = partial(actions.accept_invitation, ben, invitation, SETTINGS)
        assert await together(accept, accept) == [key_of(ann)] * 2
        assert await state(key_of(ann), key_of(ben)) == (True, 0, 0)

    await rounds(number, play)


async def test_accepting_against_withdrawing(number: int) -> None:
    seen: Counter[str] = Counter()

    async def play(_: int) -> None:
        ann, ben = await racers(2)
        invitation = await invited(ann, ben)
        results = await together(
            partial(actions.accept_invitation, ben, invitation, SETTINGS),
            partial(actions.withdraw_invitation, ann, invitation),
        )
        [winner] = won(results)
        # The invitee finds it gone; the inviter finds it answered.
        loser = ("INVITATION_NOT_PENDING", "NOT_FOUND")[winner]
        assert code(results[1 - winner]) == loser
        assert await state(key_of(ann), key_of(ben)) == (winner == 0, 0, 0)
        seen[("accepted", "withdrawn")[winner]] += 1

    await rounds(number, play)
    assert set(seen) == {"accepted", "withdrawn"}, "a race that one side always wins is none"


async def test_accepting_against_declining(number: int) -> None:
    async def play(_: int) -> None:
        ann, ben = await racers(2)
        invitation = await invited(ann, ben)
        results = await together(
            partial(actions.accept_invitation, ben, invitation, SETTINGS),
            partial(actions.decline_invitation, ben, invitation),
        )
        # A declined invitation can still be accepted, an accepted one not be declined.
        assert code(results[0]) == "done"
        assert code(results[1]) in ("done", "INVITATION_NOT_PENDING")
        assert await state(key_of(ann), key_of(ben)) == (True, 0, 0)

    await rounds(number, play)


@pytest.mark.parametrize("blocker", ["inviter", "invitee"])
async def test_accepting_against_blocking(number: int, blocker: str) -> None:
    async def play(_: int) -> None:
        ann, ben = await racers(2)
        invitation = await invited(ann, ben)
        who, whom = (ann, ben) if blocker == "inviter" else (ben, ann)
        results = await together(
            partial(actions.accept_invitation, ben, invitation, SETTINGS),
            partial(block_member, who, key_of(whom)),
        )
        assert code(results[0]) in ("done", "NOT_FOUND")
        assert code(results[1]) == "done"
        connected, waiting, blocks = await state(key_of(ann), key_of(ben))
        assert (connected, blocks) == (False, 1)
        # Only what the blocked had sent stays open, for the case that the block is lifted.
        frozen = blocker == "invitee" and code(results[0]) == "NOT_FOUND"
        assert waiting == int(frozen)

    await rounds(number, play)


async def test_crossing_invitations_against_blocking(number: int) -> None:
    async def play(_: int) -> None:
        ann, ben = await racers(2)
        results = await together(
            sending(ann, ben), sending(ben, ann), partial(block_member, ann, key_of(ben))
        )
        assert {code(result) for result in results[:2]} <= {"done", "NOT_FOUND"}
        assert code(results[2]) == "done"
        connected, _, blocks = await state(key_of(ann), key_of(ben))
        assert (connected, blocks) == (False, 1)

    await rounds(number, play)


async def test_blocking_each_other(number: int) -> None:
    async def play(_: int) -> None:
        ann, ben = await racers(2)
        await connect(ann, ben)
        results = await together(
            partial(block_member, ann, key_of(ben)), partial(block_member, ben, key_of(ann))
        )
        # For the second the first is not there any more.
        assert sorted(map(code, results)) == ["NOT_FOUND", "done"]
        assert await state(key_of(ann), key_of(ben)) == (False, 0, 1)

    await rounds(number, play)


async def test_removing_twice_removes_once(number: int) -> None:
    async def play(_: int) -> None:
        ann, ben = await racers(2)
        await connect(ann, ben)
        results = await together(
            partial(actions.remove_connection, ann, key_of(ben)),
            partial(actions.remove_connection, ben, key_of(ann)),
        )
        assert sorted(result is None for result in results) == [False, True]
        assert await state(key_of(ann), key_of(ben)) == (False, 0, 0)
        ended = await fetch(
            "SELECT member_id FROM ended_connections WHERE member_id = $1 OR member_id = $2",
            key_of(ann),
            key_of(ben),
        )
        assert len(ended) == 1, "one of the two removed it, and waits for nothing"

    await rounds(number, play)


async def test_fifty_inviters_of_one_who_invites_others_meanwhile(number: int) -> None:
    inviters = await racers(50)
    guests = await racers(5)

    async def play(_: int) -> None:
        [host] = await racers(1)
        results = await together(
            *(sending(inviter, host) for inviter in inviters),
            *(sending(host, guest) for guest in guests),
            # Two of the fifty get an answer in the same moment: the host invites them too.
            *(sending(host, inviter) for inviter in inviters[:2]),
        )
        assert {code(result) for result in results} == {"done"}
        assert await states(key_of(host), [key_of(inviter) for inviter in inviters]) == (
            [(True, 0, 0)] * 2 + [(False, 1, 0)] * 48
        )
        crossed = [results[0], results[1]]
        met = sum(isinstance(one, actions.Sent) and one.connected for one in crossed)
        # Of the fifty each that the host did not invite first was received; of the two that were
        # answered, whoever answered, one entry tells so, and one of the connection.
        assert await log_is_whole(key_of(host)) == 50 - met + 2 * 2

    await rounds(number, play)
    # These were in many rounds at once.
    assert {await log_is_whole(key_of(guest)) for guest in guests} == {number}
    for inviter in inviters:
        await log_is_whole(key_of(inviter))


async def test_one_key_twenty_times(number: int) -> None:
    async def play(index: int) -> None:
        ann, ben = await racers(2)
        results = await together(*[sending(ann, ben, f"key {index}")] * 20)
        [sent] = {result for result in results if isinstance(result, actions.Sent)}
        assert results == [sent] * 20
        assert await state(key_of(ann), key_of(ben)) == (False, 1, 0)
        assert await log_is_whole(key_of(ben)) == 1

    await rounds(number, play)


@pytest.mark.parametrize("full", ["invitee", "inviter"])
async def test_a_limit_holds_however_many_come_at_once(number: int, full: str) -> None:
    """Each has a pair of its own, so it is the member's count that they race for."""
    two = Settings(connection_limit=2)

    async def play(_: int) -> None:
        host, *others = await racers(6)
        acts = []
        for other in others:
            inviter, invitee = (other, host) if full == "invitee" else (host, other)
            invitation = await invited(inviter, invitee)
            acts.append(partial(actions.accept_invitation, invitee, invitation, two))
        results = await together(*acts)
        refusal = "CONNECTION_LIMIT_REACHED" if full == "invitee" else "CANNOT_CONNECT_NOW"
        assert Counter(map(code, results)) == {"done": 2, refusal: 3}
        for index, other in enumerate(others):
            met = index in won(results)
            assert await state(key_of(host), key_of(other)) == (met, int(not met), 0)

    await rounds(number, play)


@pytest.mark.parametrize("who_leaves", ["inviter", "invitee"])
async def test_accepting_against_leaving(number: int, people: People, who_leaves: str) -> None:
    async def play(_: int) -> None:
        ann, ben = await people.several(2)
        invitation = await people.invite(ann, ben)
        leaver = ann if who_leaves == "inviter" else ben
        await people.give_account(leaver)
        results = await together(
            partial(actions.accept_invitation, ben.viewer, invitation, SETTINGS),
            partial(close_account, leaver.viewer, PASSWORD),
        )
        assert code(results[0]) in ("done", "NOT_FOUND", "UNAUTHENTICATED")
        assert code(results[1]) == "done"
        assert await state(ann.key, ben.key) == (False, 0, 0)

    await rounds(number, play)


@pytest.mark.parametrize("act", ["send", "block"])
async def test_acting_against_leaving_oneself(number: int, people: People, act: str) -> None:
    """Whoever has left does nothing any more, even what was already on its way."""

    async def play(_: int) -> None:
        ann, ben = await people.several(2)
        await people.give_account(ann)
        acting = (
            partial(actions.send_invitation, ann.viewer, ben.key, None, SETTINGS, "key")
            if act == "send"
            else partial(block_member, ann.viewer, ben.key)
        )
        # The password is looked at first, so the other act would otherwise always be ahead.
        results = await together(
            *[acting] * random.choice((1, 6)), partial(close_account, ann.viewer, PASSWORD)
        )
        assert code(results[-1]) == "done"
        assert {code(result) for result in results[:-1]} <= {
            "done",
            "ALREADY_PENDING",
            "UNAUTHENTICATED",
        }
        assert await state(ann.key, ben.key) == (False, 0, 0)
        left = await fetch_one(
            "SELECT count(*) AS held FROM idempotency_keys WHERE member_id = $1", ann.key
        )
        assert left is not None
        assert left["held"] == 0
        assert await log_is_whole(ben.key) <= 1

    await rounds(number, play)


async def test_two_who_are_connected_leave_at_once(number: int, people: People) -> None:
    async def play(_: int) -> None:
        ann, ben, cat = await people.several(3)
        for one, other in ((ann, ben), (ann, cat), (ben, cat)):
            await people.connect(one, other)
        for who in (ann, ben, cat):
            await people.give_account(who)
        results = await together(
            *(partial(close_account, who.viewer, PASSWORD) for who in (ann, ben, cat))
        )
        assert results == [None] * 3
        for one, other in ((ann, ben), (ann, cat), (ben, cat)):
            assert await state(one.key, other.key) == (False, 0, 0)

    await rounds(number, play)


async def test_a_wake_up_follows_every_commit_and_no_refusal(number: int) -> None:
    async def play(_: int) -> None:
        ann, ben, cat = await racers(3)
        with (
            wakeups.bus.listening(key_of(ben)) as bens,
            wakeups.bus.listening(key_of(cat)) as cats,
        ):
            await connect(ann, cat)
            cats.clear()
            await together(sending(ann, ben), sending(ann, cat))
            await together(sending(cat, ben))
            assert bens.is_set()
            assert not cats.is_set()

    await rounds(number, play)
