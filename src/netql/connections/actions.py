"""The door in: inviting, answering, withdrawing, removing.

Each action is one transaction, or one statement, that holds the pair before it reads the relation.
The actor is always the viewer.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from netql.accounts.events import AccountClosed
from netql.clock import now
from netql.connections.events import (
    Connected,
    InvitationAccepted,
    InvitationConcluded,
    InvitationSent,
    InvitationWithdrawn,
)
from netql.connections.facts import invitation, nothing_between, prospect
from netql.connections.rules import (
    ConnectRefusal,
    Facts,
    InvitationStatus,
    Limits,
    Prospect,
    invitee_status,
    inviter_status,
    may_invite,
    stands,
    wait_until,
)
from netql.errors import Interrupted, NotFound, Overloaded, Refused, TimedOut, Unable
from netql.events import handles
from netql.events.idempotency import Once, Outcome
from netql.events.recording import record, recorded_if, tell_anew
from netql.ids import new_id
from netql.infra.at_once import Statement
from netql.infra.database import execute, fetch_one, transaction
from netql.infra.passing import persistently
from netql.relations import edges
from netql.relations.lookup import relation
from netql.settings import Settings
from netql.text import optional
from netql.viewer import Viewer

_SAID = {
    ConnectRefusal.CANNOT_TARGET_SELF: "You cannot connect with yourself.",
    ConnectRefusal.ALREADY_CONNECTED: "You are connected already.",
    ConnectRefusal.ALREADY_PENDING: "Your invitation is pending already.",
    ConnectRefusal.CONNECTION_LIMIT_REACHED: "You hold as many connections as you may.",
    # Whose limit it is would tell how many connections the other holds.
    ConnectRefusal.CANNOT_CONNECT_NOW: "This cannot be done now.",
}
MEMBER = ("memberId",)
INVITATION = ("invitationId",)


@dataclass(frozen=True, slots=True)
class Sent:
    """What came of sending: the invitation, and whether it met one and made a connection; `made`
    is the invitation as it was written, if it was."""

    invitation_id: UUID
    connected: bool
    made: Facts | None = field(default=None, compare=False)


def limits_of(settings: Settings) -> Limits:
    return Limits(
        settings.cooldown, settings.invitations_per_pair_and_year, settings.connection_limit
    )


async def send_invitation(
    viewer: Viewer,
    subject_id: UUID,
    note: str | None,
    settings: Settings,
    idempotency_key: str | None = None,
) -> Sent:
    """Invite a member, or connect if their own invitation stands.

    Raises NotFound, Refused with a code of ConnectRefusal, TEXT_TOO_LONG, TEXT_INVALID,
    CANNOT_CONNECT_NOW, or one of the idempotency codes.
    """
    viewer_id = viewer.member_id
    assert viewer_id is not None
    said = optional(note, settings.invitation_note_length, "note")
    once = Once(viewer_id, "sendInvitation", idempotency_key)
    wish = _Wish(viewer_id, subject_id, said, settings, once)
    if wish.pair is None:
        return await _looked_at(wish)
    made, making = _made(wish, now())
    try:
        if await _sent_at_once(wish, made, making):
            return Sent(made.id, connected=False, made=made)
    except Interrupted as interruption:
        if interruption.undone:
            raise
        try:
            # Should the statement still be under way, it will find something between the two.
            return await persistently(lambda: _looked_at(wish, perhaps=made.id))
        except (Interrupted, Overloaded, TimedOut, Unable):
            raise interruption from None
    return await _looked_at(wish)


class _Wish(NamedTuple):
    """What is to be sent."""

    inviter_id: UUID
    invitee_id: UUID
    note: str | None
    settings: Settings
    once: Once

    @property
    def pair(self) -> tuple[UUID, UUID] | None:
        """A pair of one would be the lock on what is counted of the viewer, which others take last.
        Who invites themselves is refused without."""
        one, other = self.inviter_id, self.invitee_id
        return None if one == other else (one, other)


async def _looked_at(wish: _Wish, perhaps: UUID | None = None) -> Sent:
    """Find out what is between the two, and do what comes of it. `perhaps`: an invitation of this
    call's that may have been written. Raises as `send_invitation` does."""
    viewer_id, subject_id, note, settings, once = wish
    async with transaction(wish.pair) as current:
        if perhaps is not None and await invitation(perhaps) is not None:
            current.after_commit.append(lambda: tell_anew(subject_id))
            return Sent(perhaps, connected=False)
        if earlier := await once.claim(subject_id, note):
            return Sent(earlier.ids["invitation"], earlier.word == "connected")
        at = now()
        found = await prospect(viewer_id, subject_id, at)
        limits = limits_of(settings)
        if refusal := may_invite(found, limits, at):
            raise _refused(refusal, found, limits)
        waiting = found.invitation
        if waiting is not None and stands(waiting, at):
            await _connect(waiting, viewer_id, settings, at, MEMBER)
            sent = Sent(waiting.id, connected=True)
        else:
            if waiting is not None:
                # Past its date, and nothing had to run on that day to say so.
                await _close(waiting.id)
            made, making = _made(wish, at)
            sent = Sent(made.id, connected=False, made=made)
            await record(InvitationSent(made.id, subject_id), making)
        word = "connected" if sent.connected else "invited"
        await once.keep(Outcome(word, {"invitation": sent.invitation_id}))
        return sent


