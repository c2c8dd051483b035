"""Which pages may talk to netql: by requests, by links and by sockets; and by which names."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx
import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus
from websockets.typing import Origin, Subprotocol

from netql.app import create_app
from netql.settings import Settings
from tests.live.client import PATIENCE
from tests.live.inside import Live, served

APP, EVIL = "https://app.example", "https://evil.example"
ASKED = {"query": "{ __typename }"}
DATA = {"data": {"__typename": "Query"}}
BROWSER = {"user-agent": "Mozilla/5.0 (X11; Linux x86_64)"}


@pytest.fixture
async def listing(database: Settings) -> AsyncIterator[Live]:
    """The run's application with a list of origins, and one of hosts."""
    given = {"origins": (APP,), "hosts": ("127.0.0.1", "netql.example")}
    async with served(create_app(database.model_copy(update=given))) as live:
        yield live


async def ask(live: Live, method: str, path: str = "/graphql", **headers: str) -> httpx.Response:
    async with httpx.AsyncClient(base_url=live.url, timeout=PATIENCE, verify=False) as client:
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        return await client.request(
            method,
            path,
            headers=given,
            params=ASKED if method == "GET" else None,
            json=ASKED if method == "POST" else None,
        )


def shared(response: httpx.Response) -> dict[str, str]:
    """What a browser is told of who may read this."""
    return {
        name.removeprefix("access-control-"): value
        for name, value in response.headers.items()
        if name.startswith("access-control-")
    }


PREFLIGHT = {
    "access-control-request-method": "POST",
    "access-control-request-headers": "authorization,content-type,x-my-client",
}


async def test_a_listed_page_may_ask_and_read(listing: Live) -> None:
    told = await ask(listing, "OPTIONS", origin=APP, **PREFLIGHT)
    assert told.status_code == 204
    assert shared(told) == {
        "allow-origin": APP,
        "allow-methods": "GET, POST",
        "allow-headers": "authorization,content-type,x-my-client",
        "max-age": "7200",
    }
    for method in ("POST", "GET"):
        answer = await ask(listing, method, origin=APP, sec_fetch_site="cross-site", **BROWSER)
        assert answer.json() == DATA
        # Never with credentials: there are none but the token that the page itself sends.
        assert shared(answer) == {"allow-origin": APP, "expose-headers": "retry-after"}
        assert answer.headers["vary"] == "accept, origin"
    refused = await ask(listing, "POST", origin=APP, accept="image/png")
    assert refused.status_code == 406
    assert shared(refused)["allow-origin"] == APP


@pytest.mark.parametrize(
    "origin", [EVIL, "null", "https://app.example.evil", "http://app.example", "", "https://APP"]
)
async def test_another_page_is_told_no_and_can_read_nothing(listing: Live, origin: str) -> None:
    told = await ask(listing, "OPTIONS", origin=origin, **PREFLIGHT)
    assert told.status_code == 403
    assert told.json()["errors"][0]["extensions"]["code"] == "FORBIDDEN"
    assert shared(told) == {}
    assert shared(await ask(listing, "POST", origin=origin)) == {}
    got = await ask(listing, "GET", origin=origin)
    assert (got.status_code, shared(got)) == (403, {})
    assert set(got.json()) == {"errors"}


async def test_nobody_is_listed_unless_it_is_said(live: Live) -> None:
    told = await ask(live, "OPTIONS", origin=APP, **PREFLIGHT)
    assert (told.status_code, shared(told)) == (403, {})
    answer = await ask(live, "POST", origin=APP)
    assert (answer.headers["vary"], shared(answer)) == ("accept", {})


async def test_no_header_of_a_browser_ends_up_in_an_answer_unread(listing: Live) -> None:
    odd = {**PREFLIGHT, "access-control-request-headers": "a b; c"}
    assert "allow-headers" not in shared(await ask(listing, "OPTIONS", origin=APP, **odd))


