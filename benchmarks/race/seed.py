"""Deterministic data: `python seed.py 10000` makes database peers_10k and its request lines.

The order of draws is part of the data: the same numbers give the same members everywhere.
"""

from __future__ import annotations

import asyncio
import sys
import time
from dataclasses import dataclass

import asyncpg
import db
import numpy as np
import seed_lines
import seed_rows
from lab import HERE

SEED = 20261122
COUNTED = ("member", "company", "position", "connection", "network_entry", "invitation", "follow")


@dataclass(frozen=True, slots=True)
class Made:
    """What was drawn between members: ties as pairs of numbers, invitations as their keys."""

    ties: np.ndarray
    invited: np.ndarray


async def empty_database(name: str) -> asyncpg.Connection:
    """A new database of that name in place of an old one, with statements counted."""
    db.start()
    admin = await asyncpg.connect(db.dsn("postgres"))
    await admin.execute(f"drop database if exists {name} with (force)")
    await admin.execute(f"create database {name}")
    await admin.close()
    con = await asyncpg.connect(db.dsn(name))
    await con.execute("create extension pg_stat_statements")
    return con


async def fill(con: asyncpg.Connection, rng: np.random.Generator, n: int) -> Made:
    """All rows of n members."""
    companies = max(200, n // 50)
    await seed_rows.copy(con, "company", seed_rows.companies(companies))
    people = seed_rows.People(rng, n)
    await seed_rows.copy(con, "member", people.rows())
    await seed_rows.copy(con, "position", seed_rows.positions(rng, n, companies, people.year))
    ties = seed_rows.tie_pairs(rng, n, n * 25)
    await seed_rows.copy_ties(con, rng, ties)
    await seed_rows.copy(con, "network_entry", seed_rows.entries(rng, n))
    invited = seed_rows.distinct_pairs(rng, n, 3)
    await seed_rows.copy(con, "invitation", seed_rows.invitations(n, invited))
    followed = seed_rows.distinct_pairs(rng, n, 10).tolist()
    await seed_rows.copy(con, "follow", (f"{p // (n + 1)}\t{p % (n + 1)}\n" for p in followed))
    return Made(ties, invited)


async def main(n: int) -> None:
    name = f"peers_{n // 1000}k"
    rng = np.random.default_rng(SEED + n)
    clock = time.perf_counter()
    con = await empty_database(name)
    await con.execute((HERE / "schema.sql").read_text())
    made = await fill(con, rng, n)
    await con.execute(
        "select setval(pg_get_serial_sequence('invitation', 'id'),"
        " (select max(id) from invitation))"
    )
    await con.execute((HERE / "constraints.sql").read_text())
    await con.execute((HERE / "peers" / "postgraphile" / "setup.sql").read_text())
    await con.execute("vacuum analyze")
    seed_lines.write(name, rng, n, made.ties, made.invited)
    degree = np.bincount(made.ties.ravel(), minlength=n + 1)[1:]
    counts = {t: await con.fetchval(f"select count(*) from {t}") for t in COUNTED}
    size = await con.fetchval("select pg_size_pretty(pg_database_size(current_database()))")
    await con.close()
    print(
        f"{name} {counts} ties a member: mean {degree.mean():.1f} median {np.median(degree):.0f}"
        f" p99 {np.percentile(degree, 99):.0f} most {degree.max()} none {int((degree == 0).sum())},"
        f" {size}, {time.perf_counter() - clock:.1f} s"
    )


if __name__ == "__main__":
    for arg in sys.argv[1:] or ["10000"]:
        asyncio.run(main(int(arg)))
