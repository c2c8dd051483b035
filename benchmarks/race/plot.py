"""One picture of a result: `python plot.py peers_10k OUT.svg [--concurrency 16]`.

Requests a second above, the 99th percentile of latency below, a column for each query, a bar for
each peer; thin lines go from the least to the most. The ending of OUT decides the format.
"""

from __future__ import annotations

import argparse

import matplotlib as mpl
from figures import FLOORS, Level, levels, load, spread

mpl.use("Agg")
mpl.rcParams["svg.fonttype"] = "none"  # text stays text, so that the file is small
mpl.rcParams["svg.hashsalt"] = "race"
from matplotlib import pyplot as plt  # noqa: E402
from matplotlib.axes import Axes  # noqa: E402

OURS, FLOOR, OTHER = "#c2410c", "#9ca3af", "#3b6ea5"


def colour(name: str) -> str:
    if name in FLOORS:
        return FLOOR
    return OURS if name.startswith("netql") else OTHER


def bars(axes: Axes, level: Level, names: list[str], query: str, key: str, unit: float) -> None:
    """A bar for each peer, with its median beside it."""
    spreads = [spread([v / unit for v in level.values(name, query, key)]) for name in names]
    mids = [s.mid for s in spreads]
    errors = [[s.mid - s.low for s in spreads], [s.high - s.mid for s in spreads]]
    colours = [colour(name) for name in names]
    axes.barh(names, mids, xerr=errors, color=colours, error_kw={"lw": 0.8, "ecolor": "#333333"})
    axes.invert_yaxis()
    axes.set_xlim(0, max(s.high for s in spreads) * 1.25)
    for place, s in enumerate(spreads):
        axes.annotate(
            f"{s.mid:.0f}", (s.high, place), (3, 0), textcoords="offset points", va="center", size=7
        )
    axes.tick_params(labelsize=7)
    axes.spines[["top", "right"]].set_visible(False)


def draw(level: Level, out: str) -> None:
    """Write the picture of a result at one number of connections."""
    queries = level.result["queries"]
    # One order of peers for all columns, so that a peer is found at the same height.
    names = sorted(
        level.rates(queries[0]),
        key=lambda name: -sum(level.mid(name, q, "rps") / level.top(q) for q in queries),
    )
    size = (2.6 * len(queries) + 1.2, 0.44 * len(names) + 1.8)
    figure, grid = plt.subplots(2, len(queries), figsize=size, sharey=True, squeeze=False)
    for column, query in enumerate(queries):
        above, below = grid[0][column], grid[1][column]
        bars(above, level, names, query, "rps", 1)
        bars(below, level, names, query, "p99", 1e3)
        # With a shared axis each drawing turns it round again.
        above.set_ylim(len(names) - 0.5, -0.5)
        above.set_title(query, size=9)
    grid[0][0].set_ylabel("requests/s", size=8)
    grid[1][0].set_ylabel("p99, ms", size=8)
    rounds = f"{level.result['repeats']} rounds of {level.result['seconds']} s"
    title = f"{level.result['database']}, {level.c} connections, medians of {rounds}"
    figure.suptitle(title, size=10)
    figure.tight_layout()
    figure.savefig(out, dpi=140, metadata={"Date": None} if out.endswith("svg") else None)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("result")
    parser.add_argument("out")
    parser.add_argument("--concurrency", type=int, default=16)
    args = parser.parse_args()
    found = {level.c: level for level in levels(load(args.result))}
    if args.concurrency not in found:
        parser.error(f"measured at {sorted(found)} connections only")
    draw(found[args.concurrency], args.out)


if __name__ == "__main__":
    main()
