"""HTTP/1.1 as uvicorn speaks it, with limits to what a client may take: time, headers, room.

uvicorn itself waits for ever for the rest of a request and for who reads no answer, and takes
headers of any size.
"""

from __future__ import annotations

import asyncio
from typing import Any, cast

from uvicorn._types import ASGI3Application
from uvicorn.protocols.http.httptools_impl import RequestResponseCycle

from netql.infra.leaving import IN_SCOPE, Leaving
from netql.infra.offers import DeclinesOffers
from netql.infra.refusals import refusal
from netql.infra.stalled import Outgoing


class _Refused(Exception):
    """Ends the reading of a request; never leaves the protocol."""


class HttpProtocol(DeclinesOffers):
    """One connection of a client. Each request has to come whole, and in time."""

    # Seconds for a request to arrive in, headers and body together.
    ARRIVAL = 10.0
    # Bytes of all headers with their names, and of the address; headers.
    MOST_HEADER_BYTES = 16 * 1024
    LONGEST_ADDRESS = 16 * 1024
    MOST_HEADERS = 100
    # Requests that wait behind the one that is answered: a piece of 256 KiB may hold ten thousand.
    MOST_WAITING = 100
    # Bytes that are read and thrown away of a request that has its answer already; and seconds
    # that a refused client has to read why. Closed at once, with bytes of its own unread, it would
    # hear of nothing but a connection that broke.
    MOST_DISCARDED = 1024 * 1024
    LINGERING = 2.0
    # Seconds that a client has to take what it was sent, once the server ends.
    GOODBYE = 0.5
    PATIENCE = Outgoing.PATIENCE

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._deadline: asyncio.TimerHandle | None = None
        self._outgoing: Outgoing | None = None
        self._leaving = Leaving()
        # Between the first byte of a request and its last; and whether its headers are through.
        self._arriving = False
        self._headed = False
        # Bytes of the request so far, and whether they came in several pieces. Where it began
        # behind another in one piece, its part is not known, and that piece is left out later.
        self._arrived = 0
        self._split = False
        self._ended = self._behind = False
        # Whether the last piece had a part of a body, or the end of headers; and bytes of a request
        # that came since its last such piece.
        self._bodied = False
        self._bodiless = 0
        self._discarded = 0
        self._refusal = 400
        self._refused = False
        self._ending = False
        self._handed_over = False
        # The request that is being answered; `cycle` is the last that came.
        self._answering: RequestResponseCycle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._outgoing = Outgoing(self.loop, transport, self.PATIENCE)
        self._deadline = self.loop.call_later(self.ARRIVAL, self._late)

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_clocks()
        self._let_go()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self._refused:
            self._discard(len(data))
            return
        self._split = self._arriving
        self._arrived = len(data) + (self._arrived if self._arriving and not self._behind else 0)
        self._ended = self._behind = self._bodied = False
        super().data_received(data)
        if self._handed_over:
            self._stop_clocks()
        elif self._refused or self.transport.is_closing():
            return
        elif self._arriving or self.cycle is None or self.cycle.response_complete:
            # The client owes us a request, or the rest of one.
            if self._deadline is None:
                self._deadline = self.loop.call_later(self.ARRIVAL, self._late)
            if self._arriving and not self._behind:
                self._limit_headers(len(data))
        elif self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _limit_headers(self, count: int) -> None:
        """Refuse what the parser has not told of yet, and keeps until it does: headers, or, where
        so many bytes more are no part of a body, a trailer."""
        if not self._headed:
            if self._arrived > self.MOST_HEADER_BYTES + self.LONGEST_ADDRESS:
                self._refuse(431)
            return
        self._bodiless = 0 if self._bodied else self._bodiless + count
        if self._bodiless > self.MOST_HEADER_BYTES:
            if self._answered:
                self.transport.abort()
            else:
                self._refuse(431)

    # What the parser finds.

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._arriving = True
        self._bodiless = 0
        self._headed = False
        self._behind = self._ended

    def on_headers_complete(self) -> None:
        self._headed = self._bodied = True
        # Few bytes in all, as nearly always, are few bytes of headers: nothing to add up.
        if len(self.headers) > self.MOST_HEADERS:
            self._stop_reading(431)
        if len(self.pipeline) >= self.MOST_WAITING:
            self._stop_reading(429)
        if self._split or self._arrived > self.MOST_HEADER_BYTES:
            if len(self.url) > self.LONGEST_ADDRESS:
                self._stop_reading(414)
            if sum(len(name) + len(value) for name, value in self.headers) > self.MOST_HEADER_BYTES:
                self._stop_reading(431)
        super().on_headers_complete()
        if not self.parser.should_upgrade():
            # Fields behind a body are none of the headers (RFC 9110, 6.5.1): a proxy that sees to
            # those may not have looked at them. They go to a list that nobody reads.
            self.headers = []

    def on_body(self, body: bytes) -> None:
        self._bodied = True
        if self.cycle is not None and self.cycle.response_complete:
            self._discard(len(body))
        super().on_body(body)

    def on_message_complete(self) -> None:
        self._arriving = False
        self._ended = True
        self._discarded = 0
        super().on_message_complete()

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: ASGI3Application) -> None:
        self._answering = cycle
        cast(dict[str, Any], cycle.scope)[IN_SCOPE] = self._leaving
        super()._start_asgi_task(cycle, app)

    def handle_websocket_upgrade(self) -> None:
        answering = self._answering
        if answering is not None and not answering.response_complete:
            # Whoever answers would never hear that the client is gone.
            self._refuse(400)
            return
        self._handed_over = True
        super().handle_websocket_upgrade()

    # What becomes of the connection.

    def on_response_complete(self) -> None:
        super().on_response_complete()
        if self._ending:
            self.transport.close()
        if self.transport.is_closing():
            self._watch_outgoing()

    def timeout_keep_alive_handler(self) -> None:
        super().timeout_keep_alive_handler()
        self._watch_outgoing()

    def shutdown(self) -> None:
        self._ending = True
        self._leaving.begin()
        # What waits behind another request of the same client was not begun, and will not be.
        self.pipeline.clear()
        if self._arriving and not self._answered and not self._refused:
            # Its rest is not waited for any more.
            self._refuse(503)
        if self._refused:
            self._stop_clocks()
            self._deadline = self.loop.call_later(self.GOODBYE, self.transport.abort)
            return
        super().shutdown()
        if self._outgoing is not None:
            self._outgoing.hurry(self.GOODBYE)

    def pause_writing(self) -> None:
        super().pause_writing()
        self._watch_outgoing()

    def resume_writing(self) -> None:
        super().resume_writing()
        if self._outgoing is not None and not self.transport.is_closing():
            self._outgoing.rest()

    def send_400_response(self, msg: str) -> None:
        """The request cannot be read on: said in GraphQL's form, as everything is here."""
        self._refuse(self._refusal)

    def _stop_reading(self, status: int) -> None:
        self._refusal = status
        raise _Refused

    def _late(self) -> None:
        """The request is not here in time, or the next one has not even begun."""
        self._deadline = None
        if self.transport.is_closing():
            return
        if self.flow.read_paused:
            # It is we who do not read.
            self._deadline = self.loop.call_later(self.ARRIVAL, self._late)
        elif self._arriving and not self._answered:
            self._refuse(408)
        elif self.cycle is None or self.cycle.response_complete:
            self.transport.close()
            self._watch_outgoing()

    @property
    def _answered(self) -> bool:
        """Whether what is arriving has its answer already."""
        return self._headed and self.cycle is not None and self.cycle.response_complete

    def _refuse(self, status: int) -> None:
        """Say so and close; without a word if a response is being sent."""
        self._stop_clocks()
        self.pipeline.clear()
        answering = self._answering
        if answering and answering.response_started and not answering.response_complete:
            self.transport.abort()
            return
        self._let_go()
        self._refused = True
        self.transport.write(refusal(status, self.server_state.default_headers))
        self.transport.write_eof()
        self.flow.resume_reading()
        self._deadline = self.loop.call_later(self.LINGERING, self.transport.abort)

    def _let_go(self) -> None:
        """Tell whoever answers a request that its client is gone."""
        cycle = self._answering
        if cycle is not None and not cycle.response_complete:
            cycle.disconnected = True
            cycle.message_event.set()

    def _discard(self, count: int) -> None:
        self._discarded += count
        if self._discarded > self.MOST_DISCARDED:
            self.transport.abort()

    def _watch_outgoing(self) -> None:
        if self._outgoing is not None:
            self._outgoing.watch()

    def _stop_clocks(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None
        if self._outgoing is not None:
            self._outgoing.rest()
