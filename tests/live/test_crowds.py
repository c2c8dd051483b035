"""A process with many subscribers asks the database no more than one with a single one does."""

from __future__ import annotations

import asyncio
from collections import Counter
from contextvars import Context as Variables
from typing import Any

import pytest

from netql.api import following
from netql.infra.counting import counting_statements
from netql.infra.database import transaction
from netql.infra.tokens import Signer
from netql.settings import Settings
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

pytestmark = pytest.mark.usefixtures("unshared")
# The logs, the invitations with those who sent them and the sessions that they are for, the counts,
# and the members that are shown beside these.
EACH = 4
# What this process wrote itself it need not read.
OWN = EACH - 1


async def listeners_of(people: People, number: int) -> tuple[Person, list[Person]]:
    """Somebody who invites, and so many who have been invited by somebody else before."""
    async with transaction():
        herald, inviter = await people.several(2)
        invitees = await people.several(number)
        for invitee in invitees:
            await people.invite(herald, invitee)
    return inviter, invitees


async def invite_all(people: People, inviter: Person, invitees: list[Person]) -> None:
    """One transaction, so that all of them are woken in the same turn of the loop."""
    async with transaction():
        for invitee in invitees:
            await people.invite(inviter, invitee, "Hello")


async def connect_all(people: People, inviter: Person, invitees: list[Person]) -> None:
    async with transaction():
        for invitee in invitees:
            await people.connect(inviter, invitee)


async def uncounted(work: Any) -> None:
    await asyncio.create_task(work, context=Variables())


def told(events: list[Any]) -> Counter[tuple[str, int]]:
    return Counter((one["kind"], one["pendingCount"]) for one in events)


@pytest.mark.parametrize("afar", [False, True], ids=["from here", "from afar"])
@pytest.mark.parametrize("number", [1, 10, 200])
async def test_subscribers_who_are_woken_together_cost_what_one_costs(
    people: People,
    settings: Settings,
    signer: Signer,
    monkeypatch: pytest.MonkeyPatch,
    number: int,
    afar: bool,
) -> None:
    if afar:
        as_from_afar(monkeypatch)
    inviter, invitees = await listeners_of(people, number)
    async with streams(settings, signer) as opening:
        opened = [await opening.open(one, INVITATIONS) for one in invitees]
        with counting_statements() as seen:
            coming = [asyncio.create_task(event(stream)) for stream in opened]
            for one in invitees:
                await waiting(one)
            seen.clear()
            await uncounted(invite_all(people, inviter, invitees))
            came = await asyncio.gather(*coming)
    assert told(came) == {("RECEIVED", 2): number}
    assert {one["invitation"]["inviter"]["handle"] for one in came} == {inviter.handle}
    assert len(seen) == (EACH if afar else OWN), seen


@pytest.mark.parametrize(("query", "statements"), [(RECEIVED, 2), (CONNECTIONS, 1)])
async def test_the_other_end_comes_with_what_is_told(
    people: People, settings: Settings, signer: Signer, query: str, statements: int
) -> None:
    """The invitation with its inviter and the session, the count; of a tie itself with both."""
    ann, others = await listeners_of(people, 3)
    async with streams(settings, signer) as opening:
        opened = [await opening.open(one, query) for one in others]
        with counting_statements() as seen:
            coming = [asyncio.create_task(event(stream)) for stream in opened]
            for one in others:
                await waiting(one)
            seen.clear()
            act = invite_all if query is RECEIVED else connect_all
            await uncounted(act(people, ann, others))
            came = await asyncio.gather(*coming)
    assert len(seen) == statements, seen
    for one in came:
        end = one["invitation"]["inviter"] if query is RECEIVED else one["connection"]["member"]
        assert end["handle"] == ann.handle


