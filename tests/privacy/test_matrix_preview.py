"""The matrix, continued: `viewAs` shows a member their own fields as the oracle would judge them
for the eyes that are named."""

from __future__ import annotations

import pytest

from netql.infra.database import transaction
from tests.api import Api
from tests.people import People
from tests.privacy import oracle
from tests.privacy.asking import Asking
from tests.privacy.conftest import ATLAS
from tests.privacy.judge import Judge
from tests.privacy.paths import Map
from tests.privacy.scene import Scene

ASKING = Asking(ATLAS)
# Whose eyes each audience stands for.
EYES = {
    "ONLY_ME": "self",
    "CONNECTIONS": "connected",
    "EXTENDED": "second degree",
    "MEMBERS": "stranger",
    "PUBLIC": "guest",
}
NAMED = (
    "self",
    "connected",
    "second degree",
    "stranger",
    "invited by viewer",
    "added by viewer",
    "hidden by middle",
    "hidden by subject",
    "blocked by viewer",
    "blocked by subject",
    "closed",
)


@pytest.mark.parametrize("audience", oracle.AUDIENCES)
async def test_a_preview_is_what_the_named_eyes_would_see(
    api: Api, people: People, atlas: Map, audience: str
) -> None:
    async with transaction():
        scene = Scene(people, atlas)
        scene.viewer = await scene.make("self", audience)
        scene.open_middle = await scene.make("connected", "MEMBERS")
        scene.closed_middle = await scene.make("connected", "ONLY_ME")
        named = {"self": scene.viewer}
        for relation in NAMED[1:]:
            named[relation] = await scene.make(relation, "MEMBERS")
    asked = {f"eyes{n}": f"audience: {eyes}" for n, eyes in enumerate(EYES)}
    asked |= {f"member{n}": f'memberId: "{s.person.id}"' for n, s in enumerate(named.values())}
    text = " ".join(
        f"{alias}: viewAs(as: {{{how}}}) {{ ...AllProfilePreview }}" for alias, how in asked.items()
    )
    query = f"{{ {text} }} {ASKING.fragment('ProfilePreview')}"
    data = await api.run(query, as_=scene.viewer.person)
    judge = Judge(scene)
    expected = dict(zip(asked, [*EYES.values(), *named], strict=True))
    for alias, relation in expected.items():
        if relation in ("second degree", "hidden by subject") and alias.startswith("member"):
            # The tie counts only if the named member sees it: by the list of the previewed.
            open_ = oracle.list_visible("stranger", scene.viewer.audiences["connections"])
            relation = relation if open_ and relation == "second degree" else "stranger"
        if oracle.present(relation):
            assert data[alias] is not None, alias
            judge.profile(data[alias], scene.viewer, relation, "ProfilePreview")
        else:
            assert data[alias] is None, alias
    assert await api.run(query) == dict.fromkeys(asked)
