"""What every answer of the face has to be, whatever was asked."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

import orjson

from tests.fuzz.wire import Answered

_TYPES = ("application/json", "application/graphql-response+json")
_STREAMS = ("text/event-stream", "multipart/mixed")
_STATUSES = {200, 204, 400, 401, 403, 404, 405, 406, 408, 413, 414, 415, 422, 429, 431}
# What the inside looks like, wherever it turns up.
_INSIDE = re.compile(
    r"Traceback|internal error|INTERNAL_SERVER_ERROR|File \\?\"/|\$argon2|SELECT ", re.I
)


class Bad(AssertionError):
    """An answer as it must not be."""


def judge(answered: Answered, hidden: Iterable[str]) -> None:
    """Raises Bad unless this is an answer in GraphQL's form that gives nothing away."""
    told = answered.text
    discreet(told, hidden)
    if answered.status not in _STATUSES:
        raise Bad(f"status {answered.status}: {told[:2000]}")
    if answered.status in (204, 404):
        # Nothing to say, or asked of some other address than GraphQL's.
        return
    kind = answered.headers.get("content-type", "")
    if kind.startswith(_STREAMS):
        return
    name, _, parameters = kind.partition(";")
    if name not in _TYPES or parameters.strip().lower() != "charset=utf-8":
        raise Bad(f"content type {kind!r}: {told[:2000]}")
    if not answered.body and answered.headers.get("content-length") != "0":
        return  # The answer to a HEAD.
    try:
        content = orjson.loads(answered.body)
    except orjson.JSONDecodeError:
        raise Bad(f"no JSON: {told[:2000]}") from None
    result(content)
    if answered.status != 200:
        if "errors" not in content:
            raise Bad(f"status {answered.status} without an error: {told[:2000]}")
        if content.get("data") is not None:
            raise Bad(f"status {answered.status} with data: {told[:2000]}")


def discreet(told: str, hidden: Iterable[str]) -> None:
    """Raises Bad for a text that tells of the server's inside, or holds what is hidden."""
    if found := _INSIDE.search(told):
        raise Bad(f"{found[0]!r} in an answer: {told[:3000]}")
    if leaks := [value for value in hidden if value in told]:
        raise Bad(f"{leaks} in an answer: {told[:3000]}")


def result(content: Any) -> None:
    """Raises Bad unless this is a result of GraphQL's."""
    if (
        not isinstance(content, dict)
        or not content
        or not content.keys() <= {"data", "errors", "extensions"}
    ):
        raise Bad(f"no result: {content!r:.2000}")
    if "errors" not in content and content.get("data") is None:
        raise Bad(f"neither data nor errors: {content!r:.2000}")
    if "errors" in content:
        errors(content["errors"])


def errors(found: Any) -> None:
    """Raises Bad unless these are errors of GraphQL's, each with a code and its request's id."""
    if not isinstance(found, list) or not found:
        raise Bad(f"errors that are none: {found!r:.2000}")
    for error in found:
        extensions = error.get("extensions", {})
        fine = (
            isinstance(error.get("message"), str)
            and re.fullmatch("[A-Z_]+", extensions.get("code", ""))
            and re.fullmatch("[0-9a-f]{16}", extensions.get("requestId", ""))
            and error.keys() <= {"message", "locations", "path", "extensions"}
        )
        if not fine:
            raise Bad(f"an error that is not as it should be: {error!r:.2000}")
        if extensions["code"] == "RETRYABLE":
            # One client alone keeps nothing busy.
            raise Bad(f"told to try again: {error}")
