"""The short way of a POST: from bytes to bytes with nothing in between.

Nearly every request is a POST of JSON with a valid text, that takes JSON. Such a one is answered
here, by the same documents, context, executor and told errors as everywhere. Whatever is out of
the ordinary, and every mistake, goes on to the view with its body, which knows all the answers.
"""

from __future__ import annotations

import logging
import secrets
from typing import Any

import orjson
from starlette.types import Message, Receive, Scope, Send
from strawberry.execution import optimized_is_awaitable

from netql.accounts.queries import viewer_of
from netql.api.context import Context, FreshPerEvent, Services
from netql.api.documents import Documents
from netql.api.errors import told
from netql.api.http import LARGEST_BODY, GraphQLView, failure
from netql.api.schema import Schema
from netql.errors import NetqlError
from netql.execution.plan import OperationPlan

log = logging.getLogger("netql.errors")

_JSON = (b"application/json", b"application/json; charset=utf-8", b"application/json;charset=utf-8")
_TAKES_JSON = (b"*/*", b"application/json")
# What a view may be told to do otherwise.
_KNOWN = {"query", "variables", "operationName"}


class Posts:
    """Answers requests to the graph, the ordinary ones itself."""

    def __init__(self, schema: Schema, services: Services, view: GraphQLView) -> None:
        self._schema = schema
        self._services = services
        self._view = view
        self.documents: Documents = schema.documents

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        kind = accept = authorization = None
        for name, value in scope["headers"]:
            if name == b"content-type":
                kind = value
            elif name == b"accept":
                accept = value
            elif name == b"authorization":
                authorization = value
        if kind not in _JSON or not (accept is None or accept in _TAKES_JSON):
            await self._view(scope, receive, send)
            return
        body = await _body(receive)
        asked = _asked(body)
        document = asked and self.documents.find(asked["query"])
        plan = None
        if asked and document:
            plan = document.plan(self._schema._schema, asked.get("operationName"))
        if not asked or not document or not plan:
            await self._view(scope, _again(body, receive), send)
            return
        given = None if authorization is None else authorization.decode("latin-1")
        answer = await self._answer(document.node, plan, asked.get("variables"), given)
        if answer is None:
            await self._view(scope, _again(body, receive), send)
            return
        await _send(send, *answer)

    async def _answer(
        self, node: Any, plan: OperationPlan, variables: Any, authorization: str | None
    ) -> tuple[int, bytes] | None:
        """Status and body; None where the variables do not fit."""
        request_id = secrets.token_hex(8)
        try:
            viewer = await viewer_of(self._services.accounts.signer, authorization)
        except NetqlError as error:
            response = failure(_status(error), error.code, error.message)
            return response.status_code, bytes(response.body)
        context = Context(self._services, viewer, request_id)
        executor = FreshPerEvent.build(
            self._schema._schema,
            node,
            context_value=context,
            raw_variable_values=variables,
            operation_name=plan.name,
            is_awaitable=optimized_is_awaitable,  # type: ignore[arg-type]
        )
        if isinstance(executor, list):
            return None
        assert isinstance(executor, FreshPerEvent)
        executor.known_plan = plan
        try:
            result = executor.execute_operation()
            if not hasattr(result, "errors"):
                result = await result
            answer: dict[str, Any] = {"data": result.data}
            if result.errors:
                answer["errors"] = [told(error, request_id).formatted for error in result.errors]
            return 200, orjson.dumps(answer)
        except Exception:
            log.exception("request %s failed", request_id)
            code = {"code": "INTERNAL_SERVER_ERROR", "requestId": request_id}
            said = {"errors": [{"message": "internal error", "extensions": code}]}
            return 500, orjson.dumps(said)


def _status(error: NetqlError) -> int:
    return 401 if error.code == "UNAUTHENTICATED" else 503


async def _body(receive: Receive) -> list[Message]:
    """The messages that hold the body, up to its end or to what is too much of it."""
    messages = []
    length = 0
    while True:
        message = await receive()
        messages.append(message)
        length += len(message.get("body", b""))
        if not message.get("more_body") or length > LARGEST_BODY:
            return messages


def _asked(messages: list[Message]) -> dict[str, Any] | None:
    """What is asked, if it is asked in the ordinary way."""
    if messages[-1]["type"] != "http.request" or messages[-1].get("more_body"):
        return None
    body = b"".join(message.get("body", b"") for message in messages)
    if len(body) > LARGEST_BODY:
        return None
    try:
        asked = orjson.loads(body)
    except orjson.JSONDecodeError:
        return None
    if (
        isinstance(asked, dict)
        and asked.keys() <= _KNOWN
        and isinstance(asked.get("query"), str)
        and isinstance(asked.get("variables"), dict | None)
        and isinstance(asked.get("operationName"), str | None)
    ):
        return asked
    return None


def _again(messages: list[Message], receive: Receive) -> Receive:
    """Receives the body once more, and then what follows it."""
    waiting = iter(messages)

    async def again() -> Message:
        message = next(waiting, None)
        return await receive() if message is None else message

    return again


async def _send(send: Send, status: int, body: bytes) -> None:
    headers = [
        (b"content-type", b"application/json"),
        (b"content-length", str(len(body)).encode()),
        (b"cache-control", b"private, no-store"),
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
