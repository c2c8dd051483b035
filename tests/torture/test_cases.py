"""The cases of `netql torture` in short, each as an operator runs it."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import DATABASE
from tests.processes import Ended, Started, command_line, environment

# On a machine that is busy with other tests.
SECONDS = 200.0
# A case in short that only was late is run again, so often in all: on such a machine it may be.
TRIES = 3
LATE = re.compile(
    r"  (a socket stayed open for|the API needed|events take|the median delay is|netql needed"
    r"|with the bus up, the median delay is|all were told after) "
)
pytestmark = pytest.mark.timeout(TRIES * SECONDS + 60)
# So few listen in short that the processes themselves take most of the time.
SHORT = ("--rounds", "2", "--size", "12")
# Those that one process on SQLite can do, and those that take several, or kill their database. All
# three at random are left to --long: each of them is killed here.
ANYWHERE = (("kill-netql", *SHORT), ("crowd", "--size", "200"))
ON_POSTGRESQL = ("kill-valkey", "deploy")
OWN_DATABASE = ("kill-postgresql",)

# With --long: twenty faults of each kind, on a database of the case's own.
LONG_SECONDS = 600.0
ROUNDS = ("--rounds", "20")
LONG = (
    *("kill-netql", "kill-postgresql", "kill-valkey", "kill-worker", "kill-supervisor"),
    *("kill-any", "deploy"),
    # Of these ten seconds; `tests/live/` sees as much in less time.
    *("bus-postgresql", "bus-valkey", "valkey-closed", "valkey-silent"),
)


def torture(home: Path, *words: str, seconds: float = SECONDS) -> Ended:
    return Started(environment("sqlite://none", home), home, command_line, "torture", *words).end(
        seconds
    )


def in_short(home: Path, *words: str, database: Callable[[], str] | None = None) -> Ended:
    """As `torture`, on a new database each time, until it was not only late."""
    for _ in range(TRIES):
        told = () if database is None else ("--database", database())
        done = torture(home, *words, *told, seconds=SECONDS)
        if not only_late(done.stdout):
            break
    return done


def only_late(said: str) -> bool:
    """Whether something was wrong, and nothing but the time that it took."""
    wrong = [line for line in said.splitlines() if line.startswith("  ")]
    return bool(wrong) and all(LATE.match(line) for line in wrong)


def holds(done: Ended, name: str) -> None:
    assert done.returncode == 0, done.stdout + done.stderr
    figures = done.stdout.splitlines()[-1]
    assert figures.startswith(f"{name}: holds ")
    assert " missed=0 repeated=0 out_of_order=0 forbidden=0" in figures
    assert "acknowledged=0" not in figures


def nothing_gets_out(done: Ended, rounds: int) -> None:
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.startswith(f"held: holds held={rounds * 7} ")


@pytest.mark.parametrize("case", ANYWHERE, ids=lambda case: case[0])
def test_a_case_holds(
    case: tuple[str, ...], new_database: Callable[[], str], tmp_path: Path
) -> None:
    holds(in_short(tmp_path, "--case", *case, database=new_database), case[0])


@pytest.mark.skipif(DATABASE == "sqlite", reason="a SQLite database is one process's")
@pytest.mark.parametrize("case", ON_POSTGRESQL)
def test_a_case_of_several_processes_holds(
    case: str, new_database: Callable[[], str], tmp_path: Path
) -> None:
    holds(in_short(tmp_path, "--case", case, *SHORT, database=new_database), case)


@pytest.mark.skipif(DATABASE == "sqlite", reason="a SQLite database is one process's")
def test_nothing_held_gets_out(new_database: Callable[[], str], tmp_path: Path) -> None:
    done = in_short(tmp_path, "--case", "held", "--rounds", "2", database=new_database)
    nothing_gets_out(done, 2)


@pytest.mark.skipif(DATABASE == "sqlite", reason="it kills a PostgreSQL")
@pytest.mark.parametrize("case", OWN_DATABASE)
def test_a_case_that_kills_the_database_holds(case: str, tmp_path: Path) -> None:
    holds(in_short(tmp_path, "--case", case, *SHORT), case)


def test_only_what_is_late_is_run_again() -> None:
    late = "  a socket stayed open for 1.2 s without sign-in"
    assert only_late(f"begun\n{late}\nheld: FAILS held=14")
    assert not only_late(f"{late}\n  1 events never reached a device\nheld: FAILS held=14")
    assert not only_late("held: holds held=14")
    assert not only_late("Traceback\nRuntimeError: netql did not start")


@pytest.mark.long
@pytest.mark.timeout(LONG_SECONDS + 60)
@pytest.mark.skipif(DATABASE == "sqlite", reason="each has a PostgreSQL of its own")
@pytest.mark.parametrize("case", LONG)
def test_a_case_holds_twenty_times(case: str, tmp_path: Path) -> None:
    holds(torture(tmp_path, "--case", case, *ROUNDS, seconds=LONG_SECONDS), case)


@pytest.mark.long
@pytest.mark.timeout(LONG_SECONDS + 60)
@pytest.mark.skipif(DATABASE == "postgresql", reason="each has a SQLite database of its own")
def test_a_killed_process_on_sqlite_holds_twenty_times(tmp_path: Path) -> None:
    words = ("--case", "kill-netql", *ROUNDS, "--database", "sqlite")
    holds(torture(tmp_path, *words, seconds=LONG_SECONDS), "kill-netql")


@pytest.mark.long
@pytest.mark.timeout(LONG_SECONDS + 60)
@pytest.mark.skipif(DATABASE == "sqlite", reason="a SQLite database is one process's")
def test_nothing_held_gets_out_twenty_times(tmp_path: Path) -> None:
    nothing_gets_out(torture(tmp_path, "--case", "held", *ROUNDS, seconds=LONG_SECONDS), 20)


@pytest.mark.long
def test_stalled_readers_harm_nobody(new_database: Callable[[], str], tmp_path: Path) -> None:
    done = torture(tmp_path, "--case", "stalled", "--size", "200", "--database", new_database())
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.long
@pytest.mark.timeout(LONG_SECONDS + 60)
def test_a_thousand_listen_in_one_process(new_database: Callable[[], str], tmp_path: Path) -> None:
    words = ("--case", "crowd", "--size", "1000", "--database", new_database())
    holds(torture(tmp_path, *words, seconds=LONG_SECONDS), "crowd")
