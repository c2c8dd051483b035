"""Who knows whom: drawn once per pair, in a power law, and the same each time."""

from __future__ import annotations

import hashlib
from functools import cache
from statistics import mean, median

import pytest

from netql.seeding.dice import TODAY
from netql.seeding.people import joined_at
from netql.seeding.ties import Arrival, ties
from tests.execution import ONCE

pytestmark = ONCE

SIZE = 3000
# Changes only together with what a seed means.
GOLDEN_DIGEST = "38bc5ebf7156aae776dbe59813ff2b4d557411460bfc0db3d360d103a0c429a2"


@cache
def arrivals() -> list[Arrival]:
    return list(ties(3, SIZE))


def pairs() -> list[frozenset[int]]:
    """Everybody's ties, invitations and blocks, each as its two ends."""
    return [
        frozenset(ends)
        for arrival in arrivals()
        for ends in (
            *((tie.member, tie.other) for tie in arrival.ties),
            *((sent.inviter, sent.invitee) for sent in arrival.invitations),
            *((block.blocker, block.blocked) for block in arrival.blocks),
        )
    ]


def degrees() -> list[int]:
    held = [0] * SIZE
    for arrival in arrivals():
        for tie in arrival.ties:
            held[tie.member] += 1
            held[tie.other] += 1
    return held


def test_the_same_seed_gives_the_same_ties() -> None:
    assert list(ties(3, 400)) == list(ties(3, 400))
    assert list(ties(4, 50)) != list(ties(3, 50))


def test_a_seed_means_the_same_for_ever() -> None:
    assert hashlib.sha256(repr(list(ties(7, 20))).encode()).hexdigest() == GOLDEN_DIGEST


def test_no_pair_comes_up_twice_and_nobody_meets_themselves() -> None:
    drawn = pairs()
    assert all(len(pair) == 2 for pair in drawn)
    assert len(set(drawn)) == len(drawn)
    assert all(0 <= end < SIZE for pair in drawn for end in pair)


def test_a_few_know_very_many() -> None:
    held = degrees()
    assert 25 < mean(held) < 35
    assert max(held) > 8 * median(held)
    assert sum(count <= 10 for count in held) > SIZE / 10


def test_colleagues_and_strangers_are_both_known() -> None:
    drawn = [sent for arrival in arrivals() for sent in arrival.invitations]
    assert 0.6 < sum(sent.open and sent.answer is None for sent in drawn) / len(drawn) < 0.9
    assert {sent.answer for sent in drawn} == {None, "DECLINED"}
    assert any(sent.withdrawn_at for sent in drawn)
    assert any(sent.open and sent.expires_at < TODAY for sent in drawn)
    assert any(sent.note for sent in drawn)
    assert all(len(sent.note or "") <= 300 for sent in drawn)


def test_an_invitation_has_one_end_at_most() -> None:
    for arrival in arrivals():
        for sent in arrival.invitations:
            assert (sent.answer is None) == (sent.answered_at is None)
            assert sent.withdrawn_at is None or (sent.answer is None and not sent.open)
            assert sent.sent_at < sent.expires_at


def test_nothing_happened_before_both_were_there_or_after_today() -> None:
    for arrival in arrivals():
        since = joined_at(arrival.member, SIZE)
        moments = [tie.connected_at for tie in arrival.ties]
        moments += [sent.sent_at for sent in arrival.invitations]
        moments += [entry.created_at for entry in arrival.entries]
        moments += [block.blocked_at for block in arrival.blocks]
        assert all(since <= moment <= TODAY for moment in moments)


def test_an_entry_is_made_once_and_never_across_a_block() -> None:
    entries = [(e.owner, e.member) for arrival in arrivals() for e in arrival.entries]
    assert len(set(entries)) == len(entries)
    blocks = [frozenset((b.blocker, b.blocked)) for a in arrivals() for b in a.blocks]
    assert blocks
    assert not {frozenset(entry) for entry in entries} & set(blocks)


def test_ids_of_connections_tell_nothing() -> None:
    keys = [
        key for arrival in arrivals() for tie in arrival.ties for key in (tie.id, tie.mirror_id)
    ]
    assert len(set(keys)) == len(keys)
    assert {key.version for key in keys} == {4}


@pytest.mark.parametrize("degree", [10, 50, 80])
def test_a_network_is_as_dense_as_was_asked(degree: int) -> None:
    held = sum(len(arrival.ties) for arrival in ties(3, SIZE, degree))
    assert 0.8 < 2 * held / SIZE / degree < 1.2


@pytest.mark.parametrize("size", range(6))
def test_the_smallest_networks_work(size: int) -> None:
    few = list(ties(1, size))
    assert [arrival.member for arrival in few] == list(range(size))
    assert sum(len(arrival.ties) for arrival in few) <= size * (size - 1) // 2
