"""A viewer and the people around them: one relation each, an audience each, every field a canary.

What a scene knows of its people is what the tests did, not what netql answers.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import count
from typing import Any
from uuid import UUID

from graphql import (
    GraphQLField,
    GraphQLObjectType,
    get_named_type,
    get_nullable_type,
    is_leaf_type,
    is_list_type,
)

from netql.connections import actions as inviting
from netql.infra.database import fetch, transaction
from netql.members import actions as members
from netql.members import sections
from netql.network import actions as network
from netql.privacy.audience import Audience
from netql.privacy.fields import ProfileField
from netql.relations import edges
from tests.canary import CANARIES
from tests.people import People, Person, choose
from tests.privacy import oracle
from tests.privacy.paths import Map, bound

SECTIONS = {
    found.field.value: found
    for found in vars(sections).values()
    if isinstance(found, sections.Section)
}
# A field that shows part of a list: the row without an end.
CURRENT = {"currentPosition": "positions"}
_numbers = count(1)
_MOMENT = datetime.fromisoformat("2024-05-06T07:08:09.101112+00:00")


def snake(name: str) -> str:
    return re.sub(r"(?<!^)([A-Z])", r"_\1", name).lower()


@dataclass(eq=False)
class Subject:
    """Somebody, what the scene's viewer is to them, and what their profile holds."""

    person: Person
    relation: str
    audience: str
    audiences: dict[str, str]
    values: dict[str, Any] = field(default_factory=dict)

    @property
    def key(self) -> UUID:
        return self.person.key

    def __repr__(self) -> str:
        return f"<{self.relation}, {self.audience}, {self.person.handle}>"


class Scene:
    """The people of a viewer. `ties` are all there are between them."""

    def __init__(self, people: People, atlas: Map) -> None:
        self.people = people
        self.atlas = atlas
        self.number = next(_numbers)
        self.subjects: dict[UUID, Subject] = {}
        self.ties: set[frozenset[UUID]] = set()
        self.sent: set[UUID] = set()
        self.received: set[UUID] = set()
        self.kept: dict[UUID, str] = {}
        self.viewer: Subject
        self.open_middle: Subject
        self.closed_middle: Subject

    async def begin(self, *, middles: bool = True) -> Scene:
        """The viewer, who shows nothing to anybody, and two connections to lead further."""
        self.viewer = await self.make("self", "ONLY_ME", start=True)
        if middles:
            self.open_middle = await self.make("connected", "MEMBERS", start=True)
            self.closed_middle = await self.make("connected", "ONLY_ME", start=True)
        return self

    # Fields whose audience is chosen

    @property
    def changeable(self) -> Mapping[str, GraphQLField]:
        return {
            name: found
            for name, found in self.atlas.restricted_fields("Member").items()
            if ("Member", name) not in oracle.FIXED
        }

    def _audiences(self, relation: str, wanted: str | Mapping[str, str]) -> dict[str, str]:
        """The audience for every field, no wider than each may be."""
        chosen = {
            name: oracle.narrower(
                wanted if isinstance(wanted, str) else wanted[name], bound(found, "widest")
            )
            for name, found in self.changeable.items()
        }
        if relation == "second degree":
            # The tie must be seen for it to count.
            chosen["connections"] = "MEMBERS"
        if relation == "hidden by subject":
            chosen["connections"] = oracle.narrower(chosen["connections"], "EXTENDED")
        return chosen

    async def make(
        self,
        relation: str,
        wanted: str | Mapping[str, str],
        *,
        start: bool = False,
    ) -> Subject:
        """Somebody in that relation, with every field set to a canary, and at that audience (or
        each at its own)."""
        last = f"{'start' if start else 'plain'}{self.number}x"
        person = await self.people.member(f"Wall{self.number}x {relation} {last}")
        chosen = self._audiences(relation, wanted)
        label = wanted if isinstance(wanted, str) else "mixed"
        subject = Subject(person, relation, label, chosen)
        await choose(
            person, {ProfileField(snake(name)): Audience[wide] for name, wide in chosen.items()}
        )
        await self._fill(subject)
        self.subjects[person.key] = subject
        if relation not in ("self", "guest", "stranger"):
            await BRING_ABOUT[relation](self, subject)
        self.note(subject, relation)
        return subject

    async def _fill(self, subject: Subject) -> None:
        texts: dict[str, Any] = {}
        for name, found in self.changeable.items():
            named, column = get_named_type(found.type), snake(name)
            if is_leaf_type(named):
                texts[column] = CANARIES.value(named.name, subject.key, column)
                subject.values[name] = as_shown(texts[column])
            elif is_list_type(get_nullable_type(found.type)):
                assert isinstance(named, GraphQLObjectType)
                rows = [self._row(subject, named, column, past) for past in (False, True)]
                for row in rows:
                    columns = {snake(key): value for key, value in row.items()}
                    await sections.add(subject.person.viewer, SECTIONS[column], columns)
                shown = [{key: as_shown(value) for key, value in row.items()} for row in rows]
                subject.values[name] = shown
        await members.update_profile(subject.person.viewer, texts)
        for name, section in CURRENT.items():
            subject.values[name] = subject.values[section][0]

    def _row(
        self, subject: Subject, type_: GraphQLObjectType, column: str, past: bool
    ) -> dict[str, Any]:
        # A row that two fields show belongs to both.
        fields = [column]
        if not past:
            fields += [snake(name) for name, section in CURRENT.items() if section == column]
        row = {
            key: CANARIES.value(get_named_type(found.type).name, subject.key, *fields)
            for key, found in type_.fields.items()
            if key != "id"
        }
        if "endedOn" in row:
            first, last = sorted([row["startedOn"], row["endedOn"]])
            row |= {"startedOn": first, "endedOn": last if past else None}
        return row

    # What the tests did

    def note(self, subject: Subject, relation: str) -> None:
        """Take down that the viewer is now this to the subject."""
        subject.relation = relation
        if relation == "self":
            return
        key = subject.key
        self.ties.discard(frozenset((self.viewer.key, key)))
        if relation == "connected":
            self.ties.add(frozenset((self.viewer.key, key)))
        if not oracle.present(relation):
            # Nothing is shown while they are away; the entry stays, about somebody unavailable.
            self.sent.discard(key)
            self.received.discard(key)
        else:
            _keep(self.sent, key, relation in oracle.SHOWN_AS_SENT)
            _keep(self.received, key, relation in oracle.SHOWN_AS_RECEIVED)

    async def tie(self, one: Subject, other: Subject) -> None:
        """A tie between two others."""
        async with transaction():
            await edges.connect(one.key, other.key, _MOMENT)
        self.ties.add(frozenset((one.key, other.key)))

    async def keep(self, subject: Subject) -> None:
        """The viewer adds the subject to their network, with a note."""
        note = CANARIES.value("String", self.viewer.key, "note")
        await network.add_to_network(self.viewer.person.viewer, subject.key, ["wall"], note)
        self.kept[subject.key] = note

    async def invitation_between(self, subject: Subject) -> UUID:
        """The latest invitation between the viewer and the subject, whoever sent it."""
        rows = await fetch(
            "SELECT id FROM invitations WHERE (inviter_id = $1 AND invitee_id = $2)"
            " OR (inviter_id = $2 AND invitee_id = $1) ORDER BY id DESC",
            self.viewer.key,
            subject.key,
        )
        found: UUID = rows[0]["id"]
        return found


