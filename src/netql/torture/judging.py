"""The judge: what was acknowledged and committed, beside what each device heard."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from netql.torture.devices import Device
from netql.torture.inviting import Inviting
from netql.torture.truth import Entry, Truth
from netql.torture.verdict import TOLD, Verdict


def judged(held: Truth, inviting: Inviting, devices: Sequence[Device]) -> Verdict:
    """Lost, doubled, missed, out of order, repeated, forbidden: all of them are to be none."""
    verdict = Verdict()
    figures = _written(verdict, held, inviting) | _heard(verdict, held, devices)
    for said in (inviting.strange, _strange(devices)):
        verdict.wrong += [f"{what} ({times}x)" for what, times in Counter(said).most_common(TOLD)]
    acknowledged = len(inviting.sent) + len(inviting.answered)
    verdict.figures |= {
        "acknowledged": acknowledged,
        "answered": len(inviting.answered),
        "retries": inviting.tries - acknowledged,
        "heard": sum(len(one.heard) for one in devices),
        "sockets": sum(one.sockets for one in devices),
        **figures,
    }
    return verdict


def _written(verdict: Verdict, held: Truth, inviting: Inviting) -> dict[str, object]:
    """Judge what the database holds by what was acknowledged, and the logs by what happened."""
    claimed: list[tuple[str, str | None]] = [(one.invitation_id, None) for one in inviting.sent]
    claimed += [(one.sent.invitation_id, one.way.answer) for one in inviting.answered]
    lost = sum(one not in held.acknowledgeable for one in claimed)
    pairs = Counter((one.inviter, one.invitee) for one in held.invitations.values())
    doubled = sum(times - 1 for times in pairs.values())
    unlogged = len(held.owed - held.logged.keys())
    twice = sum(times - 1 for times in held.logged.values())
    idle = len(held.logged.keys() - held.owed)
    verdict.expect(not lost, f"{lost} acknowledged writes are not in the database")
    verdict.expect(not doubled, f"{doubled} writes were done twice")
    verdict.expect(not unlogged, f"{unlogged} events are not in the log that they belong to")
    verdict.expect(not twice, f"{twice} events were logged twice")
    verdict.expect(not idle, f"{idle} events were logged of what never happened to their member")
    return {"lost_writes": lost, "doubled_writes": doubled + twice}


def _heard(verdict: Verdict, held: Truth, devices: Sequence[Device]) -> dict[str, object]:
    """Judge each device by its member's log from where it began, and by what it is for."""
    missed = repeated = disorder = unknown = forbidden = 0
    for one in devices:
        log = _after(held.logs.get(one.member.key, []), one.member.cursor)
        expected = [entry for entry in log if entry.kind in one.hears.kinds]
        place = {entry: number for number, entry in enumerate(expected)}
        heard = [Entry(event.cursor, event.kind, event.about) for event in one.heard]
        known = [place[entry] for entry in heard if entry in place]
        missed += len(set(held.due(expected)) - set(heard))
        repeated += len(known) - len(set(known))
        disorder += sum(later < earlier for earlier, later in zip(known, known[1:], strict=False))
        unknown += len(heard) - len(known)
        forbidden += sum(
            (one.member.key, entry.kind, entry.about) not in held.owed for entry in heard
        )
    verdict.expect(not missed, f"{missed} events never reached a device")
    verdict.expect(not repeated, f"{repeated} events came twice over one cursor")
    verdict.expect(not disorder, f"{disorder} events came out of order")
    verdict.expect(not unknown, f"{unknown} events came that are in no log that the device follows")
    verdict.expect(not forbidden, f"{forbidden} events came that their member may not be told")
    return {
        "missed": missed,
        "repeated": repeated,
        "out_of_order": disorder,
        "forbidden": forbidden,
    }


def _after(log: list[Entry], cursor: str) -> list[Entry]:
    for place, entry in enumerate(log):
        if entry.cursor == cursor:
            return log[place + 1 :]
    return log


def _strange(devices: Sequence[Device]) -> list[str]:
    return [what for one in devices for what in (*one.strange, *one.unfair_closes())]
