"""The door in: making a member, changing a profile and its audiences, leaving."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from netql.clock import now
from netql.errors import Refused, Unauthenticated
from netql.ids import new_id
from netql.infra.database import execute, fetch, fetch_one, for_update, transaction
from netql.members import rules, search
from netql.members.models import Member
from netql.privacy.audience import Audience
from netql.privacy.fields import RESTRICTIONS, Preset, ProfileField, preset_audience
from netql.relations import edges
from netql.text import optional, search_key
from netql.viewer import Viewer

_SECTIONS = ("websites", "languages", "skills", "education", "positions", "search_keys")
# Fields that are texts of one column, and how long each may be.
_TEXTS = {
    "headline": rules.LINE_LENGTH,
    "industry": rules.LINE_LENGTH,
    "location": rules.LINE_LENGTH,
    "pronouns": 40,
    "about": rules.ABOUT_LENGTH,
    "address": rules.ADDRESS_LENGTH,
}


async def create_member(handle: str, name: str) -> UUID:
    """A new member with nothing but a handle and a name, inside the open transaction.

    Raises Refused HANDLE_INVALID, HANDLE_RESERVED, HANDLE_TAKEN or one of the text codes.
    """
    wanted = rules.handle(handle)
    shown = rules.name(name)
    member_id = new_id()
    taken = Refused("HANDLE_TAKEN", "That handle is taken.", ("handle",))
    # Asked first for the sake of the usual case; the unique index decides when two race.
    if await fetch_one("SELECT id FROM members WHERE handle = $1", wanted):
        raise taken
    made = await execute(
        "INSERT INTO members (id, handle, name, name_key, created_at) VALUES ($1, $2, $3, $4, $5)"
        " ON CONFLICT (handle) DO NOTHING",
        member_id,
        wanted,
        shown,
        search_key(shown),
        now(),
    )
    if not made:
        raise taken
    await search.index(member_id, wanted, shown)
    return member_id


async def update_profile(viewer: Viewer, changes: Mapping[str, Any]) -> None:
    """Set the named fields of the viewer's profile; None clears one.

    Raises Refused with the code of the first value that does not fit; then nothing is stored.
    """
    stored = {name: _stored(name, value) for name, value in changes.items()}
    if not stored:
        return
    async with transaction():
        # Held against closing, so that no name is indexed for somebody who has just left.
        await hold_open(viewer)
        if "name" in stored:
            stored["name_key"] = search_key(stored["name"])
        await Member.filter(id=viewer.member_id, closed_at=None).update(**stored)
        if "name" in stored:
            row = await fetch_one("SELECT id, handle FROM members WHERE id = $1", viewer.member_id)
            assert row is not None
            await search.index(row["id"], row["handle"], stored["name"])
            await edges.rename(row["id"], stored["name_key"])


def _stored(name: str, value: Any) -> Any:
    if name == "name":
        return rules.name(value or "")
    if value is None:
        return None
    if name in _TEXTS:
        return optional(value, _TEXTS[name], name)
    if name == "email":
        return rules.email(value)
    if name == "phone":
        return rules.phone(value)
    if name == "avatar_url":
        return rules.url(value, "avatarUrl")
    assert isinstance(value, date)
    return rules.birthday(value, now().date())


async def set_field_audience(viewer: Viewer, field: ProfileField, audience: Audience) -> None:
    """Choose who may see a field. Raises Refused AUDIENCE_TOO_WIDE."""
    if audience > RESTRICTIONS[field].widest:
        raise Refused(
            "AUDIENCE_TOO_WIDE",
            f"The widest audience of this field is {RESTRICTIONS[field].widest.name}.",
            ("audience",),
        )
    await _store_audiences(viewer, {field: audience})


async def apply_privacy_preset(viewer: Viewer, preset: Preset) -> None:
    """Choose who may see each field, all at once."""
    await _store_audiences(
        viewer, {field: preset_audience(preset, field) for field in ProfileField}
    )


async def _store_audiences(viewer: Viewer, chosen: Mapping[ProfileField, Audience]) -> None:
    async with transaction():
        await Member.filter(id=viewer.member_id, closed_at=None).update(
            **{field.audience_column: int(audience) for field, audience in chosen.items()}
        )


async def hold_open(viewer: Viewer) -> None:
    """Keep the viewer's own row to ourselves until the transaction ends.

    Raises Unauthenticated when the account was closed meanwhile, so that nothing is written for
    somebody who has just left.
    """
    rows = await fetch(
        f"SELECT id FROM members WHERE id = $1 AND closed_at IS NULL{for_update()}",
        viewer.member_id,
    )
    if not rows:
        raise Unauthenticated


async def close_member(member_id: UUID) -> None:
    """Empty a member's profile for good, inside the open transaction. The handle stays taken,
    so that nobody can come back in their name."""
    for table in _SECTIONS:
        await execute(f"DELETE FROM {table} WHERE member_id = $1", member_id)
    emptied = dict.fromkeys(
        [
            "headline",
            "industry",
            "location",
            "avatar_url",
            "about",
            "pronouns",
            "email",
            "phone",
            "birthday",
            "address",
        ]
    )
    await Member.filter(id=member_id).update(name="", name_key="", closed_at=now(), **emptied)
