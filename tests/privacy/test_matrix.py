"""The matrix: every path of the schema x every relation x every audience, against the oracle.

New fields and new paths join by themselves; a path that nobody has said how to walk fails.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest

from tests.api import Api
from tests.privacy import oracle
from tests.privacy.asking import Asking
from tests.privacy.conftest import ATLAS
from tests.privacy.judge import PAGE, Judge
from tests.privacy.paths import Path
from tests.privacy.recipes import RECIPES
from tests.privacy.scene import Scene, Subject

PREVIEW = "Query.viewAs"
WALKED = sorted({str(path[-1]) for path in ATLAS.paths("Query")} - {PREVIEW})
ASKING = Asking(ATLAS)
VIEWERS = ("a member", "a guest")
# How many ids may be asked for at once.
MOST_IDS = 100


def test_every_stretch_of_the_schema_has_its_recipe() -> None:
    there = {str(stretch) for stretch in ATLAS.all_stretches()}
    assert there - set(RECIPES) == set(), "no recipe says how to get there"
    assert set(RECIPES) - there == set(), "these recipes lead nowhere"


def test_every_fixed_audience_is_in_the_oracle() -> None:
    chosen = {value.lower() for value in ATLAS.schema.type_map["ProfileField"].values}  # type: ignore[attr-defined]
    for type_ in ATLAS.guarded:
        for name in ATLAS.restricted_fields(type_):
            upper = "".join(f"_{c.lower()}" if c.isupper() else c for c in name)
            assert (type_, name) in oracle.FIXED or upper in chosen, f"{type_}.{name}"


def starts(scene: Scene, path: Path) -> list[Subject]:
    """Whom the first stretch of a path should lead to: everybody, or those who lead on."""
    if len(path) == 1:
        return list(scene.subjects.values())
    wanted = RECIPES[str(path[1])].start
    return [s for s in scene.subjects.values() if s.relation in wanted and _named_start(s)]


def _named_start(subject: Subject) -> bool:
    return " start" in subject.person.name


def _ids(judge: Judge, type_: str, people: list[Subject], *, some: bool) -> list[str]:
    """Ids of nodes of that type that have to do with these people; `some`: one each way."""
    keys = {subject.key for subject in people}
    viewer = judge.scene.viewer.key
    if type_ == "Member":
        return [subject.person.id for subject in people]
    if type_ == "Connection":
        hubs = {s.key for s in judge.scene.subjects.values() if _named_start(s)}
        found = {
            key: (one, other)
            for key, (one, other, _) in judge.sides.items()
            if other in keys and (viewer in (one, other) or one in hubs)
        }
    else:
        table = judge.entries if type_ == "NetworkEntry" else judge.invitations
        found = {key: ends for key, ends in table.items() if keys & set(ends)}
    if not some:
        return list(found)
    ways = {tuple(map(judge.relation, ends)): key for key, ends in found.items()}
    return list(ways.values())


def roots(judge: Judge, path: Path) -> list[tuple[str, str]]:
    """The root field of a path with its arguments, under an alias each; and what node of that
    id is to be there ("" if it is not asked for by id)."""
    step = path[0].steps[0]
    people = starts(judge.scene, path)
    word = f"start{judge.scene.number}x" if len(path) > 1 else f"wall{judge.scene.number}x"
    if step.field == "viewer":
        return [("viewer", "")]
    if step.field == "searchMembers":
        return [(f'searchMembers(query: "{word}", first: 100)', "")]
    if step.field == "events":
        places = ["", *(f', after: "{cursor}"' for cursor in judge.places)]
        return [(f"events(first: {PAGE}{after})", "") for after in places]
    found = _ids(judge, step.type, people, some=len(path) > 1)
    if not found:
        # The way on starts nowhere near: walk it from whoever there is.
        everybody = list(judge.scene.subjects.values())
        found = _ids(judge, step.type, everybody, some=True)
    if step.field == "nodes":
        chunks = [found[i : i + MOST_IDS] for i in range(0, len(found), MOST_IDS)]
        return [(f"nodes(ids: {_written(chunk)})", " ".join(chunk)) for chunk in chunks]
    if step.field == "node":
        return [(f'node(id: "{key}")', key) for key in found]
    assert step.field == "member", f"nobody has said how to ask {step.field}"
    by = [
        f'handle: "{s.person.handle}"' if n % 2 else f'id: "{s.person.id}"'
        for n, s in enumerate(people)
    ]
    return [(f"member(by: {{{how}}})", s.person.id) for how, s in zip(by, people, strict=True)]


def _written(values: Iterable[str]) -> str:
    return "[" + ", ".join(f'"{value}"' for value in values) + "]"


async def walk(api: Api, judge: Judge, path: Path) -> None:
    """Ask along a path, and judge the answer."""
    asked = roots(judge, path)
    inside = ASKING.below([path])
    # The way is written once, however many set out on it.
    text = " ".join(f"a{n}: {field} {{ ...Way }}" for n, (field, _) in enumerate(asked))
    way = f"fragment Way on {ASKING.root_type(path)} {inside}"
    viewer = None if judge.guest else judge.scene.viewer.person
    answer = await api.answer(f"{{ {text} }} {way} {_used(inside)}", as_=viewer)
    assert "errors" not in answer, answer["errors"]
    judge.answer(answer["data"])
    for number, (_, wanted) in enumerate(asked):
        value = answer["data"][f"a{number}"]
        _as_many(judge, path[0].steps[0].type, wanted.split(), value)
        if path[0].steps[0].field == "searchMembers" and len(path) == 1:
            _everybody(judge, value)


def _used(inside: str) -> str:
    """The fragments that a selection spreads."""
    used = sorted(name for name in ATLAS.guarded if f"...All{name}" in inside)
    return " ".join(ASKING.fragment(name) for name in used)


def _as_many(judge: Judge, type_: str, wanted: list[str], value: Any) -> None:
    """What was asked for by id is there exactly if the oracle says so."""
    if wanted:
        values = value if isinstance(value, list) else [value]
        there = [judge.seen(type_, key) for key in wanted]
        assert [found is not None for found in values] == there


def _everybody(judge: Judge, value: dict[str, Any]) -> None:
    """A search finds whoever is present, and nobody else."""
    nodes = value.get("nodes") or [edge["node"] for edge in value["edges"]]
    present = [s.person.id for s in judge.scene.subjects.values() if judge.present(s.key)]
    assert sorted(node["id"] for node in nodes) == sorted(present)


@pytest.fixture(scope="module")
async def informed(scene: Scene) -> Judge:
    """Knows every id of the scene; queries change nothing, so once is enough."""
    return await Judge(scene).read()


@pytest.mark.parametrize("who", VIEWERS)
@pytest.mark.parametrize("stretch", WALKED)
async def test_what_a_query_shows_is_what_the_oracle_says(
    api: Api, informed: Judge, stretch: str, who: str
) -> None:
    guest = who == "a guest"
    reached: set[str] = set()
    for path in ATLAS.paths("Query"):
        if str(path[-1]) != stretch:
            continue
        judge = informed.again(guest=guest)
        await walk(api, judge, path)
        reached |= {relation for relation, _ in judge.arrivals}
        if len(path) == 1 and reached >= {"stranger"} and not guest:
            pairs = {(s.relation, s.audience) for s in informed.scene.subjects.values()}
            assert judge.arrivals >= {p for p in pairs if p[0] in RECIPES[stretch].reaches}
    recipe = RECIPES[stretch]
    assert reached == (_for_guests(stretch) if guest else recipe.reaches), recipe.why


def _for_guests(stretch: str) -> set[str]:
    """Guests reach members by name and by id, and nothing that belongs to anybody."""
    direct = ("Query.node(Member)", "Query.nodes(Member)", "Query.member", "Query.searchMembers")
    return {"guest"} if stretch.startswith(direct) else set()
