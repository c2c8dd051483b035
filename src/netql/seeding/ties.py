"""Invents who knows whom: a few know very many, most know some, nearly all know colleagues.

Each newcomer ties to members who joined earlier, mostly colleagues and neighbours, and of those
mostly the ones who have many ties already. Every pair comes up once, with its newer member, so
nothing is ever drawn twice and no table of pairs is kept: memory grows with the ties alone, at a
few bytes each.
"""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from netql.seeding.contacts import (
    Block,
    Entry,
    Invitation,
    Tie,
    block,
    entry,
    invitation,
    tie,
)
from netql.seeding.dice import Dice
from netql.seeding.groups import Groups, groups
from netql.seeding.people import joined_at

USUAL_DEGREE = 30
# How many members a newcomer ties to: share of newcomers, least, most. Fifteen on average, so
# that both ends together make the usual degree; for another the numbers grow or shrink alike.
_WANTED = ((0.15, 1, 3), (0.50, 4, 10), (0.80, 11, 20), (0.95, 21, 40), (1.0, 41, 90))


@dataclass(frozen=True, slots=True)
class Arrival:
    """What a newcomer brings; members are numbers in the order of joining. No pair is in two of
    the lists, but for entries, which may be of connected members too."""

    member: int
    ties: list[Tie]
    invitations: list[Invitation]
    entries: list[Entry]
    blocks: list[Block]


def ties(seed: int, size: int, degree: int = USUAL_DEGREE) -> Iterator[Arrival]:
    """Everything between members, by its newer member, in the order of joining.

    `degree` is how many connections a member has on average, if there are members enough.
    """
    dice = Dice(f"{seed}/ties")
    crowd = _Crowd()
    for member, place in enumerate(groups(seed, size)):
        since = joined_at(member, size)
        # Half of those who were there at most, so that somebody is left to be a stranger.
        wanted = min(_wanted(dice, degree), (member + 1) // 2)
        met: set[int] = set()
        known = crowd.choose(dice, member, place, wanted, met)
        crowd.join(member, place, known)
        invited = crowd.choose(dice, member, place, dice.pick((0, 0, 0, 1, 1, 2, 4)), met)
        shunned = crowd.choose(dice, member, place, int(dice.chance(0.02)), met)
        noted = crowd.choose(dice, member, place, dice.pick((0, 0, 1, 2)), met)
        noted += dice.several(known, dice.below(3)) if known else []
        yield Arrival(
            member,
            [tie(dice, member, other, since) for other in known],
            [invitation(dice, member, other, since, place) for other in invited],
            [entry(dice, member, other, since, place) for other in noted],
            [block(dice, member, other, since) for other in shunned],
        )


def _wanted(dice: Dice, degree: int) -> int:
    roll = dice.roll()
    least, most = next((least, most) for share, least, most in _WANTED if roll < share)
    usual = dice.between(least, most)
    return (usual * degree + USUAL_DEGREE // 2) // USUAL_DEGREE


class _Crowd:
    """Who is there so far. A member stands in each list once, and once more for each tie, so
    that a plain draw favours those with many."""

    def __init__(self) -> None:
        self._colleagues: defaultdict[int, array[int]] = defaultdict(lambda: array("I"))
        self._neighbours: defaultdict[int, array[int]] = defaultdict(lambda: array("I"))
        self._all = array("I")
        self._places: list[Groups] = []

    def choose(
        self, dice: Dice, member: int, place: Groups, count: int, met: set[int]
    ) -> list[int]:
        """Up to `count` earlier members who are not in `met`; they are added to it."""
        chosen: list[int] = []
        for _ in range(count * 3):
            if len(chosen) == count or len(met) >= member:
                break
            other = self._draw(dice, member, place)
            if other != member and other not in met:
                met.add(other)
                chosen.append(other)
        return chosen

    def _draw(self, dice: Dice, member: int, place: Groups) -> int:
        roll = dice.roll()
        if roll < 0.4:
            group = self._colleagues[place.company_at]
        elif roll < 0.6:
            group = self._neighbours[place.city_at]
        elif roll < 0.85:
            group = self._all
        else:
            return dice.below(member)
        return dice.pick(group) if group else dice.below(member)

    def join(self, member: int, place: Groups, known: list[int]) -> None:
        self._places.append(place)
        self._note(member, 1 + len(known))
        for other in known:
            self._note(other, 1)

    def _note(self, member: int, times: int) -> None:
        place, again = self._places[member], [member] * times
        self._colleagues[place.company_at].extend(again)
        self._neighbours[place.city_at].extend(again)
        self._all.extend(again)
