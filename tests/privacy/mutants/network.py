"""Rules of `network/`."""

from __future__ import annotations

from tests.privacy.mutants.mutant import ENTRIES, Mutant, matrix

MUTANTS = [
    Mutant(
        "entries of others are read by their id",
        "network/queries.py",
        "WHERE e.owner_id = $1",
        "WHERE ($1 = $1 OR TRUE)",
        matrix("NetworkEntry"),
    ),
    Mutant(
        "absent members come along with their entries",
        "network/queries.py",
        " AND {sql.present('$1', 'm')}",
        "",
        matrix("networkEntries"),
    ),
    Mutant(
        "entries keep the names of absent members",
        "network/queries.py",
        "CASE WHEN {sql.present('$1', 'o')} THEN",
        "CASE WHEN TRUE THEN",
        ENTRIES,
    ),
    Mutant(
        "tags of others come along",
        "network/queries.py",
        "WHERE t.entry_id = page.entry_id",
        "WHERE TRUE",
        ENTRIES,
    ),
]
