"""The people of the fuzzed network, and what each of them may be told at the very most.

Some act: every document is run as one of them or as a guest. The others never do, so nobody can
widen what they show. `ceiling` says what an actor could come to see of them, whatever the actors
do to each other.
"""

from __future__ import annotations

import asyncio
import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from uuid import UUID

from netql import ids
from netql.app import signer_of
from netql.infra.database import connected, fetch
from netql.migrations.runner import migrate
from netql.network import actions as network
from netql.privacy.audience import Audience
from netql.settings import load_settings
from tests.people import People, Person
from tests.privacy import oracle
from tests.privacy.marked import Marked, marked, rotated

ACTORS = 6
_LISTS = (Audience.CONNECTIONS, Audience.MEMBERS, Audience.ONLY_ME, Audience.MEMBERS)
# Whose rows are whose, by table.
_TABLES = {
    "Member": ("members", "id"),
    "Connection": ("connections", "member_id"),
    "Invitation": ("invitations", "inviter_id"),
    "NetworkEntry": ("network_entries", "owner_id"),
    "Block": ("blocks", "blocker_id"),
    "Position": ("positions", "member_id"),
    "Education": ("education", "member_id"),
    "Skill": ("skills", "member_id"),
    "Language": ("languages", "member_id"),
    "Website": ("websites", "member_id"),
}


@dataclass
class World:
    """What the driver knows: tokens of who acts, ids and handles to name, and what is hidden
    from each of them, a guest being ""."""

    tokens: dict[str, str] = field(default_factory=dict)
    passive: list[str] = field(default_factory=list)
    handles: list[str] = field(default_factory=list)
    ids: dict[str, list[str]] = field(default_factory=dict)
    hidden: dict[str, list[str]] = field(default_factory=dict)

    @staticmethod
    def read(path: Path) -> World:
        return World(**json.loads(path.read_text()))

    def eyes(self, name: str, asked: str) -> list[str]:
        """What an answer to a text must not hold. A text that signs somebody in is answered to
        them: then it is what is hidden from everybody."""
        if any(word in asked for word in ("signUp", "signIn", "refreshToken")):
            return sorted(set.intersection(*(set(hidden) for hidden in self.hidden.values())))
        return self.hidden[name]


def seed(path: str) -> None:
    """Make the network on the database of the environment, for a process of its own."""
    world = asyncio.run(_seed())
    Path(path).write_text(json.dumps(asdict(world)))


async def _seed() -> World:
    settings = load_settings()
    async with connected(settings):
        await migrate()
        people = People(signer_of(settings))
        actors = [await people.member(f"Ann Actor{number}") for number in range(ACTORS)]
        for actor in actors:
            await people.give_account(actor)
        subjects = [
            await marked(
                people, f"Mia Marked{number}", rotated(number, _LISTS[number % len(_LISTS)])
            )
            for number in range(6)
        ]
        gone = await marked(people, "Gus Gone", rotated(1, Audience.MEMBERS))
        middle = await people.member("Mo Middle")
        scene = _Scene(people, actors, subjects, gone, middle)
        await scene.relate()
        return await scene.world()


class _Scene:
    def __init__(
        self,
        people: People,
        actors: list[Person],
        subjects: list[Marked],
        gone: Marked,
        middle: Person,
    ) -> None:
        self.people = people
        self.actors = actors
        self.subjects = subjects
        self.gone = gone
        self.middle = middle
        # Pairs that are connected or can come to be: by their keys.
        self.near: set[frozenset[UUID]] = set()
        self.absent: set[frozenset[UUID]] = set()
        self.notes: dict[str, set[str]] = {}

    async def relate(self) -> None:
        a, m = self.actors, self.subjects
        for one, other in (
            (a[0], a[1]),
            (a[0], m[0].person),
            (a[3], m[5].person),
            (a[0], self.gone.person),
            (self.middle, m[1].person),
            (self.middle, a[1]),
            (self.middle, m[4].person),
        ):
            await self.people.connect(one, other)
            self.near.add(frozenset((one.key, other.key)))
        await self.people.close(self.gone.person)
        # Blocked by who never acts: absent for good. The other way round one may think better of.
        await self.people.block(m[1].person, a[2])
        self.absent.add(frozenset((m[1].person.key, a[2].key)))
        await self.people.block(a[3], m[2].person)
        await self.people.block(a[4], a[5])
        # An invitation that waits can be accepted: counted as if it had been.
        await self.people.invite(m[3].person, a[4], "come.and.see")
        self.near.add(frozenset((m[3].person.key, a[4].key)))
        await self.people.invite(a[1], a[2])
        await self.people.invite(a[2], a[3])
        await self.people.invite(a[5], m[4].person, "note-of-invitation")
        self.notes["note-of-invitation"] = {a[5].handle}
        for actor in a[:3]:
            note = f"note-of-{actor.handle}-"
            await network.add_to_network(actor.viewer, m[0].person.key, ["tag"], note, None)
            self.notes[note] = {actor.handle}

    def ceiling(self, viewer: Person | None, subject: Marked) -> str:
        """The nearest relation that the viewer can come to, by the oracle's names."""
        if subject is self.gone:
            return "closed"
        if viewer is None:
            return "guest"
        pair = frozenset((viewer.key, subject.person.key))
        if pair in self.absent:
            return "blocked by subject"
        if pair in self.near:
            return "connected"
        if oracle.list_visible("stranger", subject.list_audience.name):
            others = [key for tie in self.near if subject.person.key in tie for key in tie]
            acting = {actor.key for actor in self.actors} - {viewer.key}
            if any(k in acting or frozenset((k, viewer.key)) in self.near for k in others):
                return "second degree"
        return "stranger"

    def hidden_from(self, viewer: Person | None) -> list[str]:
        found = [
            note for note, whose in self.notes.items() if not (viewer and viewer.handle in whose)
        ]
        for subject in (*self.subjects, self.gone):
            relation = self.ceiling(viewer, subject)
            if not oracle.present(relation):
                found += [*subject.markers, subject.person.handle]
                continue
            for marker, fields in subject.markers.items():
                names = [subject.audience(one).name for one in fields]
                if not any(oracle.visible(relation, name) for name in names):
                    found.append(marker)
        return sorted(found)

    async def world(self) -> World:
        everybody = [*self.actors, *(one.person for one in self.subjects), self.middle]
        world = World(
            tokens={actor.handle: actor.token for actor in self.actors},
            passive=[str(one.person.key) for one in self.subjects] + [str(self.middle.key)],
            handles=[person.handle for person in everybody],
        )
        for kind, (table, _) in _TABLES.items():
            rows = await fetch(f"SELECT id FROM {table} ORDER BY id")
            world.ids[kind] = [ids.encode(kind, row["id"]) for row in rows]
        for viewer in self.actors:
            world.hidden[viewer.handle] = self.hidden_from(viewer)
        newcomer = await self.people.member("Nia Newcomer")
        world.hidden |= {"": self.hidden_from(None), "newcomer": self.hidden_from(newcomer)}
        return world
