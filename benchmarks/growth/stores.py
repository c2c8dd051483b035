"""A network's database, read and changed from outside of netql."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
from rig import db

Rows = list[tuple[Any, ...]]
# What the mutation writes; nothing of a seeded network has this note.
NOTE = "growth"
_BESIDE = ("events", "event_streams", "idempotency_keys")


class Postgres:
    """A database of the rig's own cluster."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.url = db.dsn(name)

    def fetch(self, statement: str, ids: Sequence[UUID] | None = None) -> Rows:
        """Rows of a statement, in which {these} is the condition that a key is among the ids."""
        values = [] if ids is None else [ids]
        rows = asyncio.run(self._fetch(statement.replace("{these}", "= ANY($1)"), values))
        return [tuple(row) for row in rows]

    def run(self, *statements: str) -> None:
        asyncio.run(self._run(statements))

    def add_sessions(self, sessions: Rows) -> None:
        """Put these rows where there were none or others: key, member, beginning."""
        asyncio.run(self._add(sessions))

    def forget(self) -> None:
        """Drop what the mutation made, and the dead rows too."""
        tables = ", ".join(("invitations", *_BESIDE))
        self.run(*_forgetting(), f"VACUUM {tables}")

    def empty(self) -> None:
        """Make the database anew."""
        Postgres("postgres").run(
            f"DROP DATABASE IF EXISTS {self.name} WITH (FORCE)", f"CREATE DATABASE {self.name}"
        )

    def settle(self) -> None:
        """What the daemons of a server would have done after a while."""
        self.run(
            "CREATE EXTENSION IF NOT EXISTS pg_stat_statements", "VACUUM ANALYZE", "CHECKPOINT"
        )

    def sizes(self) -> dict[str, dict[str, int]]:
        """Bytes of each table without and with its indexes, and of each index."""
        rows = self.fetch(
            "SELECT relid::regclass::text, pg_table_size(relid) FROM pg_stat_user_tables"
            " UNION ALL SELECT indexrelid::regclass::text, pg_relation_size(indexrelid)"
            " FROM pg_stat_user_indexes"
        )
        indexes = self.fetch("SELECT indexrelid::regclass::text FROM pg_stat_user_indexes")
        return _sorted_out(rows, {name for (name,) in indexes})

    async def _fetch(self, statement: str, values: list[Any]) -> list[asyncpg.Record]:
        con = await asyncpg.connect(self.url)
        try:
            return await con.fetch(statement, *values)
        finally:
            await con.close()

    async def _run(self, statements: Sequence[str]) -> None:
        con = await asyncpg.connect(self.url)
        try:
            for statement in statements:
                await con.execute(statement)
        finally:
            await con.close()

    async def _add(self, sessions: Rows) -> None:
        con = await asyncpg.connect(self.url)
        try:
            async with con.transaction():
                await con.execute("DELETE FROM sessions")
                columns = ("id", "member_id", "created_at")
                await con.copy_records_to_table("sessions", records=sessions, columns=columns)
        finally:
            await con.close()


class SQLite:
    """A file."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.url = f"sqlite://{path}"

    def fetch(self, statement: str, ids: Sequence[UUID] | None = None) -> Rows:
        """As that of `Postgres`; keys come as text."""
        text = statement.replace("{these}", "IN (SELECT value FROM json_each(?1))")
        values = [] if ids is None else [json.dumps([str(one) for one in ids])]
        with closing(sqlite3.connect(self.path)) as con:
            return con.execute(text, values).fetchall()

    def run(self, *statements: str) -> None:
        with closing(sqlite3.connect(self.path, timeout=20)) as con, con:
            for statement in statements:
                con.execute(statement)

    def add_sessions(self, sessions: Rows) -> None:
        values = [
            (str(key), str(member), at.strftime("%Y-%m-%dT%H:%M:%S.%f+00:00"))
            for key, member, at in sessions
        ]
        with closing(sqlite3.connect(self.path)) as con, con:
            con.execute("DELETE FROM sessions")
            con.executemany(
                "INSERT INTO sessions (id, member_id, created_at) VALUES (?, ?, ?)", values
            )

    def forget(self) -> None:
        self.run(*_forgetting())

    def empty(self) -> None:
        for path in self.path.parent.glob(f"{self.path.name}*"):
            path.unlink()

    def settle(self) -> None:
        """Nothing: `netql seed` leaves a file as it is served."""

    def sizes(self) -> dict[str, dict[str, int]]:
        try:
            rows = self.fetch("SELECT name, sum(pgsize) FROM dbstat GROUP BY name")
        except sqlite3.OperationalError:  # This SQLite was built without the table of sizes.
            return {"tables": {"the file": self.path.stat().st_size}, "indexes": {}}
        indexes = self.fetch("SELECT name FROM sqlite_master WHERE type = 'index'")
        return _sorted_out(rows, {name for (name,) in indexes})


Store = Postgres | SQLite


def _forgetting() -> list[str]:
    return [
        f"DELETE FROM invitations WHERE note = '{NOTE}'",
        *(f"DELETE FROM {table}" for table in _BESIDE),
    ]


def _sorted_out(rows: Rows, indexes: set[str]) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = {"tables": {}, "indexes": {}}
    for name, size in sorted(rows, key=lambda row: -row[1]):
        found["indexes" if name in indexes else "tables"][name] = size
    return found
