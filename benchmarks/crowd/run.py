"""Very many subscribers on one core: `run.py [--sizes 1000,5000] [--peers mercurius,yoga]`.

netql first, then each peer, one after the other, everything but the server on another core.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from dataclasses import asdict
from pathlib import Path

import theirs
from figures import Figures, table
from ours import netql
from rig import APP_CORE, DB_CORE, LAB, db, install

from netql.torture.cores import held_to


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", default="1000,5000")
    parser.add_argument("--peers", default="mercurius,yoga")
    parser.add_argument("--database", default="peers_10k")
    parser.add_argument("--json", type=Path)
    args = parser.parse_args()
    if not (LAB / "pgdata").exists():
        sys.exit(f"There is no lab at {LAB}: run benchmarks/race/run-all first.")
    install.sync()
    found: list[Figures] = []
    for size in map(int, args.sizes.split(",")):
        found.append(netql(size))
        for peer in filter(None, args.peers.split(",")):
            db.start()
            with held_to(frozenset((int(DB_CORE),))):
                found.append(asyncio.run(theirs.peer(peer, args.database, size)))
            print(found[-1].row, flush=True)
    if args.json:
        args.json.write_text(json.dumps([asdict(one) for one in found], indent=1) + "\n")
    print(f"\nThe server has core {APP_CORE}, everything else core {DB_CORE}.\n")
    print(table(found))


if __name__ == "__main__":
    main()
