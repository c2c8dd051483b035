"""Operations that share a socket do not disturb each other."""

from __future__ import annotations

from tests.live.inside import INVITATIONS, Live, waiting
from tests.people import People

SEND = """mutation Send($id: ID!) { sendInvitation(input: {memberId: $id, note: "Hi"}) {
  invitation { id } userErrors { code } } }"""


async def test_queries_and_mutations_run_beside_a_subscription(live: Live, people: People) -> None:
    ben, eve = await people.member(), await people.member()
    async with live.invitations(ben) as (socket, stream), live.socket(eve) as of_eve:
        assert (await socket.run("{ viewer { handle } }"))["viewer"]["handle"] == ben.handle
        sent = (await of_eve.run(SEND, id=ben.id))["sendInvitation"]
        assert sent["userErrors"] == []
        assert (await stream.event())["invitation"]["id"] == sent["invitation"]["id"]
        accepted = await socket.run(
            "mutation Accept($id: ID!) { acceptInvitation(input: {invitationId: $id}) {"
            " connection { member { handle } } userErrors { code } } }",
            id=sent["invitation"]["id"],
        )
        assert accepted["acceptInvitation"]["connection"]["member"]["handle"] == eve.handle


async def test_a_mistake_in_one_operation_leaves_its_siblings_alive(
    live: Live, people: People
) -> None:
    ben, eve = await people.member(), await people.member()
    async with live.invitations(ben) as (socket, stream):
        assert await (await socket.start("{ viewer {")).refusal() == "GRAPHQL_PARSE_FAILED"
        wrong = await socket.start("{ nothingOfTheKind }")
        assert await wrong.refusal() == "GRAPHQL_VALIDATION_FAILED"
        two = await socket.start("query A { viewer { id } } query B { viewer { id } }")
        assert await two.refusal() == "OPERATION_RESOLUTION_FAILURE"
        assert (await (await socket.start("")).frame())["type"] == "error"
        assert (await (await socket.start("fragment F on Query { __typename }")).frame())[
            "type"
        ] == "error"
        await people.invite(eve, ben)
        assert (await stream.event())["pendingCount"] == 1


async def test_each_of_two_subscriptions_on_a_socket_gets_every_event(
    live: Live, people: People
) -> None:
    ben, first, second = [await people.member() for _ in range(3)]
    async with live.invitations(ben) as (socket, one):
        other = await socket.start(INVITATIONS)
        await waiting(ben, subscriptions=2)
        await people.invite(first, ben)
        assert await one.event() == await other.event()
        await one.complete()
        await waiting(ben, subscriptions=1)
        await people.invite(second, ben)
        assert (await other.event())["pendingCount"] == 2
        assert not socket.kept(one.key)


async def test_a_socket_takes_twenty_operations_and_refuses_one_more_with_an_error(
    live: Live, people: People
) -> None:
    ben, eve = await people.member(), await people.member()
    async with live.socket(ben) as socket:
        streams = [await socket.start(INVITATIONS) for _ in range(20)]
        await waiting(ben, subscriptions=20)
        assert (await (await socket.start(INVITATIONS)).frame())["type"] == "error"
        await people.invite(eve, ben)
        for stream in streams:
            assert (await stream.event())["pendingCount"] == 1
