"""netql is killed while its members invite and listen."""

from __future__ import annotations

import asyncio
import random

from netql.torture.cases.case import Case
from netql.torture.load import a_while, loaded
from netql.torture.rig import Rig
from netql.torture.verdict import Verdict


async def _run(rig: Rig) -> Verdict:
    netql = rig.netql()
    async with loaded(rig, [netql]) as load:
        for _ in range(rig.options.rounds):
            await a_while()
            netql.kill()
            await asyncio.sleep(random.uniform(0, 0.5))
            await netql.start()
            await load.back()
    return load.verdict


CASE = Case("kill-netql", "netql is killed with -9: nothing is lost, doubled or out of order", _run)
