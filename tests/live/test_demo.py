"""`netql demo`, as somebody tries it who has just cloned the repository."""

from __future__ import annotations

import stat
from collections.abc import Callable
from pathlib import Path

from netql.torture.ports import free_port
from tests.live.server import running
from tests.processes import command, environment, netql

SIGHT = "query Sight($handle: String!) { member(by: {handle: $handle}) { handle phone } }"


def test_the_demo_plays_at_the_address_that_it_prints(
    new_database: Callable[[], str], tmp_path: Path
) -> None:
    env = environment(new_database(), tmp_path)
    del env["NETQL_SIGNING_KEY_FILE"]
    with running(env, tmp_path, "demo", "--size", "20") as demo:
        assert f"Open {demo.url}/graphql" in demo.log.read_text()
        key = tmp_path / "netql.key"
        assert stat.S_IMODE(key.stat().st_mode) == 0o600
        cast = demo.get("/demo/cast")
        assert cast.headers["cache-control"] == "no-store"
        # A page elsewhere may have its own name lead here, but is given nobody's token.
        elsewhere = demo.get("/demo/cast", host="evil.example")
        assert (elsewhere.status_code, "token" in elsewhere.text) == (421, False)
        tokens = {one["handle"]: one["token"] for one in cast.json()["members"]}
        assert list(tokens) == ["ann", "ben", "cat", "dan", "eve"]
        seen = {
            handle: demo.ask(SIGHT, token, handle="ben")["member"]["phone"]
            for handle, token in tokens.items()
        }
        assert seen["ann"] == seen["ben"] == seen["cat"] is not None
        assert seen["dan"] is seen["eve"] is None
        assert demo.ask(SIGHT, tokens["dan"], handle="ann")["member"] is None
        # Sign-up is open, and what the command line makes is good here too.
        assert demo.member("visitor").handle == "visitor"
        token = command(env, tmp_path, "token", "eve").strip()
        assert demo.known("eve", token).handle == "eve"
    # A second start finds its members, keeps who came since, and listens where it is told.
    again = environment(env["NETQL_DATABASE_URL"], tmp_path, host="localhost")
    port = free_port()
    with running(again, tmp_path, "demo", "--port", str(port), at=port) as demo:
        assert f"Open http://localhost:{port}/graphql" in demo.log.read_text()
        assert demo.ask(SIGHT, handle="visitor")["member"]["handle"] == "visitor"
        assert demo.known("ann", tokens["ann"]).handle == "ann"


def test_the_cast_alone_at_a_port_that_the_system_chose(
    new_database: Callable[[], str], tmp_path: Path
) -> None:
    env = environment(new_database(), tmp_path)
    with running(env, tmp_path, "demo", "--size", "0", "--port", "0", at=0) as demo:
        assert f"Open {demo.url}/graphql" in demo.log.read_text()
        cast = demo.get("/demo/cast").json()["members"]
        assert [one["handle"] for one in cast] == ["ann", "ben", "cat", "dan", "eve"]
    # Nothing but the cast was made, and a server says where it is as well.
    with running(env, tmp_path, "serve", "--port", "0", at=0) as server:
        assert f"running on {server.url} " in server.log.read_text()
        assert server.get("/healthz").text == "ok\n"
    assert command(env, tmp_path, "doctor").partition("members: ")[2].startswith("5\n")


def test_fewer_than_nobody_cannot_be_made(tmp_path: Path) -> None:
    env = environment(f"sqlite://{tmp_path}/netql.db", tmp_path)
    refused = netql(env, tmp_path, "demo", "--size", "-1")
    assert refused.returncode == 2
    assert not (tmp_path / "netql.db").exists()
