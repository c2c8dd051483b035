"""What the shipped steps declare is what the database holds, name by name."""

from __future__ import annotations

import re

import pytest

from netql.infra.database import dialect, fetch
from netql.migrations.runner import shipped
from netql.settings import Settings

TABLES = [
    (match[1], match[2])
    for step in shipped()
    for text in step.forward
    if (match := re.match(r"CREATE TABLE (\w+) \((.*)\)$", text.rstrip(";"), re.DOTALL))
]
INDEXES = {
    match[2]: bool(match[1])
    for step in shipped()
    for text in step.forward
    if (match := re.match(r"CREATE (UNIQUE )?INDEX (\w+)", text))
}
CATALOG = {
    "sqlite": "SELECT name, sql AS said FROM sqlite_master WHERE type = 'index'",
    "postgres": "SELECT indexname AS name, indexdef AS said FROM pg_indexes"
    " WHERE schemaname = current_schema()",
}
REFERENCE = re.compile(r"(\w+) UUID [^,]*?REFERENCES (\w+) \((\w+)\)( ON DELETE CASCADE)?")


def test_the_steps_are_read_as_they_are_meant() -> None:
    made = [text for step in shipped() for text in step.forward if "CREATE TABLE" in text]
    assert len(TABLES) == len(made) > 15
    assert len(INDEXES) > 10


async def test_every_index_is_there_and_unique_if_it_should_be(database: Settings) -> None:
    held = {row["name"]: row["said"] for row in await fetch(CATALOG[dialect()])}
    assert set(INDEXES) <= set(held)
    for name, unique in INDEXES.items():
        assert ("CREATE UNIQUE INDEX" in held[name]) == unique, name
    [partial] = [said for name, said in held.items() if name == "invitations_one_open"]
    assert "WHERE" in partial


@pytest.mark.parametrize(("table", "body"), TABLES, ids=lambda text: text[:20].strip())
async def test_every_constraint_is_there(database: Settings, table: str, body: str) -> None:
    named = set(re.findall(r"CONSTRAINT (\w+)", body))
    counts = {kind: len(re.findall(rf"\b{kind}\b", body)) for kind in ("CHECK", "UNIQUE")}
    counts["REFERENCES"] = len(re.findall(r"\bREFERENCES\b", body))
    if dialect() == "sqlite":
        # SQLite keeps the text itself: nothing of it may have been lost on the way.
        [row] = await fetch("SELECT sql FROM sqlite_master WHERE name = $1", table)
        assert all(f"CONSTRAINT {name} " in row["sql"] for name in named)
        assert row["sql"].count("CHECK") == counts["CHECK"]
        keys = await fetch(f"PRAGMA foreign_key_list({table})")
        assert len({key["id"] for key in keys}) == counts["REFERENCES"]
        indexes = await fetch(f"PRAGMA index_list({table})")
        assert sum(index["origin"] == "u" for index in indexes) == counts["UNIQUE"]
        return
    rows = await fetch(
        "SELECT conname AS name, contype::text AS kind, convalidated AS valid"
        " FROM pg_constraint WHERE conrelid = to_regclass($1)",
        table,
    )
    assert named <= {row["name"] for row in rows}
    assert all(row["valid"] for row in rows)
    for kind, words in (("c", "CHECK"), ("u", "UNIQUE"), ("f", "REFERENCES")):
        assert sum(row["kind"] == kind for row in rows) == counts[words], words


async def references(table: str) -> set[tuple[str, str, str, bool]]:
    """Column, table, column there, and whether a deletion there is one here, of single columns."""
    if dialect() == "sqlite":
        rows = await fetch(f"PRAGMA foreign_key_list({table})")
        wide = {row["id"] for row in rows if row["seq"] > 0}
        return {
            (row["from"], row["table"], row["to"], row["on_delete"] == "CASCADE")
            for row in rows
            if row["id"] not in wide
        }
    rows = await fetch(
        "SELECT a.attname AS here, k.confrelid::regclass::text AS there, b.attname AS its,"
        " k.confdeltype::text AS deleting FROM pg_constraint k"
        " JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = k.conkey[1]"
        " JOIN pg_attribute b ON b.attrelid = k.confrelid AND b.attnum = k.confkey[1]"
        " WHERE k.conrelid = to_regclass($1) AND k.contype = 'f' AND cardinality(k.conkey) = 1",
        table,
    )
    return {(row["here"], row["there"], row["its"], row["deleting"] == "c") for row in rows}


@pytest.mark.parametrize(("table", "body"), TABLES, ids=lambda text: text[:20].strip())
async def test_every_reference_leads_where_it_should(
    database: Settings, table: str, body: str
) -> None:
    declared = {
        (here, there, its, bool(cascade)) for here, there, its, cascade in REFERENCE.findall(body)
    }
    assert await references(table) == declared


async def test_a_side_of_a_tie_refers_to_its_mirror_at_the_end(database: Settings) -> None:
    if dialect() == "postgres":
        [row] = await fetch(
            "SELECT pg_get_constraintdef(oid) AS said FROM pg_constraint"
            " WHERE conname = 'connections_mirror'"
        )
    else:
        [row] = await fetch("SELECT sql AS said FROM sqlite_master WHERE name = 'connections'")
    said = " ".join(row["said"].split())
    assert "FOREIGN KEY (other_id, member_id) REFERENCES connections" in said
    assert "DEFERRABLE INITIALLY DEFERRED" in said