LINKS: list[tuple[dict[str, str], bool]] = [
    # What is no browser, or asked its browser first, may.
    ({"user-agent": "curl/8"}, True),
    ({**BROWSER, "sec-fetch-site": "cross-site", "graphql-require-preflight": "1"}, True),
    ({**BROWSER, "sec-fetch-site": "cross-site", "apollo-require-preflight": "true"}, True),
    ({**BROWSER, "sec-fetch-site": "cross-site", "x-apollo-operation-name": "Q"}, True),
    # Of its own pages, and what a user types.
    ({**BROWSER, "sec-fetch-site": "same-origin"}, True),
    ({**BROWSER, "sec-fetch-site": "none"}, True),
    # An image, a script, a form or a link of any other page may not.
    ({**BROWSER, "sec-fetch-site": "cross-site"}, False),
    ({**BROWSER, "sec-fetch-site": "same-site"}, False),
    ({**BROWSER, "sec-fetch-site": "cross-site", "graphql-require-preflight": ""}, False),
    ({**BROWSER, "sec-fetch-site": "cross-site", "content-type": "application/json"}, False),
    # Over plain HTTP browsers do not say.
    (BROWSER, False),
]


@pytest.mark.parametrize(("headers", "may"), LINKS)
async def test_a_link_does_not_ask(live: Live, headers: dict[str, str], may: bool) -> None:
    answer = await ask(live, "GET", **headers)
    if may:
        assert answer.json() == DATA
    else:
        assert answer.status_code == 403
        assert answer.json()["errors"][0]["extensions"]["code"] == "FORBIDDEN"
        assert "data" not in answer.json()


async def opened(live: Live, origin: str | None, host: str | None = None) -> bool:
    """Whether a socket opens, rather than being refused with 403."""
    address = live.url.replace("http", "ws", 1) + "/graphql"
    if host is not None:
        address = address.replace("127.0.0.1", host)
    port = int(live.url.rpartition(":")[2])
    try:
        async with connect(
            address,
            origin=None if origin is None else Origin(origin),
            subprotocols=[Subprotocol("graphql-transport-ws")],
            proxy=None,
            host="127.0.0.1",
            port=port,
        ):
            return True
    except InvalidStatus as refused:
        return refused.response.status_code != 403


async def test_sockets_are_for_the_same_pages(live: Live, listing: Live) -> None:
    for place in (live, listing):
        own = place.url
        assert await opened(place, None)
        assert await opened(place, own)
        for other in (EVIL, "null", own + "0", "https://127.0.0.1"):
            assert not await opened(place, other)
    assert await opened(listing, APP)
    assert not await opened(live, APP)


async def test_netql_is_called_by_its_own_names_only(live: Live, listing: Live) -> None:
    for host in ("netql.example", "NETQL.example:8443", "127.0.0.1:1"):
        assert (await ask(listing, "POST", host=host)).json() == DATA
    for host in ("evil.example", "netql.example.evil.example", "", "[::1]", "[netql.example"):
        for method, path in (("POST", "/graphql"), ("GET", "/graphql"), ("GET", "/schema.graphql")):
            refused = await ask(listing, method, path, host=host)
            assert refused.status_code == 421
            assert refused.json()["errors"][0]["extensions"]["code"] == "BAD_REQUEST"
            assert "data" not in refused.json()
    assert (await ask(live, "POST", host="any.example")).json() == DATA


async def test_sockets_call_it_by_its_names_too(listing: Live) -> None:
    assert await opened(listing, None, "netql.example")
    assert not await opened(listing, None, "evil.example")
    assert not await opened(listing, "http://evil.example", "evil.example")


async def test_probes_may_call_it_by_any_name(listing: Live) -> None:
    for path in ("/healthz", "/readyz"):
        assert (await ask(listing, "GET", path, host="10.1.2.3")).status_code == 200


@pytest.mark.parametrize(
    "path", ["/graphql", "/schema.graphql", "/healthz", "/readyz", "/nothing", "/%ff"]
)
async def test_every_response_is_guarded(live: Live, path: str) -> None:
    for accept in ("*/*", "text/html"):
        response = await ask(live, "GET", path, accept=accept)
        assert response.headers.get_list("x-content-type-options") == ["nosniff"]
        assert response.headers.get_list("referrer-policy") == ["no-referrer"]
