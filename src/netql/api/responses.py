"""Answers as the bytes that are sent, and the statuses that go with them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import orjson
from starlette.types import Message, Send
from strawberry.types import ExecutionResult as Answer
from strawberry.types.execution import PreExecutionError

from netql.api.accepting import JSON, RESPONSE
from netql.api.origins import Headers

_TYPES = {kind: (b"content-type", f"{kind}; charset=utf-8".encode()) for kind in (JSON, RESPONSE)}
# What one viewer may see is nobody else's to keep.
_CACHE = (b"cache-control", b"private, no-store")
# For every response of netql's: it is what it says it is, and no other site learns an address.
GUARDS: Headers = ((b"x-content-type-options", b"nosniff"), (b"referrer-policy", b"no-referrer"))
# The statuses of requests that were not run, by the code of their first error; else it is 400.
_STATUSES = {
    "UNAUTHENTICATED": 401,
    "RATE_LIMITED": 429,
    "INTERNAL_SERVER_ERROR": 500,
    "RETRYABLE": 503,
}


async def send_json(
    send: Send, status: int, kind: str, body: bytes, vary: bytes, more: Headers = ()
) -> None:
    """One response of that type (of `accepting`), in the two messages that it takes."""
    length = (b"content-length", b"%d" % len(body))
    start: Message = {
        "type": "http.response.start",
        "status": status,
        "headers": [_TYPES[kind], length, _CACHE, (b"vary", vary), *GUARDS, *more],
    }
    await send(start)
    await send({"type": "http.response.body", "body": body})


def guarded(send: Send) -> Send:
    """A way to send that adds the GUARDS where they are missing."""

    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = list(message.get("headers", ()))
            there = {name for name, _ in headers}
            headers += [guard for guard in GUARDS if guard[0] not in there]
            message = {**message, "headers": headers}
        await send(message)

    return sending


def status_of(answer: Answer, *, strict: bool) -> int:
    """The status of an answer to a request that was understood (GraphQL over HTTP, "Status
    Codes"): with application/json always 200; where `strict`, with a type of its own, as its
    first error says unless it was run."""
    if not strict or not isinstance(answer, PreExecutionError):
        return 200
    return _STATUSES.get(_first(answer).get("code", ""), 400)


def waiting_of(answer: Answer) -> Headers:
    """When to ask again, for an answer whose status is not 200: Retry-After, in seconds (RFC 9110,
    10.2.3), if its first error says."""
    seconds = _first(answer).get("retryAfter")
    return () if seconds is None else ((b"retry-after", b"%d" % seconds),)


def _first(answer: Answer) -> Mapping[str, Any]:
    """What the first error says to programs."""
    return (answer.errors[0].extensions if answer.errors else None) or {}


def answer_bytes(answer: Answer, request_id: str) -> bytes:
    """An answer in GraphQL's form: without `data` if the operation was not run."""
    told: dict[str, Any] = {}
    if not isinstance(answer, PreExecutionError):
        told["data"] = answer.data
    if answer.errors:
        told["errors"] = [error.formatted for error in answer.errors]
    if answer.extensions:
        told["extensions"] = answer.extensions
    try:
        return json_bytes(told)
    except RecursionError:
        message = "The answer is nested too deeply to be sent."
        return json_bytes({"data": None, **_failure("BAD_USER_INPUT", message, request_id)})


def json_bytes(value: Any) -> bytes:
    """The value as JSON. Raises RecursionError for one that is nested too deeply."""
    try:
        return orjson.dumps(value)
    except orjson.JSONEncodeError:
        # orjson goes 254 levels deep, and an answer can be deeper: json goes a thousand.
        return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def failure(code: str, message: str, request_id: str) -> bytes:
    """What a request is told that was not run: errors in GraphQL's own form."""
    return orjson.dumps(_failure(code, message, request_id))


def _failure(code: str, message: str, request_id: str) -> dict[str, Any]:
    return {"errors": [{"message": message, "extensions": {"code": code, "requestId": request_id}}]}
