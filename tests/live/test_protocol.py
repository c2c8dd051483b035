"""Each breach of graphql-transport-ws closes the socket with the code that it has there."""

from __future__ import annotations

from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.routing import WebSocketRoute
from websockets.asyncio.client import connect
from websockets.typing import Subprotocol

from netql.accounts.actions import Accounts
from netql.api.context import Services
from netql.api.schema import create_schema
from netql.api.sockets.door import SocketDoor
from netql.infra.tokens import Signer
from netql.settings import Settings
from tests.live.client import bare_socket, socket_of
from tests.live.inside import served
from tests.live.server import Server

QUERY = "{ __typename }"


def subscribe(**payload: Any) -> dict[str, Any]:
    return {"id": "1", "type": "subscribe", "payload": payload}


async def answers(server: Server) -> None:
    """The server is none the worse for what was sent to it."""
    async with socket_of(server.url, None) as socket:
        assert await socket.run(QUERY) == {"__typename": "Query"}
    assert "a message could not be handled" not in server.log.read_text()


MALFORMED: dict[str, object] = {
    "list": [],
    "null": None,
    "string": "connection_init",
    "number": 1,
    "object without type": {},
    "type null": {"type": None},
    "type list": {"type": []},
    "type unknown": {"type": "shout"},
    "type of the server": {"type": "next", "id": "1", "payload": {}},
    "no id": {"type": "subscribe", "payload": {"query": QUERY}},
    "id list": {**subscribe(query=QUERY), "id": ["1"]},
    "id number": {**subscribe(query=QUERY), "id": 1},
    "id empty": {**subscribe(query=QUERY), "id": ""},
    "complete with id list": {"type": "complete", "id": ["1"]},
    "complete without id": {"type": "complete"},
    "no payload": {"type": "subscribe", "id": "1"},
    "payload string": {"type": "subscribe", "id": "1", "payload": QUERY},
    "payload null": {"type": "subscribe", "id": "1", "payload": None},
    "payload list": {"type": "subscribe", "id": "1", "payload": [QUERY]},
    "no query": subscribe(),
    "query null": subscribe(query=None),
    "query list": subscribe(query=[QUERY]),
    "variables list": subscribe(query=QUERY, variables=[]),
    "variables number": subscribe(query=QUERY, variables=0),
    "variables string": subscribe(query=QUERY, variables="{}"),
    "operationName number": subscribe(query=QUERY, operationName=0),
    "operationName list": subscribe(query=QUERY, operationName=[]),
}


@pytest.mark.parametrize("message", MALFORMED.values(), ids=MALFORMED.keys())
@pytest.mark.parametrize("greeted", [True, False], ids=["after init", "before init"])
async def test_a_malformed_message_closes_with_4400(
    server: Server, message: object, greeted: bool
) -> None:
    async with bare_socket(server.url) as socket:
        if greeted:
            await socket.init()
        await socket.send(message)
        assert await socket.close_code() == 4400
    await answers(server)


FRAMES: dict[str, str | bytes] = {
    "binary": b'{"type":"ping"}',
    "no JSON": "hello",
    "empty": "",
    "half a message": '{"type":"ping"',
    "NaN": '{"type":"ping","payload":{"a":NaN}}',
    "lone surrogate": '{"type":"complete","id":"\\ud800"}',
    "nested": '{"type":"ping","payload":' + "[" * 100_000,
}


@pytest.mark.parametrize("frame", FRAMES.values(), ids=FRAMES.keys())
async def test_a_frame_that_holds_no_message_closes_with_4400(
    server: Server, frame: str | bytes
) -> None:
    async with bare_socket(server.url) as socket:
        await socket.init()
        await socket.connection.send(frame)
        assert await socket.close_code() == 4400
    await answers(server)


async def test_a_message_that_is_too_large_closes_with_1009(server: Server) -> None:
    async with bare_socket(server.url) as socket:
        await socket.init()
        await socket.send({"type": "ping", "payload": {"x": "x" * 300_000}})
        assert await socket.close_code() == 1009
    await answers(server)


@pytest.mark.parametrize("payload", [None, {}, {"authorization": None}, {"other": [1]}])
async def test_who_says_nothing_of_themselves_is_a_guest(server: Server, payload: object) -> None:
    async with bare_socket(server.url) as socket:
        assert (await socket.init(payload))["type"] == "connection_ack"
        assert await socket.run("{ viewer { id } }") == {"viewer": None}


