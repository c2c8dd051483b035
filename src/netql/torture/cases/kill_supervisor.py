"""The process that looks after the workers is killed, and started again."""

from __future__ import annotations

from netql.torture.cases.case import Case
from netql.torture.load import a_while, loaded
from netql.torture.ports import is_free
from netql.torture.rig import Rig
from netql.torture.verdict import Verdict
from netql.torture.waiting import eventually

WORKERS = 2
# netql's own grace period, and a little for looking.
GRACE_SECONDS = 5.0
LOOKING_SECONDS = 0.5


async def _run(rig: Rig) -> Verdict:
    rig.several_processes()
    netql = rig.netql("--workers", str(WORKERS))
    free = gone = 0.0
    async with loaded(rig, [netql]) as load:
        for _ in range(rig.options.rounds):
            await a_while()
            netql.kill_supervisor()
            freed = await eventually(lambda: is_free(netql.port), GRACE_SECONDS)
            load.verdict.expect(freed is not None, "workers held the port of a dead supervisor")
            left = GRACE_SECONDS + LOOKING_SECONDS - (freed or GRACE_SECONDS)
            ended = await eventually(lambda: not netql.orphans(), left)
            load.verdict.expect(ended is not None, "workers lived on after their supervisor")
            free = max(free, freed or GRACE_SECONDS)
            gone = max(gone, (freed or GRACE_SECONDS) + (ended if ended is not None else left))
            if freed is None:
                break
            await netql.start()
            await load.back()
        tracebacks = netql.said().count("Traceback")
        load.verdict.expect(not tracebacks, f"netql logged {tracebacks} tracebacks")
    load.verdict.figures |= {"slowest_port_s": free, "slowest_orphan_s": gone}
    return load.verdict


CASE = Case(
    "kill-supervisor",
    "the supervisor of two workers is killed with -9: they end, and another takes its place",
    _run,
)
