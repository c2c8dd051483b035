"""What the tests of loading do in a process of its own, with a database that is theirs alone.

The process is told by NETQL_DATABASE_URL, and says what it found as JSON.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import Awaitable, Callable, Sequence
from itertools import combinations
from typing import Any

from netql.errors import ConfigurationError
from netql.infra.database import connected, dialect, fetch
from netql.migrations.runner import migrate
from netql.relations.lookup import relations
from netql.seeding import bulk
from netql.seeding.cast import HANDLES, cast_members, seed_cast
from netql.seeding.demo import demo_network
from netql.seeding.load import seed
from netql.seeding.rows import COLUMNS
from netql.settings import load_settings

SIZE, SEED = 120, 7


async def _counts() -> dict[str, int]:
    tables = (*COLUMNS, "accounts", "events")
    return {t: (await fetch(f"SELECT count(*) AS held FROM {t}"))[0]["held"] for t in tables}


async def _digest() -> str:
    """Of all rows of all tables, in the same words on both databases."""
    found = hashlib.sha256()
    for table, columns in COLUMNS.items():
        for row in await fetch(f"SELECT {', '.join(columns)} FROM {table} ORDER BY id"):
            found.update(" ".join(str(row[name]) for name in columns).encode())
    return found.hexdigest()


async def _definitions() -> list[str]:
    """Every index and every constraint of the tables, as the database tells them."""
    if dialect() == "sqlite":
        rows = await fetch("SELECT name || ' ' || sql AS told FROM sqlite_master WHERE sql <> ''")
    else:
        rows = await fetch(
            "SELECT conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(oid)"
            " || convalidated AS told FROM pg_constraint WHERE conrelid <> 0"
            " UNION ALL SELECT pg_get_indexdef(indexrelid) || indisvalid FROM pg_index"
        )
    return sorted(row["told"] for row in rows)


async def load() -> dict[str, Any]:
    told: list[tuple[int, int, str]] = []
    definitions = await _definitions()
    report = await seed(SIZE, SEED, lambda *step: told.append(step))
    refused = ""
    try:
        await seed(SIZE, SEED, lambda *step: None)
    except ConfigurationError as error:
        refused = error.message
    members = [row["id"] for row in await fetch("SELECT id FROM members ORDER BY id")]
    seen = await relations([(members[-1], subject) for subject in members])
    return {
        "members": report.members,
        "connections": report.connections,
        "last": told[-1],
        "kept": definitions == await _definitions(),
        "refused": refused,
        "counts": await _counts(),
        "digest": await _digest(),
        "standings": sorted({int(r.standing) for r in seen if r.standing is not None}),
    }


async def interrupted() -> dict[str, Any]:
    """Somebody stops the seed when its last row is written."""
    write, definitions = bulk.insert, await _definitions()

    async def stop(table: str, columns: Sequence[str], rows: bulk.Records) -> None:
        await write(table, columns, rows)
        if table == "blocks":
            raise KeyboardInterrupt

    bulk.insert = stop
    try:
        await seed(SIZE, SEED, lambda *step: None)
    except KeyboardInterrupt:
        return {"counts": await _counts(), "kept": definitions == await _definitions()}
    raise AssertionError("nobody stopped it")


async def broken() -> dict[str, Any]:
    """Half a connection is among the rows."""
    write = bulk.insert

    async def spoil(table: str, columns: Sequence[str], rows: bulk.Records) -> None:
        await write(table, columns, rows[1:] if table == "connections" else rows)

    bulk.insert = spoil
    try:
        await seed(SIZE, SEED, lambda *step: None)
    except Exception as error:
        return {"counts": await _counts(), "said": f"{type(error).__name__}: {error}"}
    finally:
        bulk.insert = write
    raise AssertionError("nobody minded")


async def demo() -> dict[str, Any]:
    await demo_network(60)
    counts = await _counts()
    await demo_network(60)
    await seed_cast()
    members = await cast_members()
    pairs = [(one, other) for one, other in combinations(HANDLES, 2)]
    found = await relations([(members[one], members[other]) for one, other in pairs])
    eve = "SELECT count(*) AS held FROM connections WHERE member_id = $1"
    ties = await fetch(eve, members["eve"])
    return {
        "before": counts,
        "after": await _counts(),
        "eve": ties[0]["held"],
        "standings": {
            f"{one} {other}": None if relation.standing is None else relation.standing.name
            for (one, other), relation in zip(pairs, found, strict=True)
        },
    }


async def cast() -> dict[str, Any]:
    await seed_cast()
    return {"counts": await _counts()}


COMMANDS: dict[str, Callable[[], Awaitable[dict[str, Any]]]] = {
    "load": load,
    "interrupted": interrupted,
    "broken": broken,
    "demo": demo,
    "cast": cast,
}


async def _found(command: str) -> dict[str, Any]:
    async with connected(load_settings()):
        await migrate()
        return await COMMANDS[command]()


def main(command: str) -> None:
    print(json.dumps(asyncio.run(_found(command))))
