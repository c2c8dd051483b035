"""Counts end with their time, and are forgotten where there are many."""

from __future__ import annotations

import asyncio

import pytest

from netql.api import counting
from netql.api.counting import Counts
from tests.execution import ONCE

pytestmark = ONCE


async def test_a_count_ends_with_its_time_and_no_other_does() -> None:
    counts = Counts()
    assert [await counts.incr("short", 0.05, 3), await counts.incr("short", 0.05)] == [3, 4]
    assert await counts.incr("long", 60, 2) == 2
    await asyncio.sleep(0.06)
    assert await counts.get("short") == 0
    assert [await counts.incr("short", 60), await counts.incr("long", 60)] == [1, 3]


async def test_what_is_over_is_forgotten_and_nothing_else(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(counting, "_MOST_KEPT", 100)
    counts = Counts()
    for number in range(80):
        await counts.incr(f"over {number}", 0.01)
    await asyncio.sleep(0.02)
    for number in range(60):
        await counts.incr(f"kept {number}", 60, 7)
    assert len(counts.expirations) == len(counts.storage) <= 101
    assert [await counts.get(f"kept {number}") for number in range(60)] == [7] * 60
    for number in range(500):
        await counts.incr(f"more {number}", 60)
    assert await counts.get("kept 0") == 7
