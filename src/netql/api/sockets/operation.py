"""One operation on a socket: each of its answers a message, and one more that it is over."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import aclosing
from typing import Any

from graphql import OperationType
from strawberry.types import ExecutionResult as Answer
from strawberry.types.execution import PreExecutionError

from netql.accounts.queries import check_live
from netql.api.answering import Schema
from netql.api.context import Context
from netql.api.requests import Wrong, asked_of
from netql.api.responses import json_bytes
from netql.api.sockets.line import Line
from netql.errors import NetqlError, Unauthenticated


async def run(
    schema: Schema,
    context: Context,
    line: Line,
    key: str,
    payload: dict[str, Any],
    begun: Callable[[], None],
) -> None:
    """Tell everything that there is to tell of the operation.

    Calls `begun` once the operations behind it may be run: of a subscription when it misses
    nothing from then on. A mistake in it is an `error` message of its own and nobody else's matter.
    Raises Unauthenticated once the viewer's sign-in is over, and NotReading and HungUp.
    """
    try:
        # A socket outlives its token's session: asked before every operation.
        await check_live(context.viewer)
        asked = asked_of(payload)
    except Unauthenticated:
        raise
    except NetqlError as busy:
        await line.say(b"error", key, refusal(busy.code, busy.message, context.request_id))
        return
    except Wrong as wrong:
        await line.say(b"error", key, refusal("BAD_REQUEST", wrong.message, context.request_id))
        return

    def found(operation: OperationType) -> None:
        if operation is not OperationType.SUBSCRIPTION:
            begun()

    came = await schema.begun(asked, context, found=found)
    if isinstance(came, PreExecutionError):
        told = json_bytes([error.formatted for error in came.errors or ()])
        await line.say(b"error", key, told)
        return
    if isinstance(came, Answer):
        await line.say(b"next", key, schema.sent(came, context))
    else:
        begun()
        async with aclosing(came) as answers:
            async for answer in answers:
                await line.say(b"next", key, schema.sent(answer, context))
    await line.say(b"complete", key)


def refusal(code: str, message: str, request_id: str) -> bytes:
    """The payload of an `error` message: a list of one."""
    extensions = {"code": code, "requestId": request_id}
    return json_bytes([{"message": message, "extensions": extensions}])
