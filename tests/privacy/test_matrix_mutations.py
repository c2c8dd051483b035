"""The matrix, continued: what the payload of each mutation shows, by the relation after it.

One request selects every path of its mutation at once.
"""

from __future__ import annotations

from typing import Any

import pytest

from netql.infra.database import transaction
from tests.api import Api
from tests.people import People
from tests.privacy.acts import ACTS, SECTION_FIELDS, Act, own_profile, prepare
from tests.privacy.asking import Asking
from tests.privacy.conftest import ATLAS
from tests.privacy.judge import Judge
from tests.privacy.paths import Map, Path
from tests.privacy.recipes import RECIPES
from tests.privacy.scene import Scene, Subject

ASKING = Asking(ATLAS)
PATHS: dict[str, list[Path]] = {}
for _path in ATLAS.paths("Mutation"):
    PATHS.setdefault(_path[0].steps[0].field, []).append(_path)
OWN = sorted(set(PATHS) - set(ACTS))
AROUND = ("second degree", "invited viewer", "invited by viewer", "blocked by viewer")


def operation(mutation: str) -> str:
    """Every path of a mutation, all in one."""
    paths = PATHS[mutation]
    field = ATLAS.object("Mutation").fields[mutation]
    inside = ASKING.below(paths).removesuffix("}")
    payload = ATLAS.object(paths[0][0].steps[0].type)
    errors = "userErrors { code }" if "userErrors" in payload.fields else ""
    used = sorted(name for name in ATLAS.guarded if f"...All{name}" in inside)
    return (
        f"mutation Act($input: {field.args['input'].type}) "
        f"{{ done: {mutation}(input: $input) {inside} {errors} }} }} "
        + " ".join(map(ASKING.fragment, used))
    )


def direct(mutation: str, data: dict[str, Any], judge: Judge) -> dict[str, set[str]]:
    """Whom each of the payload's own stretches reached."""
    reached = {}
    for path in PATHS[mutation]:
        value: Any = data
        for step in path[0].steps[1:]:
            value = value and value[step.field]
        if len(path) == 1 and value is not None:
            reached[str(path[0])] = {_what(value, judge)}
    return reached


def _what(found: dict[str, Any], judge: Judge) -> str:
    if found["__typename"] == "Member":
        return judge.relation(judge.subject(found).key)
    return {"Connection": "own tie", "NetworkEntry": "own entry"}[str(found["__typename"])]


async def play(api: Api, scene: Scene, mutation: str, given: dict[str, Any]) -> dict[str, Any]:
    answer = await api.answer(operation(mutation), as_=scene.viewer.person, input=given)
    assert "errors" not in answer, answer["errors"]
    done: dict[str, Any] = answer["data"]["done"]
    return done


async def _played(api: Api, scene: Scene, mutation: str, act: Act, subject: Subject) -> Any:
    given = await prepare(scene, act, subject, mutation)
    done = await play(api, scene, mutation, given)
    codes = [error["code"] for error in done.pop("userErrors")]
    if act.refused:
        assert codes == [act.refused]
        assert {value for key, value in done.items() if key != "__typename"} == {None}
        return {}
    assert codes == []
    judge = await Judge(scene).read()
    judge.answer(done)
    assert done["viewer"] is not None
    if "member" in done:
        assert (done["member"] is not None) == judge.present(subject.key)
    return direct(mutation, done, judge)


@pytest.mark.parametrize("mutation", sorted(ACTS))
async def test_a_mutation_on_a_pair_shows_what_the_relation_after_it_shows(
    api: Api, people: People, atlas: Map, mutation: str
) -> None:
    reached: dict[str, set[str]] = {}
    for act in ACTS[mutation]:
        async with transaction():
            scene = await Scene(people, atlas).begin()
            subjects = [await scene.make(act.before, audience) for audience in act.audiences]
        for subject in subjects:
            for stretch, found in (await _played(api, scene, mutation, act, subject)).items():
                reached.setdefault(stretch, set()).update(found)
    stretches = {str(path[0]) for path in PATHS[mutation]}
    assert reached == {stretch: set(RECIPES[stretch].reaches) for stretch in stretches}


@pytest.fixture
async def owner(people: People, atlas: Map) -> Scene:
    """Somebody whose profile one test changes, and a few around them. Each test gets its own:
    what one leaves behind would be the beginning of the next."""
    async with transaction():
        scene = await Scene(people, atlas).begin()
        for relation in AROUND:
            await scene.make(relation, "MEMBERS")
    return scene


@pytest.mark.parametrize("mutation", OWN)
async def test_a_mutation_of_ones_own_profile_shows_oneself_and_nobody_more(
    api: Api, owner: Scene, mutation: str
) -> None:
    sections = " ".join(ASKING.leaf("Member", name) for name in SECTION_FIELDS.values())
    rows = await api.run(f"{{ viewer {{ {sections} }} }}", as_=owner.viewer.person)
    done = await play(api, owner, mutation, own_profile(owner, mutation, rows["viewer"]))
    assert done.pop("userErrors", []) == []
    judge = await Judge(owner).read()
    judge.answer(done)
    assert direct(mutation, done, judge) == {f"Mutation.{mutation}.viewer": {"self"}}
