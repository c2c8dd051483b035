"""The race's rig: its lab, its PostgreSQL, its peers."""

from __future__ import annotations

import sys
from pathlib import Path

RACE = Path(__file__).resolve().parent.parent / "race"
sys.path.append(str(RACE))

if __name__ != "__main__":
    import cpu
    import db
    import install
    import peers
    import reset
    from lab import APP_CORE, DB_CORE, LAB

    __all__ = ["APP_CORE", "DB_CORE", "LAB", "cpu", "db", "install", "peers", "reset"]
