"""The bus cannot be reached: mutations must not notice, and events come by poll."""

from __future__ import annotations

import asyncio

from netql.torture.cases.case import Case
from netql.torture.load import loaded
from netql.torture.ports import HOST, free_port
from netql.torture.rig import POLL_SECONDS, Rig
from netql.torture.timing import delays, tell_delays
from netql.torture.valkey import silent_server
from netql.torture.verdict import Verdict, percentile

SECONDS = 10.0
# A mutation that waited for the bus, even once, would take longer.
ANSWER_SECONDS = 0.5
# Beside the poll: for the mutation itself, and for the reading.
LATE_SECONDS = 1.0


async def _without(rig: Rig, port: int) -> Verdict:
    rig.several_processes()
    bus = f"valkey://{HOST}:{port}"
    here, there = (rig.netql(bus_url=bus) for _ in range(2))
    async with loaded(rig, [here, there], heard_at=lambda: there.url, mixed=False) as load:
        # Sockets first; then it is measured.
        await asyncio.sleep(1)
        before = len(load.inviting.sent)
        await asyncio.sleep(min(SECONDS, rig.options.rounds))
    sent = load.inviting.sent[before:]
    answers = percentile([one.answered - one.began for one in sent], 0.99)
    found = delays(sent, load.listeners)
    load.verdict.expect(answers <= ANSWER_SECONDS, f"mutations take {answers:.3f} s at p99")
    late = percentile(found, 0.99)
    load.verdict.expect(late <= POLL_SECONDS + LATE_SECONDS, f"events take {late:.3f} s at p99")
    load.verdict.figures["answer_p99_ms"] = answers * 1000
    tell_delays(load.verdict, found)
    return load.verdict


async def _closed(rig: Rig) -> Verdict:
    return await _without(rig, free_port())


async def _silent(rig: Rig) -> Verdict:
    with silent_server() as port:
        return await _without(rig, port)


CLOSED = Case("valkey-closed", "Valkey's port is closed: mutations do not notice", _closed)
SILENT = Case("valkey-silent", "Valkey takes connections and says nothing: no harm done", _silent)
