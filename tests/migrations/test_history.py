"""The tables' history runs both ways, whole or not at all, and rows outlive it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from netql.migrations.runner import parse, shipped
from tests.migrations.command import netql, script
from tests.processes import Started, command_line, environment

NAMES = [step.name for step in shipped()]

# The schema as the database itself tells it, to compare before and after.
TOLD = """
if runner.dialect() == "sqlite":
    rows = await fetch("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY name")
    print([(row["name"], row["sql"]) for row in rows])
else:
    rows = await fetch(
        "SELECT table_name, column_name, data_type, is_nullable, column_default"
        " FROM information_schema.columns WHERE table_schema = 'public' ORDER BY 1, 2")
    print([tuple(row.values()) for row in rows])
    rows = await fetch(
        "SELECT conname, pg_get_constraintdef(oid) AS said FROM pg_constraint"
        " WHERE connamespace = 'public'::regnamespace ORDER BY 1, 2")
    print([tuple(row.values()) for row in rows])
    rows = await fetch("SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' ORDER BY 1")
    print([tuple(row.values()) for row in rows])
"""

# A row of every step's tables, by way of the columns that must be filled.
ROWS = {
    "0001_members": """
await execute(
    "INSERT INTO members (id, handle, name, name_key, created_at)"
    " VALUES ($1, 'ann', 'Ann', 'ann', $3), ($2, 'ben', 'Ben', 'ben', $3)", A, B, NOW)
await execute("INSERT INTO skills (id, member_id, name) VALUES ($1, $1, 'Go')", A)
""",
    "0002_relations": """
await execute(
    "INSERT INTO connections (id, member_id, other_id, connected_at)"
    " VALUES ($1, $1, $2, $3), ($2, $2, $1, $3)", A, B, NOW)
""",
    "0003_accounts": """
await execute("INSERT INTO sessions (id, member_id, created_at) VALUES ($1, $1, $2)", A, NOW)
""",
    "0004_invitations": """
await execute(
    "INSERT INTO invitations (id, inviter_id, invitee_id, sent_at, expires_at, open)"
    " VALUES ($1, $1, $2, $3, $4, FALSE)", A, B, NOW, LATER)
""",
    "0005_events": """
await execute(
    "INSERT INTO events (id, member_id, number, cursor, kind, subject_id, recorded_at)"
    " VALUES ($1, $1, 1, 'c', 'K', $1, $2)", A, NOW)
""",
    "0006_network": """
await execute(
    "INSERT INTO network_entries (id, owner_id, member_id, created_at)"
    " VALUES ($1, $1, $2, $3)", A, B, NOW)
""",
    "0007_ended_sessions": """
await execute(
    "INSERT INTO refresh_tokens (id, session_id, token_hash, issued_at, expires_at)"
    " VALUES ($1, $1, 'hash', $2, $3)", A, NOW, LATER)
""",
    "0008_names_of_ties": """
