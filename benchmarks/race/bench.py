"""The running peers, and one sample after the other."""

from __future__ import annotations

import asyncio
import json
import random
import subprocess
import tempfile
from pathlib import Path

import cpu
import db
import netql_peer
import peers
import psutil
import reset
from lab import DB_CORE, HERE, lines_file

FOREIGN_LIMIT = 0.10  # of one core
ATTEMPTS = 3
_COUNTED = """
select calls, left(regexp_replace(query, '\\s+', ' ', 'g'), 90) as text from pg_stat_statements
 where dbid = (select oid from pg_database where datname = current_database())
   and query not like '%pg_stat_statements%' order by calls desc"""


def wrk(
    peer: str, database: str, query: str, template: Path, concurrency: int, seconds: int, first: int
) -> dict:
    """What wrk says of its requests; latencies in microseconds. Raises RuntimeError."""
    options = f"-t1 -c{concurrency} -d{seconds}s --timeout 10s --latency".split()
    address = f"http://127.0.0.1:{peers.PEERS[peer]['port']}/graphql"
    script = [str(HERE / "load.lua"), address, "--", str(template)]
    script += [str(lines_file(database, query)), str(first)]
    if peers.ours(peer):
        script.append(str(netql_peer.people_file(database)))
    command = ["taskset", "-c", DB_CORE, "wrk", *options, "-s", *script]
    out = subprocess.run(command, capture_output=True, text=True)
    for line in out.stdout.splitlines():
        if line.startswith("RESULT "):
            return json.loads(line.removeprefix("RESULT "))
    raise RuntimeError(out.stdout + out.stderr)


class Bench:
    """All peers at once, on their databases. Close it, or they stay."""

    def __init__(self, database: str, names: list[str], seconds: int) -> None:
        self.database, self.names, self.seconds = database, names, seconds
        self.retries = 0
        self._postmaster = db.start()
        self._templates = Path(tempfile.mkdtemp(prefix="peers-"))
        self._random = random.Random(1)
        self._running: dict[str, subprocess.Popen] = {}
        self._invitations: dict[str, reset.Invitations] = {}

    async def open(self) -> None:
        """Start every peer. Raises RuntimeError."""
        for name in self.names:
            self._invitations[name] = await reset.opened(name, self.database)
            self._running[name] = peers.start(name, self.database)
            if name == "netql":
                netql_peer.greet(self.database, peers.PEERS[name]["port"])
            for query in peers.QUERIES:
                self._template(name, query).write_bytes(peers.body(name, query, "@TARGET@"))

    async def close(self) -> None:
        """Stop every peer and forget what the load made."""
        for process in self._running.values():
            peers.stop(process)
        for invitations in self._invitations.values():
            await invitations.forget()
            await invitations.con.close()

    def memory(self) -> dict[str, int]:
        """Resident bytes of each peer."""
        return {name: peers.memory(process) for name, process in self._running.items()}

    async def warm(self, name: str, query: str, seconds: int) -> None:
        """Load that is not measured."""
        await self.sample(name, query, 16, seconds=seconds, attempts=1)
        await self._invitations[name].forget()

    async def statements(self, name: str, query: str, count: int = 20) -> tuple[float, list[str]]:
        """SQL statements a request, and what they were, by PostgreSQL's own count."""
        lines = lines_file(self.database, query).read_text().splitlines()[-count:]
        invitations = self._invitations[name]
        await invitations.con.execute("select pg_stat_statements_reset()")
        failed = 0
        for line in lines:
            viewer, target = map(int, line.split())
            ask = (peers.ask, name, self.database, query, viewer, target)
            failed += peers.refused(await asyncio.to_thread(*ask))
        rows = await invitations.con.fetch(_COUNTED)
        if query == "M1":
            await invitations.forget()
        if failed:
            print(f"!! {name} {query}: {failed} of {count} answers had errors")
        texts = [f"{row['calls'] / count:g} x {row['text']}" for row in rows]
        return sum(row["calls"] for row in rows) / count, texts

    async def sample(
        self,
        name: str,
        query: str,
        concurrency: int,
        seconds: int | None = None,
        attempts: int = ATTEMPTS,
    ) -> dict:
        """One measurement; of several attempts the one with the least foreign load."""
        best: dict | None = None
        for attempt in range(attempts):
            if query == "M1":
                await self._invitations[name].forget()
            sample = self._measure(name, query, concurrency, seconds or self.seconds)
            if query == "M1":
                sample["rows"] = await self._invitations[name].count()
            if best is None or sample["foreign"] < best["foreign"]:
                best = sample
            if best["foreign"] <= FOREIGN_LIMIT:
                break
            self.retries += attempt < attempts - 1
        assert best is not None
        return best

    def _measure(self, name: str, query: str, concurrency: int, seconds: int) -> dict:
        first = 0 if query == "M1" else self._random.randrange(20_000)
        server = psutil.Process(self._running[name].pid)
        before = cpu.read(server, self._postmaster)
        template = self._template(name, query)
        said = wrk(name, self.database, query, template, concurrency, seconds, first)
        after = cpu.read(server, self._postmaster)
        cpu.settle(server)
        requests = max(1, said["requests"])
        return {
            "peer": name,
            "query": query,
            "c": concurrency,
            "rps": said["requests"] / (said["us"] / 1e6),
            **{key: said[key] for key in ("requests", "p50", "p90", "p99", "max")},
            "errors": said["bad"] + said["socket"] + said["timeout"],
            "bytes": said["bytes"] / requests,
            **cpu.spent(before, after, requests),
        }

    def _template(self, name: str, query: str) -> Path:
        return self._templates / f"{name}.{query}"
