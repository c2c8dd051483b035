"""Runs `netql` as an operator does: another process, told by its environment."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path


def environment(url: str, home: Path) -> dict[str, str]:
    """What a netql process on that database needs to know, and nothing of this one's settings."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("NETQL_")}
    key = str(home / "netql.key")
    return {**kept, "NETQL_DATABASE_URL": url, "NETQL_SIGNING_KEY_FILE": key}


def netql(url: str, home: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """One `netql` command, run to its end."""
    return subprocess.run(
        [sys.executable, "-m", "netql", *words],
        env=environment(url, home),
        cwd=home,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def script(url: str, home: Path, text: str) -> str:
    """Run a piece of async Python on the connected database; what it prints."""
    body = "\n".join(f"        {line}" for line in text.strip().splitlines())
    program = f"""
import asyncio
from netql.infra.database import connected, execute, fetch, transaction
from netql.migrations import runner
from netql.settings import load_settings

async def main():
    async with connected(load_settings()):
{body}

asyncio.run(main())
"""
    done = subprocess.run(
        [sys.executable, "-c", program],
        env=environment(url, home),
        cwd=home,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout
