"""One of two worker processes is killed."""

from __future__ import annotations

import random
from functools import partial

from netql.torture.cases.case import Case
from netql.torture.load import GIVEN_UP, a_while, loaded
from netql.torture.rig import Rig
from netql.torture.serving import Netql
from netql.torture.verdict import Verdict
from netql.torture.waiting import eventually

WORKERS = 2


async def _run(rig: Rig) -> Verdict:
    rig.several_processes()
    netql = rig.netql("--workers", str(WORKERS))
    slowest = 0.0
    async with loaded(rig, [netql]) as load:
        for _ in range(rig.options.rounds):
            await a_while()
            killed = random.choice(netql.workers())
            killed.kill()
            took = await eventually(partial(_replaced, netql, killed.pid), GIVEN_UP)
            load.verdict.expect(took is not None, "a worker was not replaced")
            slowest = max(slowest, took or GIVEN_UP)
            await load.back()
    load.verdict.figures["slowest_replacement_s"] = slowest
    return load.verdict


def _replaced(netql: Netql, killed: int) -> bool:
    alive = {worker.pid for worker in netql.workers()}
    return len(alive) == WORKERS and killed not in alive


CASE = Case(
    "kill-worker", "one of two workers is killed with -9: nothing is lost, and it is replaced", _run
)
