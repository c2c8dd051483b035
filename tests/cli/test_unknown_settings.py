"""A setting that is misspelt is told of: passed over in silence, it would be believed."""

from __future__ import annotations

from pathlib import Path

from tests.live.server import running
from tests.processes import command, environment

SAID = "NETQL_SIGNUP is no setting, but NETQL_SIGN_UP is"
OTHER = "NETQL_XYZZY is no setting"


def _env(home: Path) -> dict[str, str]:
    return environment(f"sqlite://{home}/netql.db", home, signup="open", xyzzy="secret")


def test_the_doctor_says_what_was_meant(tmp_path: Path) -> None:
    env = _env(tmp_path)
    command(env, tmp_path, "migrate")
    seen = command(env, tmp_path, "doctor")
    assert f"WARN settings: {SAID}\n" in seen
    assert f"WARN settings: {OTHER}\n" in seen
    assert "secret" not in seen
    fine = {
        name: value for name, value in env.items() if name not in ("NETQL_SIGNUP", "NETQL_XYZZY")
    }
    assert "is no setting" not in command(fine, tmp_path, "doctor")


def test_serving_warns_and_goes_on(tmp_path: Path) -> None:
    with running(_env(tmp_path), tmp_path, "serve") as server:
        log = server.log.read_text()
    assert f"WARNING netql {SAID}\n" in log
    assert f"WARNING netql {OTHER}\n" in log
    assert "secret" not in log
    assert log.count("is no setting") == 2
