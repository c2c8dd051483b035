"""The race's rig in a lab of this benchmark's own: PostgreSQL, clocks, netql's executable.

The lab is the folder that GROWTH_LAB names, or one among the user's caches; `python rig.py` prints
it. The databases stay there.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
RACE = HERE.parent / "race"
_HOME = Path("/var/cache") if os.geteuid() == 0 else Path.home() / ".cache"
_CACHE = Path(os.environ.get("XDG_CACHE_HOME") or _HOME)
LAB = Path(os.environ.get("GROWTH_LAB") or _CACHE / "netql-growth")
PORT = os.environ.get("GROWTH_PGPORT", "55434")

# The race's modules read these when they are imported.
os.environ |= {"PEERS_LAB": str(LAB), "PEERS_PGPORT": PORT, "PEERS_PGDATA": str(LAB / "pgdata")}
sys.path.append(str(RACE))

if __name__ == "__main__":
    print(LAB)
else:
    import cpu
    import db
    import netql_peer
    from lab import APP_CORE, DB_CORE

    __all__ = ["APP_CORE", "DB_CORE", "HERE", "LAB", "RACE", "cpu", "db", "netql_peer"]
