"""From an HTTP request to what it asks: everything a client can get wrong is Wrong, with a status.

Written on ASGI itself: Starlette's Request costs more than all of this.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qsl

import orjson
from starlette.types import Receive, Scope

from netql.api.operations import Asked
from netql.api.origins import Headers
from netql.api.persisted import Misnamed, reference_of

# What a request is worth: larger ones are refused unread.
LARGEST_BODY = 256 * 1024
# Of these a second one is a contradiction, whatever it says.
_ONCE = frozenset(
    (b"authorization", b"content-encoding", b"content-length", b"content-type", b"host", b"origin")
)
# Bytes of a Content-Type that are remembered; no client's is as long.
_LONGEST_KNOWN = 256


class Wrong(Exception):
    """A request that is not answered: the HTTP status that says so, and `headers` that go with
    it."""

    def __init__(
        self, status: int, message: str, code: str = "BAD_REQUEST", headers: Headers = ()
    ) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.code = code
        self.headers = headers


class Gone(Exception):
    """The client hung up before it had said everything."""


def headers_of(scope: Scope) -> Mapping[bytes, bytes]:
    """The headers by their names, which are in small letters. Raises Wrong for one that is there
    twice and can be meant once only."""
    rows = scope["headers"]
    headers: dict[bytes, bytes] = dict(rows)
    if len(headers) == len(rows):
        return headers
    headers = {}
    for name, value in rows:
        if name not in headers:
            headers[name] = value
        elif name in _ONCE:
            raise Wrong(400, f"There are two headers {name.decode('latin-1')}.")
        else:
            headers[name] += b", " + value
    return headers


async def body_of(receive: Receive, headers: Mapping[bytes, bytes]) -> bytes:
    """The whole body. Raises Wrong for one that is too large, and Gone."""
    length = headers.get(b"content-length")
    # No count of bytes has ten digits; int() would read thousands.
    if length and not (length.isdigit() and len(length) < 10 and int(length) <= LARGEST_BODY):
        raise _too_large()
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


def check_kind(headers: Mapping[bytes, bytes]) -> None:
    """Raises Wrong for a body that is anything but JSON in UTF-8."""
    kind = headers.get(b"content-type", b"")
    if not (_known_json(kind) if len(kind) <= _LONGEST_KNOWN else _is_json(kind)):
        # A form could be sent by any page without asking; JSON needs the browser's consent first.
        raise Wrong(415, "Send the request as application/json, in UTF-8.")
    if headers.get(b"content-encoding", b"identity").lower() != b"identity":
        raise Wrong(415, "Send the request as it is, not compressed.")


def _is_json(kind: bytes) -> bool:
    name, *parameters = kind.decode("latin-1").lower().split(";")
    told = {key.strip(): value.strip() for key, _, value in (p.partition("=") for p in parameters)}
    # Every text in ASCII is one in UTF-8.
    charset = told.get("charset", "utf-8").strip('"')
    return name.strip() == "application/json" and charset in ("utf-8", "utf8", "us-ascii")


_known_json = lru_cache(256)(_is_json)


def posted(body: bytes) -> Asked:
    """What a POST asks. Raises Wrong."""
    given = _json(body, "The body")
    if isinstance(given, list):
        raise Wrong(400, "Send one operation at a time: batches are not taken.")
    if not isinstance(given, dict):
        raise Wrong(400, "The body is not a JSON object.")
    return asked_of(given)


def gotten(scope: Scope) -> Asked:
    """What a GET asks. Raises Wrong."""
    try:
        text = scope["query_string"].decode("ascii")
        pairs = parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=100)
    except ValueError:
        raise Wrong(400, "The address is not percent-encoded UTF-8.") from None
    given: dict[str, Any] = dict(pairs)
    for name in ("query", "documentId", "doc_id", "operationName", "variables", "extensions"):
        if sum(key == name for key, _ in pairs) > 1:
            raise Wrong(400, f"The parameter {name} is there twice.")
    for name in ("variables", "extensions"):
        if name in given:
            given[name] = _json(given[name], f"The parameter {name}") if given[name] else None
    # An address has no null: an empty name is none.
    given["operationName"] = given.get("operationName") or None
    return asked_of(given)


def _json(text: bytes | str, what: str) -> Any:
    # orjson refuses what json lets through: NaN, lone surrogates, depth without end.
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        raise Wrong(400, f"{what} is not JSON.") from None


def asked_of(given: dict[str, Any]) -> Asked:
    """What the parts of a request ask, whatever they came by. Raises Wrong."""
    text = given.get("query")
    variables = given.get("variables")
    name = given.get("operationName")
    if text is not None and not isinstance(text, str):
        raise Wrong(400, "`query` must be a string.")
    if variables is not None and not isinstance(variables, dict):
        raise Wrong(400, "`variables` must be an object or null, if it is there.")
    if name is not None and not isinstance(name, str):
        raise Wrong(400, "`operationName` must be a string or null, if it is there.")
    extensions = given.get("extensions")
    if not isinstance(extensions, dict | None):
        raise Wrong(400, "`extensions` must be an object or null, if it is there.")
    if text and not extensions:
        return Asked(text, variables, name)
    try:
        reference = reference_of(given, text)
    except Misnamed as misnamed:
        raise Wrong(400, misnamed.message) from None
    if not text and reference is None:
        raise Wrong(400, "No GraphQL query found in the request.")
    tells_cost = extensions is not None and extensions.get("cost") is True
    return Asked(text or "", variables, name, reference, tells_cost)


def _too_large() -> Wrong:
    return Wrong(413, f"A request has {LARGEST_BODY} bytes at most.")
