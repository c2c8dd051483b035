"""graphql-transport-ws: Strawberry's handler, made to survive what clients send.

Close codes: 4400 a malformed message; 4401 a token that is not good, or an operation before
`connection_init`; 4408 no `connection_init` within 10 seconds; 4409 an id in use; 4429 a second
`connection_init`; 4500 a bug of ours.
"""

from __future__ import annotations

import logging
from typing import Any

from graphql import GraphQLError
from strawberry.http.exceptions import WebSocketDisconnected
from strawberry.subscriptions.protocols.graphql_transport_ws.handlers import (
    BaseGraphQLTransportWSHandler,
)

from netql.accounts.queries import check_live
from netql.api.context import Context
from netql.errors import Unauthenticated

log = logging.getLogger("netql.websocket")


class Socket(BaseGraphQLTransportWSHandler[Context, None]):
    """One socket. Each message either fits the protocol or closes it with its code."""

    async def handle_message(self, message: Any) -> None:
        problem = _problem(message)
        if problem is not None:
            await self.handle_invalid_message(problem)
            return
        if message["type"] == "connection_init" and message.get("payload", {}) is None:
            message = {"type": "connection_init"}
        try:
            await super().handle_message(message)
        except WebSocketDisconnected:
            raise
        except Unauthenticated:
            await self.websocket.close(4401, "Unauthorized")
        except Exception:
            log.exception("a message could not be handled")
            await self.websocket.close(4500, "Internal server error")

    async def handle_subscribe(self, message: Any) -> None:
        # A socket outlives its token's session: ask before every operation.
        await check_live(self.context.viewer)
        await super().handle_subscribe(message)

    async def handle_task_exception(self, error: Exception) -> None:
        # Who goes in the middle of an answer makes no mistake, and neither do we.
        if not isinstance(error, WebSocketDisconnected):
            await super().handle_task_exception(error)

    @staticmethod
    def _get_pre_execution_close_reason(error: GraphQLError) -> str | None:
        # A syntax error ends its own operation, not its siblings' socket.
        return None


def _problem(message: Any) -> str | None:
    """What is wrong with a message's form, or None."""
    if not isinstance(message, dict) or not isinstance(message.get("type"), str):
        return "Invalid message"
    kind = message["type"]
    if kind in ("subscribe", "complete") and not (
        isinstance(message.get("id"), str) and message["id"]
    ):
        return "Invalid id"
    if kind != "subscribe":
        return None
    payload = message.get("payload")
    fits = (
        isinstance(payload, dict)
        and isinstance(payload.get("query"), str)
        and isinstance(payload.get("variables"), dict | None)
        and isinstance(payload.get("operationName"), str | None)
    )
    return None if fits else "Invalid payload"
