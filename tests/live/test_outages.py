"""A database that fails in passing ends no stream, and loses no event."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from netql.api import following
from netql.errors import Interrupted, NetqlError, Overloaded, TimedOut
from netql.infra.database import transaction
from netql.infra.tokens import Signer
from netql.settings import Settings
from tests.live.bare_streams import INVITATIONS, Streams, event, streams
from tests.live.inside import waiting
from tests.people import People


@pytest.fixture
async def opening(settings: Settings, signer: Signer) -> AsyncIterator[Streams]:
    async with streams(settings, signer) as found:
        yield found


class Failing:
    """A step of the following that fails now and then, before or after it was done."""

    def __init__(
        self, monkeypatch: pytest.MonkeyPatch, step: str, error: NetqlError, calls: set[int]
    ) -> None:
        self._step, self._error, self._calls = getattr(following, step), error, calls
        self.called = 0
        monkeypatch.setattr(following, step, self)

    async def __call__(self, *given: Any, **named: Any) -> Any:
        self.called += 1
        if self.called in self._calls:
            raise self._error
        return await self._step(*given, **named)


@pytest.mark.parametrize(
    "error", [Interrupted(undone=True), Overloaded(), TimedOut()], ids=["cut", "busy", "slow"]
)
@pytest.mark.parametrize("step", ["entries_of_many", "live_among", "told"])
async def test_a_failure_that_passes_loses_nothing(
    people: People,
    opening: Streams,
    monkeypatch: pytest.MonkeyPatch,
    step: str,
    error: NetqlError,
) -> None:
    ann, ben, cat = await people.several(3)
    stream = await opening.open(ben, INVITATIONS)
    coming = asyncio.create_task(event(stream))
    await waiting(ben)
    failing = Failing(monkeypatch, step, error, {1, 2})
    await people.invite(ann, ben)
    await people.invite(cat, ben)
    assert (await coming)["invitation"]["inviter"]["handle"] == ann.handle
    assert (await event(stream))["invitation"]["inviter"]["handle"] == cat.handle
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
