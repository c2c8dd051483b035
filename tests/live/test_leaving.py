"""Whoever signs out or closes the account hears nothing more, on sockets already open."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from netql.accounts import sessions
from netql.infra.tokens import Signer
from tests.api import Api
from tests.live.client import GraphQLSocket, Stream
from tests.live.inside import INVITATIONS, Live, eventually, listeners, waiting
from tests.live.test_judging import close, signed_up
from tests.people import People, Person

__all__ = ["signed_up"]

SIGN_OUT = "mutation { signOut(input: {}) { clientMutationId } }"


async def ended(stream: Stream) -> None:
    """The subscription says why it ends, and ends; nothing else comes before."""
    frame = await stream.frame()
    errors: Any = frame["payload"] if frame["type"] == "error" else frame["payload"]["errors"]
    assert [error["extensions"]["code"] for error in errors] == ["UNAUTHENTICATED"]
    assert frame["type"] == "error" or frame["payload"]["data"] is None
    if frame["type"] != "error":
        assert (await stream.frame())["type"] == "complete"


async def _sign_out(api: Api, person: Person, socket: GraphQLSocket) -> None:
    await api.run(SIGN_OUT, as_=person)


async def _sign_out_here(api: Api, person: Person, socket: GraphQLSocket) -> None:
    await socket.run(SIGN_OUT)


async def _close(api: Api, person: Person, socket: GraphQLSocket) -> None:
    await close(api, person)


@pytest.mark.parametrize("leaves", [_sign_out, _sign_out_here, _close])
@pytest.mark.parametrize("invited", [True, False], ids=["next event", "next poll"])
async def test_leaving_ends_an_open_subscription(
    live: Live,
    people: People,
    api: Api,
    signed_up: Callable[[], Awaitable[Person]],
    leaves: Callable[[Api, Person, GraphQLSocket], Awaitable[None]],
    invited: bool,
) -> None:
    ben, first, second = await signed_up(), await people.member(), await people.member()
    async with live.invitations(ben) as (socket, stream):
        await people.invite(first, ben)
        await stream.event()
        await leaves(api, ben, socket)
        if invited and leaves is not _close:
            await people.invite(second, ben)
        await ended(stream)
        await eventually(lambda: not listeners(ben.key))
        await socket.start("{ __typename }")
        assert await socket.close_code() == 4401


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


async def test_a_guest_cannot_listen(live: Live, people: People) -> None:
    async with live.socket(None) as socket:
        assert await (await socket.start(INVITATIONS)).refusal() == "UNAUTHENTICATED"
        assert await socket.run("{ viewer { id } }") == {"viewer": None}
    ben = await people.member()
    async with live.socket(ben) as socket:
        await socket.start(INVITATIONS)
        await waiting(ben)
