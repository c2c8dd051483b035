"""An event is held between its commit and its delivery, and forbidden meanwhile.

The listener's process stands still while another one commits both: whatever it then sends of the
event was judged after the commit that forbids it.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Sequence
from dataclasses import dataclass

from netql.torture.acting import invite
from netql.torture.cases.case import Case
from netql.torture.forbidding import WAYS, Held, Way
from netql.torture.listening import Listener
from netql.torture.people import Member, gather
from netql.torture.rig import POLL_SECONDS, Rig
from netql.torture.serving import Netql
from netql.torture.verdict import Verdict
from netql.torture.waiting import eventually

# For a poll, and for what the poll finds.
PATIENCE = POLL_SECONDS + 5
CLOSE_SECONDS = 1.0
SIGNED_OUT = frozenset((4401, 4403))
ENDED = "invitationReceived ended with ['UNAUTHENTICATED']"


@dataclass(frozen=True, slots=True)
class Scene:
    """One listener, who hears; one inviter, who is forbidden, and how."""

    way: Way
    listener: Listener
    inviter: Member
    task: asyncio.Task[None]


async def _run(rig: Rig) -> Verdict:
    rig.several_processes()
    # A refresh token that comes twice has no grace.
    acting, hearing = (rig.netql(refresh_grace_seconds="0") for _ in range(2))
    rounds = rig.options.rounds
    crowd = await gather(rig.settings, rounds * len(WAYS) + 1, rounds * len(WAYS))
    # A password is slow to hash, so only those have one who need it.
    ends, leaves = sum(way.ends for way in WAYS), sum(way.leaves for way in WAYS)
    holders = await gather(rig.settings, rounds * leaves, rounds * ends, accounts=True)
    other, *inviters = crowd.inviters
    # With an account (True), or without.
    invitees_by = {False: iter(crowd.listeners), True: iter(holders.listeners)}
    inviters_by = {False: iter(inviters), True: iter(holders.inviters)}
    verdict = Verdict()
    await acting.start()
    await hearing.start()
    slowest = 0.0
    for _ in range(rounds):
        scenes = [
            _scene(hearing, way, next(invitees_by[way.ends]), next(inviters_by[way.leaves]))
            for way in WAYS
        ]
        held = await _held(verdict, acting, hearing, scenes)
        slowest = max(slowest, await _closed(verdict, scenes))
        await _after(verdict, acting, other, scenes, held)
        for scene in scenes:
            scene.task.cancel()
        await asyncio.gather(*(scene.task for scene in scenes), return_exceptions=True)
    verdict.figures |= {"held": rounds * len(WAYS), "slowest_close_s": slowest}
    return verdict


def _scene(hearing: Netql, way: Way, invitee: Member, inviter: Member) -> Scene:
    listener = Listener(lambda: hearing.url, invitee, stays=True)
    return Scene(way, listener, inviter, asyncio.create_task(listener.listen_once()))


async def _held(
    verdict: Verdict, acting: Netql, hearing: Netql, scenes: Sequence[Scene]
) -> list[Held]:
    """Commit the invitations and what forbids them, all while nobody can hear."""
    listening = await eventually(lambda: all(one.listener.listening for one in scenes), PATIENCE)
    verdict.expect(listening is not None, "a listener could not connect")
    # For the server to take the subscription up.
    await asyncio.sleep(0.3)
    hearing.stall()
    try:
        held = []
        for scene in scenes:
            invitee = scene.listener.member
            invitation_id = await invite(acting.url, scene.inviter, invitee)
            held.append(Held(scene.inviter, invitee, invitation_id))
        for scene, one in zip(scenes, held, strict=True):
            await scene.way.forbid(acting.url, one)
        # Short too: whatever a process believes for a second without asking is found out so.
        await asyncio.sleep(random.choice((0.0, random.uniform(0, 1.5))))
    finally:
        hearing.go_on()
    return held


async def _closed(verdict: Verdict, scenes: Sequence[Scene]) -> float:
    """After how many seconds the last socket was closed of those whose sign-in has ended."""
    over = [scene for scene in scenes if scene.way.ends]
    closed = await eventually(lambda: all(scene.task.done() for scene in over), PATIENCE)
    took = closed if closed is not None else PATIENCE
    verdict.expect(took <= CLOSE_SECONDS, f"a socket stayed open for {took:.1f} s without sign-in")
    for scene in over:
        codes = set(scene.listener.closes)
        verdict.expect(
            codes <= SIGNED_OUT, f"a socket without sign-in was closed with {sorted(codes)}"
        )
    return took


async def _after(
    verdict: Verdict, acting: Netql, other: Member, scenes: Sequence[Scene], held: Sequence[Held]
) -> None:
    """What came of it: of those who may still hear nothing but what somebody else sent them."""
    waiting = [scene.listener for scene in scenes if not scene.way.ends]
    allowed = [await invite(acting.url, other, one.member) for one in waiting]
    for listener, invitation in zip(waiting, allowed, strict=True):
        came = await eventually(lambda events=listener.heard: bool(events), PATIENCE)  # type: ignore[misc]
        verdict.expect(
            came is not None and listener.heard[-1].about == invitation,
            "an invitation that nothing forbids did not come",
        )
    for scene, one in zip(scenes, held, strict=True):
        leaked = any(event.about == one.invitation_id for event in scene.listener.heard)
        verdict.expect(not leaked, f"an invitation came that was {scene.way.said}")
        ended = {ENDED} if scene.way.ends else set()
        verdict.wrong += [what for what in scene.listener.strange if what not in ended]


CASE = Case(
    "held",
    "a block, a withdrawal, the end of a sign-in or of an account between commit and delivery:"
    " the event is not sent",
    _run,
)
