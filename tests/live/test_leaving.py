"""Whoever signs out or closes the account hears nothing more, on sockets already open."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from netql.accounts import sessions
from netql.accounts.queries import check_live
from netql.accounts.watch import watch
from netql.api.sockets import socket as socket_module
from netql.clock import now
from netql.infra.database import execute
from netql.infra.tokens import Signer
from tests.api import Api
from tests.live.client import SOON, GraphQLSocket, socket_of
from tests.live.inside import INVITATIONS, Live, eventually, listeners, waiting
from tests.live.test_judging import close, signed_up
from tests.people import People, Person

__all__ = ["signed_up"]

SIGN_OUT = "mutation { signOut(input: {}) { clientMutationId } }"


async def _sign_out(api: Api, person: Person, socket: GraphQLSocket) -> None:
    await api.run(SIGN_OUT, as_=person)


async def _sign_out_here(api: Api, person: Person, socket: GraphQLSocket) -> None:
    await socket.run(SIGN_OUT)


async def _close(api: Api, person: Person, socket: GraphQLSocket) -> None:
    await close(api, person)


@pytest.mark.usefixtures("unpolled")
@pytest.mark.parametrize("leaves", [_sign_out, _sign_out_here, _close])
async def test_leaving_closes_open_sockets_with_4403_at_once(
    live: Live,
    people: People,
    api: Api,
    signed_up: Callable[[], Awaitable[Person]],
    leaves: Callable[[Api, Person, GraphQLSocket], Awaitable[None]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Nothing that goes by the clock does it here, but the last words of operations under way: of
    a busy machine the answer to signing out may need a moment more."""
    if leaves is _sign_out_here:
        monkeypatch.setattr(socket_module, "LAST_WORDS", 5.0)
    ben, first, second = await signed_up(), await people.member(), await people.member()
    async with live.invitations(ben) as (socket, stream), live.socket(ben) as idle:
        await people.invite(first, ben)
        await stream.event()
        await leaves(api, ben, socket)
        began = time.monotonic()
        if leaves is not _close:
            await people.invite(second, ben)
        assert [await socket.close_code(), await idle.close_code()] == [4403, 4403]
        assert time.monotonic() - began < SOON
        told = [frame for frame in socket.kept(stream.key) if frame["type"] == "next"]
        assert all(frame["payload"]["data"] is None for frame in told)
        await eventually(lambda: not listeners(ben.key))


async def test_a_subscription_ends_with_its_sign_in_though_nobody_was_told(
    live: Live, people: People
) -> None:
    """As another process ends a session that this one's watch cannot look for."""
    ben, eve = await people.member(), await people.member()
    async with live.invitations(ben) as (socket, stream):
        await execute("UPDATE sessions SET ended_at = $2 WHERE id = $1", ben.session, now())
        await people.invite(eve, ben)
        frame = await stream.frame()
        assert frame["payload"]["data"] is None
        [error] = frame["payload"]["errors"]
        assert error["extensions"]["code"] == "UNAUTHENTICATED"
        assert (await stream.frame())["type"] == "complete"
        await socket.start("{ __typename }")
        assert await socket.close_code() == 4403


async def test_a_look_of_the_watch_closes_the_sockets_of_a_session_that_another_process_ended(
    live: Live, people: People
) -> None:
    ben, eve = await people.member(), await people.member()
    async with live.socket(ben) as socket, live.socket(eve) as other:
        await execute("UPDATE sessions SET ended_at = $2 WHERE id = $1", ben.session, now())
        assert await socket.alive()
        await watch.look()
        assert await socket.close_code() == 4403
        assert await other.alive()


async def test_a_socket_closes_with_4403_when_its_token_expires(
    live: Live, people: People, signer: Signer
) -> None:
    ben = await people.member()
    # Long enough that the socket opens before, on any machine.
    token = Signer(signer._key, timedelta(seconds=5)).sign(ben.key, ben.session)
    expires_at = signer.read(token).expires_at
    async with socket_of(live.url, token, heard=True) as socket, live.socket(ben) as longer:
        stream = await socket.start(INVITATIONS)
        await waiting(ben)
        assert await socket.close_code() == 4403
        assert 0 <= time.time() - expires_at < SOON
        assert socket.kept(stream.key) == []
        await eventually(lambda: not listeners(ben.key))
        assert await longer.alive()


async def test_a_guest_s_socket_has_no_sign_in_that_could_end(
    live: Live, people: People, api: Api
) -> None:
    ben = await people.member()
    async with live.socket(None) as socket:
        await api.run(SIGN_OUT, as_=ben)
        assert await socket.run("{ viewer { id } }") == {"viewer": None}


async def test_signing_out_elsewhere_leaves_other_sign_ins_alone(
    live: Live, people: People, api: Api, signer: Signer
) -> None:
    ben, eve = await people.member(), await people.member()
    session = await sessions.start(ben.key)
    elsewhere = Person(ben.key, ben.handle, ben.name, signer.sign(ben.key, session), session)
    async with live.invitations(ben) as (_, stream):
        await api.run(SIGN_OUT, as_=elsewhere)
        await people.invite(eve, ben)
        assert (await stream.event())["pendingCount"] == 1


async def test_an_event_is_judged_by_what_holds_and_not_by_what_was_known(
    live: Live, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("netql.accounts.watch.SIGHT", 60.0)
    ben, eve = await people.member(), await people.member()
    async with live.invitations(ben) as (_, stream):
        await watch.look()
        await check_live(ben.viewer)
        # As another process does it, so that this one does not see.
        await execute("UPDATE sessions SET ended_at = $2 WHERE id = $1", ben.session, now())
        await people.invite(eve, ben)
        assert watch.knows(ben.session, ben.key)
        told = (await stream.frame())["payload"]
        assert told["data"] is None
        assert [error["extensions"]["code"] for error in told["errors"]] == ["UNAUTHENTICATED"]


async def test_a_guest_cannot_listen(live: Live, people: People) -> None:
    async with live.socket(None) as socket:
        assert await (await socket.start(INVITATIONS)).refusal() == "UNAUTHENTICATED"
        assert await socket.run("{ viewer { id } }") == {"viewer": None}
    ben = await people.member()
    async with live.socket(ben) as socket:
        await socket.start(INVITATIONS)
        await waiting(ben)
