"""`netql serve`: with nothing configured, and with what cannot work."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from pathlib import Path

from tests.conftest import DATABASE
from tests.live.server import running
from tests.migrations.command import netql
from tests.processes import Started, command, command_line, environment


def test_it_needs_no_configuration_at_all(tmp_path: Path) -> None:
    bare = {name: value for name, value in os.environ.items() if not name.startswith("NETQL_")}
    with running(bare, tmp_path, "serve") as server:
        assert stat.S_IMODE((tmp_path / "netql.key").stat().st_mode) == 0o600
        assert (tmp_path / "netql.db").exists()
        assert server.url.startswith("http://127.0.0.1:")
        assert server.get("/healthz").text == "ok\n"
        assert server.get("/readyz").text == "ready\n"
        assert server.get("/schema.graphql").text.startswith('"""')
        assert server.ask("{ viewer { handle } }") == {"viewer": None}
        assert server.get("/demo/cast").status_code == 404
        refused = server.ask(
            'mutation { signUp(input: {handle: "ann", name: "Ann", password: "long enough"})'
            " { accessToken userErrors { code } } }"
        )["signUp"]
        assert refused == {"accessToken": None, "userErrors": [{"code": "SIGN_UP_CLOSED"}]}
        assert "netql add-member HANDLE" in server.log.read_text()
        server.stop()
        # Within its own grace, or it would say that it is cut off.
        assert "cut off" not in server.log.read_text()
        assert "Traceback" not in server.log.read_text()


def test_it_serves_the_database_that_it_is_told(
    new_database: Callable[[], str], tmp_path: Path
) -> None:
    env = environment(new_database(), tmp_path)
    if DATABASE == "postgresql":
        lacking = netql(env["NETQL_DATABASE_URL"], tmp_path, "serve")
        assert lacking.returncode == 2
        assert "Run `netql migrate` first." in lacking.stderr
        command(env, tmp_path, "migrate")
    with running(env, tmp_path, "serve") as server:
        made = ("add-member", "ann", "--name", "Ann Arden", "--password", "long enough")
        command(env, tmp_path, *made)
        tokens = server.ask(
            'mutation { signIn(input: {handle: "ann", password: "long enough"}) { accessToken } }'
        )["signIn"]
        assert server.known("ann", tokens["accessToken"]).handle == "ann"


def test_two_processes_on_one_file_are_refused(tmp_path: Path) -> None:
    refused = netql(f"sqlite://{tmp_path}/netql.db", tmp_path, "serve", "--workers", "2")
    assert refused.returncode == 2
    assert "NETQL_WORKERS: SQLite is one file written by one process" in refused.stderr
    assert not (tmp_path / "netql.db").exists()


def test_a_database_that_does_not_answer_is_named(tmp_path: Path) -> None:
    done = netql("postgres://netql@127.0.0.1:1/netql", tmp_path, "serve")
    assert done.returncode == 2
    assert "netql: NETQL_DATABASE_URL names a database that does not answer: " in done.stderr
    assert "Connect call failed" in done.stderr
    assert "interrupted" not in done.stderr


def test_a_host_that_is_not_here_is_named(tmp_path: Path) -> None:
    env = environment(f"sqlite://{tmp_path}/netql.db", tmp_path, host="192.0.2.1", port="0")
    refused = Started(env, tmp_path, command_line, "serve").end()
    assert refused.returncode == 2
    assert refused.stderr.startswith("netql: NETQL_HOST: 192.0.2.1 is none to listen on here (")
    assert not (tmp_path / "netql.db").exists()
