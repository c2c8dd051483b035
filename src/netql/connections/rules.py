"""What an invitation is to each of its two readers, and who may send one.

The table keeps facts. The inviter reads them through a frozen pane: whatever the invitee did,
short of accepting, looks like nothing was done. So ignoring, declining, and a block that was
lifted again cannot be told apart.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from uuid import UUID

from netql.relations.lookup import Relation


class InvitationStatus(Enum):
    """What a reader may know of an invitation."""

    PENDING = "pending"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


class ConnectRefusal(Enum):
    """Why one member may not invite another."""

    UNAUTHENTICATED = "unauthenticated"
    NOT_FOUND = "not_found"
    CANNOT_TARGET_SELF = "cannot_target_self"
    ALREADY_CONNECTED = "already_connected"
    ALREADY_PENDING = "already_pending"
    COOLDOWN = "cooldown"
    CONNECTION_LIMIT_REACHED = "connection_limit_reached"
    CANNOT_CONNECT_NOW = "cannot_connect_now"


@dataclass(frozen=True, slots=True)
class Facts:
    """An invitation as it is stored. Times are UTC."""

    id: UUID
    inviter_id: UUID
    invitee_id: UUID
    note: str | None
    sent_at: datetime
    expires_at: datetime
    answer: str | None
    withdrawn_at: datetime | None
    cancelled_at: datetime | None
    open: bool


def inviter_status(facts: Facts, at: datetime) -> InvitationStatus:
    """What the inviter may know."""
    if facts.answer == "ACCEPTED":
        return InvitationStatus.ACCEPTED
    if facts.withdrawn_at is not None:
        return InvitationStatus.WITHDRAWN
    return InvitationStatus.EXPIRED if facts.expires_at <= at else InvitationStatus.PENDING


def invitee_status(facts: Facts, at: datetime) -> InvitationStatus | None:
    """What the invitee may know; None when the invitation is gone for them."""
    if facts.withdrawn_at is not None or facts.cancelled_at is not None:
        return None
    if facts.answer == "ACCEPTED":
        return InvitationStatus.ACCEPTED
    if facts.expires_at <= at:
        return InvitationStatus.EXPIRED
    return InvitationStatus.DECLINED if facts.answer == "DECLINED" else InvitationStatus.PENDING


def status_for(reader_id: UUID, facts: Facts, at: datetime) -> InvitationStatus | None:
    """What a reader may know; None for whoever is neither inviter nor invitee."""
    if reader_id == facts.inviter_id:
        return inviter_status(facts, at)
    return invitee_status(facts, at) if reader_id == facts.invitee_id else None


def stands(facts: Facts, at: datetime) -> bool:
    """Whether the inviter's wish still stands, so that the invitee's own sending fulfils it.

    A declined invitation stands, and so does one that a block cancelled which was lifted since:
    were it otherwise, the inviter could tell.
    """
    return facts.open and inviter_status(facts, at) is InvitationStatus.PENDING


@dataclass(frozen=True, slots=True)
class Prospect:
    """Everything that decides whether a viewer may invite a subject, all of it known to the
    viewer or made by the viewer."""

    viewer_id: UUID
    subject_id: UUID
    relation: Relation
    invitation: Facts | None
    sent: Sequence[datetime]
    withdrawn_at: datetime | None
    removed_at: datetime | None
    connections: int
    # Counted only where the subject's own invitation stands: then it decides, and tells no more
    # than accepting that invitation would.
    subject_connections: int = 0


@dataclass(frozen=True, slots=True)
class Limits:
    """The settings that bound inviting."""

    cooldown: timedelta
    per_pair_and_year: int
    connections: int


YEAR = timedelta(days=365)


def may_invite(prospect: Prospect, limits: Limits, at: datetime) -> ConnectRefusal | None:
    """The reason why not, or None. A standing invitation from the subject makes it an accept."""
    if prospect.viewer_id == prospect.subject_id:
        return ConnectRefusal.CANNOT_TARGET_SELF
    if not prospect.relation.present:
        return ConnectRefusal.NOT_FOUND
    if prospect.relation.connected:
        return ConnectRefusal.ALREADY_CONNECTED
    waiting = prospect.invitation
    crossing = False
    if waiting is not None and stands(waiting, at):
        if waiting.inviter_id == prospect.viewer_id:
            return ConnectRefusal.ALREADY_PENDING
        crossing = True
    if prospect.connections >= limits.connections:
        return ConnectRefusal.CONNECTION_LIMIT_REACHED
    if crossing and prospect.subject_connections >= limits.connections:
        return ConnectRefusal.CANNOT_CONNECT_NOW
    if not crossing and (until := wait_until(prospect, limits)) is not None and at < until:
        return ConnectRefusal.COOLDOWN
    return None


def wait_until(prospect: Prospect, limits: Limits) -> datetime | None:
    """When the viewer may invite the subject again; None if nothing makes them wait."""
    ends = [
        moment + limits.cooldown
        for moment in (prospect.withdrawn_at, prospect.removed_at)
        if moment is not None
    ]
    recent = sorted(prospect.sent, reverse=True)
    if len(recent) >= limits.per_pair_and_year:
        ends.append(recent[limits.per_pair_and_year - 1] + YEAR)
    return max(ends, default=None)
