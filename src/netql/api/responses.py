"""Answers as the bytes that are sent."""

from __future__ import annotations

import json
from typing import Any

import orjson
from starlette.types import Message, Send
from strawberry.types import ExecutionResult as Answer

_TYPE = (b"content-type", b"application/json")
# What one viewer may see is nobody else's to keep.
_CACHE = (b"cache-control", b"private, no-store")


async def send_json(send: Send, status: int, body: bytes, *more: tuple[bytes, bytes]) -> None:
    """One response, in the two messages that it takes."""
    start: Message = {
        "type": "http.response.start",
        "status": status,
        "headers": [_TYPE, _CACHE, (b"content-length", b"%d" % len(body)), *more],
    }
    await send(start)
    await send({"type": "http.response.body", "body": body})


def answer_bytes(answer: Answer) -> bytes:
    """An answer in GraphQL's form."""
    told: dict[str, Any] = {"data": answer.data}
    if answer.errors:
        told["errors"] = [error.formatted for error in answer.errors]
    try:
        return json_bytes(told)
    except RecursionError:
        return failure("BAD_USER_INPUT", "The answer is nested too deeply to be sent.")


def json_bytes(value: Any) -> bytes:
    """The value as JSON. Raises RecursionError for one that is nested too deeply."""
    try:
        return orjson.dumps(value)
    except orjson.JSONEncodeError:
        # orjson goes 254 levels deep, and an answer can be deeper: json goes a thousand.
        return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def failure(code: str, message: str) -> bytes:
    """An answer without data: errors in GraphQL's own form."""
    return orjson.dumps({"errors": [{"message": message, "extensions": {"code": code}}]})
