"""Several workers behind one address: replaced, and asked to end."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from collections.abc import Callable
from pathlib import Path

import asyncpg
import pytest

from netql.accounts.watch import EVERY
from netql.infra.database import postgres_address
from tests.conftest import DATABASE
from tests.live.server import Server, running
from tests.processes import Started, command, command_line, environment

pytestmark = pytest.mark.skipif(DATABASE != "postgresql", reason="SQLite has one process")


def workers_of(server: Server) -> list[int]:
    """Ids of the processes that serve; the supervisor has another child, which counts what they
    share."""
    children = Path(f"/proc/{server.process.pid}/task/{server.process.pid}/children").read_text()
    return [
        int(one)
        for one in children.split()
        if b"spawn_main" in Path(f"/proc/{one}/cmdline").read_bytes()
    ]


def said(server: Server, words: str, times: int = 1) -> None:
    """Wait until the log says that so often."""
    deadline = time.monotonic() + 30
    while server.log.read_text().count(words) < times:
        assert time.monotonic() < deadline, server.log.read_text()
        assert server.process.alive, server.log.read_text()
        time.sleep(0.05)


async def admit(url: str, newcomers: bool) -> None:
    """Whether the database takes connections; those that are there stay."""
    at = postgres_address(url)
    connection = await asyncpg.connect(**{**at, "database": "postgres"})
    try:
        await connection.execute(f"ALTER DATABASE {at['database']} ALLOW_CONNECTIONS {newcomers}")
    finally:
        await connection.close()


async def end_connections(url: str) -> None:
    """Of everybody, as an administrator may."""
    at = postgres_address(url)
    connection = await asyncpg.connect(**{**at, "database": "postgres"})
    try:
        await connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1",
            at["database"],
        )
    finally:
        await connection.close()


@pytest.fixture
def env(new_database: Callable[[], str], tmp_path: Path) -> dict[str, str]:
    env = environment(new_database(), tmp_path)
    command(env, tmp_path, "migrate")
    return env


@pytest.mark.parametrize("comes_back", [True, False])
def test_a_worker_replaced_while_the_database_is_away_waits_for_it(
    env: dict[str, str], tmp_path: Path, comes_back: bool
) -> None:
    url = env["NETQL_DATABASE_URL"]
    with running(env, tmp_path, "serve", "--workers", "2") as server:
        said(server, "Application startup complete", times=2)
        asyncio.run(admit(url, False))
        os.kill(workers_of(server)[0], signal.SIGKILL)
        said(server, "a worker waits for its start")
        assert "not currently accepting connections" in server.log.read_text()
        # The other one stands.
        assert server.get("/healthz").status_code == 200
        if comes_back:
            asyncio.run(admit(url, True))
            # In the form and at the level of all lines of netql's, though from a worker.
            said(server, " INFO netql.database the database answers, and the worker starts")
            said(server, "Application startup complete", times=3)
            assert server.get("/readyz").text == "ready\n"
        assert server.stop() < 10
        assert "Traceback" not in server.log.read_text()


def test_a_database_that_is_away_is_told_of_once(env: dict[str, str], tmp_path: Path) -> None:
    url = env["NETQL_DATABASE_URL"]
    with running(env, tmp_path, "serve", "--workers", "2") as server:
        said(server, "Application startup complete", times=2)
        asyncio.run(admit(url, False))
        asyncio.run(end_connections(url))
        said(server, "ended sessions cannot be looked for", times=2)
        # Time for each of them to look a few times more.
        time.sleep(4 * EVERY)
        asyncio.run(admit(url, True))
        said(server, "ended sessions can be looked for again", times=2)
        assert server.log.read_text().count("sessions cannot be looked for") == 2
        assert server.get("/readyz").status_code == 200


def test_all_asked_to_end_at_once_still_drain(env: dict[str, str], tmp_path: Path) -> None:
    slowly = {**env, "NETQL_DRAIN_SECONDS": "4", "NETQL_GRACE_SECONDS": "10"}
    with running(slowly, tmp_path, "serve", "--workers", "2") as server:
        said(server, "Application startup complete", times=2)
        # As systemd asks: each process of the service; and then the supervisor asks its workers.
        for one in (*workers_of(server), server.process.pid):
            os.kill(one, signal.SIGTERM)
        said(server, "Terminated child process", times=2)
        time.sleep(1)
        assert server.get("/readyz").text == "the process is ending\n"
        assert server.ask("{ viewer { handle } }") == {"viewer": None}


def test_what_every_worker_would_stumble_over_is_said_once(
    env: dict[str, str], tmp_path: Path
) -> None:
    wrong = {**env, "NETQL_PORT": "0", "NETQL_TRUSTED_DOCUMENTS": str(tmp_path / "none.json")}
    refused = Started(wrong, tmp_path, command_line, "serve", "--workers", "2").end(60)
    assert refused.returncode == 2
    assert "netql: NETQL_TRUSTED_DOCUMENTS" in refused.stderr
    assert "Traceback" not in refused.stderr
