"""Very many listeners in one process, which has a core for itself where there are several."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence

from netql.torture.cases.case import Case
from netql.torture.cores import Cores, held_to, split
from netql.torture.devices import Device
from netql.torture.inviting import Inviting
from netql.torture.judging import judged
from netql.torture.listening import Listener
from netql.torture.people import gather
from netql.torture.rig import Rig
from netql.torture.timing import delays, tell_delays
from netql.torture.truth import truth
from netql.torture.verdict import Verdict, percentile
from netql.torture.waiting import eventually

SIZE = 5000
# Some sockets are there before memory is measured, so that what they share is not counted.
FIRST = 50
CONNECTING = 50
CONNECT_SECONDS = 180.0
INVITERS = 50
LANES = 32
# netql's own, as an operator has it.
POLL_SECONDS = "5"
WITHIN_SECONDS = 60.0
# However few there are.
SLOWEST_RATE = 40.0
SOCKET_BYTES = 64 * 1024
# At 1,000 listeners and fewer, and beyond.
P99_SECONDS = (1.0, 2.5)


async def _run(rig: Rig) -> Verdict:
    cores = split()
    rig.hold_database(cores.others)
    with held_to(cores.others):
        verdict = await _crowded(rig, cores)
    verdict.figures["cores"] = cores
    return verdict


async def _crowded(rig: Rig, cores: Cores) -> Verdict:
    size = rig.options.size or SIZE
    rig.say(f"making {size} members")
    crowd = await gather(rig.settings, INVITERS, size)
    netql, verdict = rig.netql(event_poll_seconds=POLL_SECONDS), Verdict()
    with held_to(cores.server):
        netql.launch()
    await netql.ready()
    listeners = [Listener(lambda: netql.url, one) for one in crowd.listeners]
    tasks: list[asyncio.Task[None]] = []
    try:
        await connect(tasks, listeners[:FIRST])
        before, began = netql.memory(), time.monotonic()
        await connect(tasks, listeners[FIRST:])
        took = time.monotonic() - began
        connected = sum(one.listening for one in listeners)
        rig.say(f"{connected} connected in {took:.0f} s")
        verdict.expect(connected == size, f"only {connected} of {size} are connected")
        # For the server to take the last subscriptions up.
        await asyncio.sleep(2)
        each = (netql.memory() - before) / max(1, size - FIRST)
        verdict.expect(each <= SOCKET_BYTES, f"a socket takes {each / 1024:.0f} KiB")
        inviters = crowd.inviters
        pairs = [(inviters[n % INVITERS], one) for n, one in enumerate(crowd.listeners)]
        rate = max(size / WITHIN_SECONDS, SLOWEST_RATE)
        inviting = Inviting(lambda: netql.url, pairs, rate, lanes=LANES)
        began, worked = time.monotonic(), netql.work()
        await inviting.run()
        await eventually(lambda: all(one.heard for one in listeners), WITHIN_SECONDS / 2)
        spent, worked = time.monotonic() - began, netql.work() - worked
        last = max((event.at for one in listeners for event in one.heard), default=began)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    await rig.stop()
    verdict.add(judged(await truth(rig.settings), inviting, listeners))
    dropped = sum(one.sockets for one in listeners) - size
    verdict.expect(not dropped, f"{dropped} sockets had to be opened again")
    found = delays(inviting.sent, listeners)
    late, limit = percentile(found, 0.99), P99_SECONDS[size > 1000]
    verdict.expect(late <= limit, f"events take {late:.2f} s at p99, {limit} s are allowed")
    # A little over, as the last is only asked for at the minute's end.
    verdict.expect(spent <= WITHIN_SECONDS * 1.1, f"all were told after {spent:.0f} s")
    verdict.figures |= {
        "connected": connected,
        "connect_s": took,
        "socket_kib": each / 1024,
        "all_told_s": last - began,
        "core_ms_each": worked / size * 1000,
    }
    tell_delays(verdict, found)
    return verdict


async def connect(tasks: list[asyncio.Task[None]], listeners: Sequence[Device]) -> None:
    """Let them listen, so many at a time; their tasks are added."""
    deadline = time.monotonic() + CONNECT_SECONDS
    for first in range(0, len(listeners), CONNECTING):
        some = listeners[first : first + CONNECTING]
        tasks += [asyncio.create_task(one.run()) for one in some]
        left = max(0.0, deadline - time.monotonic())
        await eventually(lambda these=some: all(one.listening for one in these), left)  # type: ignore[misc]


CASE = Case(
    "crowd",
    "5,000 listeners on one core: 64 KiB each, each invited within a minute, p99 within 2.5 s",
    _run,
)
