"""Each command does what its help says, and says in a sentence why it cannot."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from netql import __version__
from netql.api.schema import printed
from netql.cli import main
from netql.infra.tokens import Signer
from tests.execution import ONCE
from tests.migrations.command import netql
from tests.processes import Ended, command, environment


@pytest.fixture(scope="module")
def place(new_database: Callable[[], str], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory of an operator's, for a database that its commands share."""
    home = tmp_path_factory.mktemp("operator")
    (home / "url").write_text(new_database())
    assert netql((home / "url").read_text(), home, "migrate").returncode == 0
    return home


def run(place: Path, *words: str) -> Ended:
    return netql((place / "url").read_text(), place, *words)


def test_help_names_every_command_and_each_helps_itself() -> None:
    told = CliRunner().invoke(main, ["--help"]).output
    assert len(main.commands) == 10
    assert all(name in told for name in main.commands)
    for name in main.commands:
        helped = CliRunner().invoke(main, [name, "--help"])
        assert helped.exit_code == 0
        first = (main.commands[name].help or "").split()[:6]
        assert " ".join(first) in " ".join(helped.output.split())


@ONCE
def test_it_is_a_program_and_a_module() -> None:
    for program in (
        [str(Path(sys.executable).with_name("netql"))],
        [sys.executable, "-m", "netql"],
    ):
        told = subprocess.check_output([*program, "--version"], text=True, timeout=300)
        assert told.split()[-1] == __version__


def test_the_schema_is_printed() -> None:
    assert CliRunner().invoke(main, ["schema"]).output == printed()


def test_a_member_made_here_gets_a_token(place: Path, signer: Signer) -> None:
    unknown = run(place, "token", "greta")
    assert unknown.returncode == 1
    assert unknown.stderr == "Error: There is no member with the handle greta.\n"
    words = ("add-member", "greta", "--name", "Greta Grün", "--password", "long enough")
    assert run(place, *words).stdout == "greta can sign in now.\n"
    token = run(place, "token", "Greta").stdout.strip()
    assert token.count(".") == 2
    again = run(place, *words)
    assert (again.returncode, again.stderr) == (2, "netql: That handle is taken.\n")
    short = run(place, "add-member", "hanna", "--name", "Hanna", "--password", "short")
    assert short.returncode == 2
    assert run(place, "token", "hanna").returncode == 1


def test_seeding_wants_an_empty_database(
    place: Path, new_database: Callable[[], str], tmp_path: Path
) -> None:
    env = environment(new_database(), tmp_path)
    command(env, tmp_path, "migrate")
    assert "30 members" in command(env, tmp_path, "seed", "--size", "30")
    again = netql(env["NETQL_DATABASE_URL"], tmp_path, "seed", "--size", "30")
    assert again.returncode == 2
    assert again.stderr.startswith("netql: ")


def test_the_doctor_finds_what_is_wrong(
    place: Path, new_database: Callable[[], str], tmp_path: Path
) -> None:
    well = run(place, "doctor")
    assert well.returncode == 0, well.stdout
    assert "BAD" not in well.stdout
    key = place / "netql.key"
    key.chmod(0o644)
    ill = run(place, "doctor")
    key.chmod(0o600)
    assert ill.returncode == 1
    assert "BAD  signing key" in ill.stdout
    empty = netql(new_database(), tmp_path, "doctor")
    assert empty.returncode == 1
    assert "BAD  migrations: run `netql migrate`" in empty.stdout


def test_a_wrong_setting_is_one_sentence(place: Path) -> None:
    refused = netql("mysql://somewhere", place, "doctor")
    assert refused.returncode == 2
    assert refused.stderr.startswith("netql: NETQL_DATABASE_URL: ")
    assert "Traceback" not in refused.stderr
