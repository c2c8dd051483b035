"""What holds in the tables, whatever was done: each statement finds what would break it."""

from __future__ import annotations

import asyncio
import hashlib
import json
from pathlib import Path
from uuid import UUID

from netql.infra.database import connected, fetch
from netql.settings import load_settings
from netql.text import search_key, storable

NEVER = {
    "a connection has another side": """
        SELECT c.id FROM connections c LEFT JOIN connections o
            ON o.member_id = c.other_id AND o.other_id = c.member_id
            AND o.connected_at = c.connected_at
        WHERE o.id IS NULL""",
    "nobody is connected with somebody absent": """
        SELECT c.id FROM connections c JOIN members m ON m.id = c.other_id
        WHERE m.closed_at IS NOT NULL OR EXISTS (SELECT 1 FROM blocks b
            WHERE b.blocker_id = c.member_id AND b.blocked_id = c.other_id)""",
    "a tie is sorted by the name as it is": """
        SELECT c.id FROM connections c JOIN members m ON m.id = c.other_id
        WHERE c.other_name <> m.name_key""",
    "who is connected does not wait to be": """
        SELECT i.id FROM invitations i JOIN connections c
            ON c.member_id = i.inviter_id AND c.other_id = i.invitee_id
        WHERE i.open""",
    "a pair has one open invitation": """
        SELECT a.id FROM invitations a JOIN invitations b
            ON a.id <> b.id AND ((a.inviter_id = b.inviter_id AND a.invitee_id = b.invitee_id)
            OR (a.inviter_id = b.invitee_id AND a.invitee_id = b.inviter_id))
        WHERE a.open AND b.open""",
    "who has left has left nothing": """
        SELECT m.id FROM members m WHERE m.closed_at IS NOT NULL AND (
            m.name <> '' OR m.headline IS NOT NULL OR m.email IS NOT NULL OR m.phone IS NOT NULL
            OR EXISTS (SELECT 1 FROM search_keys s WHERE s.member_id = m.id)
            OR EXISTS (SELECT 1 FROM positions s WHERE s.member_id = m.id)
            OR EXISTS (SELECT 1 FROM skills s WHERE s.member_id = m.id)
            OR EXISTS (SELECT 1 FROM network_entries s WHERE s.owner_id = m.id)
            OR EXISTS (SELECT 1 FROM sessions s
                WHERE s.member_id = m.id AND s.ended_at IS NULL))""",
    "whoever is there can be found": """
        SELECT m.id FROM members m WHERE m.closed_at IS NULL
            AND NOT EXISTS (SELECT 1 FROM search_keys s WHERE s.member_id = m.id)""",
    "a log has no gaps": """
        SELECT s.member_id FROM event_streams s WHERE s.last_number <>
            (SELECT count(*) FROM events e WHERE e.member_id = s.member_id)
            AND EXISTS (SELECT 1 FROM members m
                WHERE m.id = s.member_id AND m.closed_at IS NULL)""",
    "a log belongs to somebody": """
        SELECT e.id FROM events e WHERE NOT EXISTS
            (SELECT 1 FROM event_streams s
                WHERE s.member_id = e.member_id AND s.last_number >= e.number)""",
    "a network holds no self": "SELECT id FROM network_entries WHERE owner_id = member_id",
    "a used key is told what came of it": "SELECT id FROM idempotency_keys WHERE outcome = ''",
}
# What its owner alone can change.
_OWN = ("members", "positions", "education", "skills", "languages", "websites", "search_keys")
_TEXTS = {
    "members": "name headline industry location about pronouns address".split(),
    "positions": "title company location description".split(),
    "education": "school degree field_of_study".split(),
    "invitations": ["note"],
    "network_entries": ["note"],
    "network_tags": ["tag"],
}


def look(path: str, *people: str) -> None:
    """Write down what is broken, and what the people's own rows come to; for a process of its
    own, told its database by the environment."""
    Path(path).write_text(json.dumps(asyncio.run(_look([UUID(one) for one in people]))))


async def _look(people: list[UUID]) -> dict[str, object]:
    async with connected(load_settings()):
        broken = [
            f"{name}: {[str(row[0]) for row in rows]}"
            for name, statement in NEVER.items()
            if (rows := await fetch(statement))
        ]
        return {"broken": [*broken, *await _texts(), *await _names()], "own": await _own(people)}


async def _texts() -> list[str]:
    found = []
    for table, columns in _TEXTS.items():
        for row in await fetch(f"SELECT {', '.join(columns)} FROM {table}"):
            for column in columns:
                text = row[column]
                if text is not None and not (storable(text) and text == text.strip()):
                    found.append(f"{table}.{column} holds {text!r}")
    return found


async def _names() -> list[str]:
    rows = await fetch("SELECT name, name_key FROM members")
    return [f"{row['name']!r} is sorted by {row['name_key']!r}" for row in rows
            if search_key(row["name"]) != row["name_key"]]  # fmt: skip


async def _own(people: list[UUID]) -> dict[str, str]:
    """A fingerprint of each table's rows of the people."""
    found = {}
    for table in _OWN:
        owner = "id" if table == "members" else "member_id"
        rows = await fetch(f"SELECT * FROM {table} WHERE {owner} = ANY($1) ORDER BY id", people)
        said = "\n".join(str(dict(row)) for row in rows)
        found[table] = hashlib.sha256(said.encode()).hexdigest()
    return found
