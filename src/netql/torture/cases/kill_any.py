"""Anything is killed, at any moment, also together."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable

from netql.torture.cases.case import Case
from netql.torture.load import a_while, loaded
from netql.torture.rig import Rig
from netql.torture.verdict import Verdict

# How to kill something, and how to start it again.
Part = tuple[Callable[[], None], Callable[[], None]]


async def _run(rig: Rig) -> Verdict:
    postgres, valkey = rig.postgres, rig.valkey()
    here, there = (rig.netql(bus_url=valkey.url) for _ in range(2))
    # In this order they come back: netql does not start without its database.
    parts: tuple[Part, ...] = (
        (postgres.kill, postgres.start),
        (valkey.kill, valkey.start),
        (here.kill, here.launch),
        (there.kill, there.launch),
    )
    async with loaded(rig, [here, there], heard_at=lambda: there.url) as load:
        for _ in range(rig.options.rounds):
            killed = random.sample(parts, random.randint(1, len(parts)))
            for kill, _ in killed:
                await a_while()
                kill()
            for part in parts:
                if part in killed:
                    await asyncio.to_thread(part[1])
            for server in (here, there):
                await server.ready()
            await load.back()
    return load.verdict


CASE = Case(
    "kill-any", "netql, PostgreSQL and Valkey are killed with -9 at random, also together", _run
)
