"""Loading: all or nothing, the same on both databases, and the cast as it is described."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from netql.members.search import search_keys_of
from netql.seeding.people import people
from netql.seeding.ties import ties
from tests.processes import Started, environment
from tests.seeding import driver
from tests.seeding.driver import SEED, SIZE

NewDatabase = Callable[[], str]
# Of every row, on either database. Changes only together with what a seed means.
GOLDEN_DIGEST = "ad7b3a258ef59a000da1b9adf4b2f1f54660f3ad98468bccb946e09d539069f1"


def run(command: str, address: str, home: Path) -> dict[str, Any]:
    """What a command of the driver found. The process has a database connection of its own."""
    done = Started(environment(address, home), home, driver.main, command).end()
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_a_seed_is_written_whole_and_once(new_database: NewDatabase, tmp_path: Path) -> None:
    found = run("load", new_database(), tmp_path)
    counts, arrivals, town = found["counts"], list(ties(SEED, SIZE)), list(people(SEED, SIZE))
    assert found["members"] == counts["members"] == SIZE
    assert found["connections"] == sum(len(arrival.ties) for arrival in arrivals)
    assert counts["connections"] == 2 * found["connections"]
    assert counts["invitations"] == sum(len(arrival.invitations) for arrival in arrivals)
    assert counts["network_entries"] == sum(len(arrival.entries) for arrival in arrivals)
    assert counts["positions"] == sum(len(person.jobs) for person in town)
    assert counts["search_keys"] == sum(
        len(search_keys_of(person.handle, person.name)) for person in town
    )
    assert counts["accounts"] == 0
    assert found["last"] == [2 * SIZE, 2 * SIZE, "done"]
    # Oneself, connections, second degrees, and members beyond.
    assert found["standings"] == [0, 1, 2, 3]
    assert "members already" in found["refused"]
    assert found["digest"] == GOLDEN_DIGEST
    # PostgreSQL's tables lost their indexes and references for the load, and have them back.
    assert found["kept"]


def test_an_interrupted_seed_leaves_nothing(new_database: NewDatabase, tmp_path: Path) -> None:
    found = run("interrupted", new_database(), tmp_path)
    assert set(found["counts"].values()) == {0}
    assert found["kept"]


def test_rows_that_break_the_rules_are_refused(new_database: NewDatabase, tmp_path: Path) -> None:
    found = run("broken", new_database(), tmp_path)
    assert "IntegrityError" in found["said"] or "ForeignKeyViolation" in found["said"]
    assert set(found["counts"].values()) == {0}


def test_the_cast_stands_to_each_other_as_described(
    new_database: NewDatabase, tmp_path: Path
) -> None:
    found = run("demo", new_database(), tmp_path)
    assert found["standings"] == {
        "ann ben": "CONNECTED",
        "ann cat": "SECOND_DEGREE",
        "ann dan": None,
        "ann eve": "SIGNED_IN",
        "ben cat": "CONNECTED",
        "ben dan": "SIGNED_IN",
        "ben eve": "SIGNED_IN",
        "cat dan": "SIGNED_IN",
        "cat eve": "SIGNED_IN",
        "dan eve": "SIGNED_IN",
    }
    assert found["eve"] == 0
    assert found["before"] == found["after"]
    assert found["after"]["members"] == 65
    assert found["after"]["accounts"] == 5


def test_the_cast_alone_is_made_once(new_database: NewDatabase, tmp_path: Path) -> None:
    address = new_database()
    first = run("cast", address, tmp_path)
    assert first["counts"]["members"] == first["counts"]["accounts"] == 5
    assert first["counts"]["connections"] == 4
    assert first["counts"]["blocks"] == 1
    assert run("cast", address, tmp_path) == first
