"""One socket from its first message to its last.

Messages are handled one after the other, operations begin one after the other and run side by side,
in tasks of their own.
Whatever is to end the socket says so by `end`; whoever says it first is heard.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import Collection
from contextlib import ExitStack
from functools import partial
from typing import Any

from starlette.types import Receive

from netql.accounts.queries import check_live, sign_in_of, told_when_over
from netql.api.answering import Schema
from netql.api.context import Context, Services
from netql.api.patience import HungUp, NotReading
from netql.api.seats import Seats, Taken
from netql.api.sockets import codes
from netql.api.sockets.codes import Breach, Closing
from netql.api.sockets.line import Line
from netql.api.sockets.messages import Complete, Init, Message, Ping, Subscribe, message_of
from netql.api.sockets.operation import refusal, run
from netql.errors import NetqlError, Unauthenticated
from netql.viewer import Viewer

log = logging.getLogger("netql.sockets")

# Seconds that operations under way have once the sign-in is over: the answer to `signOut` itself
# is one of them. Subscriptions send nothing meanwhile, for they ask before each event.
LAST_WORDS = 0.3


class Socket:
    """A client's socket, which is accepted already."""

    def __init__(
        self,
        schema: Schema,
        services: Services,
        seats: Seats,
        receive: Receive,
        line: Line,
        address: str,
    ) -> None:
        """`address` is what a guest's requests count for."""
        self._schema = schema
        self._services = services
        self._seats = seats
        self._receive = receive
        self._line = line
        self._address = address
        self._introduced = False
        # Known once the introduction was found good.
        self._viewer: Viewer | None = None
        self._operations: dict[str, asyncio.Task[None]] = {}
        # Those that were told to end are still here until they have.
        self._tasks: set[asyncio.Task[None]] = set()
        # Of those that have not begun: each is done when it has, or is over.
        self._beginning: set[asyncio.Future[None]] = set()
        self._ending: asyncio.Future[Closing | None] = asyncio.get_running_loop().create_future()
        self._held = ExitStack()

    async def serve(self, init_wait: float) -> None:
        """Until the client goes or the socket is closed; `init_wait` seconds for the
        introduction."""
        loop = asyncio.get_running_loop()
        silence = loop.call_later(init_wait, self._end_if_silent)
        reading = loop.create_task(self._read())
        try:
            with self._held:
                closing = await self._ending
                reading.cancel()
                if closing is codes.SIGNED_OUT and self._tasks:
                    await asyncio.wait(self._tasks, timeout=LAST_WORDS)
        finally:
            silence.cancel()
            reading.cancel()
            left = {reading, *self._tasks}
            for task in left:
                task.cancel()
        if closing is not None:
            await self._line.close(closing)
        await asyncio.wait(left)

    def end(self, closing: Closing | None) -> None:
        """Close with that, or None if the client has gone already."""
        if not self._ending.done():
            self._ending.set_result(closing)

    def _end_if_silent(self) -> None:
        if not self._introduced:
            self.end(codes.SILENT)

    async def _read(self) -> None:
        largest = self._services.settings.socket_message_bytes
        try:
            while (frame := await self._receive())["type"] == "websocket.receive":
                await self._handle(message_of(dict(frame), largest))
            self.end(None)
        except Exception as error:
            self._end_for(error)

    async def _handle(self, message: Message) -> None:
        match message:
            case Init(payload):
                await self._introduce(payload)
            case Subscribe(key, payload):
                await self._subscribe(key, payload)
            case Complete(key):
                # From here on nothing is said of it: its task is not run again but to end.
                if (task := self._operations.pop(key, None)) is not None:
                    task.cancel()
            case Ping():
                await self._line.say(b"pong")

    async def _introduce(self, payload: dict[str, Any]) -> None:
        if self._introduced:
            raise Breach(codes.INTRODUCED_TWICE)
        self._introduced = True
        given = payload.get("authorization", payload.get("Authorization"))
        if not isinstance(given, str | None):
            raise Breach(codes.BAD_CREDENTIALS)
        try:
            sign_in = sign_in_of(self._services.accounts.signer, given)
            # First listen, then ask: so no end falls between.
            self._held.enter_context(told_when_over(sign_in, partial(self.end, codes.SIGNED_OUT)))
            await check_live(sign_in.viewer)
            self._held.enter_context(self._seats.held(sign_in.viewer.member_id))
        except Unauthenticated:
            raise Breach(codes.BAD_CREDENTIALS) from None
        except NetqlError:
            # The database cannot say now.
            raise Breach(codes.BUSY) from None
        except Taken:
            raise Breach(codes.TOO_MANY_SOCKETS) from None
        self._viewer = sign_in.viewer
        await self._line.say(b"connection_ack")

    async def _subscribe(self, key: str, payload: dict[str, Any]) -> None:
        if self._viewer is None:
            raise Breach(codes.NOT_INTRODUCED)
        if key in self._operations:
            raise codes.in_use(key)
        context = Context(self._services, self._viewer, secrets.token_hex(8), self._address)
        most = self._services.settings.operations_per_socket
        if len(self._tasks) >= most:
            told = f"A socket runs {most} operations at a time."
            await self._line.say(
                b"error", key, refusal("TOO_MANY_OPERATIONS", told, context.request_id)
            )
            return
        earlier = tuple(self._beginning)
        begun: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._beginning.add(begun)
        begun.add_done_callback(self._beginning.discard)
        task = asyncio.create_task(self._run(context, key, payload, earlier, begun))
        self._operations[key] = task
        self._tasks.add(task)
        # Also of one that is told to end before it has begun.
        task.add_done_callback(self._tasks.discard)
        task.add_done_callback(lambda _: settle(begun))

    async def _run(
        self,
        context: Context,
        key: str,
        payload: dict[str, Any],
        earlier: Collection[asyncio.Future[None]],
        begun: asyncio.Future[None],
    ) -> None:
        try:
            if earlier:
                # So that what is asked after a subscription was asked for is not answered with
                # what was before it: whatever happens between the two would be missed.
                await asyncio.wait(earlier)
            await run(self._schema, context, self._line, key, payload, partial(settle, begun))
        except Exception as error:
            self._end_for(error)
        finally:
            # The key may be another operation's by now.
            task = asyncio.current_task()
            if task is not None and self._operations.get(key) is task:
                del self._operations[key]
                self._tasks.discard(task)

    def _end_for(self, error: Exception) -> None:
        """End because of that; what is no ending we know of is a bug."""
        match error:
            case Breach(closing=closing):
                self.end(closing)
            case HungUp():
                self.end(None)
            case NotReading():
                self.end(codes.NOT_READING)
            case Unauthenticated():
                self.end(codes.SIGNED_OUT)
            case _:
                log.error("a socket is closed because of a bug", exc_info=error)
                self.end(codes.BUG)


def settle(begun: asyncio.Future[None]) -> None:
    """Say that what is waited for has come, unless it was said."""
    if not begun.done():
        begun.set_result(None)
