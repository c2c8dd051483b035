"""Resolvers that hold the event loop are named."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Callable
from typing import Any

import pytest

from netql.execution import blocking
from tests.execution import ONCE
from tests.execution.asking import ask, column, schema_of

pytestmark = ONCE

_SDL = "type Query { all: [T!]! } type T { slow: Int }"


def _sync(*_: Any) -> int:
    time.sleep(0.05)
    return 1


async def _before(*_: Any) -> int:
    time.sleep(0.05)  # noqa: ASYNC251
    await asyncio.sleep(0)
    return 1


async def _after(*_: Any) -> int:
    await asyncio.sleep(0.001)
    time.sleep(0.05)  # noqa: ASYNC251
    return 1


class _Clock:
    """Tells the time to the judge, for whom a machine that is busy elsewhere stands still."""

    def __init__(self) -> None:
        self._moment = 0.0

    def __call__(self) -> float:
        return self._moment

    def go_on(self) -> None:
        self._moment += 2 * blocking.PATIENCE


def _batch(sources: list[Any], _: Any) -> list[int]:
    time.sleep(0.05)
    return [1] * len(sources)


async def _batch_later(sources: list[Any], level: Any) -> list[int]:
    await asyncio.sleep(0)
    return _batch(sources, level)


async def _said(resolver: Any, caplog: pytest.LogCaptureFixture) -> list[str]:
    schema = schema_of(_SDL, Query__all=lambda *_: ["a", "b"], T__slow=resolver)
    caplog.clear()
    result = await ask(schema, "{ all { slow } }")
    assert result.data == {"all": [{"slow": 1}, {"slow": 1}]}
    assert result.errors is None
    return [record.getMessage() for record in caplog.records if record.levelname == "ERROR"]


@pytest.mark.parametrize("resolver", [_sync, _before, _after, column(_batch), column(_batch_later)])
async def test_a_resolver_that_blocks_is_named(
    resolver: Any, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(blocking, "PATIENCE", 0.04)
    said = await _said(resolver, caplog)
    assert said
    assert any(re.match(r"T\.slow held the event loop for \d+\.\d\d s: ", one) for one in said)


async def test_one_that_waits_is_not(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However long it waits."""
    clock = _Clock()
    monkeypatch.setattr(blocking, "PATIENCE", 1.0)
    for place in ("blocking", "run"):
        monkeypatch.setattr(f"netql.execution.{place}.perf_counter", clock)

    async def patient(*_: Any) -> int:
        asyncio.get_running_loop().call_soon(clock.go_on)
        await asyncio.sleep(0)
        return 1

    assert await _said(patient, caplog) == []
    assert clock() > blocking.PATIENCE


async def _failing(step: Callable[[], None]) -> None:
    try:
        await asyncio.sleep(60)
    finally:
        step()


async def test_cancelling_goes_through() -> None:
    """What is cancelled while it is judged can clean up, and is done with before its waiter is."""
    begun, ended = asyncio.Event(), []

    async def slow(*_: Any) -> int:
        begun.set()
        await _failing(lambda: ended.append("done"))
        return 1

    schema = schema_of(_SDL, Query__all=lambda *_: ["a"], T__slow=slow)
    task = asyncio.ensure_future(ask(schema, "{ all { slow } }"))
    await begun.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert ended == ["done"]
