"""One subscription's response, from its headers to whatever ends it.

Answers are taken from their source as fast as the client reads them, and no faster: nothing is
queued here. The source is let go of at once when the client hangs up, and what ends a stream from
outside is told as the framing allows.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator, Callable
from contextlib import ExitStack, aclosing, suppress
from functools import partial

from starlette.types import Message, Receive, Scope, Send
from strawberry.types import ExecutionResult as Answer

from netql.accounts.queries import SignIn, check_live, told_when_over
from netql.api.answering import Schema
from netql.api.context import Context
from netql.api.origins import Headers
from netql.api.patience import HungUp, NotReading, taken
from netql.api.responses import json_bytes
from netql.api.streams.framing import Framing
from netql.errors import NetqlError, Unauthenticated
from netql.infra.leaving import IN_SCOPE, Leaving

log = logging.getLogger("netql.streams")

_HEADERS = (
    (b"cache-control", b"private, no-store"),
    # Proxies would otherwise gather events before they pass them on.
    (b"x-accel-buffering", b"no"),
)
# What is said last to somebody who is to come back: nothing, and the body is over. Clients take a
# stream that ends without its ending for a lost connection.
COME_BACK = b""

# Ends the stream with those last bytes, or, None, because the client is not there or does not read.
End = Callable[[bytes | None], None]


class Stream:
    """A subscription that has begun, and how its client wants it told."""

    def __init__(
        self,
        schema: Schema,
        context: Context,
        answers: AsyncGenerator[Answer, None],
        framing: Framing,
        sign_in: SignIn,
        held: ExitStack,
        *,
        heartbeat: float,
        patience: float,
    ) -> None:
        """`held` is let go of at the end. A sign of life after `heartbeat` seconds of silence;
        `patience` seconds for the client to take what is sent to it."""
        self._schema = schema
        self._context = context
        self._answers = answers
        self._framing = framing
        self._sign_in = sign_in
        self._held = held
        self._heartbeat = heartbeat
        self._patience = patience
        self._sent = 0.0

    async def serve(
        self, scope: Scope, receive: Receive, send: Send, headers: Headers = ()
    ) -> None:
        """Respond, with these headers besides its own, until the stream ends. Raises NotReading and
        HungUp before anything was sent."""
        loop = asyncio.get_running_loop()
        last: asyncio.Future[bytes | None] = loop.create_future()
        self._sent = loop.time()

        def end(said: bytes | None) -> None:
            if not last.done():
                last.set_result(said)

        with self._held as held:
            await taken(send, _start(self._framing, headers), self._patience)
            signed_out = partial(end, self._refusal(Unauthenticated()))
            held.enter_context(told_when_over(self._sign_in, signed_out))
            leaving: Leaving | None = scope.get(IN_SCOPE)
            if leaving is not None:
                held.enter_context(leaving.telling(partial(end, COME_BACK)))
            working = (self._tell(send, end), self._beat(send, end), _hear(receive, end))
            tasks = {loop.create_task(work) for work in working}
            try:
                said = await last
            finally:
                for task in tasks:
                    task.cancel()
                await asyncio.wait(tasks)
        if said is not None:
            with suppress(NotReading, HungUp):
                await taken(send, {"type": "http.response.body", "body": said}, self._patience)
                return
        # There is nobody to say more to. Without an end the response counts as broken off, so that
        # is left to the server, once it has seen the client go.
        await _hear(receive, end)

    async def _tell(self, send: Send, end: End) -> None:
        try:
            async with aclosing(self._answers) as answers:
                await self._say(send, self._framing.opening)
                # The sign-in may have ended before its end was listened for.
                await check_live(self._sign_in.viewer)
                async for answer in answers:
                    body = self._schema.sent(answer, self._context)
                    await self._say(send, self._framing.answer(body))
            end(self._framing.ending)
        except (NotReading, HungUp):
            end(None)
        except Unauthenticated as error:
            end(self._refusal(error))
        except NetqlError:
            # The database cannot say now whether the sign-in lasts.
            end(COME_BACK)
        except Exception:
            log.exception("request %s failed", self._context.request_id)
            end(self._refusal(NetqlError("internal error")))

    async def _beat(self, send: Send, end: End) -> None:
        loop = asyncio.get_running_loop()
        try:
            while True:
                rest = self._heartbeat - (loop.time() - self._sent)
                if rest > 0:
                    await asyncio.sleep(rest)
                else:
                    await self._say(send, self._framing.heartbeat)
        except (NotReading, HungUp):
            end(None)

    async def _say(self, send: Send, body: bytes) -> None:
        message = {"type": "http.response.body", "body": body, "more_body": True}
        await taken(send, message, self._patience)
        self._sent = asyncio.get_running_loop().time()

    def _refusal(self, error: NetqlError) -> bytes:
        """The last bytes where the stream ends because of that."""
        extensions = {"code": error.code, "requestId": self._context.request_id}
        errors = json_bytes([{"message": error.message, "extensions": extensions}])
        return self._framing.error(errors) + self._framing.ending


class Whole:
    """The one answer to an operation, for a client that takes nothing but streams."""

    def __init__(self, framing: Framing, body: bytes) -> None:
        """`body` is the answer as JSON."""
        self._framing = framing
        self._body = framing.opening + framing.answer(body) + framing.ending

    async def serve(self, _: Scope, __: Receive, send: Send, headers: Headers = ()) -> None:
        """Respond, with these headers besides its own."""
        await send(_start(self._framing, headers))
        await send({"type": "http.response.body", "body": self._body})


def _start(framing: Framing, headers: Headers) -> Message:
    kind = (b"content-type", framing.kind)
    all_headers = [kind, *_HEADERS, *headers]
    return {"type": "http.response.start", "status": 200, "headers": all_headers}


async def _hear(receive: Receive, end: End) -> None:
    """Until the client hangs up: that is all that it can say."""
    while (await receive())["type"] != "http.disconnect":
        pass
    end(None)
