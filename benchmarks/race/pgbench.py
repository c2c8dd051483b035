"""The database's own floor: the one-statement answers without any server."""

from __future__ import annotations

import subprocess
import sys
import tempfile

import db
from lab import APP_CORE, HERE, size_of
from peers import QUERIES

POOL = 10  # what every peer's pool holds
_NEARBY = "\\set target 1 + (:viewer - 1) / 500 * 500 + random(0, 499)\n"


def floor(database: str, seconds: int) -> list[dict]:
    """Transactions a second of each query: pgbench has the servers' core, PostgreSQL its own."""
    sys.path.insert(0, str(HERE / "peers" / "floor"))
    from statements import SQL

    size, rows = size_of(database), []
    for query in QUERIES:
        values = {"$1": ":viewer", "$2": ":target", "$3": "'hello'"}
        sql = SQL[query]
        for place, value in values.items():
            sql = sql.replace(place, value)
        target = _NEARBY
        if query == "M1":
            made = "values (:viewer, :target, 'hello')"
            sql = sql.replace(made, f"{made} on conflict do nothing")
            target = f"\\set target random(1, {size})\n"
        script = f"\\set viewer random(1, {size})\n{target}{' '.join(sql.split())};\n"
        with tempfile.NamedTemporaryFile("w", suffix=".sql") as file:
            file.write(script)
            file.flush()
            for clients in (1, POOL):
                measured = _run(database, file.name, clients, seconds)
                rows.append({"query": query, "c": clients, **measured})
    return rows


def _run(database: str, script: str, clients: int, seconds: int) -> dict[str, float]:
    options = ["-n", "-M", "prepared", "-f", script, "-c", str(clients), "-j", "1"]
    command = ["taskset", "-c", APP_CORE, str(db.BIN / "pgbench"), *options]
    out = subprocess.run(
        [*command, "-T", str(seconds), db.dsn(database)], capture_output=True, text=True
    ).stdout.splitlines()
    return {
        "tps": next(float(line.split()[2]) for line in out if line.startswith("tps")),
        "ms": next(float(line.split()[3]) for line in out if line.startswith("latency average")),
    }
