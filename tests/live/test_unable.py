"""A database that cannot do its work while it is served from: clients may come back, and the log
stays short."""

from __future__ import annotations

import asyncio
import resource
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import asyncpg
import pytest

from netql.infra.database import postgres_address
from tests.conftest import DATABASE
from tests.live.server import Server, request, running
from tests.processes import command, environment

postgresql = pytest.mark.skipif(DATABASE != "postgresql", reason="roles are PostgreSQL's")

SIGN_IN = """mutation In($password: String!) {
  signIn(input: {handle: "ann", password: $password}) { accessToken userErrors { code } }
}"""
UNABLE = ("RETRYABLE", "The database cannot do its work now. Try again later.")
TRIES = 3


async def _alter(url: str, *statements: str) -> None:
    """Run them as the tests' own role, and end everybody else's connections to the database."""
    at = postgres_address(url)
    connection = await asyncpg.connect(**{**at, "database": "postgres"})
    try:
        for statement in statements:
            await connection.execute(statement)
        await connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1",
            at["database"],
        )
    finally:
        await connection.close()


@pytest.fixture
def url(new_database: Callable[[], str]) -> str:
    return new_database()


@pytest.fixture
def guest(url: str) -> Iterator[str]:
    """The database's address for a role that may all, until it may not."""
    if DATABASE == "sqlite":
        yield url
        return
    asyncio.run(_alter(url, "CREATE ROLE guest LOGIN PASSWORD 'x'", "GRANT netql TO guest"))
    parts = urlsplit(url)
    yield parts._replace(netloc=f"guest:x@{parts.hostname}:{parts.port}").geturl()
    asyncio.run(_alter(url, "DROP ROLE guest"))


def _env(url: str, guest: str, home: Path) -> dict[str, str]:
    env = environment(guest, home, sign_up="open", account_attempts=str(TRIES))
    command({**env, "NETQL_DATABASE_URL": url}, home, "migrate")
    return env


def told(server: Server, query: str, token: str | None = None, **variables: Any) -> Any:
    """Code and message of the only error."""
    headers = {} if token is None else {"authorization": f"Bearer {token}"}
    body = {"query": query, "variables": variables}
    answer = request("POST", f"{server.url}/graphql", json=body, headers=headers)
    (error,) = answer.json()["errors"]
    return error["extensions"]["code"], error["message"]


def signed_in(server: Server) -> bool:
    answer = server.ask(SIGN_IN, password="long enough")["signIn"]
    return bool(answer["accessToken"])


def _after_a_while(ok: Callable[[], bool]) -> None:
    until = time.monotonic() + 30
    while not ok():
        assert time.monotonic() < until
        time.sleep(0.1)


def assert_said_once(server: Server, why: str) -> None:
    log = server.log.read_text()
    assert log.count("the database cannot do its work") == 1
    assert why in log
    assert "Traceback" not in log


@postgresql
def test_a_database_that_only_reads(url: str, guest: str, tmp_path: Path) -> None:
    with running(_env(url, guest, tmp_path), tmp_path, "serve") as server:
        ann = server.member("ann")
        asyncio.run(_alter(url, "ALTER ROLE guest SET default_transaction_read_only = on"))
        answers = [told(server, SIGN_IN, password="long enough") for _ in range(2 * TRIES)]
        assert set(answers) == {UNABLE}
        name = 'mutation { updateProfile(input: {name: "Anna"}) { clientMutationId } }'
        assert told(server, name, ann.token) == UNABLE
        assert server.ask("{ viewer { name } }", ann.token)["viewer"] == {"name": "Ann"}
        assert_said_once(server, "read-only transaction")
        asyncio.run(_alter(url, "ALTER ROLE guest RESET default_transaction_read_only"))
        # What the database failed was no attempt on the password.
        assert signed_in(server)


@postgresql
@pytest.mark.parametrize(
    ("shut", "reopened", "why"),
    [
        ("ALTER ROLE guest NOLOGIN", "ALTER ROLE guest LOGIN", "is not permitted to log in"),
        (
            "ALTER ROLE guest CONNECTION LIMIT 0",
            "ALTER ROLE guest CONNECTION LIMIT -1",
            "",
        ),
    ],
)
def test_a_login_that_is_refused(
    shut: str, reopened: str, why: str, url: str, guest: str, tmp_path: Path
) -> None:
    with running(_env(url, guest, tmp_path), tmp_path, "serve") as server:
        ann = server.member("ann")
        asyncio.run(_alter(url, shut))
        codes = [told(server, SIGN_IN, password="long enough")[0] for _ in range(2 * TRIES)]
        assert set(codes) == {"RETRYABLE"}
        assert told(server, "{ viewer { name } }", ann.token)[0] == "RETRYABLE"
        log = server.log.read_text()
        assert "Traceback" not in log
        assert why in log
        asyncio.run(_alter(url, reopened))
        _after_a_while(lambda: server.get("/readyz").status_code == 200)
        assert signed_in(server)


@pytest.mark.skipif(DATABASE != "sqlite", reason="PostgreSQL's disk is its own")
def test_a_full_disk(url: str, guest: str, tmp_path: Path) -> None:
    with running(_env(url, guest, tmp_path), tmp_path, "serve") as server:
        server.member("ann")
        # No file of the process grows beyond some pages of a database; its log is short by now.
        unlimited = resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE, (16_384, -1))
        answers = [told(server, SIGN_IN, password="long enough") for _ in range(2 * TRIES)]
        assert set(answers) == {UNABLE}
        resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE, unlimited)
        assert_said_once(server, "disk")
        assert signed_in(server)
