"""A new process takes over from one that is asked to end."""

from __future__ import annotations

import signal

from netql.torture.cases.case import Case
from netql.torture.load import a_while, loaded
from netql.torture.rig import Rig
from netql.torture.verdict import Verdict

STOP_SECONDS = 10.0
# uvicorn ends by the signal that it was sent, once everything is done.
ENDED_WELL = (0, -signal.SIGTERM)


async def _run(rig: Rig) -> Verdict:
    rig.several_processes()
    first = rig.netql()
    front = [first]
    slowest = 0.0
    async with loaded(rig, [first], lambda: front[0].url) as load:
        for _ in range(rig.options.rounds):
            await a_while()
            old, new = front[0], rig.netql()
            await new.start()
            # From now on whoever connects is led to the new one, as by a load balancer.
            front[0] = new
            took, code = await old.stop()
            slowest = max(slowest, took)
            load.verdict.expect(code in ENDED_WELL, f"netql ended with exit code {code}")
            load.verdict.expect(took <= STOP_SECONDS, f"netql needed {took:.1f} s to end")
            load.verdict.expect("Traceback" not in old.said(), "netql logged a traceback")
            await load.back()
        cut = sum(one.closes[1006] for one in load.listeners)
        load.verdict.expect(not cut, f"{cut} sockets were cut off without a close code")
    load.verdict.figures["slowest_stop_s"] = slowest
    return load.verdict


CASE = Case(
    "deploy", "clients moved from a draining netql to a new one miss and repeat nothing", _run
)
