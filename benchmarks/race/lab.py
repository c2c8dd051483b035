"""Where everything lies: the rig's own folder, and the lab with whatever it builds and writes.

The lab is the folder that PEERS_LAB names, or one among the user's caches. `python lab.py` prints
it. PostgreSQL's user must be able to enter it, so root's is not inside its home.
"""

from __future__ import annotations

import os
from pathlib import Path

HERE = Path(__file__).resolve().parent
CHECKOUT = HERE.parents[1]
_HOME = Path("/var/cache") if os.geteuid() == 0 else Path.home() / ".cache"
_CACHE = Path(os.environ.get("XDG_CACHE_HOME") or _HOME)
LAB = Path(os.environ.get("PEERS_LAB") or _CACHE / "netql-race")
BUILD = LAB / "build"
LOGS = LAB / "logs"
PARAMS = LAB / "params"
RESULTS = LAB / "results"

# PostgreSQL and the load share one core, the server under test has the other.
DB_CORE = os.environ.get("PEERS_DB_CORE", "0")
APP_CORE = os.environ.get("PEERS_APP_CORE", "1")


def lines_file(database: str, query: str) -> Path:
    """The `viewer target` lines that requests of the query take in turn."""
    return PARAMS / (f"{database}.invites.txt" if query == "M1" else f"{database}.txt")


def size_of(database: str) -> int:
    """How many members a database of that name has: 10000 for peers_10k."""
    return int(database.rsplit("_", 1)[1].rstrip("k")) * 1000


if __name__ == "__main__":
    print(LAB)
