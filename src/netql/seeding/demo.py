"""The demo's network: the cast, and a town of members around them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from uuid import UUID

from netql.clock import now
from netql.connections.actions import send_invitation
from netql.infra.database import fetch, fetch_one, transaction
from netql.network.actions import add_to_network
from netql.relations import edges
from netql.seeding.cast import cast_members, seed_cast
from netql.seeding.dice import Dice
from netql.seeding.load import seed
from netql.settings import Settings, load_settings
from netql.viewer import Viewer

_SEED = 1
# How many of the town each of the cast knows. Eve knows nobody, and so nobody knows her.
_KNOWS = {"ann": 14, "ben": 22, "cat": 12, "dan": 6}
_INVITE_ANN = ("Ben said that we should talk.", None, "I liked your talk on GraphQL!")


async def demo_network(
    size: int = 200,
    settings: Settings | None = None,
    progress: Callable[[int, int, str], None] = lambda done, total, what: None,
) -> None:
    """Make the cast, and in an empty database `size` others, if any, of whom some know the cast.

    A database that has members gets what is missing of the cast, and nothing else. The relations
    that the cast is known for stay as `seed_cast` made them.
    """
    async with transaction():
        if not size or await fetch_one("SELECT id FROM members LIMIT 1"):
            await seed_cast()
            return
        await seed(size, _SEED, progress)
        town = [row["id"] for row in await fetch("SELECT id FROM members ORDER BY id")]
        await seed_cast()
        await _mingle(await cast_members(), town, settings or load_settings())


async def _mingle(cast: dict[str, UUID], town: Sequence[UUID], settings: Settings) -> None:
    dice = Dice(f"{_SEED}/demo")
    known: set[UUID] = set()
    for handle, count in _KNOWS.items():
        for member_id in dice.several(town, count):
            await edges.hold(cast[handle], member_id)
            at = now() - timedelta(days=dice.between(1, 300))
            await edges.connect(cast[handle], member_id, at)
            known.add(member_id)
    strangers = [member_id for member_id in town if member_id not in known]
    for member_id, note in zip(strangers, _INVITE_ANN, strict=False):
        await send_invitation(Viewer(member_id), cast["ann"], note, settings)
    for member_id in strangers[len(_INVITE_ANN) :][:2]:
        note = "Would make a good speaker."
        await add_to_network(Viewer(cast["ann"]), member_id, ["speaker", "follow up"], note)
