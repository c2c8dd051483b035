"""An event is held between its commit and its delivery, and forbidden meanwhile.

The listener's process stands still while another one commits both: whatever it then sends of the
event was judged after the commit that forbids it.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass

from websockets import ConnectionClosed

from netql.torture.cases.case import Case
from netql.torture.inviting import command, invite
from netql.torture.listening import Listener
from netql.torture.people import Member, gather
from netql.torture.rig import POLL_SECONDS, Rig
from netql.torture.serving import Netql
from netql.torture.verdict import Verdict
from netql.torture.waiting import eventually

BLOCK = "mutation ($id: ID!) { blockMember(input: {memberId: $id}) { userErrors { code } } }"
WITHDRAW = """mutation ($id: ID!) {
  withdrawInvitation(input: {invitationId: $id}) { userErrors { code } } }"""
SIGN_OUT = "mutation { signOut(input: {}) { clientMutationId } }"
# For a poll, and for what the poll finds.
PATIENCE = POLL_SECONDS + 5
CLOSE_SECONDS = 1.0
SIGNED_OUT = frozenset((4401, 4403))


@dataclass(frozen=True, slots=True)
class Scene:
    """One listener, who hears; one inviter, who is forbidden; and a third who is not."""

    listener: Listener
    inviter: Member
    other: Member
    task: asyncio.Task[None]


Forbid = Callable[[Netql, Scene, str], Awaitable[object]]


async def _invitee_blocks(netql: Netql, scene: Scene, _: str) -> object:
    return await command(netql.url, scene.listener.member, BLOCK, id=scene.inviter.id)


async def _inviter_blocks(netql: Netql, scene: Scene, _: str) -> object:
    return await command(netql.url, scene.inviter, BLOCK, id=scene.listener.member.id)


async def _withdraws(netql: Netql, scene: Scene, invitation: str) -> object:
    return await command(netql.url, scene.inviter, WITHDRAW, id=invitation)


async def _signs_out(netql: Netql, scene: Scene, _: str) -> object:
    return await command(netql.url, scene.listener.member, SIGN_OUT)


WAYS: dict[str, Forbid] = {
    "blocked by the invitee": _invitee_blocks,
    "blocked by the inviter": _inviter_blocks,
    "withdrawn": _withdraws,
    "signed out": _signs_out,
}


async def _run(rig: Rig) -> Verdict:
    rig.several_processes()
    acting, hearing = rig.netql(), rig.netql()
    rounds = rig.options.rounds
    crowd = await gather(rig.settings, 2, rounds * len(WAYS))
    verdict = Verdict()
    await acting.start()
    await hearing.start()
    slowest = 0.0
    for number in range(rounds):
        members = crowd.listeners[number * len(WAYS) : (number + 1) * len(WAYS)]
        scenes = [_scene(hearing, member, crowd.inviters) for member in members]
        held = await _held(verdict, acting, hearing, scenes)
        slowest = max(slowest, await _after(verdict, acting, scenes, held))
        for scene in scenes:
            scene.task.cancel()
            with suppress(asyncio.CancelledError):
                await scene.task
    verdict.figures |= {"held": rounds * len(WAYS), "slowest_close_s": slowest}
    return verdict


def _scene(hearing: Netql, member: Member, inviters: Sequence[Member]) -> Scene:
    listener = Listener(lambda: hearing.url, member, stays=True)
    inviter, other = inviters
    return Scene(listener, inviter, other, asyncio.create_task(_once(listener)))


async def _once(listener: Listener) -> None:
    try:
        await listener.listen_once()
    except ConnectionClosed as closed:
        listener.closes[closed.rcvd.code if closed.rcvd is not None else 1006] += 1


async def _held(
    verdict: Verdict, acting: Netql, hearing: Netql, scenes: Sequence[Scene]
) -> list[str]:
    """Commit the invitations and what forbids them, all while nobody can hear; their ids."""
    listening = await eventually(lambda: all(one.listener.listening for one in scenes), PATIENCE)
    verdict.expect(listening is not None, "a listener could not connect")
    # For the server to take the subscription up.
    await asyncio.sleep(0.3)
    hearing.stall()
    try:
        held = [await invite(acting.url, one.inviter, one.listener.member) for one in scenes]
        for scene, invitation, forbid in zip(scenes, held, WAYS.values(), strict=True):
            await forbid(acting, scene, invitation)
        # Short too: whatever a process believes for a second without asking is found out so.
        await asyncio.sleep(random.choice((0.0, random.uniform(0, 1.5))))
    finally:
        hearing.go_on()
    return held


async def _after(
    verdict: Verdict, acting: Netql, scenes: Sequence[Scene], held: Sequence[str]
) -> float:
    """What came of it; how many seconds the socket stayed open after the sign-out."""
    out = scenes[-1]
    closed = await eventually(out.task.done, PATIENCE)
    took = closed if closed is not None else PATIENCE
    verdict.expect(
        closed is None or set(out.listener.closes) <= SIGNED_OUT,
        f"a signed out socket was closed with {sorted(out.listener.closes)}",
    )
    verdict.expect(took <= CLOSE_SECONDS, f"a signed out socket stayed open for {took:.1f} s")
    allowed = [await invite(acting.url, one.other, one.listener.member) for one in scenes[:-1]]
    for scene, invitation in zip(scenes, allowed, strict=False):
        heard = scene.listener.heard
        came = await eventually(lambda ids=heard: bool(ids), PATIENCE)  # type: ignore[misc]
        verdict.expect(
            came is not None and heard[-1].invitation_id == invitation,
            "an invitation that nothing forbids did not come",
        )
    for scene, invitation, way in zip(scenes, held, WAYS, strict=True):
        leaked = any(one.invitation_id == invitation for one in scene.listener.heard)
        verdict.expect(not leaked, f"an invitation came that was {way} before it was judged")
        ended = ["a subscription ended with ['UNAUTHENTICATED']"] if scene is scenes[-1] else []
        verdict.wrong += [what for what in scene.listener.strange if what not in ended]
    return took


CASE = Case(
    "held",
    "a block, a withdrawal, a sign-out between commit and delivery: the event is not sent",
    _run,
)
