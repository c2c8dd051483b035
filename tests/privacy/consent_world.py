"""A small world round one member, drawn at random, and what its people consented to.

What is allowed to be seen is worked out here from the rows of the database and the architecture's
words alone, by none of the code that decides it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations, count
from random import Random
from uuid import UUID, uuid4

from netql import ids
from netql.clock import now
from netql.connections import actions as inviting
from netql.infra.database import execute, fetch, transaction
from netql.network.actions import add_to_network
from netql.privacy.audience import Audience
from netql.relations import edges
from netql.safety.actions import unblock_member
from netql.settings import Settings
from tests.people import People, Person
from tests.privacy.marked import Marked, marked, rotated

_numbers = count(1)
OTHERS = 5
PAIRS = tuple(combinations(range(OTHERS), 2))
# What lies between somebody and v when v begins to act; v invites, blocks and adds in some.
PASTS = (
    "nothing",
    "connected",
    "invites",
    "invites, declined",
    "invites, blocked by v, lifted",
    "invited and withdrew",
    "invited, expired",
    "is invited",
    "is invited, declined",
    "blocks v",
    "is blocked",
    "blocked v, lifted",
    "removed v",
    "added v",
    "is added",
)


@dataclass(frozen=True)
class Plan:
    """Everything of a world that is left to chance."""

    pasts: tuple[str, ...]
    rotations: tuple[int, ...]
    lists: tuple[Audience, ...]
    ties: frozenset[tuple[int, int]]


_LISTS = (Audience.ONLY_ME, Audience.CONNECTIONS, Audience.EXTENDED, Audience.MEMBERS)


def drawn(dice: Random) -> Plan:
    """A world in which most lists are wide and about half of the others are tied."""
    each = range(OTHERS)
    return Plan(
        tuple(dice.choice(PASTS + ("invites",) * 4) for _ in each),
        tuple(dice.randrange(len(Audience)) for _ in each),
        tuple(dice.choice(_LISTS + (Audience.MEMBERS,) * 2) for _ in each),
        frozenset(dice.sample(PAIRS, 6)),
    )


@dataclass(frozen=True)
class World:
    """v, the others, and those who are not there: one closed, one never heard of."""

    v: Person
    others: tuple[Marked, ...]
    closed: Person
    unknown: UUID
    token: str

    def by_id(self) -> Mapping[str, Marked]:
        return {other.id: other for other in self.others}


async def build(people: People, plan: Plan) -> World:
    """The world of a plan, every relation made through the doors by those whose act it is."""
    token = f"qz{next(_numbers):05}"
    async with transaction():
        v = await people.member(f"Vic {token}")
        others = tuple(
            [
                await marked(people, f"{name} {token}", rotated(rotation, audience))
                for name, rotation, audience in zip(
                    ("Ada", "Ben", "Cleo", "Dora", "Emil"), plan.rotations, plan.lists, strict=True
                )
            ]
        )
        closed = await people.member(f"Gone {token}")
        for one, other in sorted(plan.ties):
            await edges.connect(others[one].person.key, others[other].person.key, now())
        for other, past in zip(others, plan.pasts, strict=True):
            await _live(people, v, other.person, past)
        await execute("UPDATE members SET closed_at = $1 WHERE id = $2", now(), closed.key)
    return World(v, others, closed, uuid4(), token)


async def _live(people: People, v: Person, other: Person, past: str) -> None:
    if past == "connected":
        await people.connect(other, v)
    elif past == "removed v":
        await people.connect(other, v)
        await inviting.remove_connection(other.viewer, v.key)
    elif past.startswith(("invites", "invited")):
        await _invited(people, v, other, past)
    elif past.startswith("is invited"):
        sent = await people.invite(v, other)
        if past.endswith("declined"):
            await inviting.decline_invitation(other.viewer, sent)
    elif past == "is blocked":
        await people.block(v, other)
    elif past in ("blocks v", "blocked v, lifted"):
        block = await people.block(other, v)
        if past.endswith("lifted"):
            await unblock_member(other.viewer, block)
    elif past == "added v":
        await add_to_network(other.viewer, v.key, ["seen"], "a note on v")
    elif past == "is added":
        await add_to_network(v.viewer, other.key, (), None)
    else:
        assert past == "nothing"


async def _invited(people: People, v: Person, other: Person, past: str) -> None:
    sent = await people.invite(other, v, note="let us connect")
    if past == "invites, declined":
        await inviting.decline_invitation(v.viewer, sent)
    elif past == "invites, blocked by v, lifted":
        await unblock_member(v.viewer, await people.block(v, other))
    elif past == "invited and withdrew":
        await inviting.withdraw_invitation(other.viewer, sent)
    elif past == "invited, expired":
        long_ago = now() - 2 * Settings().invitation_lifetime
        await execute(
            "UPDATE invitations SET sent_at = $2, expires_at = $3 WHERE id = $1",
            sent,
            long_ago,
            long_ago + Settings().invitation_lifetime,
        )


@dataclass(frozen=True)
class Consents:
    """Whose invitations to v stand, whom v blocks, who blocks v, and all ties of the world, as
    global ids."""

    standing: frozenset[str]
    blocked: frozenset[str]
    blocking: frozenset[str]
    ties: frozenset[frozenset[str]]


async def consents(world: World) -> Consents:
    v, moment = world.v.key, now()
    invited = await fetch(
        "SELECT inviter_id, expires_at, answer FROM invitations"
        " WHERE invitee_id = $1 AND open AND withdrawn_at IS NULL",
        v,
    )
    blocks = await fetch("SELECT blocked_id FROM blocks WHERE blocker_id = $1", v)
    met = await fetch("SELECT blocker_id FROM blocks WHERE blocked_id = $1", v)
    everybody = [v, *(other.person.key for other in world.others)]
    ties = await fetch(
        "SELECT member_id, other_id FROM connections WHERE member_id = ANY($1)", everybody
    )
    return Consents(
        frozenset(_id(row["inviter_id"]) for row in invited if row["expires_at"] > moment),
        frozenset(_id(row["blocked_id"]) for row in blocks),
        frozenset(_id(row["blocker_id"]) for row in met),
        frozenset(frozenset((_id(row["member_id"]), _id(row["other_id"]))) for row in ties),
    )


def _id(key: UUID) -> str:
    return ids.encode("Member", key)