async def _sent_at_once(wish: _Wish, made: Facts, making: Statement) -> bool:
    """Write the invitation if nothing was ever between the two, the most usual case by far; whether
    it was written. Raises as `send_invitation` does, but no refusal of the invitation."""
    outcome = Outcome("invited", {"invitation": made.id})
    keeping = wish.once.keeping(outcome, wish.invitee_id, wish.note)
    makings = [making] if keeping is None else [keeping, making]
    pair = wish.inviter_id, wish.invitee_id
    condition = nothing_between(*pair, wish.settings.connection_limit, made.sent_at, wish.once)
    return await recorded_if(pair, condition, InvitationSent(made.id, wish.invitee_id), makings)


def _refused(refusal: ConnectRefusal, prospect: Prospect, limits: Limits) -> Refused:
    if refusal is ConnectRefusal.NOT_FOUND:
        return NotFound(MEMBER)
    if refusal is ConnectRefusal.COOLDOWN:
        until = wait_until(prospect, limits)
        assert until is not None
        said = f"You may invite this member again from {until:%Y-%m-%d} on."
        return Refused(refusal.name, said, MEMBER)
    return Refused(refusal.name, _SAID[refusal], MEMBER)


_INSERT = """INSERT INTO invitations (id, inviter_id, invitee_id, note, sent_at, expires_at, open)
VALUES ($1, $2, $3, $4, $5, $6, TRUE)"""


def _made(wish: _Wish, at: datetime) -> tuple[Facts, Statement]:
    """A new invitation, and what makes it."""
    inviter_id, invitee_id, note, settings, _ = wish
    expires = at + settings.invitation_lifetime
    made = Facts(new_id(), inviter_id, invitee_id, note, at, expires, None, None, None, True)
    values = (made.id, inviter_id, invitee_id, note, at, expires)
    return made, Statement(_INSERT, values)


async def _close(invitation_id: UUID) -> None:
    await execute("UPDATE invitations SET open = FALSE WHERE id = $1", invitation_id)


async def _connect(
    found: Facts, viewer_id: UUID, settings: Settings, at: datetime, field: tuple[str, ...]
) -> None:
    """Turn a standing invitation to the viewer into a connection; a refusal names `field`."""
    other_id = found.inviter_id
    await edges.hold_counts(viewer_id, other_id)
    if await edges.connection_count(viewer_id) >= settings.connection_limit:
        raise _full(ConnectRefusal.CONNECTION_LIMIT_REACHED, field)
    if await edges.connection_count(other_id) >= settings.connection_limit:
        raise _full(ConnectRefusal.CANNOT_CONNECT_NOW, field)
    await execute(
        "UPDATE invitations SET answer = 'ACCEPTED', answered_at = $2, cancelled_at = NULL,"
        " open = FALSE WHERE id = $1",
        found.id,
        at,
    )
    own_side, other_side = await edges.connect(viewer_id, other_id, at)
    await record(InvitationConcluded(found.id, viewer_id))
    await record(InvitationAccepted(found.id, other_id))
    await record(Connected(own_side, viewer_id))
    await record(Connected(other_side, other_id))


def _full(refusal: ConnectRefusal, field: tuple[str, ...]) -> Refused:
    return Refused(refusal.name, _SAID[refusal], field)


async def _held_invitation(viewer_id: UUID, invitation_id: UUID) -> tuple[Facts, bool]:
    """The invitation, read while its pair is held, if the viewer is one of its ends; and whether
    the other is present. Raises NotFound."""
    found = await invitation(invitation_id)
    if found is None or viewer_id not in (found.inviter_id, found.invitee_id):
        raise NotFound(INVITATION)
    other_id = found.invitee_id if viewer_id == found.inviter_id else found.inviter_id
    await edges.hold(viewer_id, other_id)
    found = await invitation(invitation_id)
    if found is None:
        raise NotFound(INVITATION)
    return found, (await relation(viewer_id, other_id)).present


async def _received(viewer_id: UUID, invitation_id: UUID) -> tuple[Facts, InvitationStatus]:
    found, present = await _held_invitation(viewer_id, invitation_id)
    status = invitee_status(found, now()) if viewer_id == found.invitee_id else None
    if status is None or not present:
        raise NotFound(INVITATION)
    return found, status


def _not_pending(status: InvitationStatus) -> Refused:
    said = f"This invitation is {status.value}."
    return Refused("INVITATION_NOT_PENDING", said, INVITATION)


