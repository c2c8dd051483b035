"""Whom a request counts for behind proxies: `netql serve` told whose X-Forwarded-For to believe.

`{ rateLimit { used } }` costs two points once its text is known, so it tells how often an address
has asked.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from websockets.asyncio.client import connect
from websockets.typing import Subprotocol

from tests.conftest import DATABASE
from tests.live.client import PATIENCE, GraphQLSocket
from tests.live.server import Server, running
from tests.processes import command, environment

TEXT = "{ rateLimit { used } }"
PROXY, STRANGER = "127.0.0.1", "127.0.0.2"


@pytest.fixture
def serving(
    request: pytest.FixtureRequest, new_database: Callable[[], str], tmp_path: Path
) -> Iterator[Server]:
    env = environment(new_database(), tmp_path, trusted_proxies=request.param)
    if DATABASE != "sqlite":
        command(env, tmp_path, "migrate")
    with running(env, tmp_path, "serve") as server:
        # The first to send the text pays for it: nobody who is counted below.
        assert asked(server, "198.51.100.250") > 2
        yield server


def asked(server: Server, *said: str, by: str = PROXY) -> int:
    """Ask from that address, with these X-Forwarded-For headers; what the caller has spent."""
    transport = httpx.HTTPTransport(local_address=by, verify=False)
    headers = [("x-forwarded-for", one) for one in said]
    with httpx.Client(transport=transport, timeout=PATIENCE) as client:
        response = client.post(f"{server.url}/graphql", json={"query": TEXT}, headers=headers)
    used: int = response.json()["data"]["rateLimit"]["used"]
    return used


def asked_on_a_socket(server: Server, said: str) -> int:
    async def run() -> int:
        async with connect(
            server.url.replace("http://", "ws://") + "/graphql",
            subprotocols=[Subprotocol("graphql-transport-ws")],
            additional_headers={"x-forwarded-for": said},
            proxy=None,
        ) as connection:
            socket = GraphQLSocket(connection)
            assert (await socket.init())["type"] == "connection_ack"
            return int((await socket.run(TEXT))["rateLimit"]["used"])

    return asyncio.run(run())


@pytest.mark.parametrize("serving", ["127.0.0.1,10.0.0.0/8"], indirect=True)
def test_what_a_trusted_proxy_says_is_whom_a_guest_counts_for(serving: Server) -> None:
    ann, ben = "198.51.100.1", "198.51.100.2"
    assert asked(serving, ann) == 2
    assert asked(serving, ben) == 2
    # What came with the request stands left of what the proxy added, and may be made up.
    assert asked(serving, f"203.0.113.9, {ann}") == 4
    assert asked(serving, "203.0.113.9", ann) == 6
    assert asked(serving, "203.0.113.9") == 2
    # Through two proxies, and with the caller's port.
    assert asked(serving, f"{ann}, 10.1.2.3") == 8
    assert asked(serving, f"{ann}:4711") == 10
    # A household has a network of IPv6.
    assert asked(serving, "2001:db8:0:1::1") == 2
    assert asked(serving, "2001:db8:0:1:ffff::2") == 4
    assert asked(serving, "2001:db8:0:2::1") == 2
    # On a socket it is the same caller.
    assert asked_on_a_socket(serving, ann) == 12
    assert asked(serving, ann) == 14
    assert asked(serving, ben) == 4


@pytest.mark.parametrize("serving", ["127.0.0.1,10.0.0.0/8"], indirect=True)
def test_what_anybody_else_says_is_not_believed(serving: Server) -> None:
    for times, said in enumerate(("198.51.100.7", "198.51.100.8", "127.0.0.1", "10.1.2.3"), 1):
        assert asked(serving, said, by=STRANGER) == 2 * times
    assert asked(serving, "198.51.100.7") == 2
    assert asked(serving, STRANGER) == 10


@pytest.mark.parametrize("serving", [""], indirect=True)
def test_where_no_proxy_is_trusted_nobody_is_believed(serving: Server) -> None:
    before = asked(serving)
    for times, said in enumerate(("198.51.100.7", "198.51.100.8"), 1):
        assert asked(serving, said) == before + 2 * times
    assert asked(serving, "198.51.100.7", by=STRANGER) == 2
