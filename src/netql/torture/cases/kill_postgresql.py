"""The database is killed under a netql that stays."""

from __future__ import annotations

import asyncio
import random

from netql.torture.cases.case import Case
from netql.torture.load import a_while, loaded
from netql.torture.rig import Rig
from netql.torture.verdict import Verdict


async def _run(rig: Rig) -> Verdict:
    postgres, netql = rig.postgres, rig.netql()
    async with loaded(rig, [netql]) as load:
        process = netql.pid
        for _ in range(rig.options.rounds):
            await a_while()
            postgres.kill()
            await asyncio.sleep(random.uniform(0, 1))
            await asyncio.to_thread(postgres.start)
            await load.back()
        load.verdict.expect(netql.alive and netql.pid == process, "netql did not live through it")
    return load.verdict


CASE = Case(
    "kill-postgresql",
    "PostgreSQL is killed with -9: nothing is lost, and netql recovers in 5 s without a restart",
    _run,
)
