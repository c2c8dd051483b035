"""Acting in one process and hearing in another, over each bus."""

from __future__ import annotations

import asyncio

from netql.torture.cases.case import Case
from netql.torture.load import loaded
from netql.torture.rig import Rig
from netql.torture.timing import delays, tell_delays
from netql.torture.verdict import Verdict, percentile

MEDIAN_SECONDS = 0.05
SECONDS = 10.0
# Were there no bus, half of the events would be later than half of this.
POLL_SECONDS = "5"


async def _over(rig: Rig, bus: str) -> Verdict:
    rig.several_processes()
    here, there = (rig.netql(bus_url=bus, event_poll_seconds=POLL_SECONDS) for _ in range(2))
    async with loaded(rig, [here, there], heard_at=lambda: there.url, mixed=False) as load:
        # Sockets first; then it is measured.
        await asyncio.sleep(1)
        before = len(load.inviting.sent)
        await asyncio.sleep(min(SECONDS, rig.options.rounds))
    found = delays(load.inviting.sent[before:], load.listeners)
    median = percentile(found, 0.5)
    load.verdict.expect(median <= MEDIAN_SECONDS, f"the median delay is {median:.3f} s")
    tell_delays(load.verdict, found)
    return load.verdict


async def _postgresql(rig: Rig) -> Verdict:
    return await _over(rig, "")


async def _valkey(rig: Rig) -> Verdict:
    return await _over(rig, rig.valkey().url)


POSTGRESQL = Case(
    "bus-postgresql", "act in one process, hear in another within 50 ms: PostgreSQL", _postgresql
)
VALKEY = Case("bus-valkey", "act in one process, hear in another within 50 ms: Valkey", _valkey)
