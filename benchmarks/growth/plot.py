"""One picture of a result: cost against size, in terms of the smallest network.

CPU above, the median of latency below, a column for each query, a line for each database; the last
column has what the network takes on disk and the time to make it.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import matplotlib as mpl
from figures import engines, networks, ratio

mpl.use("Agg")
mpl.rcParams["svg.fonttype"] = "none"  # text stays text, so that the file is small
mpl.rcParams["svg.hashsalt"] = "growth"
from matplotlib import pyplot as plt  # noqa: E402
from matplotlib.axes import Axes  # noqa: E402

COLOURS = {"postgres": "#c2410c", "sqlite": "#3b6ea5"}


def lines(axes: Axes, result: dict[str, Any], query: str, key: str) -> None:
    """A line for each database, thin ones from the least to the most."""
    for engine in engines(result):
        all_ = networks(result, engine)
        found = [ratio(result, one, query, key) for one in all_]
        mids = [one.mid for one in found]
        reach = [[one.mid - one.low for one in found], [one.high - one.mid for one in found]]
        sizes = [one["size"] for one in all_]
        axes.errorbar(
            sizes, mids, reach, color=COLOURS[engine], marker="o", capsize=2, label=engine
        )
    axes.axhline(1, color="#9ca3af", lw=0.8)
    axes.set_ylim(0, max(2.0, axes.get_ylim()[1]))
    dressed(axes)


def facts(axes: Axes, result: dict[str, Any], title: str, scale: float) -> None:
    """What making a network gave: gigabytes, or seconds."""
    for engine in engines(result):
        all_ = networks(result, engine)
        if title == "GiB on disk":
            found = [sum(one["tables"].values()) + sum(one["indexes"].values()) for one in all_]
        else:
            found = [one["seconds"] for one in all_]
        heights = [value / scale for value in found]
        axes.plot([one["size"] for one in all_], heights, color=COLOURS[engine], marker="o")
    axes.set_title(title, size=9)
    axes.set_yscale("log")
    dressed(axes)


def dressed(axes: Axes) -> None:
    axes.set_xscale("log")
    axes.tick_params(labelsize=7)
    axes.spines[["top", "right"]].set_visible(False)


def draw(result: dict[str, Any], out: Path) -> None:
    """Write the picture; the ending decides the format."""
    queries = result["queries"]
    columns = len(queries) + 1
    figure, grid = plt.subplots(2, columns, figsize=(2.4 * columns + 0.6, 4.8), squeeze=False)
    for column, query in enumerate(queries):
        lines(grid[0][column], result, query, "cpu")
        lines(grid[1][column], result, query, "p50")
        grid[0][column].set_title(query, size=9)
    grid[0][0].set_ylabel("CPU a request, ratio", size=8)
    grid[1][0].set_ylabel("p50, ratio", size=8)
    grid[0][0].legend(fontsize=7, frameon=False)
    facts(grid[0][-1], result, "GiB on disk", 2**30)
    facts(grid[1][-1], result, "seconds to seed", 1)
    rounds = f"{result['rounds']} rounds of {result['seconds']} s"
    figure.suptitle(
        f"Members, and the cost of a request to that in the smallest network; {rounds}", size=10
    )
    figure.tight_layout()
    figure.savefig(out, dpi=140, metadata={"Date": None} if out.suffix == ".svg" else None)
    plt.close(figure)