@pytest.mark.parametrize("number", [1, 10, 200])
async def test_subscribers_who_come_back_together_cost_what_one_costs(
    people: People, settings: Settings, signer: Signer, number: int
) -> None:
    inviter, invitees = await listeners_of(people, number)
    cursors = [await newest(one) for one in invitees]
    await invite_all(people, inviter, invitees)
    async with streams(settings, signer) as opening:
        with counting_statements() as seen:
            opened = [
                await opening.open(one, INVITATIONS, cursor)
                for one, cursor in zip(invitees, cursors, strict=True)
            ]
            # Each cursor is looked up on its own, by its index.
            assert len(seen) == number
            seen.clear()
            came = await asyncio.gather(*map(event, opened))
    assert told(came) == {("RECEIVED", 2): number}
    assert len(seen) == EACH, seen


async def test_a_count_that_nobody_asks_for_is_not_made(
    people: People, settings: Settings, signer: Signer
) -> None:
    inviter, [ben] = await listeners_of(people, 1)
    cursor = await newest(ben)
    await people.invite(inviter, ben)
    query = "subscription($after: String) { invitationEvents(after: $after) { kind cursor } }"
    async with streams(settings, signer) as opening:
        stream = await opening.open(ben, query, cursor)
        with counting_statements() as seen:
            assert (await event(stream))["kind"] == "RECEIVED"
    # The log, the invitation.
    assert len(seen) == 2, seen


async def test_several_subscriptions_of_a_member_share_the_reading_of_the_log(
    people: People, settings: Settings, signer: Signer
) -> None:
    inviter, [ben] = await listeners_of(people, 1)
    queries = (RECEIVED, INVITATIONS, INVITATIONS, RECEIVED)
    async with streams(settings, signer) as opening:
        opened = [await opening.open(ben, query) for query in queries]
        with counting_statements() as seen:
            coming = [asyncio.create_task(event(stream)) for stream in opened]
            await waiting(ben, subscriptions=len(queries))
            seen.clear()
            await uncounted(people.invite(inviter, ben))
            came = await asyncio.gather(*coming)
    assert told(came) == {("RECEIVED", 2): len(queries)}
    assert len(seen) == OWN, seen


async def test_whoever_shows_something_else_each_time_is_not_waited_for_each_time(
    people: People, settings: Settings, signer: Signer
) -> None:
    """Of one event a member may hear by many subscriptions, and each may show other fields."""
    shown = ("headline", "industry", "location", "about", "pronouns", "email", "phone", "address")
    inviter, [ben] = await listeners_of(people, 1)
    async with streams(settings, signer) as opening:
        opened = [
            await opening.open(
                ben,
                f"subscription {{ invitationEvents {{ invitation {{ inviter {{ {one} }} }} }} }}",
            )
            for one in shown
        ]
        with counting_statements() as seen:
            coming = [asyncio.create_task(event(stream)) for stream in opened]
            await waiting(ben, subscriptions=len(shown))
            seen.clear()
            await uncounted(people.invite(inviter, ben))
            came = await asyncio.gather(*coming)
    assert [list(one["invitation"]["inviter"]) for one in came] == [[one] for one in shown]
    judging = [one for one in seen if "signed_in" in one]
    assert len(judging) == following.NEEDS + 1, judging


async def test_waiting_costs_nothing_and_a_poll_the_same_for_all(
    people: People, settings: Settings, signer: Signer, opening: Streams
) -> None:
    _, invitees = await listeners_of(people, 20)
    with counting_statements() as seen:
        coming = [
            asyncio.create_task(event(await opening.open(one, INVITATIONS))) for one in invitees
        ]
        for one in invitees:
            await waiting(one)
        seen.clear()
        await asyncio.sleep(3 * settings.event_poll_seconds)
    # Whoever is behind is woken; nobody is, so nobody asked for anything.
    assert seen == []
    for task in coming:
        task.cancel()
    await asyncio.gather(*coming, return_exceptions=True)


@pytest.fixture
async def opening(settings: Settings, signer: Signer) -> Any:
    async with streams(settings, signer) as found:
        yield found
