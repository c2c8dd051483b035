"""Running an operation ends when its time is over, and leaves nothing behind."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from typing import Any

import pytest

from netql.members import search
from netql.settings import Settings
from tests import rows
from tests.api import Api
from tests.infra.wholeness import is_whole
from tests.limits.asking import limited, refusal
from tests.limits.slow import slowly
from tests.people import People

SECONDS = 0.4


@pytest.fixture
async def api(settings: Settings, people: People) -> AsyncIterator[Api]:
    """For what is to be in time, however busy the machine is."""
    async with limited(settings, limit_seconds=60.0) as patient:
        yield patient


@pytest.fixture
async def hasty(settings: Settings, people: People) -> AsyncIterator[Api]:
    """For what is to be late."""
    async with limited(settings, limit_seconds=SECONDS) as hasty:
        yield hasty


async def test_a_query_is_stopped_in_its_statement(
    api: Api, hasty: Api, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    ann = await people.member()
    monkeypatch.setattr(search, "count", slowly)
    query = 'query { searchMembers(query: "abc") { totalCount } }'
    begun = time.monotonic()
    answer = await hasty.answer(query, as_=ann)
    assert refusal(answer) == {"code": "TIMEOUT", "limit": SECONDS}
    await is_whole()
    monkeypatch.undo()
    assert "errors" not in await api.answer(query, as_=ann)
    # The statement would take a minute, after which the database ends it by itself, too: on SQLite
    # everybody would wait behind it.
    assert time.monotonic() - begun < 15


async def test_a_mutation_is_rolled_back(
    settings: Settings, api: Api, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    ann = await people.member("Ann Arden", headline="before")
    query = """mutation { updateProfile(input: {name: "After", headline: "after"}) {
      userErrors { code } viewer { name } } }"""
    before = await rows.one("SELECT * FROM members WHERE id = $1", ann.key)
    reached: list[Any] = []

    async def late(*given: Any) -> None:
        # Inside of the transaction, after the name was written.
        reached.append(await rows.one("SELECT name FROM members WHERE id = $1", ann.key))
        await slowly()

    with monkeypatch.context() as patch:
        patch.setattr(search, "index", late)
        # On a busy machine it may take a while to get there.
        for seconds in (SECONDS, 4 * SECONDS, 16 * SECONDS):
            async with limited(settings, limit_seconds=seconds) as hasty:
                answer = await hasty.answer(query, as_=ann)
                assert refusal(answer) == {"code": "TIMEOUT", "limit": seconds}
            if reached:
                break
    assert reached
    await is_whole()
    assert await rows.one("SELECT * FROM members WHERE id = $1", ann.key) == before
    done = (await api.run(query, as_=ann))["updateProfile"]
    assert done == {"userErrors": [], "viewer": {"name": "After"}}


async def test_others_are_answered_meanwhile(
    settings: Settings, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    ann = await people.member()

    async def sleep(*_: object) -> int:
        await asyncio.sleep(60)
        return 0

    monkeypatch.setattr(search, "count", sleep)
    # Time enough for the others, even if the machine stands still for a while.
    async with limited(settings, limit_seconds=3.0) as api:
        slow = asyncio.ensure_future(
            api.answer('{ searchMembers(query: "abc") { totalCount } }', as_=ann)
        )
        seen = await api.run("{ viewer { handle } }", as_=ann)
        assert seen == {"viewer": {"handle": ann.handle}}
        assert not slow.done()
        assert refusal(await slow)["code"] == "TIMEOUT"