@pytest.mark.parametrize("payload", [[], "x", 1, True, ["authorization", "Bearer x"]])
async def test_an_introduction_that_is_no_object_closes_with_4400(
    server: Server, payload: object
) -> None:
    async with bare_socket(server.url) as socket:
        await socket.send({"type": "connection_init", "payload": payload})
        assert await socket.close_code() == 4400
    await answers(server)


@pytest.mark.parametrize(
    "given",
    ["", "x", "Bearer", "Bearer x", "Bearer " + "x" * 5000, "Bearer a.b.c", "Basic YTpi", 5, []],
)
@pytest.mark.parametrize("name", ["authorization", "Authorization"])
async def test_a_token_that_is_not_good_closes_with_4401(
    server: Server, given: object, name: str
) -> None:
    async with bare_socket(server.url) as socket:
        await socket.send({"type": "connection_init", "payload": {name: given}})
        assert await socket.close_code() == 4401
    await answers(server)


async def test_an_operation_before_the_introduction_closes_with_4401(server: Server) -> None:
    async with bare_socket(server.url) as socket:
        await socket.send(subscribe(query=QUERY))
        assert await socket.close_code() == 4401


async def test_a_second_introduction_closes_with_4429(server: Server) -> None:
    async with socket_of(server.url, None) as socket:
        await socket.send({"type": "connection_init"})
        assert await socket.close_code() == 4429


async def test_an_id_that_is_in_use_closes_with_4409(server: Server) -> None:
    ben = server.member("ben.4409")
    listen = "subscription { invitationReceived { cursor } }"
    async with socket_of(server.url, ben.token) as socket:
        await socket.start(listen, key="same")
        await socket.start(QUERY, key="same")
        assert await socket.close_code() == 4409


async def test_an_id_is_free_again_once_its_operation_is_over(server: Server) -> None:
    async with socket_of(server.url, None) as socket:
        for _ in range(3):
            stream = await socket.start(QUERY, key="same")
            assert await stream.data() == {"__typename": "Query"}
            assert (await stream.frame())["type"] == "complete"


@pytest.mark.parametrize(
    ("payload", "code"),
    [
        ({"query": "query A { __typename }", "operationName": "B"}, "BAD_REQUEST"),
        ({"query": "fragment F on Query { __typename }"}, "BAD_REQUEST"),
        ({"query": ""}, "BAD_REQUEST"),
        (
            {"query": "query A { __typename } query B { __typename }"},
            "OPERATION_RESOLUTION_FAILURE",
        ),
        ({"query": "{"}, "GRAPHQL_PARSE_FAILED"),
        ({"query": "{ nope }"}, "GRAPHQL_VALIDATION_FAILED"),
    ],
)
async def test_a_mistake_in_an_operation_ends_that_operation_with_its_code(
    server: Server, payload: dict[str, Any], code: str
) -> None:
    async with socket_of(server.url, None) as socket:
        for _ in range(2):
            await socket.send(subscribe(**payload))
            frame = await socket.frame_of("1")
            assert frame["type"] == "error"
            assert [error["extensions"]["code"] for error in frame["payload"]] == [code]
        assert await socket.run(QUERY) == {"__typename": "Query"}
    assert "INTERNAL_SERVER_ERROR" not in server.log.read_text()


async def test_completing_what_is_not_there_is_no_breach(server: Server) -> None:
    async with socket_of(server.url, None) as socket:
        await socket.send({"type": "complete", "id": "nothing"})
        await socket.send({"type": "pong"})
        assert await socket.alive()


@pytest.mark.parametrize("offered", [[], ["graphql-ws"], ["soap"]])
async def test_another_protocol_closes_with_4406(server: Server, offered: list[str]) -> None:
    address = server.url.replace("http://", "ws://") + "/graphql"
    subprotocols = [Subprotocol(name) for name in offered]
    async with connect(address, subprotocols=subprotocols or None, proxy=None) as connection:
        await connection.wait_closed()
        assert connection.close_code == 4406


async def test_silence_closes_with_4408(settings: Settings, signer: Signer) -> None:
    services = Services(settings, Accounts(settings, signer))
    # Long enough to introduce oneself in, on any machine.
    door = SocketDoor(create_schema(), services, init_wait=3.0)
    app = Starlette(routes=[WebSocketRoute("/graphql", door)])
    async with served(app) as hasty, bare_socket(hasty.url) as prompt:
        await prompt.init()
        async with bare_socket(hasty.url) as silent:
            assert await silent.close_code() == 4408
        assert await prompt.run(QUERY) == {"__typename": "Query"}
