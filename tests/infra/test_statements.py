"""A statement that is not run to its end leaves its connection as it was."""

from __future__ import annotations

import asyncio
from uuid import UUID

import pytest

from netql.infra.database import fetch
from netql.settings import Settings
from tests.infra.wholeness import is_whole


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
