"""Looking at the tables themselves: what is there, and where a text turns up."""

from __future__ import annotations

from typing import Any

from netql.infra.database import dialect, fetch, fetch_one

_TABLES = {
    "sqlite": (
        "SELECT name AS name FROM sqlite_master"
        " WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name"
    ),
    "postgres": (
        "SELECT tablename AS name FROM pg_tables WHERE schemaname = current_schema()"
        " ORDER BY tablename"
    ),
}


async def tables() -> list[str]:
    """The names of all tables."""
    return [row["name"] for row in await fetch(_TABLES[dialect()])]


async def sizes() -> dict[str, int]:
    """How many rows each table holds."""
    return {
        table: (await one(f"SELECT count(*) AS held FROM {table}"))["held"]
        for table in await tables()
    }


async def every_row() -> dict[str, list[str]]:
    """All that all tables hold, to be compared."""
    return {
        table: sorted(str(dict(row)) for row in await fetch(f"SELECT * FROM {table}"))
        for table in await tables()
    }


async def one(statement: str, *values: Any) -> dict[str, Any]:
    """The only row of a statement."""
    row = await fetch_one(statement, *values)
    assert row is not None
    return dict(row)


async def places_of(text: str) -> set[str]:
    """Every `table.column` that holds the text, in whatever case, somewhere in a value."""
    wanted, found = text.casefold(), set()
    for table in await tables():
        for row in await fetch(await _holding(table), wanted):
            found |= {
                f"{table}.{column}"
                for column, value in dict(row).items()
                if wanted in str(value).casefold()
            }
    return found


async def _holding(table: str) -> str:
    """The statement that finds the rows of a table with a text in any column."""
    if dialect() == "postgres":
        return f"SELECT t.* FROM {table} t WHERE strpos(lower(t::text), $1) > 0"
    columns = [row["name"] for row in await fetch(f"PRAGMA table_info({table})")]
    holding = " OR ".join(f"instr(lower({column}), $1) > 0" for column in columns)
    return f"SELECT * FROM {table} WHERE {holding}"
