"""Without the Valkey that counts should be in: everybody has a limit still, and nobody waits."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from uuid import uuid4

import pytest
from valkey.asyncio import Valkey as Client

from netql.api import shared_counts
from netql.api.budgets import Budgets
from netql.infra import keeping_up
from netql.settings import Settings
from netql.torture.valkey import Valkey, silent_server, valkey_server
from netql.viewer import Viewer
from tests.execution import ONCE
from tests.limits.spending import counting, drained, left, spent, tried
from tests.live.client import PATIENCE
from tests.live.inside import eventually
from tests.ports import closed_port

pytestmark = ONCE


@pytest.fixture(autouse=True)
def on_a_busy_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """A Valkey that is there is not let go of for being slow, and one that is back is soon found.
    Whoever waited for one that is gone would wait for long."""
    monkeypatch.setattr(shared_counts, "PATIENCE", PATIENCE)
    monkeypatch.setattr(shared_counts, "CONNECTING", PATIENCE)
    monkeypatch.setattr(keeping_up, "LONGEST_PAUSE", 1.0)


@contextmanager
def without_waiting() -> Iterator[None]:
    """Nobody waits for Valkey in the block; that would take PATIENCE, or as often as they ask."""
    began = time.monotonic()
    yield
    assert time.monotonic() - began < PATIENCE / 2


@contextmanager
def dead(how: str) -> Iterator[str]:
    with silent_server() if how == "silent" else closed_port() as port:
        yield f"valkey://:hush@127.0.0.1:{port}"


@pytest.mark.parametrize("how", ["closed", "silent"])
async def test_without_it_each_counts_for_itself_at_once(
    how: str, given: Settings, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(shared_counts, "CONNECTING", 0.2)
    with dead(how) as url, without_waiting():
        async with counting(url, 1) as [counts]:
            assert counts.trouble is not None
            budgets, viewer = Budgets(given, counts), Viewer(uuid4())
            assert await drained(budgets, viewer) == 1000
            assert [await tried(budgets, "ann") for _ in range(4)] == [True] * 3 + [False]
            await budgets.forget_guesses("ann")
            assert await tried(budgets, "ann")
            assert await left(budgets, viewer) == 0
            await eventually(lambda: counts._way._failures >= 2)
    assert "hush" not in caplog.text
    # Told once, not at every try.
    told = [one for one in map(logging.LogRecord.getMessage, caplog.records) if "count" in one]
    assert len(told) == 1
    assert told[0].endswith("until it can, each process counts for itself")


@asynccontextmanager
async def frozen(outsider: Client) -> AsyncIterator[None]:
    """Valkey stands still: it keeps its connections and says nothing."""
    process = (await outsider.info("server"))["process_id"]
    os.kill(process, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(process, signal.SIGCONT)


async def test_one_that_falls_silent_is_waited_for_once(
    valkey: Valkey, outsider: Client, given: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    viewers = [Viewer(uuid4()) for _ in range(20)]
    async with counting(valkey.url, 2) as both:
        here, there = [Budgets(given, counts) for counts in both]
        assert await spent(here, viewers[0], 800)
        async with frozen(outsider):
            # Twenty times that would be too long.
            monkeypatch.setattr(shared_counts, "PATIENCE", PATIENCE / 20)
            with without_waiting():
                assert all([await spent(here, viewer, 100) for viewer in viewers])
            # What was spent here before still is.
            assert not await spent(here, viewers[0], 200)
            with without_waiting():
                await asyncio.gather(*(spent(there, viewer, 100) for viewer in viewers))
            monkeypatch.setattr(shared_counts, "PATIENCE", PATIENCE)
            await eventually(lambda: all(counts.trouble is not None for counts in both))
        await eventually(lambda: both[0].trouble is None and both[1].trouble is None)
        late = Viewer(uuid4())
        assert await spent(here, late, 600)
        assert not await spent(there, late, 600)


async def test_one_that_is_killed_comes_back_and_is_shared_again(
    given: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shared_counts, "ASKED_AGAIN", 0.1)
    early, late = Viewer(uuid4()), Viewer(uuid4())
    with valkey_server() as valkey:
        async with counting(valkey.url, 2) as both:
            here, there = [Budgets(given, counts) for counts in both]
            assert await spent(here, early, 900)
            assert [await tried(here, "ann") for _ in range(2)] == [True] * 2
            await asyncio.to_thread(valkey.kill)
            # Nobody asks for anything, and yet it is found out.
            await eventually(lambda: all(counts.trouble is not None for counts in both))
            with without_waiting():
                assert not await spent(here, early, 200)
                assert [await tried(here, "ann") for _ in range(2)] == [True, False]
                assert await drained(there, late) == 1000
            await asyncio.to_thread(valkey.start)
            await eventually(lambda: all(counts.trouble is None for counts in both))
            fresh = Viewer(uuid4())
            assert await spent(here, fresh, 600)
            assert not await spent(there, fresh, 600)


async def test_one_that_answers_and_cannot_count_is_none(
    valkey: Valkey, outsider: Client, given: Settings
) -> None:
    """It is full, say: a request for a sign of life would not find that out."""
    async with counting(valkey.url, 1) as [counts]:
        budgets = Budgets(given, counts)
        await outsider.config_set("maxmemory", 1)
        try:
            assert await drained(budgets, Viewer(uuid4())) == 1000
            await eventually(lambda: counts._way._failures >= 2)
            assert "maxmemory" in str(counts.trouble)
        finally:
            await outsider.config_set("maxmemory", 0)
        await eventually(lambda: counts.trouble is None)


@pytest.mark.parametrize("command", ["pttl", "get", "del"])
async def test_one_that_may_do_a_part_is_none(
    valkey: Valkey, outsider: Client, given: Settings, command: str
) -> None:
    """And is known for it, rather than taken for good again and again."""
    await outsider.execute_command("ACL", "SETUSER", "default", f"-{command}")
    try:
        async with counting(valkey.url, 1) as [counts]:
            assert await drained(Budgets(given, counts), Viewer(uuid4())) == 1000
            assert command in str(counts.trouble).lower()
            await eventually(lambda: counts._way._failures >= 3)
            assert counts._valkey is None
    finally:
        await outsider.execute_command("ACL", "SETUSER", "default", f"+{command}")
