"""Subscriptions over HTTP: what is sent to whom, in which form, and when it ends."""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from datetime import timedelta
from typing import Any

import pytest
from starlette.applications import Starlette

from netql import ids
from netql.app import create_app
from netql.clock import now
from netql.infra.database import execute
from netql.infra.tokens import Signer
from netql.settings import Settings
from tests.api import Api
from tests.live.client import SOON
from tests.live.inside import INVITATIONS, Live, eventually, listeners, served, waiting
from tests.live.streams import EVENTS, PARTS, Response, asking, listening
from tests.live.test_judging import close, signed_up
from tests.live.test_leaving import SIGN_OUT
from tests.people import People, Person

__all__ = ["signed_up"]

QUERY = "{ __typename }"
# As the clients send it by default, for queries and subscriptions alike.
URQL = (
    "application/graphql-response+json, application/graphql+json, application/json,"
    " text/event-stream, multipart/mixed"
)
APOLLO = "multipart/mixed;boundary=graphql;subscriptionSpec=1.0,application/json"


@pytest.fixture(params=[EVENTS, PARTS], ids=["events", "parts"])
def accept(request: pytest.FixtureRequest) -> str:
    return str(request.param)


async def told(response: Response, accept: str) -> Any:
    """The next answer in either form; None when the stream says that it is over."""
    if accept == PARTS:
        return await response.part()
    found = await response.event()
    assert found is not None
    return {"payload": found[1]} if found[0] == "next" else None


async def invitation(response: Response, accept: str) -> Any:
    answer = (await told(response, accept))["payload"]
    assert "errors" not in answer
    return answer["data"]["invitationReceived"]


async def test_events_come_as_they_happen(live: Live, people: People, accept: str) -> None:
    ben, inviters = await people.member(), await people.several(3)
    async with listening(live.url, INVITATIONS, ben, accept) as response:
        for number, inviter in enumerate(inviters, start=1):
            await waiting(ben)
            sent = await people.invite(inviter, ben)
            event = await invitation(response, accept)
            assert event["invitation"]["id"] == ids.encode("Invitation", sent)
            assert event["pendingCount"] == number


async def test_a_stream_goes_on_after_a_cursor(live: Live, people: People, accept: str) -> None:
    ben, (first, second) = await people.member(), await people.several(2)
    async with listening(live.url, INVITATIONS, ben, accept) as response:
        await waiting(ben)
        await people.invite(first, ben)
        cursor = (await invitation(response, accept))["cursor"]
    await people.invite(second, ben, "Meanwhile")
    async with listening(live.url, INVITATIONS, ben, accept, after=cursor) as response:
        assert (await invitation(response, accept))["invitation"]["note"] == "Meanwhile"


