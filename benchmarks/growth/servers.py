"""A running `netql serve`, and one sample of load on it."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from itertools import islice
from pathlib import Path
from typing import Any

import psutil
from networks import Network
from rig import APP_CORE, DB_CORE, RACE, cpu, db, netql_peer
from stores import NOTE, Postgres

from asking import Lines

QUERIES = ("Q1", "Q2", "Q4", "M1")
_TARGET = "@TARGET@"
_PATIENCE = 60.0
# Every process looks for ended sessions twice a second, whatever is asked of it.
_COUNTED = """
SELECT coalesce(sum(calls), 0)::int FROM pg_stat_statements
 WHERE dbid = (SELECT oid FROM pg_database WHERE datname = current_database())
   AND query NOT LIKE '%pg_stat_statements%' AND query NOT LIKE '%s.ended_at >%'
"""


class Server:
    """netql on one network, pinned to one core. Close it, or it stays."""

    def __init__(self, network: Network) -> None:
        self.network = network
        self.lines = Lines(network)
        self._taken: dict[str, int] = {}
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.address = f"http://127.0.0.1:{self.port}"
        for query in QUERIES:
            self._body_file(query).write_bytes(body(query, _TARGET))
        command = ["taskset", "-c", APP_CORE, str(netql_peer.BIN), "serve", f"--port={self.port}"]
        self._log = (network.folder / "log").open("w")
        self._process = subprocess.Popen(
            command,
            env=network.environment,
            cwd=network.folder,
            stdout=self._log,
            stderr=self._log,
        )
        self._wait()
        self.clock = psutil.Process(self._process.pid)

    def close(self) -> None:
        self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._log.close()

    def memory(self) -> int:
        """Resident bytes."""
        return self.clock.memory_info().rss

    def sample(self, query: str, seconds: int, concurrency: int) -> dict[str, Any]:
        """What requests cost: CPU by the kernel's accounts, latency by wrk's, in microseconds."""
        postmaster = db.start()
        # The mutation's lines begin anew, for what it made is forgotten after each sample.
        first = 0 if query == "M1" else self._taken.get(query, 0)
        before = cpu.read(self.clock, postmaster)
        said = self._wrk(query, seconds, concurrency, first)
        after = cpu.read(self.clock, postmaster)
        cpu.settle(self.clock)
        self._taken[query] = first + said["requests"]
        sample = {
            "network": self.network.name,
            "query": query,
            **{key: said[key] for key in ("requests", "p50", "p90", "p99")},
            "errors": said["bad"] + said["socket"] + said["timeout"],
            **cpu.spent(before, after, max(1, said["requests"])),
        }
        if query == "M1":
            sample["refused"] = max(0, said["requests"] - self._invitations())
            self.network.store.forget()
        return sample

    def statements(self, query: str, count: int = 40) -> dict[str, float] | None:
        """How many statements one request takes, by PostgreSQL's count: least, most, mean.

        The viewer has asked something before, so that the session is known.
        """
        store = self.network.store
        if not isinstance(store, Postgres):
            return None
        counts = []
        with self.lines.of(query).open() as lines:
            pairs = [tuple(map(int, line.split())) for line in islice(lines, count)]
        for viewer, target in pairs:
            self.ask("Q1", viewer, target)
            store.run("SELECT pg_stat_statements_reset()")
            answer = self.ask(query, viewer, target)
            if "errors" in answer:
                raise RuntimeError(f"{self.network.name} {query}: {answer}")
            counts.append(store.fetch(_COUNTED)[0][0])
        if query == "M1":
            store.forget()
        return {"least": min(counts), "most": max(counts), "mean": sum(counts) / len(counts)}

    def ask(self, query: str, viewer: int, target: int) -> dict[str, Any]:
        """The answer to one request."""
        people = self.lines.people.read_text().splitlines()
        token, member_id = people[viewer - 1].split()[0], people[target - 1].split()[1]
        headers = {"content-type": "application/json", "authorization": f"Bearer {token}"}
        request = urllib.request.Request(f"{self.address}/graphql", body(query, member_id), headers)
        with urllib.request.urlopen(request, timeout=20) as answer:
            return json.load(answer)

    def _invitations(self) -> int:
        counted = f"SELECT count(*) FROM invitations WHERE note = '{NOTE}'"
        return int(self.network.store.fetch(counted)[0][0])

    def _wrk(self, query: str, seconds: int, concurrency: int, first: int) -> dict[str, Any]:
        options = f"-t1 -c{concurrency} -d{seconds}s --timeout 10s --latency".split()
        files = [self._body_file(query), self.lines.of(query), first, self.lines.people]
        script = ["-s", RACE / "load.lua", f"{self.address}/graphql", "--", *files]
        command = ["taskset", "-c", DB_CORE, "wrk", *options, *script]
        out = subprocess.run(list(map(str, command)), capture_output=True, text=True)
        for line in out.stdout.splitlines():
            if line.startswith("RESULT "):
                return json.loads(line.removeprefix("RESULT "))
        raise RuntimeError(out.stdout + out.stderr)

    def _body_file(self, query: str) -> Path:
        return self.network.folder / f"{query}.json"

    def _wait(self) -> None:
        """Until it is ready. Raises RuntimeError."""
        end = time.monotonic() + _PATIENCE
        while time.monotonic() < end and self._process.poll() is None:
            try:
                with urllib.request.urlopen(f"{self.address}/readyz", timeout=5):
                    return
            except (urllib.error.URLError, ConnectionError, TimeoutError):
                time.sleep(0.1)
        self.close()
        raise RuntimeError((self.network.folder / "log").read_text()[-2000:])


def body(query: str, target: str) -> bytes:
    """A request's JSON, with the race's own document for netql."""
    text = (RACE / "queries" / "netql" / f"{query}.graphql").read_text()
    variables = {"to": target, "message": NOTE} if query == "M1" else {"id": target}
    used = {name: value for name, value in variables.items() if f"${name}" in text}
    return json.dumps({"query": text, "variables": used}).encode()
