"""The bus between two processes is killed."""

from __future__ import annotations

import asyncio
import random
import time

from netql.torture.cases.case import Case
from netql.torture.load import a_while, loaded
from netql.torture.rig import Rig
from netql.torture.timing import delays, tell_delays
from netql.torture.verdict import Verdict, percentile

# From the kill on, events may have to wait for the next poll.
POLL_SECONDS = 2.0
# What comes at once while the bus is up: far from what a poll would do.
PROMPT_SECONDS = 0.25
# For the processes to find the bus again.
BACK_SECONDS = 3.0


async def _run(rig: Rig) -> Verdict:
    rig.several_processes()
    valkey = rig.valkey()
    here, there = (
        rig.netql(bus_url=valkey.url, event_poll_seconds=str(POLL_SECONDS)) for _ in range(2)
    )
    up: list[tuple[float, float]] = []
    async with loaded(rig, [here, there], heard_at=lambda: there.url) as load:
        for _ in range(rig.options.rounds):
            began = time.monotonic()
            await a_while()
            up.append((began, time.monotonic() - 0.1))
            valkey.kill()
            await asyncio.sleep(random.uniform(0, 1))
            await asyncio.to_thread(valkey.start)
            await load.back()
            await asyncio.sleep(BACK_SECONDS)
    prompt = [
        one
        for one in load.inviting.sent
        if any(began <= one.began and one.answered < ended for began, ended in up)
    ]
    found = delays(prompt, load.listeners)
    median = percentile(found, 0.5)
    load.verdict.expect(
        median <= PROMPT_SECONDS, f"with the bus up, the median delay is {median:.3f} s"
    )
    tell_delays(load.verdict, found, "bus_up")
    tell_delays(load.verdict, delays(load.inviting.sent, load.listeners), "all")
    return load.verdict


CASE = Case("kill-valkey", "Valkey is killed with -9: events come by poll, none is lost", _run)
