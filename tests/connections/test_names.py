"""Lists by name follow whoever changes theirs."""

from __future__ import annotations

from functools import partial
from typing import Any

from netql.connections import actions
from netql.infra.database import fetch
from netql.members.actions import update_profile
from netql.privacy.audience import Audience
from netql.privacy.fields import ProfileField
from netql.settings import Settings
from tests.api import Api
from tests.connections.racing import racers, rounds, together
from tests.connections.test_races import key_of
from tests.people import People, Person

LISTS = """query($id: ID!) { member(by: {id: $id}) {
  connections(first: 10) { nodes { member { name } } }
  mutualConnections(first: 10) { nodes { name } } } }"""


async def names(api: Api, viewer: Person, owner: Person) -> tuple[list[str], list[str]]:
    """Both lists of the owner's as the viewer gets them."""
    found: Any = (await api.run(LISTS, as_=viewer, id=owner.id))["member"]
    ties = [node["member"]["name"] for node in found["connections"]["nodes"]]
    return ties, [node["name"] for node in found["mutualConnections"]["nodes"]]


async def test_a_new_name_has_its_place_in_every_list(api: Api, people: People) -> None:
    open_list = {ProfileField.CONNECTIONS: Audience.MEMBERS}
    hub, eve, *others = [
        await people.member(name, audiences=open_list)
        for name in ("Hub Hill", "Eve Elm", "Ann Arden", "Ben Brook", "Cid Cole")
    ]
    for other in others:
        await people.connect(hub, other)
        await people.connect(eve, other)
    before = ["Ann Arden", "Ben Brook", "Cid Cole"]
    assert await names(api, eve, hub) == (before, before)
    await update_profile(others[1].viewer, {"name": "Zoë Brook"})
    after = ["Ann Arden", "Cid Cole", "Zoë Brook"]
    assert await names(api, eve, hub) == (after, after)
    await update_profile(others[1].viewer, {"headline": "Smith"})
    assert await names(api, eve, hub) == (after, after)


async def test_whoever_is_renamed_while_a_tie_is_made_is_sorted_by_the_new_name(
    database: object, long_run: bool
) -> None:
    async def play(number: int) -> None:
        ann, ben = await racers(2)
        sent = await actions.send_invitation(ann, key_of(ben), None, Settings())
        await together(
            partial(actions.accept_invitation, ben, sent.invitation_id, Settings()),
            partial(update_profile, ann, {"name": f"Zed {number}"}),
            partial(update_profile, ben, {"name": f"Yan {number}"}),
        )
        rows = await fetch(
            "SELECT other_name FROM connections WHERE member_id = ANY($1) ORDER BY other_name",
            [key_of(ann), key_of(ben)],
        )
        assert [row["other_name"] for row in rows] == [f"yan {number}", f"zed {number}"]

    await rounds(1000 if long_run else 50, play)
