"""What a request costs in networks of 10,000, 100,000 and 300,000 members.

Makes each network with `netql seed`, serves all of them at once and puts load on one after the
other, in an order by lot each round. Ratios are taken inside a round, to the smallest network on
the same database. Writes a JSON file and the picture beside it; `--reuse` measures networks that
were made before.
"""

from __future__ import annotations

import argparse
import json
import random
import signal
import sys
import time
from pathlib import Path
from typing import Any

from networks import CONNECTIONS, Network
from plot import draw
from report import report
from rig import LAB, db
from servers import QUERIES, Server

from asking import READS, Lines

# Of one core: with more that belonged to none of us a sample is taken again.
_FOREIGN = 0.10
# Seconds, for a query of a network.
_LONGEST_WARMTH = 300


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--postgres", default="10000,100000,300000", help="sizes, or nothing")
    parser.add_argument("--sqlite", default="10000,100000", help="sizes, or nothing")
    parser.add_argument("--reuse", action="store_true", help="seed only what is not there")
    parser.add_argument("--queries", default=",".join(QUERIES))
    parser.add_argument("--rounds", type=int, default=5, help="0 only makes the networks (5)")
    parser.add_argument("--seconds", type=int, default=2, help="of a sample (2)")
    parser.add_argument("--concurrency", type=int, default=4, help="connections of the load (4)")
    parser.add_argument("--attempts", type=int, default=2, help="at a sample others disturb (2)")
    parser.add_argument("--out", type=Path, default=LAB / "growth.json")
    parser.add_argument("--report", action="store_true", help="only print and draw a file")
    return parser.parse_args()


def said(text: str) -> None:
    print(time.strftime("%T"), text, file=sys.stderr, flush=True)


def made(args: argparse.Namespace) -> list[tuple[Network, dict[str, Any]]]:
    """Every network, smallest first."""
    found = []
    for engine in ("postgres", "sqlite"):
        for size in sorted(int(size) for size in getattr(args, engine).split(",") if size):
            network = Network(engine, size)
            facts = network.make(reuse=args.reuse)
            said(f"{network.name}: seeded in {facts['seconds']:.0f} s")
            Lines(network).write()
            found.append((network, facts))
    return found


def best(server: Server, query: str, args: argparse.Namespace) -> dict[str, Any]:
    """Of several attempts the one that others disturbed least."""
    samples: list[dict[str, Any]] = []
    while len(samples) < args.attempts:
        samples.append(server.sample(query, args.seconds, args.concurrency))
        if samples[-1]["foreign"] <= _FOREIGN:
            return samples[-1]
    return min(samples, key=lambda sample: sample["foreign"])


def warm(server: Server, query: str, args: argparse.Namespace) -> None:
    """Ask until each line was asked once, so that whatever a sample will want was read before: a
    large network comes off the disk by as many pages as it has members, and that takes minutes."""
    left, end = (1 if query == "M1" else READS), time.monotonic() + _LONGEST_WARMTH
    while left > 0 and time.monotonic() < end:
        left -= server.sample(query, args.seconds, args.concurrency)["requests"]


def rounds(servers: list[Server], args: argparse.Namespace, result: dict[str, Any]) -> None:
    """Every sample, after warmth."""
    queries, lots = args.queries.split(","), random.Random(1)
    for server in servers:
        for query in queries:
            warm(server, query, args)
        name = server.network.name
        result["statements"][name] = {query: server.statements(query) for query in queries}
        said(f"{name} is warm")
    for number in range(1, args.rounds + 1):
        for query in queries:
            for server in lots.sample(servers, len(servers)):
                result["samples"].append(best(server, query, args) | {"round": number})
        said(f"round {number}")


def measured(
    args: argparse.Namespace, networks: list[tuple[Network, dict[str, Any]]]
) -> dict[str, Any]:
    """The whole result."""
    result: dict[str, Any] = {
        "degree": CONNECTIONS,
        "queries": args.queries.split(","),
        "rounds": args.rounds,
        "seconds": args.seconds,
        "concurrency": args.concurrency,
        "networks": [
            {"name": network.name, "engine": network.engine, "size": network.size, **facts}
            for network, facts in networks
        ],
        "statements": {},
        "samples": [],
    }
    servers: list[Server] = []
    try:
        for network, _ in networks:
            servers.append(Server(network))
        rounds(servers, args, result)
        result["memory"] = {server.network.name: server.memory() for server in servers}
    finally:
        for server in servers:
            server.close()
    return result


def main() -> None:
    args = arguments()
    if not args.report:
        db.start()
        try:
            networks = made(args)
            if args.rounds == 0:
                return
            args.out.write_text(json.dumps(measured(args, networks), indent=1) + "\n")
        finally:
            db.stop()
    result = json.loads(args.out.read_text())
    print(report(result))
    draw(result, args.out.with_suffix(".svg"))


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that the servers are stopped
    main()
