"""netql's crowd, as `netql torture --case crowd` tells it."""

from __future__ import annotations

import subprocess
import sys

from figures import Figures


def netql(size: int) -> Figures:
    """Run the case. Raises RuntimeError if it tells no figures; whether it holds is printed."""
    command = [sys.executable, "-m", "netql", "torture", "--case", "crowd", "--size", str(size)]
    done = subprocess.run(command, capture_output=True, text=True)
    told = done.stdout.splitlines()
    if not told or not told[-1].startswith("crowd: "):
        raise RuntimeError(f"netql: {done.stdout} {done.stderr[-1500:]}")
    print(*told[1:], sep="\n", flush=True)
    found = dict(word.split("=", 1) for word in told[-1].split() if "=" in word)
    if found["cores"] == "shared":
        raise RuntimeError("netql had no core for itself: this needs Linux and two cores")
    return Figures(
        "netql",
        size,
        int(found["connected"]),
        int(found["heard"]),
        float(found["socket_kib"]),
        float(found["delivery_p50_ms"]),
        float(found["delivery_p99_ms"]),
        float(found["core_ms_each"]),
    )
