"""netql's copy of the rig's data: `python netql_data.py peers_10k` makes database netql_10k.

Its tables are made by `netql migrate` and filled by COPY from the rig's. Writes the file of access
tokens too; they are good for 30 days.
"""

from __future__ import annotations

import asyncio
import subprocess
import sys
import tempfile
import time

import asyncpg
import db
import netql_peer
from lab import HERE, PARAMS
from netql_rows import TABLES, select
from seed import empty_database

TOKEN_DAYS = 30
_MIRRORS = (
    "select count(*) from connections c left join connections m"
    " on m.member_id = c.other_id and m.other_id = c.member_id where m.id is null"
)


async def copy(source: asyncpg.Connection, target: asyncpg.Connection, table: str) -> str:
    """Fill a table of netql's; what PostgreSQL said of it."""
    columns, query = select(table)
    with tempfile.TemporaryFile() as file:
        await source.copy_from_query(query, output=file)
        file.seek(0)
        return await target.copy_to_table(table, source=file, columns=columns)


async def load(database: str) -> None:
    """Fill the migrated tables, all of them, and let PostgreSQL look at them."""
    source = await asyncpg.connect(db.dsn(database))
    target = await asyncpg.connect(db.dsn(netql_peer.database_of(database)))
    # The rig's tables had the same references checked; here the two sides of each tie are.
    await target.execute("set session_replication_role = replica")
    for table in TABLES:
        print(table, (await copy(source, target, table)).removeprefix("COPY "), end=", ")
    assert await target.fetchval(_MIRRORS) == 0
    await target.execute("vacuum analyze")
    await source.close()
    await target.close()


def sign(database: str, members: int) -> None:
    """Write the file of tokens, by netql's own interpreter."""
    PARAMS.mkdir(parents=True, exist_ok=True)
    key = netql_peer.key
    lines = (
        f"{key(netql_peer.MEMBER, n)} {key(netql_peer.SESSION, n)}\n" for n in range(1, members + 1)
    )
    python, script = netql_peer.BIN.parent / "python", HERE / "netql_tokens.py"
    out = netql_peer.people_file(database)
    subprocess.run(
        [python, script, netql_peer.KEY_FILE, str(TOKEN_DAYS), out],
        input="".join(lines),
        text=True,
        check=True,
    )


def migrate(database: str) -> None:
    """Make netql's tables as a user would."""
    command = [netql_peer.BIN, "migrate"]
    subprocess.run(command, env=netql_peer.environment(database), check=True)


async def members_of(database: str) -> int:
    con = await asyncpg.connect(db.dsn(database))
    count = await con.fetchval("select count(*) from member")
    await con.close()
    return count


def main(database: str) -> None:
    clock = time.perf_counter()
    asyncio.run(_emptied(netql_peer.database_of(database)))
    migrate(database)
    asyncio.run(load(database))
    sign(database, asyncio.run(members_of(database)))
    print(f"{time.perf_counter() - clock:.1f} s")


async def _emptied(name: str) -> None:
    await (await empty_database(name)).close()


if __name__ == "__main__":
    for argument in sys.argv[1:] or ["peers_10k"]:
        main(argument)
