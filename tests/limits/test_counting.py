"""Counts end with their time, and are forgotten where there are many."""

from __future__ import annotations

import time

import pytest

from netql.api import counting
from netql.api.counting import Counts
from tests.execution import ONCE

pytestmark = ONCE


class Clock:
    """Stands still, but for what it is put on by."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._now = time.time()
        monkeypatch.setattr(time, "time", lambda: self._now)

    def put_on(self, seconds: float) -> None:
        self._now += seconds


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch)


async def test_a_count_ends_with_its_time_and_no_other_does(clock: Clock) -> None:
    counts = Counts()
    assert [await counts.incr("short", 5, 3), await counts.incr("short", 5)] == [3, 4]
    assert [await counts.incr("asked", 5), await counts.incr("long", 60, 2)] == [1, 2]
    clock.put_on(4.9)
    assert [await counts.get("short"), await counts.get("asked")] == [4, 1]
    clock.put_on(0.2)
    assert await counts.get("asked") == 0
    assert [await counts.incr("short", 60), await counts.incr("long", 60)] == [1, 3]


async def test_what_is_over_is_forgotten_and_nothing_else(
    monkeypatch: pytest.MonkeyPatch, clock: Clock
) -> None:
    monkeypatch.setattr(counting, "_MOST_KEPT", 100)
    counts = Counts()
    for number in range(80):
        await counts.incr(f"over {number}", 5)
    clock.put_on(6)
    for number in range(60):
        await counts.incr(f"kept {number}", 60, 7)
    assert len(counts.expirations) == len(counts.storage) <= 101
    assert [await counts.get(f"kept {number}") for number in range(60)] == [7] * 60
    for number in range(500):
        await counts.incr(f"more {number}", 60)
    assert await counts.get("kept 0") == 7
