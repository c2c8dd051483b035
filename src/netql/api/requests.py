"""From an HTTP request to what it asks: everything a client can get wrong is Wrong, with a status.

Written on ASGI itself: Starlette's Request costs more than all of this.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl

import orjson
from starlette.types import Receive, Scope

from netql.api.operations import Asked

# What a request is worth: larger ones are refused unread.
LARGEST_BODY = 256 * 1024


class Wrong(Exception):
    """A request that is no question at all, and the HTTP status that says so."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.message = message


class Gone(Exception):
    """The client hung up before it had said everything."""


def header(scope: Scope, name: bytes) -> str | None:
    """The first header of that name, which is in small letters."""
    for key, value in scope["headers"]:
        if key == name:
            text: str = value.decode("latin-1")
            return text
    return None


async def body_of(receive: Receive) -> bytes:
    """The whole body. Raises Wrong for one that is too large, and Gone."""
    message = await receive()
    if message["type"] == "http.request" and not message.get("more_body", False):
        whole: bytes = message.get("body", b"")
        if len(whole) > LARGEST_BODY:
            raise _too_large()
        return whole
    body = bytearray()
    while message["type"] == "http.request":
        body += message.get("body", b"")
        if len(body) > LARGEST_BODY:
            raise _too_large()
        if not message.get("more_body", False):
            return bytes(body)
        message = await receive()
    raise Gone


def posted(scope: Scope, body: bytes) -> Asked:
    """What a POST asks. Raises Wrong."""
    kind = header(scope, b"content-type") or ""
    # A form could be sent by any page without asking; JSON needs the browser's consent first.
    if kind.partition(";")[0].strip().lower() != "application/json":
        raise Wrong(415, "Send the request as application/json.")
    given = _json(body, "The body")
    if isinstance(given, list):
        raise Wrong(400, "Send one operation at a time: batches are not taken.")
    if not isinstance(given, dict):
        raise Wrong(400, "The body is not a JSON object.")
    return _asked(given)


def gotten(scope: Scope) -> Asked:
    """What a GET asks. Raises Wrong."""
    try:
        text = scope["query_string"].decode("ascii")
    except UnicodeDecodeError:
        raise Wrong(400, "The address is not percent-encoded.") from None
    given: dict[str, Any] = dict(parse_qsl(text, keep_blank_values=True))
    for name in ("variables", "extensions"):
        if name in given:
            given[name] = _json(given[name], f"The parameter {name}") if given[name] else None
    return _asked(given)


def _json(text: bytes | str, what: str) -> Any:
    # orjson refuses what json lets through: NaN, lone surrogates, depth without end.
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        raise Wrong(400, f"{what} is not JSON.") from None


def _asked(given: dict[str, Any]) -> Asked:
    text = given.get("query")
    variables = given.get("variables")
    name = given.get("operationName")
    if text is not None and not isinstance(text, str):
        raise Wrong(400, "`query` must be a string.")
    if variables is not None and not isinstance(variables, dict):
        raise Wrong(400, "`variables` must be an object or null, if it is there.")
    if name is not None and not isinstance(name, str):
        raise Wrong(400, "`operationName` must be a string or null, if it is there.")
    if not isinstance(given.get("extensions"), dict | None):
        raise Wrong(400, "`extensions` must be an object or null, if it is there.")
    if not text:
        raise Wrong(400, "No GraphQL query found in the request.")
    return Asked(text, variables, name)


def _too_large() -> Wrong:
    return Wrong(413, f"A request has {LARGEST_BODY} bytes at most.")
