"""The matrix, continued: what an event of a subscription shows, by the relation at its delivery."""

from __future__ import annotations

import json
from contextlib import aclosing
from typing import Any

from netql.accounts.actions import Accounts
from netql.api.context import Context, Services
from netql.api.operations import Asked
from netql.api.schema import create_schema
from netql.infra.database import fetch, transaction
from netql.infra.tokens import Signer
from netql.members import actions as members
from netql.privacy.audience import Audience
from netql.privacy.fields import ProfileField
from netql.settings import Settings
from tests import canary
from tests.people import People
from tests.privacy import oracle
from tests.privacy.asking import Asking
from tests.privacy.conftest import ATLAS
from tests.privacy.judge import Judge
from tests.privacy.paths import Map
from tests.privacy.recipes import RECIPES
from tests.privacy.scene import Scene, Subject

ASKING = Asking(ATLAS)
PATHS = list(ATLAS.paths("Subscription"))
# What an invitation comes to before it is delivered, so that it never is.
WITHHELD = ("withdrawn by subject", "declined by viewer", "connected", "closed")


def operation() -> str:
    """Every path of the subscription, all in one."""
    (name,) = {path[0].steps[0].field for path in PATHS}
    inside = ASKING.below(PATHS)
    used = sorted(type_ for type_ in ATLAS.guarded if f"...All{type_}" in inside)
    fragments = " ".join(map(ASKING.fragment, used))
    return f"subscription Live($after: String) {{ {name}(after: $after) {inside} }} {fragments}"


async def invite(scene: Scene, subject: Subject) -> None:
    await scene.people.invite(subject.person, scene.viewer.person)
    scene.received.add(subject.key)


async def seeded(scene: Scene) -> tuple[list[Subject], Subject]:
    """Invitations that are to be delivered, between others that are not; and the last of all."""
    delivered = []
    for audience in oracle.AUDIENCES:
        delivered.append(await scene.make("invited viewer", audience))
        delivered.append(await scene.make("second degree", audience))
        await invite(scene, delivered[-1])
    for relation in WITHHELD:
        await scene.make(relation, "PUBLIC")
    for relation in ("blocked by viewer", "blocked by subject"):
        gone = await scene.make("invited viewer", "PUBLIC")
        ends = (scene.viewer.person, gone.person)
        await scene.people.block(*(ends if relation == "blocked by viewer" else ends[::-1]))
        scene.note(gone, relation)
    last = await scene.make("invited viewer", "MEMBERS")
    return delivered, last


async def hide(subject: Subject) -> None:
    """The subject closes a field that was open when they wrote."""
    await members.set_field_audience(subject.person.viewer, ProfileField.HEADLINE, Audience.ONLY_ME)
    subject.audiences["headline"] = "ONLY_ME"


async def first_cursor(viewer: Subject) -> str:
    rows = await fetch(
        "SELECT cursor FROM events WHERE member_id = $1 ORDER BY number LIMIT 1", viewer.key
    )
    found: str = rows[0]["cursor"]
    return found


async def test_an_event_shows_what_the_relation_at_its_delivery_shows(
    people: People, atlas: Map, settings: Settings, signer: Signer
) -> None:
    async with transaction():
        scene = await Scene(people, atlas).begin()
        delivered, last = await seeded(scene)
    context = Context(Services(settings, Accounts(settings, signer)), scene.viewer.person.viewer)
    after = {"after": await first_cursor(scene.viewer)}
    stream: Any = await create_schema().begun(Asked(operation(), after), context)
    came: list[Subject] = []
    reached: dict[str, set[str]] = {str(path[0]): set() for path in PATHS}
    async with aclosing(stream):
        while not came or came[-1] is not last:
            result = await anext(stream)
            assert result.errors is None
            await canary.check(scene.viewer.key, json.dumps(result.data))
            judge = await Judge(scene).read()
            judge.answer(result.data)
            invitation = result.data["invitationReceived"]["invitation"]
            came.append(judge.subject(invitation["inviter"]))
            for end in ("inviter", "invitee"):
                relation = judge.subject(invitation[end]).relation
                reached[f"Subscription.invitationReceived.invitation.{end}"].add(relation)
            if len(came) == 1:
                await hide(last)
    assert came == [*delivered, last]
    assert reached == {stretch: set(RECIPES[stretch].reaches) for stretch in reached}
