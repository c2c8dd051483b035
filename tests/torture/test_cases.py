"""The cases of `netql torture` in short, each as an operator runs it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import DATABASE
from tests.processes import Ended, Started, command_line, environment

SECONDS = 110.0
# Those that one process on SQLite can do, and those that take several, or kill their database.
ANYWHERE = (("kill-netql",), ("crowd", "--size", "300"))
ON_POSTGRESQL = (
    "kill-valkey",
    "deploy",
    # Of these `tests/live/` sees as much in less time, but for the first, which is rare.
    *(
        pytest.param(case, marks=pytest.mark.long)
        for case in (
            "kill-worker",
            "bus-postgresql",
            "bus-valkey",
            "valkey-closed",
            "valkey-silent",
        )
    ),
)
OWN_DATABASE = ("kill-postgresql", "kill-any")


def torture(home: Path, *words: str) -> Ended:
    return Started(environment("sqlite://none", home), home, command_line, "torture", *words).end(
        SECONDS
    )


def holds(done: Ended, name: str) -> None:
    assert done.returncode == 0, done.stdout + done.stderr
    figures = done.stdout.splitlines()[-1]
    assert figures.startswith(f"{name}: holds ")
    assert " missed=0 repeated=0 out_of_order=0 forbidden=0" in figures
    assert "acknowledged=0" not in figures


@pytest.mark.parametrize("case", ANYWHERE, ids=lambda case: case[0])
def test_a_case_holds(
    case: tuple[str, ...], new_database: Callable[[], str], tmp_path: Path
) -> None:
    done = torture(tmp_path, "--case", *case, "--rounds", "2", "--database", new_database())
    holds(done, case[0])


@pytest.mark.skipif(DATABASE == "sqlite", reason="a SQLite database is one process's")
@pytest.mark.parametrize("case", ON_POSTGRESQL)
def test_a_case_of_several_processes_holds(
    case: str, new_database: Callable[[], str], tmp_path: Path
) -> None:
    done = torture(tmp_path, "--case", case, "--rounds", "2", "--database", new_database())
    holds(done, case)


@pytest.mark.skipif(DATABASE == "sqlite", reason="a SQLite database is one process's")
def test_nothing_held_gets_out(new_database: Callable[[], str], tmp_path: Path) -> None:
    done = torture(tmp_path, "--case", "held", "--rounds", "3", "--database", new_database())
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.startswith("held: holds held=21 ")


@pytest.mark.long
def test_stalled_readers_harm_nobody(new_database: Callable[[], str], tmp_path: Path) -> None:
    done = torture(tmp_path, "--case", "stalled", "--size", "200", "--database", new_database())
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.skipif(DATABASE == "sqlite", reason="it kills a PostgreSQL")
@pytest.mark.parametrize("case", OWN_DATABASE)
def test_a_case_that_kills_the_database_holds(case: str, tmp_path: Path) -> None:
    holds(torture(tmp_path, "--case", case, "--rounds", "2"), case)
