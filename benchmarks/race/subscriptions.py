"""S1: delivery latency and the highest sustained rate: `python subscriptions.py peers_10k`.

For each peer that has subscriptions and each N: latency at a fixed rate, then the rate is doubled
(and the last gap halved twice) while at least 98 % of what was offered arrives inside the window
and p99 stays under 250 ms. Every delivery is one mutation, one insert and one event that resolves
its sender from the database, so this is the whole path, not a fan-out.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import statistics
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import asyncpg
import cpu
import db
import install
import netql_peer
import peers
import psutil
import reset
from lab import BUILD, DB_CORE, RESULTS
from tables import head, row

FIRST_SENDER = 2001
HIGHEST = 6400
PROBE_SECONDS = 2.5
_NEAR = """
select peer_id as other from connection where member_id = $1
union select recipient_id from invitation where sender_id = $1
union select sender_id from invitation where recipient_id = $1"""


async def pairs(database: str, subscribers: int, count: int) -> str:
    """`inviter invitee` lines: invitees in turn, inviters with nothing between them so far."""
    con = await asyncpg.connect(db.dsn(database))
    lines, sender = [], FIRST_SENDER
    while len(lines) < count:
        near = {found["other"] for found in await con.fetch(_NEAR, sender)}
        lines += [f"{sender} {n}\n" for n in range(1, subscribers + 1) if n not in near]
        sender += 1
    await con.close()
    return "".join(lines[:count])


@dataclass(frozen=True, slots=True)
class Runner:
    """One running peer and so many subscribers."""

    peer: str
    database: str
    n: int
    process: subprocess.Popen
    invitations: reset.Invitations

    async def once(self, rate: float, seconds: float) -> dict:
        """What the load generator saw at that rate. Raises RuntimeError."""
        await self.invitations.forget()
        lines = await pairs(self.database, self.n, round(rate * seconds))
        seen = await asyncio.to_thread(self._load, rate, seconds, lines)
        await self.invitations.forget()
        return seen

    def _load(self, rate: float, seconds: float, lines: str) -> dict:
        with tempfile.NamedTemporaryFile("w") as file:
            file.write(lines)
            file.flush()
            return self._loaded(rate, seconds, Path(file.name))

    def _loaded(self, rate: float, seconds: float, pairs: Path) -> dict:
        server, postmaster = psutil.Process(self.process.pid), db.start()
        files = [pairs, *(peers.document(self.peer, query) for query in ("M1", "S1"))]
        if peers.ours(self.peer):
            files.append(netql_peer.people_file(self.database))
        numbers = [peers.PEERS[self.peer]["port"], self.n, rate, seconds]
        script = BUILD / "loadgen" / "subscribe.js"
        command = ["taskset", "-c", DB_CORE, peers.NODE, script, *numbers, *files]
        before = cpu.own(server), cpu.of_database(postmaster)
        out = subprocess.run([str(part) for part in command], capture_output=True, text=True)
        if not out.stdout.startswith("{"):
            raise RuntimeError(f"{self.peer}: {out.stdout} {out.stderr[-1500:]}")
        seen = json.loads(out.stdout)
        delivered = max(1, seen["delivered"]) / 1e6
        used = cpu.own(server) - before[0], cpu.of_database(postmaster) - before[1]
        cpu.settle(server)
        return seen | {
            "peer": self.peer,
            "server_us": used[0] / delivered,
            "pg_us": used[1] / delivered,
            "rss": peers.memory(self.process),
        }


def holds(seen: dict) -> bool:
    """Whether the peer kept up."""
    offered = seen["offered"]
    kept = seen["delivered"] >= 0.98 * offered and seen["in_window"] >= 0.95 * offered
    return kept and seen["p99"] < 250


async def climb(runner: Runner, rate: float, seconds: float) -> tuple[list[dict], float]:
    """Every measurement, the one at the fixed rate first, and the highest rate that held."""
    await runner.once(100, 3)  # warm-up, not kept
    rows = [await runner.once(rate, seconds)]
    low = high = rate
    while high < HIGHEST:
        high *= 2
        rows.append(await runner.once(high, PROBE_SECONDS))
        if not holds(rows[-1]):
            break
        low = high
    for _ in range(2):
        middle = (low + high) / 2
        rows.append(await runner.once(middle, PROBE_SECONDS))
        low, high = (middle, high) if holds(rows[-1]) else (low, middle)
    return rows, low


async def measured(peer: str, database: str, n: int, args: argparse.Namespace) -> dict:
    """What `climb` found, the peer started and stopped around it."""
    invitations = await reset.opened(peer, database)
    process = peers.start(peer, database)
    try:
        runner = Runner(peer, database, n, process, invitations)
        rows, best = await climb(runner, args.rate, args.seconds)
    finally:
        peers.stop(process)
        await invitations.con.close()
    print(time.strftime("%T"), peer, n, best, flush=True)
    return {"peer": peer, "n": n, "rows": rows, "best": best}


_HEAD = (
    "peer|N|p50 ms|p99 ms|server µs/delivery at the highest|PG µs/delivery|RSS MiB"
    "|max sustained/s (range)"
).split("|")


def table(title: str, found: list[dict]) -> str:
    """A line for each peer and number of subscribers."""
    out = [title, *head(_HEAD)]
    for peer, n in dict.fromkeys((run["peer"], run["n"]) for run in found):
        runs = [run for run in found if (run["peer"], run["n"]) == (peer, n)]
        fixed = [run["rows"][0] for run in runs]
        rates = [run["best"] for run in runs]
        busy = [seen for run in runs for seen in run["rows"] if seen["rate"] in rates]
        p50, p99 = (statistics.median(seen[key] for seen in fixed) for key in ("p50", "p99"))
        server, database, rss = (
            statistics.median(seen[key] for seen in busy) for key in ("server_us", "pg_us", "rss")
        )
        cells = [peer, str(n), f"{p50:.1f}", f"{p99:.1f}", f"{server:.0f}", f"{database:.0f}"]
        top = f"{statistics.median(rates):.0f} ({min(rates):.0f}-{max(rates):.0f})"
        out.append(row([*cells, f"{rss / 2**20:.0f}", top]))
    return "\n".join(out)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("database", nargs="?", default="peers_10k")
    able = (name for name, spec in peers.PEERS.items() if spec.get("subscriptions"))
    parser.add_argument("--peers", default=",".join(able))
    parser.add_argument("--n", default="100,1000")
    parser.add_argument("--rate", type=float, default=50)
    parser.add_argument("--seconds", type=float, default=4)
    parser.add_argument("--repeats", type=int, default=3)
    args = parser.parse_args()
    install.sync()
    db.start()
    RESULTS.mkdir(parents=True, exist_ok=True)
    path, found = RESULTS / f"{args.database}.s1.json", []
    for _ in range(args.repeats):
        for n in map(int, args.n.split(",")):
            for peer in args.peers.split(","):
                found.append(asyncio.run(measured(peer, args.database, n, args)))
                path.write_text(json.dumps(found))
    text = table(f"### S1 on {args.database}, latency at {args.rate:.0f}/s", found)
    path.with_suffix(".md").write_text(text + "\n")
    print(text)


if __name__ == "__main__":
    main()
