"""Counts in a real Valkey, as several processes have them: one budget, whoever spends it."""

from __future__ import annotations

import asyncio
import time
from uuid import uuid4

import pytest
from valkey.asyncio import Valkey as Client

from netql.api import shared_counts
from netql.api.budgets import ATTEMPT_MINUTES, Budgets
from netql.api.shared_counts import PREFIX
from netql.settings import Settings
from netql.torture.valkey import Valkey
from netql.viewer import GUEST, Viewer
from tests.execution import ONCE
from tests.limits.spending import asked, counting, drained, left, spent, tried
from tests.live.client import PATIENCE

pytestmark = ONCE


@pytest.fixture(autouse=True)
def on_a_busy_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """Valkey is there all the time here, so whoever waits for it longer need not be let go; nor is
    it asked whether it is, which would be one more thing that it is asked."""
    monkeypatch.setattr(shared_counts, "PATIENCE", PATIENCE)
    monkeypatch.setattr(shared_counts, "CONNECTING", PATIENCE)
    monkeypatch.setattr(shared_counts, "ASKED_AGAIN", 3600.0)


async def test_what_one_spends_the_other_has_not(valkey: Valkey, given: Settings) -> None:
    viewer, other = Viewer(uuid4()), Viewer(uuid4())
    async with counting(valkey.url, 2) as both:
        here, there = [Budgets(given, counts) for counts in both]
        for _ in range(30):
            assert await spent(here, viewer, 20)
        began = time.monotonic()
        seen = await there.standing(viewer, "")
        told = await here.standing(viewer, "")
        took = time.monotonic() - began
        assert seen is not None
        assert told is not None
        assert (told.limit, told.remaining, seen.remaining) == (1000, 400, 400)
        # One minute for both, by the server's clock; too early by what an answer took, at most.
        assert abs(seen.until - told.until) < 0.5 + took
        assert 0 < seen.until - time.time() <= 60
        assert await drained(there, viewer) == 400
        assert not await spent(here, viewer, 1)
        assert await drained(here, other) == 1000


async def test_at_once_they_spend_no_more_than_there_is_and_little_less(
    valkey: Valkey, given: Settings
) -> None:
    viewer = Viewer(uuid4())
    async with counting(valkey.url, 3) as all_three:
        budgets = [Budgets(given, counts) for counts in all_three]
        done = await asyncio.gather(
            *(spent(budgets[turn % 3], viewer, 7) for turn in range(300)),
        )
    # In each something may be left over that is less than what was asked for.
    assert 1000 - 3 * 7 < 7 * sum(done) <= 1000


async def test_requests_at_once_in_one_process_draw_one_after_the_other(
    valkey: Valkey, outsider: Client, given: Settings
) -> None:
    """Or some would be refused what others of the same caller have just drawn."""
    async with counting(valkey.url, 1) as [counts]:
        budgets, viewer = Budgets(given, counts), Viewer(uuid4())
        before = await asked(outsider)
        assert all(await asyncio.gather(*(spent(budgets, viewer, 10) for _ in range(100))))
        # A draw is two requests' worth.
        assert await asked(outsider) - before <= 55
        assert not await spent(budgets, viewer, 1)


async def test_who_asks_for_more_than_is_left_keeps_what_is_left(
    valkey: Valkey, given: Settings
) -> None:
    async with counting(valkey.url, 1) as [counts]:
        budgets, viewer = Budgets(given, counts), Viewer(uuid4())
        assert await spent(budgets, viewer, 950)
        assert not await spent(budgets, viewer, 100)
        assert await left(budgets, viewer) == 50
        assert await spent(budgets, viewer, 50)


async def test_attempts_are_counted_together(valkey: Valkey, given: Settings) -> None:
    async with counting(valkey.url, 2) as both:
        here, there = [Budgets(given, counts) for counts in both]
        assert [await tried(one, "ann") for one in (here, there, here)] == [True] * 3
        assert [await tried(one, "Ann") for one in (there, here)] == [False] * 2
        assert await tried(there, "ben")
        await there.forget_guesses("ann")
        assert await tried(here, "ann")


async def test_valkey_is_seldom_asked(valkey: Valkey, outsider: Client, given: Settings) -> None:
    async with counting(valkey.url, 1) as [counts]:
        budgets, viewer = Budgets(given, counts), Viewer(uuid4())
        before = await asked(outsider)
        assert await drained(budgets, viewer, 1) == 1000
        # Fifty draws, and once when the minute ends.
        assert await asked(outsider) - before <= 55
        # Who is refused has been told why not already.
        before = await asked(outsider)
        for _ in range(50):
            assert not await spent(budgets, viewer, 1)
        assert await asked(outsider) - before <= 2


async def test_keys_tell_of_nobody_and_end(
    valkey: Valkey, outsider: Client, given: Settings
) -> None:
    member, address, handle = uuid4(), "192.0.2.77", "handle.of.ann"
    async with counting(valkey.url, 1) as [counts]:
        budgets = Budgets(given, counts)
        for _ in range(3):
            await budgets.spend(Viewer(member), address, 100)
            await budgets.spend(GUEST, address, 100)
            await budgets.standing(Viewer(member), address)
            await budgets.count_origin(address)
            await budgets.count_guess(handle)
            await budgets.count_guess(str(member))
    keys = [key.decode() async for key in outsider.scan_iter()]
    # Two budgets, an origin and two names.
    assert len(keys) == 5
    for key in keys:
        kind, name = key.rsplit(":", 1)
        assert kind == PREFIX
        assert len(bytes.fromhex(name)) == 16
        assert 0 < await outsider.pttl(key) <= ATTEMPT_MINUTES * 60_000
    # Without the secret nobody can look for a name, and other secrets count apart.
    async with counting(valkey.url, 1, b"another secret") as [counts]:
        assert await spent(Budgets(given, counts), Viewer(member), 1000)
    assert len([key async for key in outsider.scan_iter()]) == 6


async def test_numbers_of_one_server_count_apart(valkey: Valkey, given: Settings) -> None:
    viewer = Viewer(uuid4())
    for number in (1, 2):
        async with counting(f"{valkey.url}/{number}", 1) as [counts]:
            assert counts.trouble is None
            assert await drained(Budgets(given, counts), viewer) == 1000


async def test_a_request_that_is_hung_up_on_leaves_nothing_behind(
    valkey: Valkey, outsider: Client, given: Settings
) -> None:
    """Neither an answer for the next one to read, nor a turn that nobody gives up."""
    viewer = Viewer(uuid4())
    async with counting(valkey.url, 1) as [counts]:
        budgets = Budgets(given, counts)
        for _ in range(20):
            asking = asyncio.create_task(budgets.spend(viewer, "", 30))
            await asyncio.sleep(0)
            await asyncio.sleep(0)
            asking.cancel()
            await asyncio.gather(asking, return_exceptions=True)
        other = Viewer(uuid4())
        assert await drained(budgets, other) == 1000
        assert await drained(budgets, viewer) > 300
        assert counts.trouble is None