async def accept_invitation(viewer: Viewer, invitation_id: UUID, settings: Settings) -> UUID:
    """Turn an invitation to the viewer into a connection; whom with.

    A declined one may be reconsidered until it expires. Accepting twice is accepting once.
    Raises NotFound, Refused INVITATION_NOT_PENDING, CONNECTION_LIMIT_REACHED or
    CANNOT_CONNECT_NOW.
    """
    viewer_id = viewer.member_id
    assert viewer_id is not None
    async with transaction():
        found, status = await _received(viewer_id, invitation_id)
        if status in (InvitationStatus.PENDING, InvitationStatus.DECLINED):
            await _connect(found, viewer_id, settings, now(), INVITATION)
        elif (
            status is not InvitationStatus.ACCEPTED
            or not (await relation(viewer_id, found.inviter_id)).connected
        ):
            raise _not_pending(status)
        return found.inviter_id


async def decline_invitation(viewer: Viewer, invitation_id: UUID) -> UUID:
    """Say no without a sound; whom to. Raises NotFound or Refused INVITATION_NOT_PENDING."""
    viewer_id = viewer.member_id
    assert viewer_id is not None
    async with transaction():
        found, status = await _received(viewer_id, invitation_id)
        if status is InvitationStatus.PENDING:
            await execute(
                "UPDATE invitations SET answer = 'DECLINED', answered_at = $2 WHERE id = $1",
                found.id,
                now(),
            )
            # To the decliner's own devices, never to the inviter.
            await record(InvitationConcluded(found.id, viewer_id))
        elif status is not InvitationStatus.DECLINED:
            raise _not_pending(status)
        return found.inviter_id


async def withdraw_invitation(viewer: Viewer, invitation_id: UUID) -> UUID:
    """Take one's own invitation back; whom from. Withdrawing twice is withdrawing once.

    Raises NotFound or Refused INVITATION_NOT_PENDING. Where the invitee has blocked the inviter
    it is NotFound, and yet taken back: should the block be lifted, nobody may accept it.
    """
    viewer_id = viewer.member_id
    assert viewer_id is not None
    async with transaction():
        found, present = await _held_invitation(viewer_id, invitation_id)
        if viewer_id != found.inviter_id:
            raise NotFound(INVITATION)
        status = inviter_status(found, now())
        if status is InvitationStatus.PENDING:
            await _withdraw(found.id)
            if present:
                await record(InvitationWithdrawn(found.id, found.invitee_id))
        elif present and status is not InvitationStatus.WITHDRAWN:
            raise _not_pending(status)
    # Raised outside of the transaction: that the invitation was taken back must stay.
    if not present:
        raise NotFound(INVITATION)
    return found.invitee_id


async def _withdraw(invitation_id: UUID) -> None:
    await execute(
        "UPDATE invitations SET withdrawn_at = $2, open = FALSE WHERE id = $1",
        invitation_id,
        now(),
    )


async def remove_connection(viewer: Viewer, other_id: UUID) -> UUID | None:
    """End a connection without a sound; what it was called. Removing twice is removing once, and
    the second time there is nothing left that was called anything.

    Raises NotFound, or Refused NOT_CONNECTED when there never was one to remove.
    """
    viewer_id = viewer.member_id
    assert viewer_id is not None
    async with transaction():
        await edges.hold(viewer_id, other_id)
        if not (await relation(viewer_id, other_id)).present:
            raise NotFound(MEMBER)
        if own_side := await edges.disconnect(viewer_id, other_id, now()):
            return own_side
        for remover_id, removed_id in ((viewer_id, other_id), (other_id, viewer_id)):
            if await edges.ended_by(remover_id, removed_id):
                return None
        raise Refused("NOT_CONNECTED", "You are not connected.", MEMBER)


async def end_between(blocker_id: UUID, blocked_id: UUID) -> None:
    """What a block does to a pair, inside its transaction and with the pair held.

    The tie ends. The blocker's own invitation is taken back. An invitation to the blocker is
    cancelled but stays open: should the block be lifted, its inviter finds it as it was. One
    past its date stays as it is: nobody can withdraw those, so its end would tell of the block.
    """
    at = now()
    await edges.disconnect(blocker_id, blocked_id, at)
    row = await fetch_one(
        "SELECT id, inviter_id FROM invitations WHERE open AND expires_at > $3"
        " AND ((inviter_id = $1 AND invitee_id = $2) OR (inviter_id = $2 AND invitee_id = $1))",
        blocker_id,
        blocked_id,
        at,
    )
    if row is None:
        return
    if row["inviter_id"] == blocker_id:
        await _withdraw(row["id"])
    else:
        await execute("UPDATE invitations SET cancelled_at = $2 WHERE id = $1", row["id"], at)


@handles(AccountClosed)
async def forget_ties(event: AccountClosed) -> None:
    """Ties go, open invitations end, and notes are emptied when a member leaves."""
    await edges.disconnect_all(event.member_id)
    await execute(
        "UPDATE invitations SET note = NULL WHERE inviter_id = $1 OR invitee_id = $1",
        event.member_id,
    )
    await execute(
        "UPDATE invitations SET cancelled_at = $2, open = FALSE"
        " WHERE open AND (inviter_id = $1 OR invitee_id = $1)",
        event.member_id,
        now(),
    )
