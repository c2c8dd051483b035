"""The scene of the matrix: every relation at every audience, seeded once per run."""

from __future__ import annotations

from itertools import product

import pytest
from graphql import build_schema

from netql.api.schema import printed
from netql.infra.database import transaction
from tests.people import People
from tests.privacy import oracle
from tests.privacy.paths import Map
from tests.privacy.scene import Scene

ATLAS = Map(build_schema(printed()))
# Relations that each take their own acts to bring about.
OTHERS = [name for name in oracle.RELATIONS if name not in ("self", "guest")]
# At whom paths that lead on set out.
STARTING = {
    "connected",
    "stranger",
    "invited by viewer",
    "invited viewer",
    "declined by viewer",
    "declined by subject",
    "added by viewer",
    "added by subject",
}
_MIXED = ("connected", "second degree", "stranger")


@pytest.fixture(scope="session")
def atlas() -> Map:
    """The schema's paths."""
    return ATLAS


def mixed(fields: list[str]) -> list[dict[str, str]]:
    """Audiences such that no two fields agree in all of them: a field that is judged by
    another's audience shows. None is PUBLIC, which not every field may be."""
    all_different = list(product(oracle.AUDIENCES[:4], repeat=3))
    assert len(fields) <= len(all_different)
    # Seven apart, so that neighbours differ much.
    chosen = {name: all_different[7 * n % 64] for n, name in enumerate(fields)}
    return [{name: chosen[name][turn] for name in fields} for turn in range(3)]


@pytest.fixture(scope="session")
async def scene(people: People, atlas: Map) -> Scene:
    """Everybody, and one member, tied to all of them, whose list members may see."""
    scene = Scene(people, atlas)
    async with transaction():
        await scene.begin()
        everybody = [
            await scene.make(relation, audience, start=relation in STARTING)
            for relation in OTHERS
            for audience in oracle.AUDIENCES
        ]
        for audiences in mixed(list(scene.changeable)):
            for relation in _MIXED:
                everybody.append(await scene.make(relation, audiences))
        # Whoever blocks while an invitation waits: only the wall keeps it from the lists.
        for waiting in ("invited by viewer", "invited viewer"):
            for relation in ("blocked by subject", "blocked by viewer"):
                gone = await scene.make(waiting, "PUBLIC")
                ends = (scene.viewer.person, gone.person)
                await people.block(*(ends if relation == "blocked by viewer" else ends[::-1]))
                scene.note(gone, relation)
                everybody.append(gone)
        # Tied to connections of the viewer too, so this is a second degree.
        hub = await scene.make("stranger", "MEMBERS", start=True)
        hub.relation = "second degree"
        for subject in everybody:
            if subject.relation != "closed":
                await scene.tie(hub, subject)
    return scene
