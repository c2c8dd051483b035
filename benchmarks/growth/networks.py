"""Seeded networks of some size on some database, and what making them took."""

from __future__ import annotations

import json
import os
import re
import resource
import subprocess
import time
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from rig import LAB, cpu, db, netql_peer
from stores import Postgres, SQLite, Store

CONNECTIONS = 50
_REPORT = re.compile(r"(\d+) members, (\d+) connections, .* in [\d.]+ s")


@dataclass(frozen=True)
class Network:
    """So many members on `postgres` or `sqlite`."""

    engine: str
    size: int

    @property
    def name(self) -> str:
        return f"{self.engine}_{self.size}"

    @property
    def folder(self) -> Path:
        return LAB / "networks" / self.name

    @cached_property
    def store(self) -> Store:
        if self.engine == "postgres":
            return Postgres(f"growth_{self.size}")
        return SQLite(self.folder / "netql.db")

    @property
    def environment(self) -> dict[str, str]:
        """netql's settings: this database, and otherwise its own."""
        usual = {name: value for name, value in os.environ.items() if not name.startswith("NETQL_")}
        return usual | {
            "NETQL_DATABASE_URL": self.store.url,
            "NETQL_SIGNING_KEY_FILE": str(LAB / "netql.key"),
            "NETQL_LOG_LEVEL": "warning",
            # Counted as always, but the load asks for more than members do.
            "NETQL_MEMBER_POINTS_PER_MINUTE": "1000000000",
            "NETQL_ADDRESS_POINTS_PER_MINUTE": "1000000000",
        }

    def netql(self, *words: str) -> str:
        """Run a command of netql's; what it said. Raises CalledProcessError."""
        command = [str(netql_peer.BIN), *words]
        return subprocess.run(
            command,
            env=self.environment,
            cwd=self.folder,
            check=True,
            text=True,
            capture_output=True,
        ).stdout

    def make(self, *, reuse: bool) -> dict[str, Any]:
        """What making it took: now, or when it was made if it may be used again."""
        told = self.folder / "made.json"
        if reuse and told.exists():
            self.netql("migrate")
            return json.loads(told.read_text())
        self.folder.mkdir(parents=True, exist_ok=True)
        told.unlink(missing_ok=True)
        self.store.empty()
        self.netql("migrate")
        made = self._seed()
        self.store.settle()
        made |= self.store.sizes()
        told.write_text(json.dumps(made))
        return made

    def _seed(self) -> dict[str, Any]:
        before, began = _clocks(), time.perf_counter()
        said = self.netql("seed", f"--size={self.size}", f"--connections={CONNECTIONS}")
        seconds, after = time.perf_counter() - began, _clocks()
        report = _REPORT.search(said)
        assert report is not None, said
        return {
            "members": int(report[1]),
            "connections": int(report[2]),
            "seconds": seconds,
            "netql_cpu": after[0] - before[0],
            "database_cpu": after[1] - before[1],
        }


def _clocks() -> tuple[float, float]:
    """Seconds of CPU of this process's ended children, and of PostgreSQL, ended backends too."""
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    postmaster = db.postmaster()
    if postmaster is None:
        return ended.ru_utime + ended.ru_stime, 0.0
    times = postmaster.cpu_times()
    database = times.children_user + times.children_system + cpu.of_database(postmaster)
    return ended.ru_utime + ended.ru_stime, database
