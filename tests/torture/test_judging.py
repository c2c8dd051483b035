"""The judge sees each kind of wrong, and nothing wrong where there is none."""

from __future__ import annotations

import math
import time
from collections import Counter
from collections.abc import Callable
from uuid import uuid4

import pytest

from netql.torture.inviting import Inviting, Sent
from netql.torture.judging import Truth, judged
from netql.torture.listening import Heard, Listener
from netql.torture.people import Member
from netql.torture.verdict import Verdict, percentile


class Play:
    """Two invitations to one member, who heard both on one device."""

    def __init__(self) -> None:
        ann, eve = Member(uuid4(), "a"), Member(uuid4(), "e")
        ben = Member(uuid4(), "b", "start")
        moment = time.monotonic()
        self.inviting = Inviting(lambda: "", (), 1.0, tries=2)
        self.inviting.sent = [
            Sent(who, ben, f"i{number}", moment, moment, 1)
            for number, who in enumerate((ann, eve), start=1)
        ]
        self.log = [("start", "i0"), ("c1", "i1"), ("c2", "i2")]
        self.held = Truth(
            {"i0", "i1", "i2"}, Counter({(ann.key, ben.key): 1, (eve.key, ben.key): 1}), {}
        )
        self.held.logs[ben.key] = self.log
        self.listener = Listener(lambda: "", ben)
        self.listener.heard = [Heard("c1", "i1", moment), Heard("c2", "i2", moment)]

    def judged(self) -> Verdict:
        return judged(self.held, self.inviting, [self.listener])


def _lose_a_write(play: Play) -> None:
    play.held.invitations.discard("i2")


def _lose_an_event(play: Play) -> None:
    play.log.pop()
    play.listener.heard.pop()


def _double_a_write(play: Play) -> None:
    play.held.pairs[next(iter(play.held.pairs))] += 1


def _miss(play: Play) -> None:
    del play.listener.heard[0]


def _repeat(play: Play) -> None:
    play.listener.heard.append(play.listener.heard[-1])


def _turn_round(play: Play) -> None:
    play.listener.heard.reverse()


def _go_back(play: Play) -> None:
    play.listener.heard.insert(0, Heard("start", "i0", 0.0))


def _mix_up(play: Play) -> None:
    play.listener.heard[0] = Heard("c1", "i9", 0.0)


def _answer_strangely(play: Play) -> None:
    play.inviting.strange.append("a mutation was answered with ['INTERNAL_SERVER_ERROR']")


def _close_strangely(play: Play) -> None:
    play.listener.closes[4500] += 1


def test_what_was_sent_and_heard_holds() -> None:
    verdict = Play().judged()
    assert verdict.wrong == []
    assert verdict.figures["acknowledged"] == verdict.figures["heard"] == 2
    assert verdict.figures["retries"] == 0


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (_lose_a_write, "1 acknowledged writes are not in the database"),
        (_lose_an_event, "1 acknowledged writes are not in the database"),
        (_double_a_write, "1 writes were done twice"),
        (_miss, "1 events never reached a device"),
        (_repeat, "1 events came twice over one cursor"),
        (_turn_round, "1 events came out of order"),
        (_go_back, "1 events came that are in nobody's log"),
        (_mix_up, "1 events came that are in nobody's log"),
        (_answer_strangely, "a mutation was answered with ['INTERNAL_SERVER_ERROR'] (1x)"),
        (_close_strangely, "a socket was closed with 4500, 1 times (1x)"),
    ],
)
def test_each_wrong_is_seen(spoil: Callable[[Play], None], said: str) -> None:
    play = Play()
    spoil(play)
    assert said in play.judged().wrong


def test_figures_stand_in_one_line() -> None:
    verdict = Verdict(figures={"lost": 0, "p99_ms": 12.3456})
    assert verdict.line("case") == "case: holds lost=0 p99_ms=12.3"
    verdict.expect(False, "one\nthing")
    assert verdict.line("case") == "case: FAILS lost=0 p99_ms=12.3"


def test_a_percentile_is_a_value_that_was_measured() -> None:
    values = [float(number) for number in range(1, 101)]
    assert (percentile(values, 0.5), percentile(values, 0.99)) == (50.0, 99.0)
    assert percentile([7.0], 0.99) == 7.0
    assert math.isnan(percentile([], 0.5))
