"""What the database holds at the end, and what follows of it for each member's log."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from uuid import UUID

from netql import ids
from netql.connections import events
from netql.infra.database import connected, fetch
from netql.settings import Settings
from netql.torture.fields import ACCEPTED, CONCLUDED, CONNECTED, RECEIVED

_KINDS = {
    events.INVITATION_RECEIVED: RECEIVED,
    events.INVITATION_ACCEPTED: ACCEPTED,
    events.INVITATION_CONCLUDED: CONCLUDED,
    events.CONNECTED: CONNECTED,
}
# That somebody is told something: who, the kind, and the id of what it is about.
Telling = tuple[UUID, str, str]


@dataclass(frozen=True, slots=True)
class Invitation:
    """`answer` is None, ACCEPTED or DECLINED."""

    inviter: UUID
    invitee: UUID
    answer: str | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of a log; `kind` by its name in the API."""

    cursor: str
    kind: str
    about: str


@dataclass(frozen=True)
class Truth:
    """Invitations and sides of connections (whose, and with whom) by id, and each member's log in
    order. Nothing was withdrawn, blocked or removed."""

    invitations: dict[str, Invitation]
    sides: dict[str, tuple[UUID, UUID]]
    logs: dict[UUID, list[Entry]]

    @cached_property
    def owed(self) -> frozenset[Telling]:
        """Who is to be told of what, by what happened alone: of a decline its inviter is not."""
        owed: set[Telling] = {(owner, CONNECTED, id) for id, (owner, _) in self.sides.items()}
        for id, one in self.invitations.items():
            owed.add((one.invitee, RECEIVED, id))
            if one.answer is not None:
                owed.add((one.invitee, CONCLUDED, id))
            if one.answer == "ACCEPTED":
                owed.add((one.inviter, ACCEPTED, id))
        return frozenset(owed)

    @cached_property
    def logged(self) -> Counter[Telling]:
        """How often the logs hold each."""
        return Counter(
            (member, one.kind, one.about) for member, log in self.logs.items() for one in log
        )

    @cached_property
    def acknowledgeable(self) -> frozenset[tuple[str, str | None]]:
        """Each invitation that is kept with all that belongs to it, with and without its answer."""
        kept: set[tuple[str, str | None]] = set()
        joined = set(self.sides.values())
        for id, one in self.invitations.items():
            kept.add((id, None))
            both = {(one.inviter, one.invitee), (one.invitee, one.inviter)} <= joined
            if one.answer == "DECLINED" or both:
                kept.add((id, one.answer))
        return frozenset(kept)

    def due(self, log: Sequence[Entry]) -> list[Entry]:
        """The entries that must have been told. An invitation that was answered need not be."""
        waiting = {id for id, one in self.invitations.items() if one.answer is None}
        return [one for one in log if one.kind != RECEIVED or one.about in waiting]


async def truth(settings: Settings) -> Truth:
    """Read it. Whatever serves a SQLite database must have ended."""
    async with connected(settings):
        invitations = await fetch("SELECT id, inviter_id, invitee_id, answer FROM invitations")
        sides = await fetch("SELECT id, member_id, other_id FROM connections")
        entries = await fetch(
            "SELECT member_id, cursor, kind, subject_id FROM events ORDER BY member_id, number"
        )
    logs: defaultdict[UUID, list[Entry]] = defaultdict(list)
    for row in entries:
        kind = _KINDS.get(row["kind"], str(row["kind"]))
        about = ids.encode("Connection" if kind == CONNECTED else "Invitation", row["subject_id"])
        logs[row["member_id"]].append(Entry(row["cursor"], kind, about))
    return Truth(
        {
            ids.encode("Invitation", row["id"]): Invitation(
                row["inviter_id"], row["invitee_id"], row["answer"]
            )
            for row in invitations
        },
        {ids.encode("Connection", row["id"]): (row["member_id"], row["other_id"]) for row in sides},
        logs,
    )
