"""Where a peer's CPU goes: `python profile.py peers_10k netql Q2`.

Python peers are sampled with py-spy, Node ones with --cpu-prof; self time is summed by package and
by function. Loaded at 8 connections for six seconds after a warm-up.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import db
import install
import peers
from bench import wrk
from lab import DB_CORE

WARM, SECONDS, CONNECTIONS = 4, 6, 8
_PACKAGES = (
    r"node_modules/((?:@[^/]+/)?[^/]+)/(?!.*node_modules/)",
    r"site-packages/([^/]+)",
    r"/lib/python3[^/]*/([^/]+)",
    r"/build/([^/]+)/",
    r"/src/(netql)/",
)
# A share of all samples: (function, the file it is in), how many.
Sample = tuple[str, str, int]


def package(path: str) -> str:
    """Whose code a file is."""
    for pattern in _PACKAGES:
        if found := re.search(pattern, path):
            name = found.group(1)
            if "site-packages" in path or "node_modules" in path:
                return name
            return f"stdlib {name}" if "/lib/python3" in path else "the peer's own code"
    if path.startswith("node:"):
        return "node core"
    return path.rsplit("/", 1)[-1] or "(native)"


def node_samples(peer: str, database: str, query: str) -> Iterator[Sample]:
    """Self time in microseconds, by V8's own profiler."""
    folder = Path(tempfile.mkdtemp(prefix="prof-"))
    quit_ = folder / "quit.cjs"
    quit_.write_text("process.on('SIGTERM', () => process.exit(0))\n")
    os.environ["NODE_OPTIONS"] = f"--cpu-prof --cpu-prof-dir={folder} --require {quit_}"
    process = peers.start(peer, database)
    load(peer, database, query, WARM + SECONDS)
    peers.stop(process)
    written = max(folder.glob("*.cpuprofile"), key=lambda path: path.stat().st_size)
    data = json.loads(written.read_text())
    frames = {node["id"]: node["callFrame"] for node in data["nodes"]}
    for key, delta in zip(data["samples"], data["timeDeltas"], strict=True):
        frame = frames[key]
        name = frame["functionName"]
        if name not in ("(idle)", "(root)"):
            yield name or "(anonymous)", frame["url"] or name, delta


def python_samples(peer: str, database: str, query: str) -> Iterator[Sample]:
    """How many of py-spy's samples were in each function."""
    process = peers.start(peer, database)
    load(peer, database, query, WARM)
    with tempfile.NamedTemporaryFile() as raw:
        spy = [str(Path(sys.executable).parent / "py-spy"), "record", "-r", "200", "-f", "raw"]
        spy += ["-d", str(SECONDS), "--full-filenames", "-o", raw.name, "-p", str(process.pid)]
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        spying = subprocess.Popen(["taskset", "-c", DB_CORE, *spy], **quiet)
        time.sleep(0.5)
        load(peer, database, query, SECONDS)
        spying.wait()
        peers.stop(process)
        for line in Path(raw.name).read_text().splitlines():
            stack, count = line.rsplit(" ", 1)
            function, _, where = stack.split(";")[-1].partition(" (")
            yield function, where, int(count)


def load(peer: str, database: str, query: str, seconds: int) -> None:
    with tempfile.NamedTemporaryFile() as file:
        template = Path(file.name)
        template.write_bytes(peers.body(peer, query, "@TARGET@"))
        wrk(peer, database, query, template, CONNECTIONS, seconds, 0)


def main(database: str, peer: str, query: str) -> None:
    install.sync()
    db.start()
    node = peers.PEERS[peer]["kind"] == "node"
    packages: Counter[str] = Counter()
    functions: Counter[str] = Counter()
    for function, path, weight in (node_samples if node else python_samples)(peer, database, query):
        where = package(path)
        packages[where] += weight
        functions[f"{function} [{where}]"] += weight
    total = sum(packages.values())
    print(f"\n#### {peer} {query} on {database}\n")
    for name, counted in (("packages", packages), ("functions", functions)):
        shares = (f"{key} {count / total:.1%}" for key, count in counted.most_common(20))
        print(f"{name}:\n  " + "\n  ".join(shares))


if __name__ == "__main__":
    main(*sys.argv[1:4])
