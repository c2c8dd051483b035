"""How soon one netql process tells what another did, bus by bus.

For each bus two processes of `netql serve` on one PostgreSQL, which waits for its disk as in real
life: a member listens in one, is invited in the other. The pairs take turns, in an order by lot
each round. An event's time is from the moment the mutation is sent until the event is there, so the
mutation itself is in it; its own time, until its answer is there, stands beside it.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import statistics
import time
from collections.abc import Iterator
from contextlib import AsyncExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx
from tests.live.client import Stream, socket_of
from tests.live.inside import INVITATIONS
from tests.live.server import Server, free_port, running
from tests.live.test_processes import SEND, WITHDRAW
from tests.postgres import postgres_server
from tests.processes import command, environment
from tests.valkey import silent_server, valkey_server

POLL = 1.0
BUSES = ("postgresql", "valkey")
# Milliseconds that the median of a bus may take.
GOAL = 50.0
DURABLE = {"fsync": "on", "full_page_writes": "on", "synchronous_commit": "on"}


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=40, help="invitations a bus, up to 95 (40)")
    parser.add_argument("--json", type=Path, help="write the results to this file too")
    return parser.parse_args()


@dataclass
class Pair:
    """Two processes that share a bus, and what was measured of them, in milliseconds."""

    name: str
    here: Server
    there: Server
    mutations: list[float] = field(default_factory=list)
    events: list[float] = field(default_factory=list)

    async def listen(self, stack: AsyncExitStack) -> None:
        made = (self.here.member(f"{who}.{self.name}") for who in ("ben", "eve"))
        self.ben, self.eve = made
        socket = await stack.enter_async_context(socket_of(self.here.url, self.ben.token))
        self.stream: Stream = await socket.start(INVITATIONS)
        self.client = await stack.enter_async_context(httpx.AsyncClient(verify=False))

    async def act(self, query: str, **variables: str) -> None:
        answer = await self.client.post(
            f"{self.there.url}/graphql",
            json={"query": query, "variables": variables},
            headers={"authorization": f"Bearer {self.eve.token}"},
        )
        (payload,) = answer.json()["data"].values()
        assert payload["userErrors"] == [], payload

    async def once(self, *, counts: bool) -> None:
        waiting = asyncio.create_task(_timed(self.stream))
        # So that the mutation may come anywhere between two polls.
        await asyncio.sleep(0.05 + (0 if self.name in BUSES else random.uniform(0, POLL)))
        began = time.perf_counter()
        await self.act(SEND, id=self.ben.id)
        answered = time.perf_counter()
        came, invitation = await waiting
        if counts:
            self.mutations.append((answered - began) * 1000)
            self.events.append((came - began) * 1000)
        await self.act(WITHDRAW, id=invitation)


async def _timed(stream: Stream) -> tuple[float, str]:
    event = await stream.event()
    return time.perf_counter(), event["invitation"]["id"]


@contextmanager
def _two(env: dict[str, str], home: Path, name: str, bus: str) -> Iterator[Pair]:
    told = {**env, "NETQL_BUS_URL": bus}
    with running(told, home, "serve") as here, running(told, home, "serve") as there:
        yield Pair(name, here, there)


async def measured(rounds: int) -> list[Pair]:
    async with AsyncExitStack() as stack:
        home = Path(stack.enter_context(TemporaryDirectory()))
        postgres = stack.enter_context(postgres_server(max_connections=250, settings=DURABLE))
        valkey = stack.enter_context(valkey_server())
        silent = stack.enter_context(silent_server())
        postgres.create_database("buses")
        env = environment(
            postgres.url("buses"),
            home,
            sign_up="open",
            log_level="warning",
            cooldown_days="0",
            invitations_per_pair_and_year="100",
            event_poll_seconds=str(POLL),
        )
        command(env, home, "migrate")
        buses = {
            "postgresql": "",
            "valkey": valkey.url,
            "polling": "local",
            "refused": f"valkey://127.0.0.1:{free_port()}",
            "silent": f"valkey://127.0.0.1:{silent}",
        }
        pairs = [stack.enter_context(_two(env, home, name, bus)) for name, bus in buses.items()]
        for pair in pairs:
            await pair.listen(stack)
        # The first few make plans and fill caches. A stream that did not listen yet would miss one,
        # so nothing is measured before each has told of some.
        await asyncio.sleep(2)
        for _ in range(3):
            for pair in pairs:
                await pair.once(counts=False)
        for _ in range(rounds):
            random.shuffle(pairs)
            for pair in pairs:
                await pair.once(counts=True)
        return sorted(pairs, key=lambda pair: list(buses).index(pair.name))


def shown(values: list[float]) -> str:
    return f"{statistics.median(values):8.1f} ({min(values):.1f}-{max(values):.1f})"


def main() -> None:
    told = arguments()
    pairs = asyncio.run(measured(told.rounds))
    print(f"{told.rounds} invitations each; ms: median (least-most); polls every {POLL:g} s\n")
    print(f"{'bus':12} {'event':26} {'mutation':26}")
    for pair in pairs:
        print(f"{pair.name:12} {shown(pair.events):26} {shown(pair.mutations):26}")
    if told.json is not None:
        found = {pair.name: {"event": pair.events, "mutation": pair.mutations} for pair in pairs}
        text = json.dumps({"poll_seconds": POLL, "milliseconds": found}, indent=1)
        told.json.write_text(f"{text}\n")
    slow = [one.name for one in pairs if one.name in BUSES and statistics.median(one.events) > GOAL]
    verdict = f"missed by {', '.join(slow)}" if slow else "met"
    print(f"\ngoal: by a bus, a median of at most {GOAL:g} ms: {verdict}")
    raise SystemExit(1 if slow else 0)


if __name__ == "__main__":
    main()
