"""The judge: what was acknowledged and committed, beside what each device heard."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from netql import ids
from netql.connections.events import INVITATION_RECEIVED
from netql.infra.database import connected, fetch
from netql.settings import Settings
from netql.torture.inviting import Inviting
from netql.torture.listening import Listener
from netql.torture.verdict import TOLD, Verdict


@dataclass(frozen=True, slots=True)
class Truth:
    """What the database holds: the invitations; how many each inviter sent each invitee; and of
    each member's log, in order, cursors and invitations."""

    invitations: set[str]
    pairs: Counter[tuple[UUID, UUID]]
    logs: dict[UUID, list[tuple[str, str]]]


async def truth(settings: Settings) -> Truth:
    """Read it. Whatever serves a SQLite database must have ended."""
    async with connected(settings):
        sent = await fetch("SELECT id, inviter_id, invitee_id FROM invitations")
        events = await fetch(
            "SELECT member_id, cursor, subject_id FROM events"
            " WHERE kind = $1 ORDER BY member_id, number",
            INVITATION_RECEIVED,
        )
    logs: defaultdict[UUID, list[tuple[str, str]]] = defaultdict(list)
    for row in events:
        told = (row["cursor"], ids.encode("Invitation", row["subject_id"]))
        logs[row["member_id"]].append(told)
    return Truth(
        {ids.encode("Invitation", row["id"]) for row in sent},
        Counter((row["inviter_id"], row["invitee_id"]) for row in sent),
        logs,
    )


def judged(held: Truth, inviting: Inviting, listeners: Sequence[Listener]) -> Verdict:
    """Lost, doubled, out of order, repeated: all of them are to be none."""
    verdict = Verdict()
    kept = held.invitations & {told for log in held.logs.values() for _, told in log}
    lost = [one for one in inviting.sent if one.invitation_id not in kept]
    doubled = sum(times - 1 for times in held.pairs.values())
    verdict.expect(not lost, f"{len(lost)} acknowledged writes are not in the database")
    verdict.expect(not doubled, f"{doubled} writes were done twice")
    missed = repeated = disorder = unknown = 0
    for one in listeners:
        expected = _after(held.logs[one.member.key], one.member.cursor)
        place = {told: number for number, told in enumerate(expected)}
        heard = [(event.cursor, event.invitation_id) for event in one.heard]
        known = [place[told] for told in heard if told in place]
        missed += len(expected) - len(set(known))
        repeated += len(known) - len(set(known))
        disorder += sum(later < earlier for earlier, later in zip(known, known[1:], strict=False))
        unknown += len(heard) - len(known)
    verdict.expect(not missed, f"{missed} events never reached a device")
    verdict.expect(not repeated, f"{repeated} events came twice over one cursor")
    verdict.expect(not disorder, f"{disorder} events came out of order")
    verdict.expect(not unknown, f"{unknown} events came that are in nobody's log")
    for said in (inviting.strange, _strange(listeners)):
        verdict.wrong += [f"{what} ({times}x)" for what, times in Counter(said).most_common(TOLD)]
    verdict.figures |= {
        "acknowledged": len(inviting.sent),
        "retries": inviting.tries - len(inviting.sent),
        "heard": sum(len(one.heard) for one in listeners),
        "sockets": sum(one.sockets for one in listeners),
        "lost_writes": len(lost),
        "doubled_writes": doubled,
        "missed": missed,
        "repeated": repeated,
        "out_of_order": disorder,
    }
    return verdict


def _after(log: list[tuple[str, str]], cursor: str) -> list[tuple[str, str]]:
    for place, (found, _) in enumerate(log):
        if found == cursor:
            return log[place + 1 :]
    return log


def _strange(listeners: Sequence[Listener]) -> list[str]:
    return [what for one in listeners for what in (*one.strange, *one.unfair_closes())]
