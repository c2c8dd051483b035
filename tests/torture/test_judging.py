"""The judge sees each kind of wrong, and nothing wrong where there is none."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import replace
from uuid import uuid4

import pytest

from netql.torture.answering import ACCEPTING, DECLINING, Answered, Sent
from netql.torture.catching_up import Asker
from netql.torture.devices import Device
from netql.torture.fields import CONNECTIONS, INVITATIONS, RECEIVING, Heard
from netql.torture.inviting import Inviting
from netql.torture.judging import judged
from netql.torture.listening import Listener
from netql.torture.mixing import all_told
from netql.torture.people import Member
from netql.torture.truth import Entry, Invitation, Truth
from netql.torture.verdict import Verdict, percentile


class Play:
    """Ben was invited four times: i1 and i2 wait, Ann's i3 was accepted, Eve's i4 declined. He
    listens with three devices, Ann and Eve with one each."""

    def __init__(self) -> None:
        self.ann, self.eve = Member(uuid4(), "a", "ann"), Member(uuid4(), "e", "eve")
        self.ben, cat, dan = (
            Member(uuid4(), "b", "start"),
            Member(uuid4(), "c"),
            Member(uuid4(), ""),
        )
        moment = time.monotonic()
        self.inviting = Inviting(lambda: "", (), 1.0, tries=6)
        self.inviting.sent = [
            Sent(who, self.ben, f"i{number}", moment, moment)
            for number, who in enumerate((cat, dan, self.ann, self.eve), start=1)
        ]
        answers = zip(self.inviting.sent[2:], (ACCEPTING, DECLINING), strict=True)
        self.inviting.answered = [Answered(sent, way) for sent, way in answers]
        invitations = {
            one.invitation_id: Invitation(one.inviter.key, self.ben.key)
            for one in self.inviting.sent
        }
        invitations["i0"] = Invitation(uuid4(), self.ben.key)
        invitations["i3"] = replace(invitations["i3"], answer="ACCEPTED")
        invitations["i4"] = replace(invitations["i4"], answer="DECLINED")
        sides = {"t1": (self.ben.key, self.ann.key), "t2": (self.ann.key, self.ben.key)}
        self.log = [
            Entry("start", "RECEIVED", "i0"),
            Entry("c1", "RECEIVED", "i1"),
            Entry("c2", "RECEIVED", "i2"),
            Entry("c3", "RECEIVED", "i3"),
            Entry("c4", "CONCLUDED", "i3"),
            Entry("c5", "CONNECTED", "t1"),
            Entry("c6", "RECEIVED", "i4"),
            Entry("c7", "CONCLUDED", "i4"),
        ]
        self.answers = [Entry("a1", "ACCEPTED", "i3"), Entry("a2", "CONNECTED", "t2")]
        self.eves: list[Entry] = []
        logs = {self.ben.key: self.log, self.ann.key: self.answers, self.eve.key: self.eves}
        self.held = Truth(invitations, sides, logs)
        # That i3 came before it was answered, and i4 did not, is a matter of time.
        self.listener = self._device(Listener(lambda: "", self.ben, INVITATIONS), 1, 2, 3, 4, 7)
        self.ties = self._device(Listener(lambda: "", self.ben, CONNECTIONS), 5)
        self.asker = self._device(Asker(lambda: "", self.ben), 1, 2, 4, 5, 7)
        self.anns = Asker(lambda: "", self.ann)
        self.anns.heard = [Heard(one.cursor, one.kind, one.about, 0.0) for one in self.answers]
        self.hers = Listener(lambda: "", self.eve, INVITATIONS)

    def _device(self, device: Device, *places: int) -> Device:
        device.heard = [
            Heard(one.cursor, one.kind, one.about, 0.0) for one in map(self.log.__getitem__, places)
        ]
        return device

    @property
    def devices(self) -> list[Device]:
        return [self.listener, self.ties, self.asker, self.anns, self.hers]

    def judged(self) -> Verdict:
        return judged(self.held, self.inviting, self.devices)


def _lose_a_write(play: Play) -> None:
    del play.held.invitations["i2"]


def _lose_an_answer(play: Play) -> None:
    play.held.invitations["i4"] = replace(play.held.invitations["i4"], answer=None)


def _lose_half_a_tie(play: Play) -> None:
    del play.held.sides["t2"]


def _lose_an_event(play: Play) -> None:
    play.log.pop(2)


def _lose_the_inviters_event(play: Play) -> None:
    del play.answers[0], play.anns.heard[0]


def _double_a_write(play: Play) -> None:
    play.held.invitations["i9"] = play.held.invitations["i1"]


def _double_an_event(play: Play) -> None:
    play.log.append(Entry("c8", "CONNECTED", "t1"))


def _miss(play: Play) -> None:
    del play.listener.heard[0]


def _miss_a_tie(play: Play) -> None:
    play.ties.heard.clear()


def _miss_on_a_page(play: Play) -> None:
    del play.asker.heard[2]


def _repeat(play: Play) -> None:
    play.listener.heard.append(play.listener.heard[-1])


def _turn_round(play: Play) -> None:
    play.anns.heard.reverse()


def _go_back(play: Play) -> None:
    play.listener.heard.insert(0, Heard("start", "RECEIVED", "i0", 0.0))


def _mix_up(play: Play) -> None:
    play.listener.heard[0] = replace(play.listener.heard[0], about="i2")


def _tell_the_wrong_device(play: Play) -> None:
    play.ties.heard.insert(0, play.listener.heard[0])


def _tell_of_a_decline(play: Play) -> None:
    play.eves.append(Entry("e1", "CONCLUDED", "i4"))
    play.hers.heard.append(Heard("e1", "CONCLUDED", "i4", 0.0))


def _log_a_decline(play: Play) -> None:
    play.eves.append(Entry("e1", "CONCLUDED", "i4"))


def _answer_strangely(play: Play) -> None:
    play.inviting.strange.append("a mutation was answered with ['INTERNAL_SERVER_ERROR']")


def _close_strangely(play: Play) -> None:
    play.listener.closes[4500] += 1


def test_what_was_sent_and_heard_holds() -> None:
    verdict = Play().judged()
    assert verdict.wrong == []
    assert verdict.figures["acknowledged"] == 6
    assert verdict.figures["answered"] == 2
    assert verdict.figures["heard"] == 13
    assert verdict.figures["retries"] == 0


UNKNOWN = "1 events came that are in no log that the device follows"


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (_lose_a_write, "1 acknowledged writes are not in the database"),
        (_lose_an_answer, "1 acknowledged writes are not in the database"),
        (_lose_half_a_tie, "1 acknowledged writes are not in the database"),
        (_lose_an_event, "1 events are not in the log that they belong to"),
        (_lose_the_inviters_event, "1 events are not in the log that they belong to"),
        (_double_a_write, "1 writes were done twice"),
        (_double_an_event, "1 events were logged twice"),
        (_miss, "1 events never reached a device"),
        (_miss_a_tie, "1 events never reached a device"),
        (_miss_on_a_page, "1 events never reached a device"),
        (_repeat, "1 events came twice over one cursor"),
        (_turn_round, "1 events came out of order"),
        (_go_back, UNKNOWN),
        (_mix_up, UNKNOWN),
        (_tell_the_wrong_device, UNKNOWN),
        (_tell_of_a_decline, "1 events came that their member may not be told"),
        (_log_a_decline, "1 events were logged of what never happened to their member"),
        (_answer_strangely, "a mutation was answered with ['INTERNAL_SERVER_ERROR'] (1x)"),
        (_close_strangely, "a socket was closed with 4500, 1 times (1x)"),
    ],
)
def test_each_wrong_is_seen(spoil: Callable[[Play], None], said: str) -> None:
    play = Play()
    spoil(play)
    assert said in play.judged().wrong


@pytest.mark.parametrize("spoil", [None, _miss, _miss_a_tie, _miss_on_a_page])
def test_it_is_waited_for_whatever_must_be_heard(spoil: Callable[[Play], None] | None) -> None:
    play = Play()
    if spoil is not None:
        spoil(play)
    assert all_told(play.inviting, play.devices)() is (spoil is None)


@pytest.mark.parametrize(
    ("event", "said"),
    [
        ({"kind": "RECEIVED", "invitation": None}, "without what it is about"),
        ({"kind": "CONNECTED", "connection": None}, "without what it is about"),
        ({"kind": "RESET", "invitation": None}, "kind RESET"),
        (
            {"kind": "RECEIVED", "invitationId": "i1", "invitation": {"id": "i2"}},
            "another invitation than its own",
        ),
        (
            {"kind": "RECEIVED", "invitation": {"id": "i1", "status": "DECLINED"}},
            "with an invitation that is DECLINED",
        ),
    ],
)
def test_an_event_that_does_not_fit_is_strange(event: dict[str, object], said: str) -> None:
    device = Listener(lambda: "", Play().ben, RECEIVING)
    device.take({"cursor": "c1", **event})
    [strange] = device.strange
    assert said in strange
    assert device.heard == []


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
