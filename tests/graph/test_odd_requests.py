"""A thousand odd requests, put together at random: each is answered, none with a bug."""

from __future__ import annotations

import json
from random import Random
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.types import Message

from netql.app import create_app
from netql.settings import Settings

GOOD = b'{"query":"{ __typename }"}'
ODD = [
    b"", b" ", b",", b";", b"=", b'"', b"\xff\xfe", b"\x80", b"null", b"*", b"*/*", b"0",
    b"-1", b"1e9", b"9" * 5000, b"a" * 9000, b"application/json", b"application/json;",
    b"application/json;q=",
    b"application/json;charset", b'application/json;charset="', b"application/json;q=0.5;q=0.1",
    b"text/event-stream", b"multipart/mixed;boundary=-", b"application/graphql-response+json;q=0",
    b"Bearer", b"Bearer \xff", b"Bearer a.b.c", b"http://[", b"http://a:b", b"://", b"[", b"[]:x",
    b"a:b:c",
    b"https://netql.test", b"gzip", b"identity", b"cross-site", b"none", b"Mozilla/5.0", b"a,b , c",
    "https://\u212a.example".encode(), b"http://a@b", b"%00", b"a" * 300,
]  # fmt: skip
NAMES = (
    "accept authorization content-type content-length content-encoding host origin user-agent"
    " sec-fetch-site graphql-require-preflight access-control-request-method"
    " access-control-request-headers transfer-encoding expect x"
).split()
BODIES = [
    GOOD, b"", b"{}", b"[]", b"null", b"\xff", b'{"query":1}', b'{"query":"{"}',
    b'{"query":"{ nope }"}',
    b"[" * 5000, b'{"query":"query($a: Int!) { __typename }"}', b'{"query":"subscription { x }"}',
    b'{"query":"\\u0000"}', b'{"query":"{ __typename }","variables":{"a":1e999}}',
    b'{"query":"{ __typename }","operationName":"\\ud83d\\ude00"}', GOOD + b" " * 300_000,
]  # fmt: skip
QUERIES = [
    b"", b"query={__typename}", b"query=%ff", b"query=%", b"&&&=", b"\xff",
    b"query={__typename}&query=x",
    b"query=mutation{x}", b"query={__typename}&variables=%7B", b"query={__typename}&extensions=[]",
    b"operationName=x", b"query=" + b"%7B" * 3000, b"query=\x00",
]  # fmt: skip
METHODS = "GET GET POST POST POST OPTIONS HEAD PUT BREW".split()


def odd_request(dice: Random) -> tuple[dict[str, Any], bytes]:
    headers = [(b"content-type", b"application/json")] if dice.random() < 0.7 else []
    for _ in range(dice.randrange(6)):
        headers.append((dice.choice(NAMES).encode(), dice.choice(ODD)))
    scope = {
        "type": "http",
        "http_version": "1.1",
        "scheme": "http",
        "server": ("127.0.0.1", 1),
        "client": ("127.0.0.1", 2),
        "root_path": "",
        "method": dice.choice(METHODS),
        "path": "/graphql",
        "raw_path": b"/graphql",
        "query_string": dice.choice(QUERIES),
        "headers": headers,
        "state": {},
    }
    return scope, dice.choice(BODIES)


async def answer(app: Starlette, scope: dict[str, Any], body: bytes) -> tuple[int, bytes]:
    """Status and body of the one response, whose headers fit it."""
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: Message) -> None:
        sent.append(message)

    await app(scope, receive, send)
    start, end = sent
    assert all(b"\r" not in value and b"\n" not in value for _, value in start["headers"])
    length = dict(start["headers"]).get(b"content-length", b"0")
    assert int(length) == len(end["body"])
    return start["status"], end["body"]


@pytest.mark.parametrize("listing", [False, True])
async def test_no_request_is_answered_with_a_bug(
    database: Settings, listing: bool, caplog: pytest.LogCaptureFixture
) -> None:
    given = {"origins": ("https://netql.test",) if listing else (), "explorer": False}
    app = create_app(database.model_copy(update=given))
    dice = Random(4)
    statuses = set()
    for _ in range(500):
        scope, body = odd_request(dice)
        status, told = await answer(app, scope, body)
        statuses.add(status)
        assert status < 500, (scope, body, told)
        if status != 204:
            content = json.loads(told)
            assert "data" in content or content["errors"][0]["extensions"]["requestId"]
    assert {200, 400, 405, 406, 415} <= statuses
    assert [record for record in caplog.records if record.levelname == "ERROR"] == []
