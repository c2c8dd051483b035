"""The door in: keeping contacts. Nothing here is seen by, or told to, whom it is about."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from netql.accounts.events import AccountClosed
from netql.clock import now
from netql.errors import NotFound, Refused
from netql.events import handles
from netql.events.idempotency import Once, Outcome
from netql.ids import new_id
from netql.infra.database import execute, fetch_one, transaction
from netql.members.actions import hold_open
from netql.relations.lookup import relation
from netql.text import optional, required
from netql.viewer import Viewer

NOTE_LENGTH = 5000
TAG_LENGTH = 40
MOST_TAGS = 30
ENTRY = ("networkEntryId",)


async def add_to_network(
    viewer: Viewer,
    subject_id: UUID,
    tags: Sequence[str],
    note: str | None,
    idempotency_key: str | None = None,
) -> UUID:
    """Keep a member as a contact; adding again merges the tags and keeps the earlier note
    unless a new one is given.

    Raises NotFound, Refused CANNOT_TARGET_SELF, TOO_MANY_TAGS, a text or an idempotency code.
    """
    owner_id = viewer.member_id
    assert owner_id is not None
    kept_tags, kept_note = _tags(tags), optional(note, NOTE_LENGTH, "note")
    async with transaction():
        once = Once(owner_id, "addToNetwork", idempotency_key)
        if earlier := await once.claim(subject_id, kept_note, *kept_tags):
            return earlier.ids["entry"]
        await hold_open(viewer)
        if subject_id == owner_id:
            raise Refused("CANNOT_TARGET_SELF", "You are in your own network.", ("memberId",))
        if not (await relation(owner_id, subject_id)).present:
            raise NotFound(("memberId",))
        row = await fetch_one(
            "INSERT INTO network_entries (id, owner_id, member_id, note, created_at)"
            " VALUES ($1, $2, $3, $4, $5) ON CONFLICT (owner_id, member_id)"
            " DO UPDATE SET note = COALESCE(excluded.note, network_entries.note) RETURNING id",
            new_id(),
            owner_id,
            subject_id,
            kept_note,
            now(),
        )
        assert row is not None
        entry_id = UUID(str(row["id"]))
        await _add_tags(entry_id, kept_tags)
        await once.keep(Outcome("added", {"entry": entry_id}))
        return entry_id


async def update_network_entry(
    viewer: Viewer, entry_id: UUID, *, tags: Sequence[str] | None, note: str | None, keep_note: bool
) -> None:
    """Replace an entry's tags (None keeps them) and its note (unless `keep_note`).

    Raises NotFound, Refused TOO_MANY_TAGS or a text code.
    """
    kept_tags = None if tags is None else _tags(tags)
    kept_note = optional(note, NOTE_LENGTH, "note")
    async with transaction():
        # Written even if it stays the same: the row is ours until the commit, so that two
        # updates at once do not mix their tags.
        changed = await execute(
            "UPDATE network_entries SET note = CASE WHEN $4 THEN note ELSE $3 END"
            " WHERE id = $1 AND owner_id = $2",
            entry_id,
            viewer.member_id,
            kept_note,
            keep_note,
        )
        if not changed:
            raise NotFound(ENTRY)
        if kept_tags is not None:
            await execute("DELETE FROM network_tags WHERE entry_id = $1", entry_id)
            await _add_tags(entry_id, kept_tags)


async def remove_from_network(viewer: Viewer, entry_id: UUID) -> None:
    """Drop an entry with its tags and note. Raises NotFound."""
    async with transaction():
        removed = await execute(
            "DELETE FROM network_entries WHERE id = $1 AND owner_id = $2",
            entry_id,
            viewer.member_id,
        )
        if not removed:
            raise NotFound(ENTRY)


def _tags(tags: Sequence[str]) -> list[str]:
    if len(tags) > MOST_TAGS:
        raise Refused("TOO_MANY_TAGS", f"An entry has {MOST_TAGS} tags at most.", ("tags",))
    return list(dict.fromkeys(required(tag, TAG_LENGTH, "tags") for tag in tags))


async def _add_tags(entry_id: UUID, tags: Sequence[str]) -> None:
    for tag in tags:
        await execute(
            "INSERT INTO network_tags (id, entry_id, tag) VALUES ($1, $2, $3)"
            " ON CONFLICT (entry_id, tag) DO NOTHING",
            new_id(),
            entry_id,
            tag,
        )
    held = await fetch_one(
        "SELECT count(*) AS held FROM network_tags WHERE entry_id = $1", entry_id
    )
    if held is not None and held["held"] > MOST_TAGS:
        raise Refused("TOO_MANY_TAGS", f"An entry has {MOST_TAGS} tags at most.", ("tags",))


@handles(AccountClosed)
async def forget_network(event: AccountClosed) -> None:
    """A member who leaves takes their notes on others along. Entries about them stay with their
    owners, as about somebody unavailable."""
    await execute("DELETE FROM network_entries WHERE owner_id = $1", event.member_id)
