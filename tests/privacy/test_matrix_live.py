"""The matrix, continued: what events show, by the relation at their delivery.

A story is told by every subscription that there is, and by the query for events. What is to come
is written down beside each act; whatever is not must not come.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import Any

import pytest

from netql.accounts.actions import Accounts
from netql.api.context import Context, Services
from netql.api.operations import Asked
from netql.api.schema import create_schema
from netql.connections import actions as inviting
from netql.infra.database import fetch, transaction
from netql.infra.tokens import Signer
from netql.members import actions as members
from netql.privacy.audience import Audience
from netql.privacy.fields import ProfileField
from netql.settings import Settings
from tests import canary
from tests.boundless import BOUNDLESS_LIMITS
from tests.people import People
from tests.privacy import oracle
from tests.privacy.asking import Asking
from tests.privacy.conftest import ATLAS
from tests.privacy.judge import Judge
from tests.privacy.paths import Map, Path
from tests.privacy.recipes import RECIPES
from tests.privacy.scene import Scene, Subject

ASKING = Asking(ATLAS)
STREAMS = sorted(ATLAS.object("Subscription").fields)
# What becomes of an invitation to the viewer before it is delivered, and what is told of it then.
COMES_TO = {
    "withdrawn by subject": ("WITHDRAWN",),
    "declined by viewer": ("CONCLUDED",),
    "connected": ("CONCLUDED", "CONNECTED"),
    "formerly connected": ("CONCLUDED",),
    "closed": (),
}
# Which kinds a subscription is for. One that has no line here fails.
TELLS = {
    "invitationReceived": {"RECEIVED"},
    "invitationEvents": {"RECEIVED", "WITHDRAWN", "ACCEPTED", "CONCLUDED"},
    "connectionEvents": {"CONNECTED"},
}
Delivery = tuple[str, Subject]


@dataclass
class Story:
    """A scene, and all that may be told of it to its viewer, in order."""

    scene: Scene
    tells: list[Delivery] = field(default_factory=list)

    def tell(self, subject: Subject, *kinds: str) -> None:
        self.tells += [(kind, subject) for kind in kinds]

    @property
    def last(self) -> Subject:
        return self.tells[-1][1]


async def invited(story: Story, relation: str, audience: str) -> Subject:
    scene = story.scene
    subject = await scene.make(relation, audience)
    if relation != "invited viewer":
        await scene.people.invite(subject.person, scene.viewer.person)
        scene.received.add(subject.key)
    story.tell(subject, "RECEIVED")
    return subject


async def accepted(story: Story, audience: str) -> Subject:
    """Somebody who accepts the viewer's invitation."""
    scene = story.scene
    subject = await scene.make("invited by viewer", audience)
    sent = await scene.invitation_between(subject)
    await inviting.accept_invitation(subject.person.viewer, sent, Settings())
    scene.note(subject, "connected")
    story.tell(subject, "ACCEPTED", "CONNECTED")
    return subject


async def gone(story: Story, subject: Subject, relation: str) -> None:
    """A block; nothing is told of the blocked any more."""
    ends = (story.scene.viewer.person, subject.person)
    await story.scene.people.block(*(ends if relation == "blocked by viewer" else ends[::-1]))
    story.scene.note(subject, relation)
    story.tells = [one for one in story.tells if one[1] is not subject]


@pytest.fixture
async def story(people: People, atlas: Map) -> Story:
    """Events that are to be delivered, between others that are not."""
    async with transaction():
        scene = await Scene(people, atlas).begin()
        story = Story(scene)
        # The stream is asked for from the first entry on, which is of the first of these.
        story.tell(scene.open_middle, "CONCLUDED", "CONNECTED")
        story.tell(scene.closed_middle, "CONCLUDED", "CONNECTED")
        for audience in oracle.AUDIENCES:
            await invited(story, "invited viewer", audience)
            await invited(story, "second degree", audience)
            await accepted(story, audience)
        for relation, kinds in COMES_TO.items():
            story.tell(await scene.make(relation, "PUBLIC"), *kinds)
        for relation in ("blocked by viewer", "blocked by subject"):
            await gone(story, await invited(story, "invited viewer", "PUBLIC"), relation)
            await gone(story, await accepted(story, "PUBLIC"), relation)
        # What others are told is nothing to the viewer.
        other = await scene.make("declined by subject", "PUBLIC")
        await inviting.withdraw_invitation(
            scene.viewer.person.viewer, await scene.invitation_between(other)
        )
        scene.note(other, "withdrawn by viewer")
        await invited(story, "invited viewer", "MEMBERS")
        await accepted(story, "MEMBERS")
    return story


def written(paths: list[Path], leaves: str) -> tuple[str, str]:
    """A selection of all these paths and of the leaves, and the fragments that it spreads."""
    inside = ASKING.below(paths)
    used = sorted(type_ for type_ in ATLAS.guarded if f"...All{type_}" in inside)
    return f"{{ {leaves} {inside[1:]}", " ".join(map(ASKING.fragment, used))


