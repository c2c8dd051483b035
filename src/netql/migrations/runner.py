"""Applies and takes back migrations: each step whole or not at all, one process at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.resources import files

from netql.errors import ConfigurationError
from netql.infra.database import dialect, execute, fetch, fetch_one, transaction

WORDS = {
    "sqlite": {"{bytewise}": "COLLATE BINARY", "{least}": "min", "{greatest}": "max"},
    "postgres": {"{bytewise}": 'COLLATE "C"', "{least}": "LEAST", "{greatest}": "GREATEST"},
}
# Any constant will do, as long as nothing else in the database locks the same one.
_LOCK = 0x6E657471


@dataclass(frozen=True, slots=True)
class Migration:
    """One step: its name and its statements, each way."""

    name: str
    forward: tuple[str, ...]
    backward: tuple[str, ...]


def shipped() -> list[Migration]:
    """Every migration in the package, oldest first."""
    found = [entry for entry in files(__package__).iterdir() if entry.name.endswith(".sql")]
    return [
        parse(entry.name.removesuffix(".sql"), entry.read_text("utf-8"))
        for entry in sorted(found, key=lambda entry: entry.name)
    ]


def parse(name: str, text: str) -> Migration:
    """Read a file's two halves. Raises ValueError when one is missing."""
    _, found_forward, rest = text.partition("\n-- forward\n")
    forward, found_backward, backward = rest.partition("\n-- backward\n")
    if not found_forward or not found_backward:
        raise ValueError(f"{name} needs a forward and a backward part")
    return Migration(name, _statements(forward), _statements(backward))


def _statements(part: str) -> tuple[str, ...]:
    lines = "\n".join(line for line in part.splitlines() if not line.startswith("--"))
    return tuple(piece.strip() for piece in lines.split(";\n") if piece.strip(" \n;"))


_EXISTS = {
    "sqlite": "SELECT count(*) AS found FROM sqlite_master WHERE name = 'schema_migrations'",
    "postgres": "SELECT count(*) AS found FROM pg_tables WHERE tablename = 'schema_migrations'"
    " AND schemaname = current_schema()",
}


async def applied() -> list[str]:
    """Names of the migrations that this database has had, oldest first. Changes nothing."""
    row = await fetch_one(_EXISTS[dialect()])
    if row is None or not row["found"]:
        return []
    return [row["name"] for row in await fetch("SELECT name FROM schema_migrations ORDER BY name")]


async def migrate(target: str | None = None) -> list[str]:
    """Bring the database to `target` (a name, `zero`, or None for the newest).

    Returns what was done, as `+name` and `-name`. Raises ConfigurationError for an unknown
    target and for a database that is newer than this program.
    """
    steps = shipped()
    names = [step.name for step in steps]
    if target not in (None, "zero", *names):
        raise ConfigurationError(f"No migration is called {target}. There are: {', '.join(names)}.")
    wanted = len(names) if target is None else 0 if target == "zero" else names.index(target) + 1
    done: list[str] = []
    async with transaction():
        if dialect() == "postgres":
            await execute("SELECT pg_advisory_xact_lock($1)", _LOCK)
        await execute(
            "CREATE TABLE IF NOT EXISTS schema_migrations"
            " (name TEXT NOT NULL PRIMARY KEY, applied_at TIMESTAMPTZ NOT NULL)"
        )
        had = await applied()
        refuse_newer(had)
        for step in reversed(steps[wanted:]):
            if step.name in had:
                await _run(step.backward)
                await execute("DELETE FROM schema_migrations WHERE name = $1", step.name)
                done.append(f"-{step.name}")
        for step in steps[:wanted]:
            if step.name not in had:
                await _run(step.forward)
                await execute(
                    "INSERT INTO schema_migrations (name, applied_at) VALUES ($1, $2)",
                    step.name,
                    datetime.now(UTC),
                )
                done.append(f"+{step.name}")
    return done


def refuse_newer(had: Sequence[str]) -> None:
    """Raises ConfigurationError when among the applied migrations one is unknown here."""
    names = {step.name for step in shipped()}
    if unknown := [name for name in had if name not in names]:
        raise ConfigurationError(
            f"The database has migrations this netql does not know: {', '.join(unknown)}. "
            "It belongs to a newer version."
        )


async def pending() -> list[str]:
    """Names of shipped migrations that this database has not had."""
    had = set(await applied())
    return [step.name for step in shipped() if step.name not in had]


async def _run(statements: tuple[str, ...]) -> None:
    words = WORDS[dialect()]
    for statement in statements:
        text = statement
        for word, said in words.items():
            text = text.replace(word, said)
        await execute(text)
