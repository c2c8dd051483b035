"""`viewerCanConnect` and its reasons say beforehand what `sendInvitation` says afterwards."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from netql.connections import actions, queries
from netql.connections.actions import limits_of
from netql.errors import Refused
from netql.members.queries import members_for
from netql.safety import actions as safety
from netql.settings import Settings
from tests.api import Api
from tests.connections.graph import MUTATIONS, accept, age, codes, decline, remove, sent, withdraw
from tests.people import People, Person

Scene = Callable[[Api, People, Person, Person], Awaitable[object]]


async def _strangers(api: Api, people: People, me: Person, you: Person) -> None:
    return None


async def _i_invited(api: Api, people: People, me: Person, you: Person) -> None:
    await sent(api, me, you)


async def _you_invited(api: Api, people: People, me: Person, you: Person) -> None:
    await sent(api, you, me)


async def _you_declined(api: Api, people: People, me: Person, you: Person) -> None:
    await decline(api, you, await sent(api, me, you))


async def _i_declined(api: Api, people: People, me: Person, you: Person) -> None:
    await decline(api, me, await sent(api, you, me))


async def _i_withdrew(api: Api, people: People, me: Person, you: Person) -> None:
    await withdraw(api, me, await sent(api, me, you))


async def _i_withdrew_long_ago(api: Api, people: People, me: Person, you: Person) -> None:
    await _i_withdrew(api, people, me, you)
    await age(me, you, timedelta(days=22))


async def _you_withdrew(api: Api, people: People, me: Person, you: Person) -> None:
    await withdraw(api, you, await sent(api, you, me))


async def _i_withdrew_and_you_invited(api: Api, people: People, me: Person, you: Person) -> None:
    await _i_withdrew(api, people, me, you)
    await sent(api, you, me)


async def _mine_expired(api: Api, people: People, me: Person, you: Person) -> None:
    await sent(api, me, you)
    await age(me, you, timedelta(days=181))


async def _yours_expired(api: Api, people: People, me: Person, you: Person) -> None:
    await sent(api, you, me)
    await age(me, you, timedelta(days=181))


async def _three_times(api: Api, people: People, me: Person, you: Person) -> None:
    for _ in range(3):
        await _i_withdrew_long_ago(api, people, me, you)


async def _connected(api: Api, people: People, me: Person, you: Person) -> None:
    await accept(api, you, await sent(api, me, you))


async def _i_removed(api: Api, people: People, me: Person, you: Person) -> None:
    await _connected(api, people, me, you)
    await remove(api, me, you)


async def _you_removed(api: Api, people: People, me: Person, you: Person) -> None:
    await _connected(api, people, me, you)
    await remove(api, you, me)


async def _you_lifted_a_block(api: Api, people: People, me: Person, you: Person) -> None:
    await sent(api, me, you)
    await safety.unblock_member(you.viewer, await people.block(you, me))


async def _i_lifted_a_block(api: Api, people: People, me: Person, you: Person) -> None:
    await sent(api, you, me)
    await safety.unblock_member(me.viewer, await people.block(me, you))


async def _i_lifted_a_block_of_whom_i_invited(
    api: Api, people: People, me: Person, you: Person
) -> None:
    await sent(api, me, you)
    await safety.unblock_member(me.viewer, await people.block(me, you))


async def _second_degree(api: Api, people: People, me: Person, you: Person) -> None:
    between = await people.member()
    await people.connect(me, between)
    await people.connect(you, between)


SCENES: dict[Scene, list[str]] = {
    _strangers: [],
    _i_invited: ["ALREADY_PENDING"],
    _you_invited: [],
    _you_declined: ["ALREADY_PENDING"],
    _i_declined: [],
    _i_withdrew: ["COOLDOWN"],
    _i_withdrew_long_ago: [],
    _you_withdrew: [],
    _i_withdrew_and_you_invited: [],
    _mine_expired: [],
    _yours_expired: [],
    _three_times: ["COOLDOWN"],
    _connected: ["ALREADY_CONNECTED"],
    _i_removed: [],
    _you_removed: ["COOLDOWN"],
    _you_lifted_a_block: ["ALREADY_PENDING"],
    _i_lifted_a_block: [],
    _i_lifted_a_block_of_whom_i_invited: ["COOLDOWN"],
    _second_degree: [],
}
_ASK = """query ($id: ID!) { member(by: {id: $id}) {
  viewerCanConnect viewerCannotConnectReasons } }"""


@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.__name__.strip("_"))
async def test_what_is_said_is_what_happens(api: Api, people: People, scene: Scene) -> None:
    me, you = await people.member("Ann Ash"), await people.member("Ben Birch")
    await scene(api, people, me, you)
    said = (await api.run(_ASK, as_=me, id=you.id))["member"]
    assert said["viewerCannotConnectReasons"] == SCENES[scene]
    assert said["viewerCanConnect"] is (SCENES[scene] == [])
    payload = await api.run(MUTATIONS["sendInvitation"], as_=me, input={"memberId": you.id})
    assert codes(payload["sendInvitation"]) == SCENES[scene]


async def test_nobody_connects_with_themselves(api: Api, people: People) -> None:
    ann = await people.member()
    said = (await api.run(_ASK, as_=ann, id=ann.id))["member"]
    assert said == {
        "viewerCanConnect": False,
        "viewerCannotConnectReasons": ["CANNOT_TARGET_SELF"],
    }


async def test_a_guest_has_to_sign_in_first(api: Api, people: People) -> None:
    ann = await people.member()
    said = (await api.run(_ASK, id=ann.id))["member"]
    assert said == {"viewerCanConnect": False, "viewerCannotConnectReasons": ["UNAUTHENTICATED"]}


@pytest.mark.parametrize("invited", [False, True])
@pytest.mark.parametrize("full", ["nobody", "viewer", "other"])
async def test_limits_are_said_beforehand_too(
    people: People, database: Settings, full: str, invited: bool
) -> None:
    me, you, cat = [await people.member() for _ in range(3)]
    if invited:
        await people.invite(you, me)
    if full != "nobody":
        await people.connect(cat, me if full == "viewer" else you)
    one = Settings(connection_limit=1)
    [subject] = await members_for(me.viewer, [you.key])
    assert subject is not None
    [said] = await queries.connect_refusals(me.viewer, [subject], limits_of(one))
    try:
        await actions.send_invitation(me.viewer, you.key, None, one)
        happened = None
    except Refused as refused:
        happened = refused.code
    assert (said and said.name) == happened
    expected = {"viewer": "CONNECTION_LIMIT_REACHED"}
    if invited:
        expected["other"] = "CANNOT_CONNECT_NOW"
    assert happened == expected.get(full)


async def test_fifty_members_are_asked_about_at_once(api: Api, people: People) -> None:
    """The reasons of a page are the reasons of each alone."""
    me = await people.member("Ann Ash")
    others = {scene: await people.member("Zoe Quill") for scene in SCENES}
    for scene, you in others.items():
        await scene(api, people, me, you)
    query = """query ($ids: [ID!]!) { nodes(ids: $ids) { ... on Member {
      viewerCannotConnectReasons } } }"""
    nodes = (await api.run(query, as_=me, ids=[you.id for you in others.values()]))["nodes"]
    assert [node["viewerCannotConnectReasons"] for node in nodes] == list(SCENES.values())
