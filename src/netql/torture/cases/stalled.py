"""A fifth of the listeners stops reading; the others must not notice."""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field, replace
from itertools import islice

from netql.torture.cases.case import Case
from netql.torture.fields import RECEIVING
from netql.torture.inviting import Inviting
from netql.torture.listening import Listener, opened, subscribe
from netql.torture.people import Crowd, Member, gather
from netql.torture.ports import HOST
from netql.torture.rig import Rig
from netql.torture.serving import Netql
from netql.torture.timing import delays
from netql.torture.verdict import Verdict, percentile
from netql.torture.waiting import eventually

SIZE = 1000
SHARE = 5  # One in so many stalls.
GONE_SECONDS = 30.0
STOP_SECONDS = 10.0
READER_BYTES = 1024 * 1024
SECONDS = 12.0
RATE = 20.0
# To each of the stalled, before and after: more than what the kernel keeps for them.
EVENTS = 3
NOTE = "n" * 4000
_NOTES = " ".join(f"n{number}: note" for number in range(28))
LARGE = replace(
    RECEIVING,
    text=f"""subscription Large($after: String) {{
  invitationReceived(after: $after) {{ kind cursor invitation {{ id {_NOTES} }} }} }}""",
)


@dataclass
class Stalled:
    """Members who listen to large events and read none of them."""

    netql: Netql
    members: Sequence[Member]
    ports: set[int] = field(default_factory=set)

    async def open(self, stack: AsyncExitStack) -> None:
        for member in self.members:
            line = await stack.enter_async_context(
                opened(self.netql.url, member, sock=_narrow(self.netql.port))
            )
            self.ports.add(line.local_address[1])
            await subscribe(line, member.cursor, LARGE.text)
            line.transport.pause_reading()
            stack.callback(line.transport.abort)

    def left(self) -> int:
        """How many of their sockets the server still holds."""
        return len(self.ports & self.netql.sockets())


def _narrow(port: int) -> socket.socket:
    line = socket.socket()
    line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    # As on the way through a network; on loopback the kernel would take megabytes off the server.
    line.setsockopt(socket.IPPROTO_TCP, socket.TCP_MAXSEG, 1400)
    line.connect((HOST, port))
    line.setblocking(False)
    return line


async def _run(rig: Rig) -> Verdict:
    size = rig.options.size or SIZE
    stalling = size // SHARE
    crowd = await gather(rig.settings, int(RATE * SECONDS * 4 / size) + EVENTS * 2 + 2, size)
    readers, others = crowd.listeners[stalling:], crowd.listeners[:stalling]
    netql, verdict = rig.netql(invitation_note_length="5000"), Verdict()
    await netql.start()
    listeners = [Listener(lambda: netql.url, one) for one in readers]
    tasks = [asyncio.create_task(one.run()) for one in listeners]
    async with AsyncExitStack() as stack:
        await eventually(lambda: all(one.listening for one in listeners), 60)
        # The same work twice: first the others read like everybody else.
        reading = [Listener(lambda: netql.url, one, LARGE) for one in others]
        while_reading = [asyncio.create_task(one.run()) for one in reading]
        await eventually(lambda: all(one.listening for one in reading), 60)
        usual = await _work(netql, crowd, readers, others, 0, listeners)
        for task in while_reading:
            task.cancel()
        await asyncio.gather(*while_reading, return_exceptions=True)
        rig.say("now they stop reading")
        stalled = Stalled(netql, [_at(one) for one in reading])
        await stalled.open(stack)
        before, began = netql.memory(), time.monotonic()
        beside = await _work(netql, crowd, readers, others, 1, listeners)
        memory = netql.memory() - before
        left = GONE_SECONDS - (time.monotonic() - began)
        gone = await eventually(lambda: not stalled.left(), max(0.0, left))
        verdict.expect(gone is not None, f"{stalled.left()} stalled readers are still there")
        took = time.monotonic() - began
        await _ends(verdict, netql, crowd, others, stack)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    held = memory / stalling
    verdict.expect(held <= READER_BYTES, f"a stalled reader holds {held / 1024:.0f} KiB")
    # Nobody notices less; and on a busy machine the same work twice varies as much by itself.
    verdict.expect(
        beside <= usual * 2 + 0.05, f"the others' p99 went from {usual:.3f} to {beside:.3f} s"
    )
    verdict.figures |= {
        "stalled": stalling,
        "gone_s": took,
        "held_kib_each": held / 1024,
        "others_p99_ms_before": usual * 1000,
        "others_p99_ms_beside": beside * 1000,
    }
    return verdict


def _at(one: Listener) -> Member:
    return Member(one.member.key, one.member.token, one.cursor)


async def _work(
    netql: Netql,
    crowd: Crowd,
    readers: Sequence[Member],
    others: Sequence[Member],
    turn: int,
    listeners: Sequence[Listener],
) -> float:
    """Invite the readers steadily and the others in bulk; the readers' p99, in seconds."""
    half = len(crowd.inviters) // 2
    inviters = crowd.inviters[turn * half : (turn + 1) * half]
    steady = [(inviter, one) for inviter in inviters[EVENTS:] for one in readers]
    bulk = [(inviter, one) for inviter in inviters[:EVENTS] for one in others]
    count = int(RATE * SECONDS)
    to = Inviting(lambda: netql.url, islice(steady, count), RATE)
    much = Inviting(lambda: netql.url, bulk, len(bulk) / SECONDS, note=NOTE)
    await asyncio.gather(to.run(), much.run())
    await asyncio.sleep(2)
    return percentile(delays(to.sent, listeners), 0.99)


async def _ends(
    verdict: Verdict, netql: Netql, crowd: Crowd, others: Sequence[Member], stack: AsyncExitStack
) -> None:
    """Stall some anew, and ask the server to end."""
    some = Stalled(netql, others[:20])
    await some.open(stack)
    await asyncio.sleep(3)
    took, _ = await netql.stop()
    verdict.expect(took <= STOP_SECONDS, f"netql needed {took:.1f} s to end")
    verdict.figures["stop_s"] = took


CASE = Case(
    "stalled",
    "200 of 1,000 stop reading: gone within 30 s, the others do not notice, SIGTERM ends in time",
    _run,
)
