"""GraphQL over HTTP, told who is asking; and the door to graphql-transport-ws.

Statuses: 200 for whatever was understood as GraphQL, its mistakes told in the answer; 400 for
what was not, or names no operation; 401 for a token that is not good; 405, 413 and 415 for a
method, a size and a kind of content that is not taken; 503 when the database is too busy.
"""

from __future__ import annotations

import logging
import secrets
from datetime import timedelta
from typing import Any

import orjson
from graphql import OperationType
from starlette.types import Receive, Scope, Send
from strawberry.asgi import GraphQL
from strawberry.subscriptions import GRAPHQL_TRANSPORT_WS_PROTOCOL

from netql.accounts.queries import viewer_of
from netql.api.answering import ONE_ANSWER, Schema
from netql.api.context import Context, Services
from netql.api.operations import UNRESOLVED, NotAllowed, NotOffered
from netql.api.requests import Gone, Wrong, body_of, gotten, header, posted
from netql.api.responses import answer_bytes, failure, json_bytes, send_json
from netql.api.websocket import Socket
from netql.errors import NetqlError

log = logging.getLogger("netql.http")

# A link can be followed by anybody's browser, so a GET changes nothing.
_READING = frozenset((OperationType.QUERY,))


class GraphQLView(GraphQL[Context, None]):
    """One endpoint for POST, GET and graphql-transport-ws; Strawberry's own for the last."""

    graphql_transport_ws_handler_class = Socket

    def __init__(
        self, schema: Schema, services: Services, init_wait: timedelta = timedelta(seconds=10)
    ) -> None:
        super().__init__(
            schema,
            graphql_ide=None,
            subscription_protocols=[GRAPHQL_TRANSPORT_WS_PROTOCOL],
            connection_init_wait_timeout=init_wait,
            max_subscriptions_per_connection=20,
        )
        self._schema = schema
        self._services = services

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await super().__call__(scope, receive, send)
            return
        more: tuple[tuple[bytes, bytes], ...] = ()
        try:
            status, body = await self._respond(scope, receive)
        except Gone:
            return
        except Wrong as wrong:
            status, body = wrong.status, failure("BAD_REQUEST", wrong.message)
            if status == 405:
                more = ((b"allow", b"GET, POST"),)
        except NetqlError as error:
            status = 401 if error.code == "UNAUTHENTICATED" else 503
            body = failure(error.code, error.message)
        except Exception:
            log.exception("a request could not be answered")
            status, body = 500, failure("INTERNAL_SERVER_ERROR", "internal error")
        await send_json(send, status, body, *more)

    async def _respond(self, scope: Scope, receive: Receive) -> tuple[int, bytes]:
        """Status and body. Raises Wrong, Gone, Unauthenticated, Overloaded."""
        method = scope["method"]
        if method not in ("POST", "GET"):
            raise Wrong(405, "GraphQL takes GET and POST.")
        given = await body_of(receive) if method == "POST" else None
        viewer = await viewer_of(self._services.accounts.signer, header(scope, b"authorization"))
        asked = gotten(scope) if given is None else posted(scope, given)
        context = Context(self._services, viewer, secrets.token_hex(8))
        try:
            answer = await self._schema.answer(
                asked, context, _READING if given is None else ONE_ANSWER
            )
        except NotOffered as refusal:
            raise Wrong(400, f"{refusal.message} when using {method}") from None
        except NotAllowed as refusal:
            raise Wrong(400, refusal.message) from None
        unresolved = answer.errors and (answer.errors[0].extensions or {}).get("code") == UNRESOLVED
        return 400 if unresolved else 200, answer_bytes(answer)

    async def get_context(self, request: Any, response: Any) -> Context:
        # A socket's: it says who it is in its first message.
        return Context(self._services, request_id=secrets.token_hex(8))

    async def on_ws_connect(self, context: Any) -> Any:
        parameters = context.connection_params or {}
        given = parameters.get("authorization", parameters.get("Authorization"))
        context.viewer = await viewer_of(
            self._services.accounts.signer, None if given is None else str(given)
        )
        return await super().on_ws_connect(context)

    def decode_json(self, data: str | bytes) -> object:
        # orjson refuses what json lets through: NaN, lone surrogates, depth without end.
        return orjson.loads(data)

    def encode_json(self, data: object) -> str:
        return json_bytes(data).decode()
