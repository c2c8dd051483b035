"""GraphQL over HTTP: Strawberry's view, told who is asking."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import Any

import orjson
from cross_web import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocket
from strawberry.asgi import GraphQL
from strawberry.subscriptions import GRAPHQL_TRANSPORT_WS_PROTOCOL

from netql.accounts.queries import viewer_of
from netql.api.context import Context, Services
from netql.api.schema import Schema
from netql.api.websocket import Socket
from netql.errors import NetqlError

# What a request is worth: larger ones are refused unread.
LARGEST_BODY = 256 * 1024


class GraphQLView(GraphQL[Context, None]):
    """One endpoint for POST, GET and graphql-transport-ws."""

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
        self._services = services

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await super().__call__(scope, receive, send)
            return
        request = Request(scope, receive)
        try:
            response = await self._respond(request)
        except HTTPException as error:
            response = failure(error.status_code, "BAD_REQUEST", error.reason)
            if error.status_code == 405:
                response.headers["allow"] = "GET, POST"
        response.headers["cache-control"] = "private, no-store"
        await response(scope, receive, send)

    async def _respond(self, request: Request) -> Response:
        if request.method == "POST":
            await _read_bounded(request)
        try:
            response: Response = await self.run(request)
        except NetqlError as error:
            status = 401 if error.code == "UNAUTHENTICATED" else 503
            return failure(status, error.code, error.message)
        return response

    async def get_context(self, request: Any, response: Any) -> Context:
        """The viewer by the request's token. Raises Unauthenticated."""
        request_id = secrets.token_hex(8)
        if isinstance(request, WebSocket):
            # A socket says who it is in its first message.
            return Context(self._services, request_id=request_id)
        viewer = await viewer_of(
            self._services.accounts.signer, request.headers.get("authorization")
        )
        return Context(self._services, viewer, request_id)

    async def on_ws_connect(self, context: Any) -> Any:
        parameters = context.connection_params or {}
        given = parameters.get("authorization", parameters.get("Authorization"))
        context.viewer = await viewer_of(
            self._services.accounts.signer, given if given is None else str(given)
        )
        return await super().on_ws_connect(context)

    def should_render_graphql_ide(self, request: Any) -> bool:
        # The explorer is not this view's.
        return False

    def create_response(self, response_data: Any, sub_response: Response) -> Response:
        errors = response_data.get("errors") or [{}]
        if errors[0].get("extensions", {}).get("code") == "OPERATION_RESOLUTION_FAILURE":
            sub_response.status_code = 400
        return super().create_response(response_data, sub_response)

    def decode_json(self, data: str | bytes) -> object:
        # orjson refuses what json lets through: NaN, lone surrogates, depth without end.
        return orjson.loads(data)

    def encode_json(self, data: object) -> str:
        return orjson.dumps(data).decode()

    def parse_json(self, data: str | bytes) -> Any:
        try:
            parsed = orjson.loads(data)
        except orjson.JSONDecodeError as error:
            raise HTTPException(400, "The body is not JSON.") from error
        if not isinstance(parsed, dict | list):
            raise HTTPException(400, "The body is not a JSON object.")
        return parsed


def failure(status: int, code: str, message: str) -> Response:
    """An answer without data: errors in GraphQL's own form."""
    body = {"errors": [{"message": message, "extensions": {"code": code}}]}
    return Response(orjson.dumps(body), status, media_type="application/json")


async def _read_bounded(request: Request) -> None:
    """Read the body, up to what is allowed, and leave it to be read again."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > LARGEST_BODY:
            raise HTTPException(413, f"A request has {LARGEST_BODY} bytes at most.")
    request._body = bytes(body)
