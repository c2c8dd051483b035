"""The demo's cast: five members whose relations cover everything that decides sight.

Ann and Ben are connected, Ben and Cat are connected, so Cat is Ann's second degree. Ann has
blocked Dan. Eve is a stranger to all.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from uuid import UUID

from netql.accounts.actions import create_account
from netql.clock import now
from netql.infra.database import fetch, transaction
from netql.members import sections
from netql.members.actions import apply_privacy_preset, set_field_audience, update_profile
from netql.relations import edges
from netql.seeding.players import PROFILES
from netql.seeding.profiles import Profile
from netql.viewer import Viewer

PASSWORD = "demo-password"
HANDLES = tuple(profile.handle for profile in PROFILES)

_CONNECTED = (("ann", "ben", 400), ("ben", "cat", 90))
_BLOCKED = (("ann", "dan", 30),)


async def seed_cast() -> None:
    """Make those of the cast whose handle nobody has, and what they are to each other.

    Relations are made together with their newer member only, so that what somebody changed since
    stays as it is.
    """
    async with transaction():
        there = await cast_members()
        made: dict[str, UUID] = {}
        for profile in PROFILES:
            if profile.handle not in there:
                made[profile.handle] = await _make(profile)
        await _relate({**there, **made}, made)


async def cast_members() -> dict[str, UUID]:
    """The keys of those of the cast who are there, by handle."""
    rows = await fetch("SELECT id, handle FROM members WHERE handle = ANY($1)", list(HANDLES))
    return {row["handle"]: row["id"] for row in rows}


async def _make(profile: Profile) -> UUID:
    member_id = await create_account(profile.handle, profile.name, PASSWORD)
    viewer = Viewer(member_id)
    await update_profile(viewer, profile.texts)
    for section, entries in profile.sections:
        for values in entries:
            await sections.add(viewer, section, values)
    if profile.preset is not None:
        await apply_privacy_preset(viewer, profile.preset)
    for field, audience in profile.audiences.items():
        await set_field_audience(viewer, field, audience)
    return member_id


async def _relate(members: Mapping[str, UUID], made: Mapping[str, UUID]) -> None:
    for one, other, days in _CONNECTED:
        if one in made or other in made:
            await edges.hold(members[one], members[other])
            await edges.connect(members[one], members[other], now() - timedelta(days=days))
    for one, other, days in _BLOCKED:
        if one in made or other in made:
            await edges.hold(members[one], members[other])
            await edges.block(members[one], members[other], now() - timedelta(days=days))