@pytest.mark.usefixtures("unpolled")
async def test_hanging_up_ends_the_source_at_once(
    settings: Settings,
    app: Starlette,
    people: People,
    accept: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Nothing else would find it out here: neither a poll nor a sign of life comes."""
    ben = await people.member()
    silent = create_app(settings.model_copy(update={"heartbeat_seconds": 300.0}))
    async with served(silent) as still:
        async with listening(still.url, INVITATIONS, ben, accept):
            await waiting(ben)
        began = time.monotonic()
        await eventually(lambda: not listeners(ben.key))
        assert time.monotonic() - began < SOON
    assert [record for record in caplog.records if record.levelname == "ERROR"] == []


async def _sign_out(api: Api, person: Person) -> None:
    await api.run(SIGN_OUT, as_=person)


@pytest.mark.usefixtures("unpolled")
@pytest.mark.parametrize("leaves", [_sign_out, close])
async def test_leaving_ends_a_stream_at_once_and_says_why(
    live: Live,
    people: People,
    api: Api,
    signed_up: Callable[[], Awaitable[Person]],
    leaves: Callable[[Api, Person], Awaitable[None]],
    accept: str,
) -> None:
    ben = await signed_up()
    async with listening(live.url, INVITATIONS, ben, accept) as response:
        await waiting(ben)
        await leaves(api, ben)
        began = time.monotonic()
        await _over(response, accept)
        assert time.monotonic() - began < SOON
        await eventually(lambda: not listeners(ben.key))


async def _over(response: Response, accept: str) -> None:
    last = await told(response, accept)
    refusal = last if accept == PARTS else last["payload"]
    [error] = refusal["errors"]
    assert error["extensions"]["code"] == "UNAUTHENTICATED"
    assert error["extensions"]["requestId"]
    assert refusal.get("payload") is None
    assert "data" not in refusal
    assert await told(response, accept) is None
    assert await response.until(b"\0") == b"" if accept == EVENTS else True
    assert response.ended


async def test_a_stream_ends_when_its_token_expires(
    live: Live, people: People, signer: Signer, accept: str
) -> None:
    ben = await people.member()
    # Long enough that the stream begins before, on any machine.
    token = Signer(signer._key, timedelta(seconds=5)).sign(ben.key, ben.session)
    expires_at = signer.read(token).expires_at
    async with asking(live.url, INVITATIONS, accept, token, heard=True) as response:
        await waiting(ben)
        await _over(response, accept)
        assert 0 <= time.time() - expires_at < SOON


async def test_an_end_that_nobody_told_is_found_before_the_next_event(
    live: Live, people: People, accept: str
) -> None:
    ben, eve = await people.member(), await people.member()
    async with listening(live.url, INVITATIONS, ben, accept) as response:
        await waiting(ben)
        await execute("UPDATE sessions SET ended_at = $2 WHERE id = $1", ben.session, now())
        await people.invite(eve, ben)
        answer = (await told(response, accept))["payload"]
        assert answer["data"] is None
        assert answer["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"
        assert await told(response, accept) is None


BOTH = f"{EVENTS}, {PARTS}"


@pytest.mark.parametrize(
    ("header", "kind"),
    [
        (EVENTS, EVENTS),
        (PARTS, "multipart/mixed"),
        (BOTH, EVENTS),
        (f"{PARTS}, {EVENTS}", EVENTS),
        (f"{EVENTS};q=0.5, {PARTS}", "multipart/mixed"),
        (f"{EVENTS}, {PARTS};q=0.5", EVENTS),
        (f"{EVENTS};q=0, {PARTS};q=0.1", "multipart/mixed"),
        (f"{EVENTS};q=0.1, application/json", EVENTS),
        ('multipart/mixed; boundary="graphql"; subscriptionSpec="1.0"', "multipart/mixed"),
        (URQL, EVENTS),
        (APOLLO, "multipart/mixed"),
    ],
)
async def test_a_subscription_s_form_is_chosen_by_weight(
    live: Live, people: People, header: str, kind: str
) -> None:
    ben = await people.member()
    async with listening(live.url, INVITATIONS, ben, header) as response:
        assert response.kind.startswith(kind)
        headers = response.response.headers
        assert headers["cache-control"] == "private, no-store"
        assert headers["x-accel-buffering"] == "no"
        assert headers["vary"] == "accept"
        assert headers["x-content-type-options"] == "nosniff"
        await waiting(ben)


@pytest.mark.parametrize(
    "header",
    ["application/json", "*/*", "text/*", "multipart/mixed", f"{EVENTS};q=0, application/json"],
)
async def test_who_takes_no_stream_is_told_what_to_take(
    live: Live, people: People, header: str
) -> None:
    ben = await people.member()
    async with asking(live.url, INVITATIONS, header, ben.token) as response:
        assert response.status == 406
        [error] = (await response.json())["errors"]
        assert error["extensions"]["code"] == "NOT_ACCEPTABLE"
        assert "text/event-stream" in error["message"]
    assert not listeners(ben.key)


@pytest.mark.parametrize("header", [URQL, APOLLO, f"{EVENTS}, application/json;q=0.1"])
@pytest.mark.parametrize("query", [QUERY, "mutation { __typename }"])
async def test_a_query_is_answered_in_json_wherever_json_is_taken(
    live: Live, header: str, query: str
) -> None:
    async with asking(live.url, query, header) as response:
        assert response.kind.startswith("application/")
        assert "__typename" in (await response.json())["data"]


async def test_who_takes_nothing_but_streams_gets_one_for_a_query(live: Live, accept: str) -> None:
    async with asking(live.url, QUERY, accept) as response:
        assert await told(response, accept) == {"payload": {"data": {"__typename": "Query"}}}
        assert await told(response, accept) is None


WRONG = {
    "syntax": ("subscription {", "GRAPHQL_PARSE_FAILED"),
    "validation": ("subscription { nope }", "GRAPHQL_VALIDATION_FAILED"),
    "no operation": ("fragment F on Subscription { __typename }", "OPERATION_RESOLUTION_FAILURE"),
    "variables": ("subscription($a: Int!) { invitationReceived { cursor } }", None),
    "cursor": ('subscription { invitationReceived(after: "x") { cursor } }', "BAD_CURSOR"),
}


@pytest.mark.parametrize(("query", "code"), WRONG.values(), ids=WRONG.keys())
async def test_what_is_wrong_before_a_stream_is_told_in_json_where_json_is_taken(
    live: Live, people: People, query: str, code: str | None
) -> None:
    ben = await people.member()
    for header, status in ((URQL, 400), (APOLLO, 200)):
        async with asking(live.url, query, header, ben.token) as response:
            assert response.status == status
            assert "json" in response.kind
            answer = await response.json()
            assert list(answer) == ["errors"]
            assert code in (None, answer["errors"][0]["extensions"]["code"])


@pytest.mark.parametrize(("query", "code"), WRONG.values(), ids=WRONG.keys())
async def test_what_is_wrong_before_a_stream_is_its_only_answer_elsewhere(
    live: Live, people: People, query: str, code: str | None, accept: str
) -> None:
    ben = await people.member()
    async with asking(live.url, query, accept, ben.token) as response:
        assert response.status == 200
        answer = (await told(response, accept))["payload"]
        assert list(answer) == ["errors"]
        assert code in (None, answer["errors"][0]["extensions"]["code"])
        assert await told(response, accept) is None


async def test_a_guest_gets_no_stream(live: Live, accept: str) -> None:
    async with asking(live.url, INVITATIONS, accept) as response:
        [error] = (await told(response, accept))["payload"]["errors"]
        assert error["extensions"]["code"] == "UNAUTHENTICATED"
    for token in ("x", "a.b.c"):
        async with asking(live.url, INVITATIONS, accept, token) as response:
            assert response.status == 401
            assert response.kind.startswith("application/json")


async def test_an_event_source_may_ask_by_get_but_not_change_anything(
    live: Live, people: People
) -> None:
    ben = await people.member()
    async with asking(live.url, INVITATIONS, EVENTS, ben.token, method="GET") as response:
        assert response.status == 200
        assert response.kind.startswith(EVENTS)
        await waiting(ben)
    async with asking(live.url, "mutation { __typename }", EVENTS, method="GET") as response:
        assert response.status == 405


async def test_a_member_holds_so_many_streams(
    settings: Settings, app: Starlette, people: People
) -> None:
    ben, eve = await people.member(), await people.member()
    strict = create_app(settings.model_copy(update={"streams_per_member": 2}))
    async with served(strict) as narrow, listening(narrow.url, INVITATIONS, ben):
        async with listening(narrow.url, INVITATIONS, ben):
            await waiting(ben, 2)
            async with asking(narrow.url, INVITATIONS, EVENTS, ben.token) as third:
                assert third.status == 429
                [error] = (await third.json())["errors"]
                assert error["extensions"]["code"] == "TOO_MANY_STREAMS"
            async with listening(narrow.url, INVITATIONS, eve):
                pass
        await waiting(ben, 1)
        async with listening(narrow.url, INVITATIONS, ben):
            await waiting(ben, 2)


async def test_a_quiet_stream_shows_that_it_lives(
    settings: Settings, app: Starlette, people: People, accept: str
) -> None:
    ben, eve = await people.member(), await people.member()
    beating = create_app(settings.model_copy(update={"heartbeat_seconds": 0.1}))
    delimiter = b"\n\n" if accept == EVENTS else b"\r\n--graphql"
    beat = b":" if accept == EVENTS else b"\r\nContent-Type: application/json\r\n\r\n{}"
    began = time.monotonic()
    async with (
        served(beating) as lively,
        listening(lively.url, INVITATIONS, ben, accept) as response,
    ):
        assert await response.until(delimiter) == (b":" if accept == EVENTS else b"")
        for _ in range(10):
            assert await response.until(delimiter) == beat
        # Usually one of them would take twelve seconds.
        assert 10 * 0.1 <= time.monotonic() - began < 12
        await people.invite(eve, ben, "Between two beats")
        event = await invitation(response, accept)
        assert event["invitation"]["note"] == "Between two beats"


async def test_when_the_server_leaves_a_stream_ends_without_saying_that_it_is_complete(
    app: Starlette, people: People, accept: str
) -> None:
    ben = await people.member()
    async with AsyncExitStack() as serving:
        short = await serving.enter_async_context(served(app))
        async with listening(short.url, INVITATIONS, ben, accept) as response:
            await waiting(ben)
            async with asyncio.timeout(SOON):
                await serving.aclose()
            rest = await response.until(b"\0")
            assert response.ended
            assert rest == (b":\n\n" if accept == EVENTS else b"\r\n--graphql")
            await eventually(lambda: not listeners(ben.key))


async def test_a_client_that_does_not_read_is_let_go_of(
    settings: Settings, app: Starlette, people: People
) -> None:
    ben = await people.member()
    given = {"send_seconds": 0.2, "heartbeat_seconds": 0.001}
    hasty = create_app(settings.model_copy(update=given))
    async with served(hasty, held=4096) as impatient:
        line = socket.socket()
        line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        line.connect(("127.0.0.1", int(impatient.url.rpartition(":")[2])))
        body = b'{"query":"subscription { invitationReceived { cursor } }"}'
        head = (
            f"POST /graphql HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {ben.token}\r\n"
            f"Accept: {PARTS}\r\nContent-Type: application/json\r\nContent-Length: {len(body)}"
        )
        line.sendall(head.encode() + b"\r\n\r\n" + body)
        await waiting(ben)
        # Signs of life fill what is held for the client, and then nothing more goes out.
        await eventually(lambda: not listeners(ben.key))
        line.close()
