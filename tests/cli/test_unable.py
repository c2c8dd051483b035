"""A database that answers and may not, or cannot, do what is asked: said in a sentence."""

from __future__ import annotations

import asyncio
import resource
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import asyncpg
import pytest

from netql.infra.database import postgres_address
from tests.conftest import DATABASE
from tests.migrations.command import netql
from tests.processes import Started, command_line, environment

ANN = ("ann", "--name", "Ann", "--password", "long enough")
postgresql = pytest.mark.skipif(DATABASE != "postgresql", reason="roles are PostgreSQL's")


async def _role(url: str, name: str, *rights: str) -> str:
    """The database's address for a new role with those rights."""
    connection = await asyncpg.connect(**postgres_address(url))
    try:
        await connection.execute(f"CREATE ROLE {name} LOGIN PASSWORD 'x'")
        for right in rights:
            await connection.execute(right)
    finally:
        await connection.close()
    parts = urlsplit(url)
    return parts._replace(netloc=f"{name}:x@{parts.hostname}:{parts.port}").geturl()


@postgresql
def test_a_role_without_rights(new_database: Callable[[], str], tmp_path: Path) -> None:
    url = new_database()
    poor = asyncio.run(_role(url, "poor"))
    refused = netql(poor, tmp_path, "migrate")
    assert refused.returncode == 2
    assert refused.stderr == (
        "netql: the database cannot do this: permission denied for schema public\n"
    )
    assert netql(url, tmp_path, "migrate").returncode == 0
    seen = netql(poor, tmp_path, "doctor")
    assert seen.returncode == 1
    assert "BAD  database: it answers, but cannot do its work: permission denied" in seen.stdout
    assert "Traceback" not in seen.stderr
    served = netql(poor, tmp_path, "serve")
    assert served.returncode == 2
    assert "netql: the database cannot do this: permission denied" in served.stderr
    assert "Traceback" not in served.stderr


@postgresql
def test_a_role_that_may_make_nothing_temporary(
    new_database: Callable[[], str], tmp_path: Path
) -> None:
    url = new_database()
    assert netql(url, tmp_path, "migrate").returncode == 0
    assert "ok   temporary functions: may be made" in netql(url, tmp_path, "doctor").stdout
    name = urlsplit(url).path.lstrip("/")
    rights = f"REVOKE TEMPORARY ON DATABASE {name} FROM PUBLIC", "GRANT pg_write_all_data TO plain"
    plain = asyncio.run(_role(url, "plain", *rights, "GRANT pg_read_all_data TO plain"))
    seen = netql(plain, tmp_path, "doctor")
    assert seen.returncode == 0
    assert "temporary functions: may not be made, so inviting takes longer" in seen.stdout


@postgresql
def test_a_database_that_only_reads(new_database: Callable[[], str], tmp_path: Path) -> None:
    url = new_database()
    assert netql(url, tmp_path, "migrate").returncode == 0
    rights = "ALTER ROLE reader SET default_transaction_read_only = on", "GRANT netql TO reader"
    reader = asyncio.run(_role(url, "reader", *rights))
    seen = netql(reader, tmp_path, "doctor")
    assert seen.returncode == 1
    assert "read-only transaction" in seen.stdout
    refused = netql(reader, tmp_path, "add-member", *ANN)
    assert refused.returncode == 2
    assert "read-only transaction" in refused.stderr
    assert "Traceback" not in refused.stderr
    assert netql(url, tmp_path, "token", "ann").returncode == 1


@pytest.mark.skipif(DATABASE != "sqlite", reason="PostgreSQL's disk is its own")
def test_a_full_disk(tmp_path: Path) -> None:
    env = environment(f"sqlite://{tmp_path}/netql.db", tmp_path)
    refused = Started(env, tmp_path, _on_a_full_disk, "migrate").end()
    assert refused.returncode == 2
    assert refused.stderr.startswith("netql: the database cannot do this: disk I/O error")
    assert "Traceback" not in refused.stderr
    # Nothing is left of it that would be in the way.
    assert netql(env["NETQL_DATABASE_URL"], tmp_path, "migrate").returncode == 0
    # To be looked over takes no room, but to change anything does.
    full = Started(env, tmp_path, _on_a_full_disk, "add-member", *ANN).end()
    assert full.returncode == 2
    assert "Traceback" not in full.stderr
    assert netql(env["NETQL_DATABASE_URL"], tmp_path, "token", "ann").returncode == 1


def _on_a_full_disk(*words: str) -> None:
    """No file grows beyond some pages of a database."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (16_384, 16_384))
    command_line(*words)
