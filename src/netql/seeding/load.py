"""Writes an invented network into an empty database, all of it or nothing."""

from __future__ import annotations

import time
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass

from netql.errors import ConfigurationError
from netql.infra.database import dialect, execute, fetch_one, transaction
from netql.seeding import bulk
from netql.seeding.dice import Dice
from netql.seeding.people import people
from netql.seeding.rows import COLUMNS, Known, Tables, rows_of_arrival, rows_of_person
from netql.seeding.ties import USUAL_DEGREE, ties
from netql.text import search_key

Progress = Callable[[int, int, str], None]

# Rows of all tables together that are held back for one write.
_BATCH = 20_000


@dataclass(frozen=True, slots=True)
class SeedReport:
    """What was written, in things and not in rows, and how long it took."""

    members: int
    connections: int
    invitations: int
    network_entries: int
    blocks: int
    seconds: float


async def seed(size: int, seed: int, progress: Progress, degree: int = USUAL_DEGREE) -> SeedReport:
    """Fill the database with the network of that size and seed.

    `degree` is how many connections a member of a large network has on average. `progress` is told
    (done, total, of what) along the way. One transaction: an interrupted seed leaves nothing.
    Raises ConfigurationError when there are members already.
    """
    if size < 1:
        raise ConfigurationError("A network has one member at least.")
    if degree < 1:
        raise ConfigurationError("Members of a network have one connection on average at least.")
    started = time.monotonic()
    async with transaction():
        await _refuse_unless_empty()
        writer = _Writer(size, progress)
        async with bulk.room(tuple(COLUMNS)):
            members = await _write_people(size, seed, writer)
            for number, arrival in enumerate(ties(seed, size, degree), start=1):
                rows_of_arrival(arrival, members, writer.held)
                await writer.done(size + number, "connections")
            await writer.flush()
            progress(2 * size, 2 * size, "indexes")
        if dialect() == "postgres":
            # Until it has looked, PostgreSQL plans as if the tables were still empty.
            await execute(f"ANALYZE {', '.join(COLUMNS)}")
    progress(2 * size, 2 * size, "done")
    written = writer.written
    return SeedReport(
        written["members"],
        written["connections"] // 2,
        written["invitations"],
        written["network_entries"],
        written["blocks"],
        time.monotonic() - started,
    )


async def _refuse_unless_empty() -> None:
    if dialect() == "postgres":
        # A second seed at the same time waits here, and then finds members.
        await execute("LOCK TABLE members IN SHARE ROW EXCLUSIVE MODE")
    if await fetch_one("SELECT id FROM members LIMIT 1"):
        raise ConfigurationError(
            "This database has members already, and a seeded network needs one that is empty."
            " Point NETQL_DATABASE_URL at a new database."
        )


async def _write_people(size: int, seed: int, writer: _Writer) -> list[Known]:
    dice, members = Dice(f"{seed}/rows"), []
    for number, person in enumerate(people(seed, size), start=1):
        rows_of_person(person, dice, writer.held)
        members.append(Known(person.id, person.handle, person.name, search_key(person.name)))
        await writer.done(number, "members")
    return members


class _Writer:
    """Holds rows back until there are enough of them to be worth a write."""

    def __init__(self, size: int, progress: Progress) -> None:
        self.held: Tables = defaultdict(list)
        self.written: Counter[str] = Counter()
        self._total = 2 * size
        self._progress = progress

    async def done(self, number: int, what: str) -> None:
        """So many steps are done: write if it is time, and say so."""
        if sum(map(len, self.held.values())) >= _BATCH:
            await self.flush()
            self._progress(number, self._total, what)

    async def flush(self) -> None:
        # In the order of COLUMNS, so that whoever is referred to is there before.
        for table, columns in COLUMNS.items():
            rows = self.held.pop(table, [])
            await bulk.insert(table, columns, rows)
            self.written[table] += len(rows)
