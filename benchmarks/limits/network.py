"""A small network of its own for each run: SQLite, and a member with a page of connections."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from pathlib import Path

# Fifty connections of the viewer's, ten fields of each, as Q2 of the race has them.
Q2 = """query Q2 { viewer { connections(first: 50) { nodes { member {
  id handle name headline location about email phone birthday websites { url }
  currentPosition { title company } } } } } }"""
_SIZE = 400
_MOST_CONNECTED = """SELECT m.handle FROM connections c JOIN members m ON m.id = c.member_id
GROUP BY m.handle ORDER BY abs(count(*) - 60) LIMIT 1"""


class Network:
    """A seeded database in a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.file = folder / "netql.db"
        self.netql("seed", "--size", str(_SIZE))
        with sqlite3.connect(self.file) as database:
            [handle] = database.execute(_MOST_CONNECTED).fetchone()
        self.handle = str(handle)
        self.token = self.netql("token", self.handle).strip()

    def environment(self, **settings: str) -> dict[str, str]:
        usual = {name: value for name, value in os.environ.items() if not name.startswith("NETQL_")}
        given = {f"NETQL_{name.upper()}": value for name, value in settings.items()}
        return (
            usual
            | given
            | {
                "NETQL_DATABASE_URL": f"sqlite://{self.file}",
                "NETQL_SIGNING_KEY_FILE": str(self.folder / "netql.key"),
                "NETQL_LOG_LEVEL": "error",
                "NETQL_ACCESS_TOKEN_SECONDS": "3600",
            }
        )

    def netql(self, *words: str) -> str:
        """Run a command of netql's; what it said. Raises CalledProcessError."""
        command = [sys.executable, "-m", "netql", *words]
        done = subprocess.run(
            command, env=self.environment(), cwd=self.folder, check=True, capture_output=True
        )
        return done.stdout.decode()
