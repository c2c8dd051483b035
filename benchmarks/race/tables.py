"""The tables of a result, in Markdown."""

from __future__ import annotations

import statistics
from collections import defaultdict

from bench import FOREIGN_LIMIT
from figures import Level, levels

_HEAD = (
    "peer|c|requests/s (range)|of fastest peer (range)|of floor (range)|p50 ms|p99 ms"
    "|server µs/req|PG µs/req|server core|DB+load core|SQL/req|KiB"
).split("|")


def row(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"


def head(cells: list[str]) -> list[str]:
    return ["", row(cells), "|" + "---|" * len(cells)]


def tables(result: dict) -> str:
    """Every query with every peer, fastest first; then memory, and how far to trust it."""
    rounds = f"{result['repeats']} rounds of {result['seconds']} s"
    out = [f"## {result['database']}: {rounds}, medians (range)"]
    for query in result["queries"]:
        out += ["", f"### {query}", *head(_HEAD)]
        for level in levels(result):
            out += [_line(level, name, query) for name in level.rates(query)]
        out += _floor(result, query)
    out += ["", "### Memory (RSS, MiB)", *head(["peer", "idle", "after the load"])]
    for name in result["peers"]:
        cells = [f"{result[key].get(name, 0) / 2**20:.0f}" for key in ("rss_idle", "rss_after")]
        out.append(row([name, *cells]))
    return "\n".join([*out, "", _trust(result)])


def _line(level: Level, name: str, query: str) -> str:
    def mid(key: str) -> float:
        return level.mid(name, query, key)

    cells = [
        name,
        str(level.c),
        str(level.rates(query)[name]),
        str(level.ratio(name, query, level.fastest(query)) or "-"),
        str(level.ratio(name, query, "floor") or "-"),
        f"{mid('p50') / 1e3:.2f}",
        f"{mid('p99') / 1e3:.2f}",
        f"{mid('server_us'):.0f}",
        f"{mid('pg_us'):.0f}",
        f"{mid('server_core'):.0%}",
        f"{mid('db_core'):.0%}",
        f"{level.result['statements'][name][query]:g}",
        f"{mid('bytes') / 1024:.1f}",
    ]
    return row(cells)


def _floor(result: dict, query: str) -> list[str]:
    told = [
        f"c={b['c']}: {b['tps']:.0f}/s, {b['ms']:.2f} ms"
        for b in result.get("pgbench", [])
        if b["query"] == query
    ]
    said = "Database floor (pgbench, prepared, the floor's one statement): "
    return ["", said + "; ".join(told)] if told else []


def wrong(result: dict) -> list[tuple]:
    """Samples with errors, or whose rows do not match their answers."""
    return [
        (s["peer"], s["query"], s["c"], s["errors"], s.get("rows"), s["requests"])
        for s in result["samples"]
        # What is in flight at the end is made, but not counted as an answer.
        if s["errors"] or abs(s.get("rows", s["requests"]) - s["requests"]) > s["c"]
    ]


def _trust(result: dict) -> str:
    samples = result["samples"]
    noisy = sum(s["foreign"] > FOREIGN_LIMIT for s in samples)
    steal = [s["steal"] for s in samples]
    rates = defaultdict(list)
    for s in samples:
        rates[s["peer"], s["query"], s["c"]].append(s["rps"])
    spreads = [(max(r) - min(r)) / statistics.median(r) for r in rates.values() if len(r) > 1]
    text = (
        f"Samples {len(samples)}; with foreign load over {FOREIGN_LIMIT:.0%} of a core after"
        f" retries: {noisy}; steal: median {statistics.median(steal):.1%} of a core, worst"
        f" {max(steal):.1%}; with errors or lost rows: {wrong(result) or 'none'}"
    )
    if spreads:
        text += f"; range/median: median {statistics.median(spreads):.1%}, worst {max(spreads):.1%}"
    return text + "."
