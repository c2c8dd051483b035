"""HTTP requests with something wrong in them: body, headers or address."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from random import Random
from typing import Any
from urllib.parse import quote

from tests.fuzz import json_text, texts
from tests.fuzz.broken import broken
from tests.fuzz.json_text import written
from tests.fuzz.requests import Headers, Request, raw

_KINDS = (
    b"", b"application/json", b"APPLICATION/JSON", b"application/json; charset=utf-8",
    b"application/json;charset=utf-16", b"application/json; charset=\"", b"application/graphql",
    b"application/x-www-form-urlencoded", b"multipart/form-data", b"application/json, text/plain",
    b"multipart/form-data; boundary=a", b"text/plain", b"*/*", b"\xff\xfe",
    b"application/" + b"a" * 4000,
)  # fmt: skip
_ACCEPTS = (
    b"*/*", b"application/json", b"application/graphql-response+json", b"text/html", b"image/png",
    b"application/json;q=0", b"application/*;q=0.1, */*;q=0", b"application/json;q=nan", b",,,;;;",
    b"application/graphql-response+json;q=1e9", b"\xff", b"a/b;" * 900, b'application/json;a="',
    b"text/event-stream", b"multipart/mixed;subscriptionSpec=1.0, application/json",
    b"application/json;charset=utf-16",
)  # fmt: skip
_OTHERS = (
    (b"Content-Encoding", b"gzip"), (b"Content-Encoding", b"br, identity"), (b"Origin", b"null"),
    (b"Origin", b"https://elsewhere.example"), (b"Host", b""), (b"Host", b"[::1"),
    (b"Host", b"a b"),
    (b"X-Forwarded-For", b"1.2.3.4, \xff"), (b"X-Forwarded-Host", b"a"), (b"Cookie", b"a=" * 2000),
    (b"Expect", b"100-continue"), (b"Transfer-Encoding", b"gzip, chunked"), (b"Upgrade", b"h2c"),
    (b"Connection", b"keep-alive, Upgrade"), (b"Sec-Fetch-Site", b"cross-site"),
    (b"Access-Control-Request-Method", b"POST"), (b"Accept-Encoding", b"*;q=0"),
    (b"GraphQL-Require-Preflight", b"\x80"), (b"X" * 8000, b"a"), (b"A", b"a" * 20_000),
    (b"Content-Type", b"application/json"), (b"Authorization", b"Bearer"),
    (b"Forwarded", b'for="'),
)  # fmt: skip
_METHODS = (b"GET", b"HEAD", b"PUT", b"DELETE", b"OPTIONS", b"PATCH", b"TRACE", b"post", b"BREW")


def request(dice: Random, people: dict[str, str]) -> Request:
    """A malformed request of one of the people, tokens by their names, or of a guest ("")."""
    name = dice.choice(["", *people])
    headers: Headers = []
    if name:
        headers.append((b"Authorization", b"Bearer " + people[name].encode()))
    kind = dice.random()
    if kind < 0.45:
        return _post(name, headers, _body(dice, people), dice)
    if kind < 0.6:
        return _get(name, headers, dice)
    if kind < 0.85:
        return _headed(name, headers, dice, people)
    return broken(name, headers, dice)


def _asked(dice: Random) -> dict[str, Any]:
    return {
        "query": texts.good(dice),
        "variables": dice.choice((None, {}, {"by": "ann.1", "id": "TWVtYmVyOg", "first": 2})),
        "operationName": dice.choice((None, "A", "M", "S")),
        "extensions": {"persistedQuery": {"version": 1, "sha256Hash": "0" * 64}},
    }


def _body(dice: Random, people: dict[str, str]) -> bytes:
    asked: Any = _asked(dice)
    if dice.random() < 0.35:
        asked["query"] = texts.spoiled(dice)
        del asked["extensions"]
        return written(asked)
    for _ in range(dice.randrange(1, 4)):
        if isinstance(asked, dict | list):
            asked = json_text.changed(asked, dice)
    body = written(asked)
    return json_text.bent(body, dice) if dice.random() < 0.4 else body


def _post(name: str, headers: Headers, body: bytes, dice: Random) -> Request:
    headers = [*headers, (b"Content-Type", b"application/json")]
    if dice.random() < 0.3:
        headers.append((b"Accept", dice.choice(_ACCEPTS)))
    return Request(name, b"POST", raw(b"POST", b"/graphql", headers, body))


def _get(name: str, headers: Headers, dice: Random) -> Request:
    asked = _asked(dice)
    if dice.random() < 0.5:
        asked["query"] = texts.spoiled(dice)
    for key in ("variables", "extensions"):
        value = asked[key] if dice.random() < 0.5 else json_text.changed(asked[key], dice)
        asked[key] = written(value)
    pairs = [(key, value) for key, value in asked.items() if value is not None]
    pairs += dice.choices(pairs, k=dice.randrange(2))
    address = b"&".join(key.encode() + b"=" + quote(value).encode() for key, value in pairs)
    if dice.random() < 0.4:
        address = json_text.bent(address, dice)
    if dice.random() < 0.8:
        address = bytes(b if 32 < b < 127 else 37 for b in address)[
            : dice.choice((50, 9000, 70_000))
        ]
        headers.append((b"GraphQL-Require-Preflight", b"1"))
    return Request(name, b"GET", raw(b"GET", b"/graphql?" + address, headers, b""))


def _headed(name: str, headers: Headers, dice: Random, people: dict[str, str]) -> Request:
    headers = [*headers, (b"Content-Type", dice.choice(_KINDS)), (b"Accept", dice.choice(_ACCEPTS))]
    if dice.random() < 0.4:
        headers = [(b"Authorization", _bad_token(dice, people)), *headers[-2:]]
        name = ""
    for _ in range(dice.randrange(3)):
        headers.append(dice.choice(_OTHERS))
    dice.shuffle(headers)
    method = dice.choice(_METHODS) if dice.random() < 0.2 else b"POST"
    body = written({"query": texts.good(dice)})
    if dice.random() < 0.1:
        body += b" " * 300_000
    # Nothing may change: these are the texts of a guest, or come with a header gone wrong.
    return Request(name, method, raw(method, b"/graphql", headers, body))


def _bad_token(dice: Random, people: dict[str, str]) -> bytes:
    head, claims, signature = dice.choice(list(people.values())).split(".")
    none = urlsafe_b64encode(b'{"alg":"none","typ":"JWT"}').rstrip(b"=").decode()
    strange = urlsafe_b64encode(json_text.written(json_text.atom(dice))).rstrip(b"=").decode()
    tokens = (
        f"{head}.{claims}.{signature[:-2]}AA", f"{none}.{claims}.", f"{head}.{strange}.{signature}",
        f"{strange}.{claims}.{signature}", "a.b.c", "." * 50, "a" * 5000, "", f"{head}.{claims}",
    )  # fmt: skip
    scheme = dice.choice(("Bearer ", "bearer", "Basic ", "Bearer  ", "", "Bearer\t", "Token "))
    return (scheme + dice.choice(tokens)).encode() + dice.choice((b"", b"\xff", b" x"))
