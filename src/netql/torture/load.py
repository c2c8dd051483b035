"""Inviters and listeners at work while a case does its worst, and the judge after it."""

from __future__ import annotations

import asyncio
import math
import random
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from netql.torture.devices import Device
from netql.torture.inviting import Inviting
from netql.torture.judging import judged
from netql.torture.listening import Listener
from netql.torture.mixing import all_told, devices_of, pairs_of, ways_by_lot
from netql.torture.people import gather
from netql.torture.rig import POLL_SECONDS, Rig
from netql.torture.serving import Netql
from netql.torture.truth import truth
from netql.torture.verdict import Verdict
from netql.torture.waiting import eventually

RATE = 25.0
LISTENERS = 20
# So many inviters listen too, for answers, on one device each.
HEARD = 10
# Of each invitee; so that one of them never hides what another missed.
DEVICES = 2
# Longer than any round takes, so that there is always somebody left to invite.
ROUND_SECONDS = 12.0
# Reliability asks for five; whoever waits longer waits in vain.
RECOVERY_SECONDS = 5.0
GIVEN_UP = 30.0


@dataclass
class Load:
    """`verdict` is filled in when the work is over; `recovered` by `back`, in seconds."""

    inviting: Inviting
    listeners: Sequence[Device]
    verdict: Verdict = field(default_factory=Verdict)
    recovered: list[float] = field(default_factory=list)

    async def back(self) -> None:
        """Wait for the first write that is acknowledged from now on, and note how long it took."""
        known = len(self.inviting.sent)
        took = await eventually(lambda: len(self.inviting.sent) > known, GIVEN_UP)
        self.recovered.append(took or GIVEN_UP)
        late = took is None or took > RECOVERY_SECONDS
        self.verdict.expect(not late, f"the API needed {took or GIVEN_UP:.1f} s to recover")


@asynccontextmanager
async def loaded(
    rig: Rig,
    servers: Sequence[Netql],
    address: Callable[[], str] | None = None,
    heard_at: Callable[[], str] | None = None,
    *,
    mixed: bool = True,
) -> AsyncIterator[Load]:
    """Start the servers, invite and listen during the block, and judge after it.

    `address` says where clients go, each time they ask or connect: the first server if left out;
    and `heard_at` where listeners go, if not there too. Devices and answers are `mixed`; or all
    hear of invitations over a WebSocket, and none is answered.
    """
    seconds = (rig.options.rounds + 1) * ROUND_SECONDS
    members, heard = rig.options.size or LISTENERS, HEARD if mixed else 0
    crowd = await gather(rig.settings, math.ceil(seconds * RATE / members), members + heard)
    invitees, inviters = crowd.listeners[:members], crowd.listeners[members:]
    to = address or (lambda: servers[0].url)
    there = heard_at or to
    listeners: Sequence[Device]
    if mixed:
        listeners = devices_of(there, invitees, inviters, DEVICES)
    else:
        listeners = [Listener(there, one) for one in invitees for _ in range(DEVICES)]
    inviting = Inviting(to, pairs_of(crowd.inviters, inviters, invitees), RATE)
    if mixed:
        inviting.ways = ways_by_lot(inviters)
    load = Load(inviting, listeners)
    for server in servers:
        await server.start()
    listening = [asyncio.create_task(one.run()) for one in listeners]
    writing = asyncio.create_task(inviting.run())
    try:
        yield load
        inviting.finish()
        await writing
        await eventually(all_told(inviting, listeners), GIVEN_UP)
        # Whatever comes too much has the time to come.
        await asyncio.sleep(POLL_SECONDS / 2)
    finally:
        for task in (writing, *listening):
            task.cancel()
        await asyncio.gather(writing, *listening, return_exceptions=True)
    await rig.stop()
    load.verdict.add(judged(await truth(rig.settings), inviting, listeners))
    if load.recovered:
        load.verdict.figures["slowest_recovery_s"] = max(load.recovered)


async def a_while() -> None:
    """A moment that nobody can foresee."""
    await asyncio.sleep(random.uniform(0.2, 1.5))
