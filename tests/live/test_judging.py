"""Every event is judged as it is sent, in a context of its own.

What may not be seen by then is not sent at all: no empty event stands in for it.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

import pytest

from netql import ids
from netql.connections import actions as inviting
from netql.infra.tokens import Signer
from netql.members import actions as members
from netql.privacy.audience import Audience
from netql.privacy.fields import ProfileField
from netql.safety import actions as safety
from tests.api import Api
from tests.live.client import GraphQLSocket
from tests.live.inside import Live, waiting
from tests.people import People, Person

PASSWORD = "long enough"


@pytest.fixture
def signed_up(api: Api, signer: Signer, people: People) -> Callable[[], Awaitable[Person]]:
    """Makes somebody with a password, who can close the account."""

    async def make() -> Person:
        handle = (await people.member("Lea Last")).handle + "x"
        made = await api.run(
            "mutation Up($input: SignUpInput!) { signUp(input: $input) { accessToken } }",
            input={"handle": handle, "name": "Lea Last", "password": PASSWORD},
        )
        token = made["signUp"]["accessToken"]
        claims = signer.read(token)
        return Person(claims.member_id, handle, "Lea Last", token, claims.session_id)

    return make


async def close(api: Api, person: Person) -> None:
    closed = await api.run(
        "mutation Close($input: CloseAccountInput!)"
        " { closeAccount(input: $input) { userErrors { code } } }",
        as_=person,
        input={"password": PASSWORD},
    )
    assert closed["closeAccount"]["userErrors"] == []


async def _nothing(api: Api, inviter: Person, invitee: Person, invitation: UUID) -> None:
    pass


async def _withdrawn(api: Api, inviter: Person, invitee: Person, invitation: UUID) -> None:
    await inviting.withdraw_invitation(inviter.viewer, invitation)


async def _blocked_by_invitee(api: Api, inviter: Person, invitee: Person, _: UUID) -> None:
    await safety.block_member(invitee.viewer, inviter.key)


async def _blocked_by_inviter(api: Api, inviter: Person, invitee: Person, _: UUID) -> None:
    await safety.block_member(inviter.viewer, invitee.key)


async def _blocked_and_unblocked(api: Api, inviter: Person, invitee: Person, _: UUID) -> None:
    block = await safety.block_member(invitee.viewer, inviter.key)
    await safety.unblock_member(invitee.viewer, block)


async def _closed(api: Api, inviter: Person, invitee: Person, _: UUID) -> None:
    await close(api, inviter)


async def _declined(api: Api, inviter: Person, invitee: Person, invitation: UUID) -> None:
    await inviting.decline_invitation(invitee.viewer, invitation)


@pytest.mark.parametrize(
    ("happens", "sent"),
    [
        (_nothing, True),
        (_withdrawn, False),
        (_declined, False),
        (_blocked_by_invitee, False),
        (_blocked_by_inviter, False),
        (_blocked_and_unblocked, False),
        (_closed, False),
    ],
)
async def test_an_invitation_that_is_over_before_it_is_judged_is_not_sent(
    live: Live,
    people: People,
    api: Api,
    signed_up: Callable[[], Awaitable[Person]],
    happens: Callable[[Api, Person, Person, UUID], Awaitable[None]],
    sent: bool,
) -> None:
    ben, herald, eve = await people.member(), await people.member(), await people.member()
    inviter = await signed_up()
    async with live.invitations(ben) as (_, stream):
        await people.invite(herald, ben)
        cursor = (await stream.event())["cursor"]
    invitation = await people.invite(inviter, ben, "Before it is judged")
    await happens(api, inviter, ben, invitation)
    await people.invite(eve, ben, "Afterwards")
    async with live.invitations(ben, after=cursor) as (_, stream):
        first = await stream.event()
        if sent:
            assert first["invitation"]["id"] == ids.encode("Invitation", invitation)
            assert first["pendingCount"] == 3
            first = await stream.event()
        assert first["invitation"]["note"] == "Afterwards"
        assert first["pendingCount"] == (3 if sent else 2)


TIES = """{ viewer { connections { totalCount nodes { member { handle phone } } } } }"""

EVENT_WITH_TIES = """subscription {
  invitationReceived { cursor invitation { invitee {
    connections { totalCount nodes { member { handle phone } } } } } }
}"""


async def _audience(owner: Person, viewer: Person) -> None:
    await members.set_field_audience(owner.viewer, ProfileField.PHONE, Audience.ONLY_ME)


async def _removal(owner: Person, viewer: Person) -> None:
    await inviting.remove_connection(owner.viewer, viewer.key)


async def _block(owner: Person, viewer: Person) -> None:
    await safety.block_member(owner.viewer, viewer.key)


def _ties(connections: Any) -> list[tuple[str, str | None]]:
    nodes = connections["nodes"]
    assert connections["totalCount"] == len(nodes)
    return [(node["member"]["handle"], node["member"]["phone"]) for node in nodes]


@pytest.mark.parametrize(
    ("change", "stays"), [(_audience, True), (_removal, False), (_block, False)]
)
async def test_the_next_event_and_the_next_query_on_an_open_socket_know_of_a_change(
    live: Live,
    people: People,
    change: Callable[[Person, Person], Awaitable[None]],
    stays: bool,
) -> None:
    eve, first, second = [await people.member() for _ in range(3)]
    ben = await people.member("Ben Brook", phone="+4930901822")
    await people.connect(ben, eve)

    async def both(socket: GraphQLSocket, inviter: Person) -> None:
        await people.invite(inviter, eve)
        event = (await stream.event())["invitation"]["invitee"]["connections"]
        query = (await socket.run(TIES))["viewer"]["connections"]
        assert _ties(event) == _ties(query) == expected

    async with live.socket(eve) as socket:
        stream = await socket.start(EVENT_WITH_TIES)
        await waiting(eve)
        expected: list[tuple[str, str | None]] = [(ben.handle, "+4930901822")]
        await both(socket, first)
        await change(ben, eve)
        expected = [(ben.handle, None)] if stays else []
        await both(socket, second)


async def test_a_query_on_an_open_socket_forgets_what_it_saw_of_a_former_connection(
    live: Live, people: People
) -> None:
    eve, ben = await people.member(), await people.member("Ben Brook", phone="+4930901823")
    await people.connect(ben, eve)
    query = "query Phone($id: ID!) { node(id: $id) { ... on Member { phone } } }"
    async with live.socket(eve) as socket:
        assert (await socket.run(query, id=ben.id))["node"] == {"phone": "+4930901823"}
        await _removal(ben, eve)
        assert (await socket.run(query, id=ben.id))["node"] == {"phone": None}
        await _block(ben, eve)
        assert (await socket.run(query, id=ben.id))["node"] is None
