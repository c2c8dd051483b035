"""What stands between two members who are not connected: invitations, entries, blocks."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from netql.seeding.dice import TODAY, Dice
from netql.seeding.groups import Groups
from netql.seeding.work import ENTRY_NOTES, INVITATION_NOTES, TAGS

_LIFETIME = timedelta(days=180)
# A seeded network stays the same for years, so what is pending in it must stay pending: this is
# the longest lifetime that an operator may choose.
_LONG_LIFETIME = timedelta(days=3650)


class Tie(NamedTuple):
    """A connection; each side has an id of its own."""

    member: int
    other: int
    connected_at: datetime
    id: UUID
    mirror_id: UUID


class Invitation(NamedTuple):
    id: UUID
    inviter: int
    invitee: int
    note: str | None
    sent_at: datetime
    expires_at: datetime
    answer: str | None
    answered_at: datetime | None
    withdrawn_at: datetime | None
    open: bool


class Entry(NamedTuple):
    """A member in another's network, with the owner's own notes."""

    id: UUID
    owner: int
    member: int
    note: str | None
    created_at: datetime
    tags: tuple[tuple[UUID, str], ...]


class Block(NamedTuple):
    id: UUID
    blocker: int
    blocked: int
    blocked_at: datetime


def tie(dice: Dice, member: int, other: int, since: datetime) -> Tie:
    return Tie(member, other, dice.moment(since, TODAY), dice.blind_id(), dice.blind_id())


def invitation(dice: Dice, member: int, other: int, since: datetime, place: Groups) -> Invitation:
    """An invitation either way: most pending, some declined, withdrawn or past their date."""
    inviter, invitee = (member, other) if dice.chance(0.5) else (other, member)
    sent = dice.moment(since, TODAY)
    key = dice.timed_id(sent)
    note = _said(dice, INVITATION_NOTES, place) if dice.chance(0.6) else None
    fate, later = dice.roll(), dice.moment(sent, min(sent + _LIFETIME, TODAY))
    late = sent + _LONG_LIFETIME
    if fate < 0.12:
        # To the inviter it stays as open as an unanswered one.
        return Invitation(
            key, inviter, invitee, note, sent, late, "DECLINED", later, None, open=True
        )
    if fate < 0.2:
        over = sent + _LIFETIME
        return Invitation(key, inviter, invitee, note, sent, over, None, None, later, open=False)
    expired = fate < 0.3 and sent + _LIFETIME < TODAY
    over = sent + _LIFETIME if expired else late
    return Invitation(key, inviter, invitee, note, sent, over, None, None, None, open=True)


def entry(dice: Dice, member: int, other: int, since: datetime, place: Groups) -> Entry:
    """One of the two keeps the other as a contact."""
    owner, kept = (member, other) if dice.chance(0.5) else (other, member)
    at = dice.moment(since, TODAY)
    key = dice.timed_id(at)
    note = _said(dice, ENTRY_NOTES, place) if dice.chance(0.5) else None
    tags = dice.several(TAGS, dice.below(4))
    return Entry(key, owner, kept, note, at, tuple((dice.timed_id(at), tag) for tag in tags))


def block(dice: Dice, member: int, other: int, since: datetime) -> Block:
    blocker, blocked = (member, other) if dice.chance(0.5) else (other, member)
    at = dice.moment(since, TODAY)
    return Block(dice.timed_id(at), blocker, blocked, at)


def _said(dice: Dice, notes: tuple[str, ...], place: Groups) -> str:
    return dice.pick(notes).format(
        city=place.city.name, skill=dice.pick(place.trade.skills), company=place.company
    )
