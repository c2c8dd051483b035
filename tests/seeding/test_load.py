"""Loading: all or nothing, the same on both databases, and the cast as it is described."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from pathlib import Path
from typing import Any

from driver import SEED, SIZE

from netql.members.search import search_keys_of
from netql.seeding.people import people
from netql.seeding.ties import ties
from netql.settings import Settings

_DRIVER = Path(__file__).with_name("driver.py")


async def run(command: str, settings: Settings) -> dict[str, Any]:
    """What a command of the driver found. The process has a database connection of its own."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        str(_DRIVER),
        command,
        env={**os.environ, "NETQL_DATABASE_URL": settings.database_url},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    said, complaint = await process.communicate()
    assert process.returncode == 0, complaint.decode()
    found: dict[str, Any] = json.loads(said)
    return found


async def test_a_seed_is_written_whole_and_once(fresh_database: Settings) -> None:
    found = await run("load", fresh_database)
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


async def test_an_interrupted_seed_leaves_nothing(fresh_database: Settings) -> None:
    found = await run("interrupted", fresh_database)
    assert set(found["counts"].values()) == {0}


async def test_the_cast_stands_to_each_other_as_described(fresh_database: Settings) -> None:
    found = await run("demo", fresh_database)
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


async def test_the_cast_alone_is_made_once(fresh_database: Settings) -> None:
    first = await run("cast", fresh_database)
    assert first["counts"]["members"] == first["counts"]["accounts"] == 5
    assert first["counts"]["connections"] == 4
    assert first["counts"]["blocks"] == 1
    assert await run("cast", fresh_database) == first


GOLDEN_DIGEST = ""
