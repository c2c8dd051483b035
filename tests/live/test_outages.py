"""A database that fails in passing ends no stream, and loses no event."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from typing import Any
from uuid import UUID

import pytest

from netql.api import crowds, following, live
from netql.connections import queries, telling
from netql.errors import Interrupted, NetqlError, Overloaded, TimedOut
from netql.infra.database import execute, transaction
from netql.infra.tokens import Signer
from netql.members import queries as members
from netql.settings import Settings
from netql.viewer import Viewer
from tests.live.bare_streams import INVITATIONS, Streams, event, newest, streams
from tests.live.inside import as_from_afar, eventually, waiting
from tests.people import People, Person


@pytest.fixture
async def opening(settings: Settings, signer: Signer) -> AsyncIterator[Streams]:
    async with streams(settings, signer) as found:
        yield found


class Failing:
    """A step on an event's way that fails now and then."""

    def __init__(
        self,
        monkeypatch: pytest.MonkeyPatch,
        step: str,
        error: NetqlError,
        calls: set[int],
        of: object = following,
    ) -> None:
        self._step, self._error, self._calls = getattr(of, step), error, calls
        self.called = 0
        monkeypatch.setattr(of, step, self)
        for module in (following, live):
            monkeypatch.setattr(module, "PAUSE", 0.01)

    async def __call__(self, *given: Any, **named: Any) -> Any:
        self.called += 1
        if self.called in self._calls:
            raise self._error
        return await self._step(*given, **named)


FAILURES = pytest.mark.parametrize(
    "error", [Interrupted(undone=True), Overloaded(), TimedOut()], ids=["cut", "busy", "slow"]
)


@FAILURES
@pytest.mark.parametrize("step", ["entries_of_many", "told"])
async def test_a_failure_that_passes_loses_nothing(
    people: People,
    opening: Streams,
    monkeypatch: pytest.MonkeyPatch,
    step: str,
    error: NetqlError,
) -> None:
    ann, ben, cat = await people.several(3)
    if step == "entries_of_many":
        as_from_afar(monkeypatch)
    stream = await opening.open(ben, INVITATIONS)
    coming = asyncio.create_task(event(stream))
    await waiting(ben)
    failing = Failing(monkeypatch, step, error, {1, 2})
    await people.invite(ann, ben)
    await people.invite(cat, ben)
    assert (await coming)["invitation"]["inviter"]["handle"] == ann.handle
    assert (await event(stream))["invitation"]["inviter"]["handle"] == cat.handle
    assert failing.called > 2


@FAILURES
async def test_a_session_that_cannot_be_asked_for_is_asked_for_again(
    people: People, opening: Streams, monkeypatch: pytest.MonkeyPatch, error: NetqlError
) -> None:
    """It is asked for where nothing can be told: the first entry is withheld."""
    monkeypatch.setattr(following, "JUDGED", 1)
    ann, ben, cat = await people.several(3)
    stream = await opening.open(ben, INVITATIONS)
    coming = asyncio.create_task(event(stream))
    await waiting(ben)
    failing = Failing(monkeypatch, "live_among", error, {1, 2})
    async with transaction():
        await people.invite(ann, ben)
        await people.block(ann, ben)
        await people.invite(cat, ben)
    assert (await coming)["invitation"]["inviter"]["handle"] == cat.handle
    assert failing.called > 2


