"""What is said to a client whose request never became one: in GraphQL's form, as all errors."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterable

from uvicorn.protocols.http.httptools_impl import STATUS_LINE

_MESSAGES = {
    400: "This is no HTTP request.",
    408: "The request did not come in time.",
    414: "The address is too long.",
    429: "Too many requests at once on one connection.",
    431: "The headers are too large or too many.",
    503: "The server is ending. Try again.",
}
_HEADERS = (
    b"content-type: application/json; charset=utf-8",
    b"cache-control: private, no-store",
    b"x-content-type-options: nosniff",
    b"referrer-policy: no-referrer",
    b"connection: close",
)


def refusal(status: int, more: Iterable[tuple[bytes, bytes]]) -> bytes:
    """The whole response, with `more` headers: one of 400, 408, 414, 429, 431 and 503."""
    code = "RETRYABLE" if status == 503 else "BAD_REQUEST"
    extensions = {"code": code, "requestId": secrets.token_hex(8)}
    error = {"message": _MESSAGES[status], "extensions": extensions}
    body = json.dumps({"errors": [error]}).encode()
    lines = [*_HEADERS, b"content-length: %d" % len(body), *(b"%s: %s" % one for one in more)]
    return STATUS_LINE[status] + b"\r\n".join([*lines, b"", body])
