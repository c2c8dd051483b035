"""What clients get told when something goes wrong.

Refusals of the domain pass with their code; mistakes in a request pass with Apollo's codes;
whatever else goes wrong is a bug, logged in full and told as "internal error": also a value that
its type cannot tell, of which graphql-core's error repeats the value. Every error carries the id
of its request. What a client got wrong is logged by its code alone.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from typing import Any

from graphql import FieldNode, GraphQLError, GraphQLSyntaxError
from strawberry.exceptions import StrawberryInputCoercionError

from netql.errors import NetqlError

log = logging.getLogger("netql.errors")

_BUG = "INTERNAL_SERVER_ERROR"
# Bugs of one request that are logged in full: a field of a list may have one for each item.
MOST_BUGS = 3


def all_told(errors: Iterable[GraphQLError], request_id: str) -> list[GraphQLError]:
    """The errors as the client may have them. An answer can hold thousands, so each code is logged
    once, and the first few bugs; a batch that failed, which is an error of each object, is one."""
    bugs: dict[int, Exception] = {}
    told = [_told(error, request_id, bugs) for error in errors]
    for bug in list(bugs.values())[:MOST_BUGS]:
        log.error("request %s failed", request_id, exc_info=bug)
    if len(bugs) > MOST_BUGS:
        log.error("request %s failed %d times more", request_id, len(bugs) - MOST_BUGS)
    for code in dict.fromkeys((error.extensions or {})["code"] for error in told):
        if code != _BUG:
            # Neither the text nor the message, which may repeat what members wrote.
            log.info("request %s was refused: %s", request_id, code)
    return told


def _told(error: GraphQLError, request_id: str, bugs: dict[int, Exception]) -> GraphQLError:
    """The error as the client may have it; what caused it goes to `bugs` if it is one."""
    original = error.original_error
    details: Mapping[str, Any] = {}
    if isinstance(original, NetqlError):
        message, code, details = original.message, original.code, original.details
    elif isinstance(original, StrawberryInputCoercionError) and error.path is not None:
        # Raised there only for null in a field that may be left out, in words about Python.
        message, code = "A field of the input may be left out, but not be null.", "BAD_USER_INPUT"
    elif (original is None or isinstance(original, GraphQLError)) and _is_clients(error):
        message, code = error.message, _mistake(error)
        code = (error.extensions or {}).get("code", code)
    else:
        bug = original or error
        bugs[id(bug)] = bug
        message, code = "internal error", _BUG
    extensions = {"code": code, "requestId": request_id, **details}
    told = GraphQLError(message, path=error.path, extensions=extensions)
    # Given to the constructor, they would be looked up in the text once more.
    told.nodes, told.source = error.nodes, error.source
    told.positions, told.locations = error.positions, error.locations
    return told


def _is_clients(error: GraphQLError) -> bool:
    """Whether one of GraphQL's own errors is a mistake in the request.

    All are that come before anything is run. Of those with a path only what is wrong with an
    argument's or a directive's value, and graphql-core points to that value; what resolvers and
    types raise is only known by its field.
    """
    if error.path is None:
        return True
    return any(not isinstance(node, FieldNode) for node in error.nodes or ())


def _mistake(error: GraphQLError) -> str:
    if isinstance(error, GraphQLSyntaxError):
        return "GRAPHQL_PARSE_FAILED"
    return "GRAPHQL_VALIDATION_FAILED" if error.path is None else "BAD_USER_INPUT"