async def test_who_was_answered_before_the_failure_keeps_the_answer(
    people: People, opening: Streams, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ben's first entries may not be told, so he is judged once more, which fails; Dan is told."""
    monkeypatch.setattr(following, "JUDGED", 1)
    ann, ben, cat, dan = await people.several(4)
    begin = []
    for one in (ben, dan):
        await people.invite(await people.member(), one)
        stream = await opening.open(one, INVITATIONS)
        coming = asyncio.create_task(event(stream))
        await waiting(one)
        begin.append(coming)
    failing = Failing(monkeypatch, "told", Interrupted(undone=True), {2})
    async with transaction():
        await people.invite(ann, ben)
        await people.block(ann, ben)
        await people.invite(cat, ben)
        await people.invite(cat, dan)
    of_ben, of_dan = [await one for one in begin]
    assert of_ben["invitation"]["inviter"]["handle"] == cat.handle
    assert of_dan["invitation"]["inviter"]["handle"] == cat.handle
    assert failing.called >= 3


SHOWN = pytest.mark.parametrize("shown", [crowds.counts, crowds.members], ids=["count", "member"])


@FAILURES
@SHOWN
async def test_what_an_event_shows_is_asked_for_again(
    people: People,
    opening: Streams,
    monkeypatch: pytest.MonkeyPatch,
    shown: object,
    error: NetqlError,
) -> None:
    """Neither without it nor after a later one: a client's cursor would leave it behind."""
    ann, ben, cat = await people.several(3)
    stream = await opening.open(ben, INVITATIONS)
    coming = asyncio.create_task(event(stream))
    await waiting(ben)
    failing = Failing(monkeypatch, "_read", error, {1, 2}, shown)
    await people.invite(ann, ben)
    await people.invite(cat, ben)
    assert (await coming)["invitation"]["inviter"]["handle"] == ann.handle
    assert (await event(stream))["invitation"]["inviter"]["handle"] == cat.handle
    assert failing.called > 2


async def test_an_event_that_could_not_be_shown_is_judged_anew(
    people: People, opening: Streams, monkeypatch: pytest.MonkeyPatch
) -> None:
    ann, ben, cat = await people.several(3)
    stream = await opening.open(ben, INVITATIONS)
    coming = asyncio.create_task(event(stream))
    await waiting(ben)
    calls = set(range(1_000))
    failing = Failing(monkeypatch, "_read", Overloaded(), calls, crowds.counts)
    await people.invite(ann, ben)
    await eventually(lambda: failing.called > 0)
    await people.block(ann, ben)
    calls.clear()
    await people.invite(cat, ben)
    assert (await coming)["invitation"]["inviter"]["handle"] == cat.handle


async def test_a_reset_is_told_although_it_could_not_be_shown_at_first(
    people: People, opening: Streams, monkeypatch: pytest.MonkeyPatch
) -> None:
    ann, ben, cat = await people.several(3)
    for one in (ann, cat):
        await people.invite(one, ben)
    await execute("DELETE FROM events WHERE member_id = $1 AND number = 1", ben.key)
    stream = await opening.open(ben, INVITATIONS, "x" * 22)
    Failing(monkeypatch, "_read", Overloaded(), {1}, crowds.counts)
    begun = await event(stream)
    assert (begun["kind"], begun["pendingCount"]) == ("RESET", 2)
    assert begun["cursor"] == await newest(ben)


async def test_what_takes_too_long_each_time_is_told_so_and_passed_over(
    people: People, opening: Streams, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Or who asks for too much would ask for ever, of everybody's database. The last time it is
    asked for alone."""
    ann, ben, cat = await people.several(3)
    stream = await opening.open(ben, INVITATIONS)
    coming = asyncio.create_task(anext(stream))
    await waiting(ben)
    failing = Failing(monkeypatch, "_read", TimedOut(), {1, 2}, crowds.counts)
    alone = Failing(monkeypatch, "pending_counts", TimedOut(), {1}, queries)
    await people.invite(ann, ben)
    assert [one.extensions["code"] for one in (await coming).errors] == ["TIMEOUT"]
    await people.invite(cat, ben)
    assert (await event(stream))["invitation"]["inviter"]["handle"] == cat.handle
    assert (failing.called, alone.called) == (3, 1)


class Slow:
    """Somebody whom nobody is shown in time to a certain reader."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, reader: Person, shown: Person) -> None:
        self._fetch, self._members = telling.fetch, crowds.members._read
        self._members_for = members.members_for
        self._reader, self._shown = reader.key, shown.key
        self.judgings = 0
        monkeypatch.setattr(telling, "fetch", self.fetch)
        monkeypatch.setattr(crowds.members, "_read", self.members)
        monkeypatch.setattr(members, "members_for", self.members_for)
        for module in (following, live):
            monkeypatch.setattr(module, "PAUSE", 0.01)

    async def fetch(self, statement: str, *values: Any) -> Any:
        if "audiences" in statement and self._reader in values[0]:
            self.judgings += 1
            raise TimedOut
        return await self._fetch(statement, *values)

    async def members(self, wanted: list[Any]) -> Any:
        if any(pair == [self._reader, self._shown] for _, *pair in wanted):
            raise TimedOut
        return await self._members(wanted)

    async def members_for(self, viewer: Viewer, ids: Sequence[UUID], need: Any) -> Any:
        if viewer.member_id == self._reader and self._shown in ids:
            raise TimedOut
        return await self._members_for(viewer, ids, need)


async def test_who_cannot_be_shown_in_time_is_passed_over_and_holds_up_nobody(
    people: People, opening: Streams, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Though they are read with the judging of what is for others, too."""
    ann, ben, cat, dan = await people.several(4)
    stream = await opening.open(ben, INVITATIONS)
    others = [
        await opening.open(dan, query)
        for query in (INVITATIONS, "subscription { invitationEvents { pendingCount } }")
    ]
    coming = asyncio.create_task(anext(stream))
    beside = [asyncio.create_task(event(other)) for other in others]
    await waiting(ben)
    await waiting(dan, subscriptions=2)
    slow = Slow(monkeypatch, ben, ann)
    async with transaction():
        await people.invite(ann, ben)
        await people.invite(ann, dan)
    async with asyncio.timeout(20):
        assert [(await one)["pendingCount"] for one in beside] == [1, 1]
        assert {one.extensions["code"] for one in (await coming).errors} == {"TIMEOUT"}
    await people.invite(cat, ben)
    assert (await event(stream))["invitation"]["inviter"]["handle"] == cat.handle
    # Once it is known it costs the others no more time.
    assert slow.judgings == 1


async def test_a_bug_ends_the_stream(
    people: People, opening: Streams, monkeypatch: pytest.MonkeyPatch
) -> None:
    ann, ben = await people.several(2)
    stream = await opening.open(ben, INVITATIONS)
    coming = asyncio.create_task(anext(stream))
    await waiting(ben)

    async def broken(*_: Any) -> Any:
        raise ZeroDivisionError

    monkeypatch.setattr(following, "told", broken)
    await people.invite(ann, ben)
    answer = await coming
    assert [one.extensions["code"] for one in answer.errors] == ["INTERNAL_SERVER_ERROR"]
