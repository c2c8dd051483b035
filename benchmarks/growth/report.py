"""A result as tables."""

from __future__ import annotations

from statistics import median
from typing import Any

from figures import engines, networks, ratio, values


def row(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"


def head(*titles: str) -> list[str]:
    return ["", row(list(titles)), f"|{'---|' * len(titles)}"]


def mib(size: float) -> str:
    return f"{size / 2**20:,.1f}"


def seeding(result: dict[str, Any]) -> list[str]:
    out = head(
        *("network", "members", "connections", "seconds", "CPU s netql", "CPU s PostgreSQL"),
        *("tables MiB", "indexes MiB", "bytes a member"),
    )
    for one in result["networks"]:
        tables, indexes = sum(one["tables"].values()), sum(one["indexes"].values())
        counts = [f"{one[key]:,}" for key in ("members", "connections")]
        times = [f"{one[key]:.0f}" for key in ("seconds", "netql_cpu", "database_cpu")]
        sizes = [mib(tables), mib(indexes), f"{(tables + indexes) / one['members']:,.0f}"]
        out.append(row([one["name"], *counts, *times, *sizes]))
    return out


def largest(result: dict[str, Any], count: int = 12) -> list[str]:
    """The largest tables and indexes, in MiB."""
    out: list[str] = []
    for engine in engines(result):
        all_ = networks(result, engine)
        sizes = [{**one["tables"], **one["indexes"]} for one in all_]
        out += head(f"{engine}, MiB", *(f"{one['size']:,}" for one in all_))
        for name in sorted(sizes[-1], key=lambda name: -sizes[-1][name])[:count]:
            out.append(row([name, *(mib(found.get(name, 0)) for found in sizes)]))
    return out


def costs(result: dict[str, Any], engine: str) -> list[str]:
    """For each query the medians, and the ratios to the smallest network."""
    out = head(
        *(engine, "members", "netql µs", "PostgreSQL µs", "CPU ratio", "netql ratio"),
        *("p50 ms", "p50 ratio", "p99 ms", "statements"),
    )
    for query in result["queries"]:
        for one in networks(result, engine):
            name = one["name"]
            mid = {
                key: median(values(result, name, query, key))
                for key in ("server_us", "pg_us", "p50", "p99")
            }
            ratios = [str(ratio(result, one, query, key)) for key in ("cpu", "server_us", "p50")]
            counted = result["statements"][name][query]
            most = "-" if counted is None else f"{counted['mean']:.3g} ({counted['most']} at most)"
            cells = [query, f"{one['size']:,}", f"{mid['server_us']:.0f}", f"{mid['pg_us']:.0f}"]
            cells += [*ratios[:2], f"{mid['p50'] / 1e3:.2f}", ratios[2]]
            out.append(row([*cells, f"{mid['p99'] / 1e3:.2f}", most]))
    return out


def judged(result: dict[str, Any]) -> list[str]:
    """Whether the statements are as many in every network, and what speaks against the figures."""
    out = [""]
    for query in result["queries"]:
        most = {
            counted[query]["most"]
            for counted in result["statements"].values()
            if counted[query] is not None
        }
        if most:
            verdict = "the same in every network" if len(most) == 1 else "NOT the same"
            out.append(f"{query}: statements at most {sorted(most)}, {verdict}.")
    errors = sum(sample["errors"] for sample in result["samples"])
    refused = sum(sample.get("refused", 0) for sample in result["samples"])
    requests = sum(sample["requests"] for sample in result["samples"])
    foreign = median(sample["foreign"] for sample in result["samples"])
    out.append(
        f"{requests:,} requests, {errors} errors, {refused} invitations not made;"
        f" others used {foreign:.0%} of a core (median of all samples)."
    )
    memory = ", ".join(f"{name} {mib(size)}" for name, size in result["memory"].items())
    return [*out, f"Memory of the servers at the end, MiB: {memory}."]


def report(result: dict[str, Any]) -> str:
    lines = [*seeding(result), *largest(result)]
    for engine in engines(result):
        lines += costs(result, engine)
    return "\n".join([*lines, *judged(result)])