def paths_of(root: str, name: str) -> list[Path]:
    return [path for path in ATLAS.paths(root) if path[0].steps[0].field == name]


async def hide(subject: Subject) -> None:
    """The subject closes a field that was open when the event was recorded."""
    await members.set_field_audience(subject.person.viewer, ProfileField.HEADLINE, Audience.ONLY_ME)
    subject.audiences["headline"] = "ONLY_ME"


async def first_cursor(viewer: Subject) -> str:
    rows = await fetch(
        "SELECT cursor FROM events WHERE member_id = $1 ORDER BY number LIMIT 1", viewer.key
    )
    found: str = rows[0]["cursor"]
    return found


async def judged(story: Story, event: dict[str, Any]) -> tuple[Delivery, dict[str, str]]:
    """Judge an event: what it tells and of whom; and whom its stretches reached."""
    scene = story.scene
    await canary.check(scene.viewer.key, json.dumps(event))
    judge = await Judge(scene).read()
    judge.answer(event)
    kind = event["kind"]
    if kind == "CONNECTED":
        tie = event["connection"]
        return (kind, judge.subject(tie["member"])), {"connection": "own tie"}
    assert event["pendingCount"] == len(scene.received)
    ends = judge.invitations[event["invitationId"]]
    told = ends[0] if ends[1] == scene.viewer.key else ends[1]
    invitation, reached = event["invitation"], {}
    assert (invitation is None) == (kind == "WITHDRAWN")
    if invitation is not None:
        assert invitation["id"] == event["invitationId"]
        reached = {
            f"invitation.{end}": judge.subject(invitation[end]).relation
            for end in ("inviter", "invitee")
        }
    return (kind, scene.subjects[told]), reached


LEAVES = {"InvitationEvent": "kind invitationId pendingCount", "ConnectionEvent": "kind"}


@pytest.fixture
def context(story: Story, settings: Settings, signer: Signer) -> Context:
    services = Services(settings, Accounts(settings, signer))
    return Context(services, story.scene.viewer.person.viewer)


@pytest.mark.parametrize("name", STREAMS)
async def test_an_event_shows_what_the_relation_at_its_delivery_shows(
    story: Story, context: Context, name: str
) -> None:
    paths = paths_of("Subscription", name)
    inside, fragments = written(paths, LEAVES[ASKING.root_type(paths[0])])
    operation = (
        f"subscription Live($after: String) {{ {name}(after: $after) {inside} }} {fragments}"
    )
    expected = [one for one in story.tells if one[0] in TELLS[name]]
    last = expected[-1][1]
    after = {"after": await first_cursor(story.scene.viewer)}
    stream: Any = await create_schema(limits=BOUNDLESS_LIMITS).begun(
        Asked(operation, after), context
    )
    came: list[Delivery] = []
    reached: dict[str, set[str]] = {str(path[0]): set() for path in paths}
    async with aclosing(stream):
        while len(came) < len(expected):
            result = await anext(stream)
            assert result.errors is None
            delivery, ends = await judged(story, result.data[name])
            came.append(delivery)
            for end, relation in ends.items():
                reached[f"Subscription.{name}.{end}"].add(relation)
            if len(came) == 1:
                await hide(last)
    assert came == expected
    assert reached == {stretch: set(RECIPES[stretch].reaches) for stretch in reached}


async def pages(
    context: Context, inside: str, fragments: str, first: int, after: str
) -> AsyncIterator[dict[str, Any]]:
    """Every event of the query, page by page."""
    query = (
        "query Past($first: Int, $after: String) { events(first: $first, after: $after)"
        f" {inside} }} {fragments}"
    )
    schema = create_schema(limits=BOUNDLESS_LIMITS)
    more = True
    while more:
        given = {"first": first, "after": after}
        answer = await schema.execute(query, given, context_value=context)
        assert answer.errors is None
        assert answer.data is not None
        page = answer.data["events"]
        assert page["isReset"] is False
        assert [edge["cursor"] for edge in page["edges"]] == [
            node["cursor"] for node in page["nodes"]
        ]
        for node in page["nodes"]:
            yield node
        more, after = page["pageInfo"]["hasNextPage"], page["pageInfo"]["endCursor"]
        assert not more or len(page["nodes"]) == first


@pytest.mark.parametrize("first", [7, 100])
async def test_a_query_for_events_tells_what_the_streams_tell(
    story: Story, context: Context, first: int
) -> None:
    paths = paths_of("Query", "events")
    kinds = " ".join(f"... on {name} {{ {leaves} }}" for name, leaves in LEAVES.items())
    leaves = (
        "isReset pageInfo { hasNextPage endCursor }"
        f" edges {{ cursor }} nodes {{ __typename cursor {kinds} }}"
    )
    inside, fragments = written(paths, leaves)
    after = await first_cursor(story.scene.viewer)
    came = []
    async for event in pages(context, inside, fragments, first, after):
        delivery, _ = await judged(story, event)
        came.append(delivery)
    assert came == story.tells
