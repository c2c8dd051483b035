"""Another server's crowd: the same clients, as many invitations, the same rate.

Clients are those of netql's case. The members are the race's, and a token is a member's number.
"""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from itertools import cycle
from typing import Any
from uuid import uuid4

import asyncpg
import httpx
import psutil
from figures import Figures
from rig import cpu, db, peers, reset

from netql.torture.acting import ask, client_for
from netql.torture.cases.crowd import FIRST, INVITERS, LANES, SLOWEST_RATE, WITHIN_SECONDS, connect
from netql.torture.fields import RECEIVED, RECEIVING, Field, Heard
from netql.torture.listening import Listener
from netql.torture.people import Member
from netql.torture.verdict import percentile
from netql.torture.waiting import eventually

FIRST_INVITER = 9001
_NEAR = """
SELECT member_id, peer_id FROM connection WHERE member_id = ANY($1)
 UNION SELECT sender_id, recipient_id FROM invitation WHERE sender_id = ANY($1)
 UNION SELECT recipient_id, sender_id FROM invitation WHERE recipient_id = ANY($1)"""


@dataclass
class Subscriber(Listener):
    """One that knows an event by its message: the peers' have neither kind nor cursor."""

    def take(self, event: dict[str, Any]) -> None:
        self.heard.append(Heard("", RECEIVED, event["message"], time.monotonic()))


@dataclass(frozen=True, slots=True)
class Inviting:
    """Invitations at a fixed rate, whatever becomes of those before."""

    address: str
    text: str
    began: dict[str, float]

    async def run(self, pairs: list[tuple[int, int]], rate: float) -> None:
        """Raises RuntimeError for a refusal."""
        start = time.monotonic()
        limits = httpx.Limits(max_connections=LANES)
        async with client_for(limits=limits) as client, asyncio.TaskGroup() as tasks:
            for number, (inviter, invitee) in enumerate(pairs):
                await asyncio.sleep(start + number / rate - time.monotonic())
                tasks.create_task(self._invite(client, inviter, invitee))

    async def _invite(self, client: httpx.AsyncClient, inviter: int, invitee: int) -> None:
        message = uuid4().hex
        self.began[message] = time.monotonic()
        answer = await ask(
            client, self.address, str(inviter), self.text, to=str(invitee), message=message
        )
        if peers.refused(answer):
            raise RuntimeError(f"an invitation was refused: {answer}")


async def pairs_of(database: str, size: int) -> list[tuple[int, int]]:
    """Each subscriber with an inviter between whom nothing stands."""
    inviters = list(range(FIRST_INVITER, FIRST_INVITER + INVITERS))
    con = await asyncpg.connect(db.dsn(database))
    near = {tuple(row) for row in await con.fetch(_NEAR, inviters)}
    await con.close()
    turn = cycle(inviters)
    return [
        (next(one for one in turn if (one, number) not in near), number)
        for number in range(1, size + 1)
    ]


async def peer(name: str, database: str, size: int) -> Figures:
    """Start it, crowd it, stop it. Raises RuntimeError."""
    pairs = await pairs_of(database, size)
    invitations = await reset.opened(name, database)
    await invitations.forget()
    process = peers.start(name, database)
    try:
        return await _crowded(name, pairs, psutil.Process(process.pid))
    finally:
        peers.stop(process)
        await invitations.forget()
        await invitations.con.close()


async def _crowded(name: str, pairs: list[tuple[int, int]], server: psutil.Process) -> Figures:
    size = len(pairs)
    address = f"http://127.0.0.1:{peers.PEERS[name]['port']}"
    texts = [peers.document(name, query).read_text() for query in ("S1", "M1")]
    field = Field(RECEIVING.name, RECEIVING.kinds, texts[0])
    members = [Member(uuid4(), str(number)) for _, number in pairs]
    listeners = [Subscriber(lambda: address, one, field) for one in members]
    tasks: list[asyncio.Task[None]] = []
    try:
        await connect(tasks, listeners[:FIRST])
        before = server.memory_info().rss
        await connect(tasks, listeners[FIRST:])
        connected = sum(one.listening for one in listeners)
        await asyncio.sleep(2)
        memory = server.memory_info().rss - before
        inviting = Inviting(address, texts[1], {})
        worked = cpu.own(server)
        await inviting.run(pairs, max(size / WITHIN_SECONDS, SLOWEST_RATE))
        await eventually(lambda: all(one.heard for one in listeners), WITHIN_SECONDS / 2)
        worked = cpu.own(server) - worked
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    if strange := [what for one in listeners for what in one.strange]:
        raise RuntimeError(f"{name}: {strange[:3]}")
    heard = [(event.about, event.at) for one in listeners for event in one.heard]
    found = [(at - inviting.began[about]) * 1000 for about, at in heard]
    return Figures(
        name,
        size,
        connected,
        len(found),
        memory / 1024 / (size - FIRST),
        percentile(found, 0.5),
        percentile(found, 0.99),
        worked / size * 1000,
    )
