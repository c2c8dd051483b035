"""gql, the client for Python, tells the demo's story over HTTP and graphql-transport-ws."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from gql import Client, gql
from gql.transport.exceptions import TransportQueryError
from gql.transport.httpx import HTTPXAsyncTransport
from gql.transport.websockets import WebsocketsTransport

from tests.clients.conftest import World

# A client's own patience is five or ten seconds, which a busy machine tries.
_SECONDS = 60
PROFILE = gql("""query($handle: String!) {
  member(by: {handle: $handle}) { id phone hiddenFields viewerRelationship { degree } } }""")
INVITE = gql("""mutation($id: ID!) { sendInvitation(input: {memberId: $id, note: "Hello"}) {
  invitation { id } userErrors { code } } }""")
INVITES = gql("""subscription { invitationReceived {
  cursor invitation { id note inviter { handle phone } } } }""")
ACCEPT = gql("""mutation($id: ID!) { acceptInvitation(input: {invitationId: $id}) {
  member { handle } userErrors { code } } }""")
WITHDRAW = gql("""mutation($id: ID!) { withdrawInvitation(input: {invitationId: $id}) {
  userErrors { code } } }""")


async def test_gql_tells_the_story(world: World) -> None:
    async def run(viewer: str, document: Any, **variables: str) -> Any:
        transport = HTTPXAsyncTransport(
            f"{world.server.url}/graphql",
            headers={"authorization": f"Bearer {world.tokens[viewer]}"},
            verify=False,
            timeout=_SECONDS,
        )
        async with Client(transport=transport, execute_timeout=_SECONDS) as session:
            document.variable_values = variables
            return await session.execute(document)

    ben = (await run("ann", PROFILE, handle="ben"))["member"]
    assert ben["phone"].startswith("+")
    closed = (await run("eve", PROFILE, handle="ben"))["member"]
    assert closed["phone"] is None
    assert "PHONE" in closed["hiddenFields"]

    sockets = WebsocketsTransport(
        world.server.url.replace("http", "ws") + "/graphql",
        init_payload={"authorization": f"Bearer {world.tokens['ben']}"},
        connect_timeout=_SECONDS,
        ack_timeout=_SECONDS,
    )
    async with Client(transport=sockets) as session:
        events = session.subscribe(INVITES)
        first = asyncio.ensure_future(anext(events))
        while not first.done():
            sent = (await run("dan", INVITE, id=ben["id"]))["sendInvitation"]
            await asyncio.wait([first], timeout=0.3)
            if not first.done():
                await run("dan", WITHDRAW, id=sent["invitation"]["id"])
        invitation = first.result()["invitationReceived"]["invitation"]
        assert invitation["inviter"]["handle"] == "dan"
        # What was sent before may have come late: the last comes behind it.
        while invitation["id"] != sent["invitation"]["id"]:
            async with asyncio.timeout(_SECONDS):
                invitation = (await anext(events))["invitationReceived"]["invitation"]

        sent = (await run("eve", INVITE, id=ben["id"]))["sendInvitation"]
        assert sent["userErrors"] == []
        async with asyncio.timeout(_SECONDS):
            invitation = (await anext(events))["invitationReceived"]["invitation"]
        assert invitation["id"] == sent["invitation"]["id"]
        assert invitation["inviter"] == {"handle": "eve", "phone": None}
        accepted = (await run("ben", ACCEPT, id=invitation["id"]))["acceptInvitation"]
        assert accepted == {"member": {"handle": "eve"}, "userErrors": []}
        await events.aclose()

    seen = (await run("eve", PROFILE, handle="ben"))["member"]
    assert seen["phone"] == ben["phone"]
    assert seen["viewerRelationship"] == {"degree": 1}
    with pytest.raises(TransportQueryError) as refused:
        await run("eve", gql("{ nothing }"))
    assert refused.value.errors
    assert refused.value.errors[0]["extensions"]["code"] == "GRAPHQL_VALIDATION_FAILED"
