"""Compact tables: `python summary.py peers_10k [FILE.json ...] [--peer netql]`.

First how one peer stands to the fastest of the others and to the floor, then every peer.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable

from figures import Level, levels, load
from tables import head, row

Cell = Callable[[Level, str, str], str]


def standing(result: dict, peer: str) -> str:
    """One peer against the fastest other GraphQL server and the floor, for every query."""
    queries = result["queries"]
    out = [f"\n**{result['database']}: {peer}**", *head(["c", "to", *queries])]
    for level in levels(result):
        rates, best, floor = [], [], []
        for query in queries:
            rates.append(str(level.rates(query)[peer]))
            other = level.fastest(query, (peer,))
            best.append(f"**{level.ratio(peer, query, other) or '-'}** {other or ''}")
            floor.append(str(level.ratio(peer, query, "floor") or "-"))
        c = str(level.c)
        out += [row([c, "requests/s", *rates]), row([c, "fastest other", *best])]
        out.append(row([c, "floor", *floor]))
    return "\n".join(out)


def grid(level: Level, title: str, cell: Cell) -> str:
    """A table of peers by queries."""
    queries = level.result["queries"]
    out = [f"\n**{level.result['database']}, c={level.c}: {title}**", *head(["peer", *queries])]
    for name in level.rates(queries[0]):
        out.append(row([name, *(cell(level, name, query) for query in queries)]))
    return "\n".join(out)


def rate(level: Level, name: str, query: str) -> str:
    return str(level.rates(query)[name])


def ratios(level: Level, name: str, query: str) -> str:
    to_best = level.ratio(name, query, level.fastest(query))
    return f"**{to_best or '-'}** / {level.ratio(name, query, 'floor') or '-'}"


def latency(level: Level, name: str, query: str) -> str:
    p50, p99 = (level.mid(name, query, key) / 1e3 for key in ("p50", "p99"))
    return f"{p50:.1f} / {p99:.1f}"


def processor(level: Level, name: str, query: str) -> str:
    server, database = (level.mid(name, query, key) for key in ("server_us", "pg_us"))
    return f"{server:.0f} + {database:.0f}"


def alone(level: Level, name: str, query: str) -> str:
    return f"{1e6 / level.mid(name, query, 'server_us'):.0f}"


def full(level: Level, name: str, query: str) -> str:
    server, database = (level.mid(name, query, key) for key in ("server_core", "db_core"))
    return f"{server:.0%} / {database:.0%}"


def statements(level: Level, name: str, query: str) -> str:
    return f"{level.result['statements'][name][query]:.3g}"


BY_LEVEL: dict[str, Cell] = {
    "requests/s, median (range)": rate,
    "inside each round, **to the fastest GraphQL server** / to the floor": ratios,
    "p50 / p99 ms": latency,
}
ONCE: dict[str, Cell] = {
    "CPU µs a request, server + PostgreSQL": processor,
    "requests/s that the server's own CPU time would allow": alone,
    "how full each core was, server / database and load": full,
    "SQL statements a request, transactions and the pool's own included": statements,
}


def floor(result: dict) -> str:
    """The database's own floor and the peers' memory."""
    queries, measured = result["queries"], result.get("pgbench", [])
    out = head(["pgbench", *queries])
    for c in sorted({b["c"] for b in measured}):
        rates = {b["query"]: f"{b['tps']:.0f}" for b in measured if b["c"] == c}
        out.append(row([f"c={c} /s", *(rates.get(query, "-") for query in queries)]))
    out += head(["RSS MiB", *result["peers"]])
    for key in ("rss_idle", "rss_after"):
        memory = (f"{result[key][name] / 2**20:.0f}" for name in result["peers"])
        out.append(row([key.removeprefix("rss_"), *memory]))
    return "\n".join(out)


def show(name: str, peer: str) -> None:
    result = load(name)
    if peer in result["peers"]:
        print(standing(result, peer))
    every = levels(result)
    for level in every:
        for title, cell in BY_LEVEL.items():
            print(grid(level, title, cell))
    usual = next((level for level in every if level.c == 16), every[0])
    for title, cell in ONCE.items():
        print(grid(usual, title, cell))
    print(floor(result))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("results", nargs="*", default=["peers_10k"])
    parser.add_argument("--peer", default="netql")
    args = parser.parse_args()
    for name in args.results:
        show(name, args.peer)
