"""A mix of devices and of answers, as members have and give them."""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import cycle, islice, product
from uuid import UUID

from netql.torture.answering import ACCEPTING, DECLINING, MEETING, Sent, Way
from netql.torture.catching_up import Asker
from netql.torture.devices import Device
from netql.torture.fields import (
    ACCEPTED,
    CONCLUDED,
    CONNECTED,
    CONNECTIONS,
    INVITATIONS,
    RECEIVED,
    RECEIVING,
    Field,
)
from netql.torture.inviting import Inviting
from netql.torture.listening import Listener
from netql.torture.people import Member
from netql.torture.streaming import Streamer

Address = Callable[[], str]
# How a device hears, and what. As many as share no factor with the devices of a member, so that
# members have them in every combination of neighbours.
_INVITEES: tuple[tuple[type[Device], Field | None], ...] = (
    (Listener, RECEIVING),
    (Listener, INVITATIONS),
    (Streamer, INVITATIONS),
    (Listener, CONNECTIONS),
    (Asker, None),
    (Streamer, CONNECTIONS),
    (Streamer, RECEIVING),
)
_INVITERS: tuple[tuple[type[Device], Field | None], ...] = (
    (Listener, INVITATIONS),
    (Listener, CONNECTIONS),
    (Asker, None),
    (Streamer, INVITATIONS),
    (Streamer, CONNECTIONS),
)
# One in so many invitations comes from an inviter who listens, and is answered; of the others, one
# in so many is.
LISTENING_SHARE = 5
ANSWERED_SHARE = 6
_WAYS = (ACCEPTING, MEETING, DECLINING)


def devices_of(
    to: Address, invitees: Sequence[Member], inviters: Sequence[Member], each: int
) -> list[Device]:
    """So many devices for each invitee and one for each inviter, of every sort in turn."""
    made: list[Device] = []
    for members, sorts, count in ((invitees, _INVITEES, each), (inviters, _INVITERS, 1)):
        turn = cycle(sorts)
        for member in members:
            for _ in range(count):
                sort, field = next(turn)
                made.append(sort(to, member) if field is None else sort(to, member, field))
    return made


def pairs_of(
    inviters: Sequence[Member], heard: Sequence[Member], invitees: Sequence[Member]
) -> Iterator[tuple[Member, Member]]:
    """Who invites whom, in an order by lot; those who are heard as often as LISTENING_SHARE says,
    while there are any left."""
    silent, listening = list(product(inviters, invitees)), list(product(heard, invitees))
    random.shuffle(silent)
    random.shuffle(listening)
    rest = iter(silent)
    for pair in listening:
        yield pair
        yield from islice(rest, LISTENING_SHARE - 1)
    yield from rest


def ways_by_lot(heard: Iterable[Member]) -> Callable[[Sent], Way | None]:
    """How each invitation is answered: those of members who are heard always."""
    listening = {one.key for one in heard}
    turn = cycle(_WAYS)

    def way(sent: Sent) -> Way | None:
        if sent.inviter.key in listening or not random.randrange(ANSWERED_SHARE):
            return next(turn)
        return None

    return way


def all_told(inviting: Inviting, devices: Sequence[Device]) -> Callable[[], bool]:
    """Whether every device has heard what was acknowledged by now, as often as it is asked."""
    answered = {one.sent.invitation_id for one in inviting.answered}
    waiting: defaultdict[UUID, set[str]] = defaultdict(set)
    told: Counter[tuple[UUID, str]] = Counter()
    for sent in inviting.sent:
        if sent.invitation_id not in answered:
            waiting[sent.invitee.key].add(sent.invitation_id)
    for one in inviting.answered:
        inviter, invitee = one.sent.inviter.key, one.sent.invitee.key
        told[invitee, CONCLUDED] += 1
        if one.way.answer == "ACCEPTED":
            told.update(((inviter, ACCEPTED), (inviter, CONNECTED), (invitee, CONNECTED)))

    def heard(device: Device) -> bool:
        key, kinds = device.member.key, Counter(one.kind for one in device.heard)
        if any(kinds[kind] < told[key, kind] for kind in device.hears.kinds - {RECEIVED}):
            return False
        return RECEIVED not in device.hears.kinds or waiting[key] <= {
            one.about for one in device.heard
        }

    left = list(devices)

    def all_heard() -> bool:
        left[:] = [one for one in left if not heard(one)]
        return not left

    return all_heard