def as_shown(value: Any) -> Any:
    """A stored value as the graph writes it."""
    return value.isoformat() if isinstance(value, date) else value


def _keep(where: set[UUID], key: UUID, wanted: bool) -> None:
    (where.add if wanted else where.discard)(key)


# How each relation comes about, by the acts of members.


async def _connect(scene: Scene, subject: Subject) -> None:
    await scene.people.connect(subject.person, scene.viewer.person)


async def _invited(scene: Scene, subject: Subject, *, by_viewer: bool) -> UUID:
    ends = (scene.viewer.person, subject.person)
    inviter, invitee = ends if by_viewer else ends[::-1]
    return await scene.people.invite(inviter, invitee)


async def _declined(scene: Scene, subject: Subject, *, by_viewer: bool) -> None:
    sent = await _invited(scene, subject, by_viewer=not by_viewer)
    decliner = scene.viewer if by_viewer else subject
    await inviting.decline_invitation(decliner.person.viewer, sent)


async def _withdrawn(scene: Scene, subject: Subject, *, by_viewer: bool) -> None:
    sent = await _invited(scene, subject, by_viewer=by_viewer)
    inviter = scene.viewer if by_viewer else subject
    await inviting.withdraw_invitation(inviter.person.viewer, sent)


async def _formerly(scene: Scene, subject: Subject) -> None:
    await _connect(scene, subject)
    await inviting.remove_connection(subject.person.viewer, scene.viewer.key)


async def _added_by_subject(scene: Scene, subject: Subject) -> None:
    note = CANARIES.value("String", subject.key, "note")
    await network.add_to_network(subject.person.viewer, scene.viewer.key, ["wall"], note)


async def _blocked(scene: Scene, subject: Subject, *, by_viewer: bool) -> None:
    await _connect(scene, subject)
    await scene.keep(subject)
    ends = (scene.viewer.person, subject.person)
    await scene.people.block(*(ends if by_viewer else ends[::-1]))


async def _closed(scene: Scene, subject: Subject) -> None:
    await _connect(scene, subject)
    await scene.keep(subject)
    await scene.people.close(subject.person)


BRING_ABOUT: dict[str, Callable[[Scene, Subject], Awaitable[Any]]] = {
    "connected": _connect,
    "second degree": lambda scene, subject: scene.tie(scene.open_middle, subject),
    "hidden by subject": lambda scene, subject: scene.tie(scene.open_middle, subject),
    "hidden by middle": lambda scene, subject: scene.tie(scene.closed_middle, subject),
    "invited by viewer": lambda scene, subject: _invited(scene, subject, by_viewer=True),
    "invited viewer": lambda scene, subject: _invited(scene, subject, by_viewer=False),
    "declined by viewer": lambda scene, subject: _declined(scene, subject, by_viewer=True),
    "declined by subject": lambda scene, subject: _declined(scene, subject, by_viewer=False),
    "withdrawn by viewer": lambda scene, subject: _withdrawn(scene, subject, by_viewer=True),
    "withdrawn by subject": lambda scene, subject: _withdrawn(scene, subject, by_viewer=False),
    "formerly connected": _formerly,
    "added by viewer": lambda scene, subject: scene.keep(subject),
    "added by subject": _added_by_subject,
    "blocked by viewer": lambda scene, subject: _blocked(scene, subject, by_viewer=True),
    "blocked by subject": lambda scene, subject: _blocked(scene, subject, by_viewer=False),
    "closed": _closed,
}
