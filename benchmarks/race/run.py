"""Side-by-side load: `python run.py peers_10k --seconds 2 --repeats 3`.

Every peer runs in one process pinned to one core; PostgreSQL and wrk share the other. All peers
are up at once and take turns in an order that changes each round, so slow drifts of the machine hit
all of them. A sample with too much foreign load is taken again. Writes a JSON file and the tables
beside it; `--report` only prints them.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import signal
import sys
import time
from pathlib import Path

import db
import install
import pgbench
import reset
from bench import Bench
from lab import RESULTS
from peers import PEERS, QUERIES
from tables import tables


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("database", nargs="?", default="peers_10k")
    parser.add_argument("--peers", default=",".join(PEERS))
    parser.add_argument("--queries", default=",".join(QUERIES))
    parser.add_argument("--concurrency", default="1,16,64")
    parser.add_argument("--seconds", type=int, default=2)
    parser.add_argument("--warm", type=int, default=2)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--out", help="the JSON file; in the lab if left out")
    parser.add_argument("--report", action="store_true", help="print the tables of a file")
    parser.add_argument("--pgbench", type=int, metavar="SECONDS", help="0 leaves the floor out")
    return parser.parse_args()


async def warm(bench: Bench, result: dict, seconds: int) -> None:
    """Make every peer hot and count its statements."""
    for name in bench.names:
        counts = result["statements"][name] = {}
        texts = result["sql"][name] = {}
        for query in result["queries"]:
            await bench.warm(name, query, seconds)
            counts[query], texts[query] = await bench.statements(name, query)


def write(path: Path, result: dict) -> None:
    path.write_text(json.dumps(result))


async def rounds(bench: Bench, result: dict, levels: list[int], path: Path) -> None:
    """Every sample, and the file written anew after each round."""
    order = random.Random(7)
    for number in range(1, result["repeats"] + 1):
        for query in result["queries"]:
            turn = bench.names[:]
            order.shuffle(turn)
            for level in levels:
                for name in turn:
                    if level in PEERS[name].get("levels", levels):
                        result["samples"].append(await bench.sample(name, query, level))
        result |= {"done": number, "retries": bench.retries}
        write(path, result)
        print(time.strftime("%T"), "round", number, "retries", bench.retries, flush=True)


async def race(args: argparse.Namespace, path: Path) -> dict:
    """The whole result."""
    names, queries = args.peers.split(","), args.queries.split(",")
    levels = [int(level) for level in args.concurrency.split(",")]
    bench = Bench(args.database, names, args.seconds)
    result: dict = {
        "database": args.database,
        "peers": names,
        "queries": queries,
        "seconds": args.seconds,
        "repeats": args.repeats,
        "samples": [],
        "statements": {},
        "sql": {},
        "started": time.strftime("%F %T"),
    }
    try:
        await bench.open()
        result["rss_idle"] = bench.memory()
        await warm(bench, result, args.warm)
        await rounds(bench, result, levels, path)
        result["rss_after"] = bench.memory()
    finally:
        await bench.close()
    return result


async def floor(database: str, seconds: int) -> list[dict]:
    """The database's floor; what its mutation made is forgotten again."""
    measured = await asyncio.to_thread(pgbench.floor, database, seconds)
    invitations = await reset.opened("floor", database)
    await invitations.forget()
    await invitations.con.close()
    return measured


def main() -> None:
    args = arguments()
    RESULTS.mkdir(parents=True, exist_ok=True)
    path = Path(args.out) if args.out else RESULTS / f"{args.database}.json"
    if args.report:
        print(tables(json.loads(path.read_text())))
        return
    install.sync()
    db.start()
    result = asyncio.run(race(args, path))
    seconds = max(5, args.seconds) if args.pgbench is None else args.pgbench
    result["pgbench"] = asyncio.run(floor(args.database, seconds)) if seconds else []
    write(path, result)
    text = tables(result)
    path.with_suffix(".md").write_text(text + "\n")
    print(text)


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that the peers are stopped
    main()
