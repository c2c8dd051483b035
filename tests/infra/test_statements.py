"""A statement that is not run to its end leaves its connection as it was."""

from __future__ import annotations

import asyncio
from uuid import UUID

import pytest
from tortoise.connection import get_connection

from netql.infra.database import fetch, transaction
from netql.settings import Settings
from tests.conftest import DATABASE
from tests.infra.wholeness import is_whole, pool


@pytest.fixture(autouse=True)
async def several(database: Settings) -> None:
    """Others look on, from connections of their own."""
    await asyncio.gather(*(fetch("SELECT 1 AS one") for _ in range(3)))


async def test_values_that_do_not_fit_hold_nothing() -> None:
    """The server has the statement by then, and waits for values that never come."""

    async def act() -> None:
        await fetch("SELECT m.name FROM members m WHERE m.id = $1", object())

    with pytest.raises(Exception, match="object"):
        await act()
    await is_whole()


async def test_a_statement_left_at_any_moment_holds_nothing() -> None:
    left = 0
    for turns in range(60):
        # A text of its own each time, so that it is prepared anew.
        text = f"SELECT m.name AS name_{turns} FROM members m WHERE m.id = $1"
        task = asyncio.ensure_future(fetch(text, UUID(int=turns)))
        for _ in range(turns):
            await asyncio.sleep(0)
        left += not task.done()
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await is_whole()
    assert left > 1


@pytest.mark.skipif(DATABASE == "sqlite", reason="on SQLite everybody shares one connection")
async def test_a_connection_handed_to_somebody_who_has_left_goes_to_the_next() -> None:
    let_go = [asyncio.Event() for _ in range(pool().get_max_size())]
    inside = [asyncio.Event() for _ in let_go]

    async def hold(held: asyncio.Event, until: asyncio.Event) -> None:
        async with transaction():
            held.set()
            await until.wait()

    holders = [asyncio.ensure_future(hold(*both)) for both in zip(inside, let_go, strict=True)]
    try:
        for held in inside:
            await asyncio.wait_for(held.wait(), 20)
        waiting = [asyncio.ensure_future(fetch("SELECT 1 AS one")) for _ in range(3)]
        turns = get_connection("default").at_hand._waiting
        while len(turns) < 3:  # noqa: ASYNC110
            await asyncio.sleep(0)
        let_go[0].set()
        while len(turns) == 3:  # noqa: ASYNC110
            await asyncio.sleep(0)
        # It is the first one's by now, who does not know yet.
        waiting[0].cancel()
        done = await asyncio.gather(*waiting, return_exceptions=True)
        assert isinstance(done[0], asyncio.CancelledError)
        assert [[dict(row) for row in rows] for rows in done[1:]] == [[{"one": 1}]] * 2
    finally:
        for until in let_go:
            until.set()
        await asyncio.gather(*holders)
    await is_whole()
