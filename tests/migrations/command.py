"""Runs `netql`, or a few lines on its database, in a process of its own."""

from __future__ import annotations

from pathlib import Path

from tests import processes
from tests.processes import Ended, Started, environment


def netql(url: str, home: Path, *words: str) -> Ended:
    """One `netql` command on that database, run to its end."""
    return processes.netql(environment(url, home), home, *words)


def script(url: str, home: Path, text: str) -> str:
    """Run a piece of async Python on the connected database; what it prints."""
    done = Started(environment(url, home), home, _run, text).end()
    assert done.returncode == 0, done.stderr
    return done.stdout


def _run(text: str) -> None:
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
    exec(program, {})