await execute("INSERT INTO languages (id, member_id, name) VALUES ($1, $1, 'Go')", A)
""",
}
MADE = """
from datetime import UTC, datetime, timedelta
from uuid import UUID
A, B = UUID(int=1), UUID(int=2)
NOW = datetime(2026, 1, 1, tzinfo=UTC)
LATER = NOW + timedelta(days=1)
"""
TABLES = {
    "0001_members": ("members", 2),
    "0002_relations": ("connections", 2),
    "0003_accounts": ("sessions", 1),
    "0004_invitations": ("invitations", 1),
    "0005_events": ("events", 1),
    "0006_network": ("network_entries", 1),
    "0007_ended_sessions": ("refresh_tokens", 1),
    "0008_names_of_ties": ("languages", 1),
}


def test_there_and_back_leaves_the_same_tables(
    new_database: Callable[[], str], tmp_path: Path
) -> None:
    url = new_database()
    assert netql(url, tmp_path, "migrate").stdout.split() == [f"+{name}" for name in NAMES]
    assert "Nothing to do" in netql(url, tmp_path, "migrate").stdout
    mark = 'print("next")\n'
    back = 'print(await runner.migrate("zero"))\n'
    told = script(
        url, tmp_path, TOLD + mark + back + TOLD + mark + "await runner.migrate()\n" + TOLD
    )
    before, away, again = told.split("next\n")
    assert away.startswith(str([f"-{name}" for name in reversed(NAMES)]))
    assert "positions" not in away.partition("\n")[2]
    assert again == before


def test_rows_outlive_every_step_both_ways(new_database: Callable[[], str], tmp_path: Path) -> None:
    assert list(ROWS) == list(TABLES) == NAMES, "a new step needs a row here"
    climb = "".join(
        f"await runner.migrate({name!r})\n{ROWS[name]}\n{count(place)}"
        for place, name in enumerate(NAMES)
    )
    descend = "".join(
        f"await runner.migrate({NAMES[place]!r})\n{count(place)}"
        for place in reversed(range(len(NAMES) - 1))
    )
    told = script(new_database(), tmp_path, MADE + climb + descend).splitlines()
    places = [*range(len(NAMES)), *reversed(range(len(NAMES) - 1))]
    assert told == [
        str([rows for _, rows in list(TABLES.values())[: place + 1]]) for place in places
    ]


def test_ties_from_before_learn_the_names_they_are_sorted_by(
    new_database: Callable[[], str], tmp_path: Path
) -> None:
    steps = [*NAMES[:2], "0008_names_of_ties"]
    climb = "".join(f"await runner.migrate({name!r})\n{ROWS[name]}" for name in steps)
    told = "print([(str(r['member_id'])[-1], r['other_name']) for r in await fetch("
    told += "'SELECT member_id, other_name FROM connections ORDER BY member_id')])\n"
    assert script(new_database(), tmp_path, MADE + climb + told) == "[('1', 'ben'), ('2', 'ann')]\n"


def count(place: int) -> str:
    """Prints how many rows each step's table holds, up to that step."""
    tables = [table for table, _ in list(TABLES.values())[: place + 1]]
    counted = "(await fetch('SELECT count(*) AS n FROM ' + name))[0]['n']"
    return f"print([{counted} for name in {tables}])\n"


def test_a_step_that_fails_leaves_nothing(new_database: Callable[[], str], tmp_path: Path) -> None:
    url = new_database()
    told = script(
        url,
        tmp_path,
        """
broken = runner.Migration("0002_broken", ("CREATE TABLE half (id UUID)", "CREATE TABEL no"), ())
kept = runner.shipped()[:1]
runner.shipped = lambda: [*kept, broken]
try:
    await runner.migrate()
except Exception as error:
    print(type(error).__name__)
print(await runner.applied())
""",
    )
    assert told == "OperationalError\n[]\n"
    assert "half" not in script(url, tmp_path, TOLD)
    assert netql(url, tmp_path, "migrate").stdout.split() == [f"+{name}" for name in NAMES]


def test_a_newer_database_is_refused(new_database: Callable[[], str], tmp_path: Path) -> None:
    url = new_database()
    netql(url, tmp_path, "migrate")
    script(
        url,
        tmp_path,
        MADE
        + "sql = \"INSERT INTO schema_migrations VALUES ('9999_future', $1)\"\n"
        + "await execute(sql, NOW)",
    )
    refused = netql(url, tmp_path, "migrate")
    assert refused.returncode == 2
    assert "9999_future" in refused.stderr
    assert "newer version" in refused.stderr


def test_an_unknown_step_is_refused(new_database: Callable[[], str], tmp_path: Path) -> None:
    refused = netql(new_database(), tmp_path, "migrate", "--to", "0099_no")
    assert refused.returncode == 2
    assert NAMES[0] in refused.stderr


def test_two_processes_at_once_do_it_once(new_database: Callable[[], str], tmp_path: Path) -> None:
    url = new_database()
    env = environment(url, tmp_path)
    both = [Started(env, tmp_path, command_line, "migrate") for _ in range(2)]
    said = [process.end() for process in both]
    assert [process.returncode for process in said] == [0, 0], said
    assert sorted(process.stdout.split()[0] for process in said) == ["+0001_members", "Nothing"]


def test_no_step_remakes_a_table() -> None:
    for step in shipped():
        for statement in (*step.forward, *step.backward):
            assert statement.startswith(
                ("CREATE ", "DROP TABLE ", "DROP INDEX ", "ALTER TABLE ", "INSERT ", "UPDATE ")
            )
            assert "RENAME" not in statement
            assert "ALTER COLUMN" not in statement


def test_a_step_has_two_halves() -> None:
    with pytest.raises(ValueError, match="0007_half needs"):
        parse("0007_half", "-- About\n\n-- forward\nCREATE TABLE x (id UUID);\n")
