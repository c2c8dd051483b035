"""Several things awaited at once, of which nothing is left over."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Coroutine
from inspect import CORO_CLOSED, getcoroutinestate
from typing import Any

import pytest

from netql.execution.together import gathered
from tests.execution import ONCE

pytestmark = ONCE


async def _long() -> None:
    await asyncio.sleep(60)


async def _around(inner: Coroutine[Any, Any, None]) -> None:
    await inner


async def test_nothing_is_left_over_by_whoever_is_cancelled_before_all_have_begun(
    caplog: pytest.LogCaptureFixture,
) -> None:
    inner = _long()
    task = asyncio.ensure_future(gathered([_around(inner)]))
    # It has begun, and made a task that has not.
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert getcoroutinestate(inner) == CORO_CLOSED
    del task
    gc.collect()
    assert "never retrieved" not in caplog.text


async def test_one_that_fails_takes_the_others_along() -> None:
    inner = _long()

    async def fails() -> None:
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        await asyncio.wait_for(gathered([fails(), _around(inner)]), 10)
    assert getcoroutinestate(inner) == CORO_CLOSED


async def test_whoever_is_cancelled_twice_still_waits_for_all_to_be_gone() -> None:
    gone = []

    async def slow_to_go() -> None:
        try:
            await asyncio.sleep(60)
        finally:
            for _ in range(5):
                await asyncio.sleep(0)
            gone.append(True)

    task = asyncio.ensure_future(gathered([slow_to_go()]))
    for _ in range(4):
        await asyncio.sleep(0)
    for _ in range(3):
        task.cancel()
        await asyncio.sleep(0)
    with pytest.raises(asyncio.CancelledError):
        await task
    assert gone == [True]


async def test_all_of_them_come_in_order() -> None:
    async def number(value: int) -> int:
        for _ in range(3 - value):
            await asyncio.sleep(0)
        return value

    assert await gathered([number(0), number(1), number(2)]) == [0, 1, 2]
