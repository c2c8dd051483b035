"""WebSocket messages as uvicorn reads them, but for what a client could do with broken ones.

uvicorn logs a traceback for a text that is not UTF-8, and keeps every fragment of a message as an
object of its own: of empty ones without end, for those never reach its limit of bytes. It closes
the connection together with the socket: a client that is still sending then hears of nothing but
a connection that broke. And whoever answers what came before is told of a mistake of its own. Of a
handshake that cannot be read it tells nobody, and keeps the connection for good.
"""

from __future__ import annotations

from typing import Any

from uvicorn._types import ASGISendEvent
from uvicorn.protocols.utils import ClientDisconnected
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.frames import Frame

from netql.infra.refusals import refusal


class SoundMessages(WebSocketsSansIOProtocol):
    """One socket. A message that cannot be read closes it, with 1007 or 1009, and is no error."""

    # Clients that stream send pieces of kilobytes, and most clients never a second piece.
    MOST_FRAGMENTS = 256
    # Seconds that a client has to read why its socket is closed; and bytes that are read and thrown
    # away meanwhile.
    LINGERING = 2.0
    MOST_DISCARDED = 1024 * 1024

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._unreadable = False
        self._discarded = 0

    def data_received(self, data: bytes) -> None:
        if not self._unreadable:
            super().data_received(data)
            if not self.handshake_initiated and self.conn.handshake_exc is not None:
                self._refuse_handshake()
            return
        self._discarded += len(data)
        if self._discarded > self.MOST_DISCARDED:
            self.transport.abort()

    def handle_ping(self) -> None:
        """Answer it, unless the client does not read its answers: they would wait in memory, and
        any number of them can be asked for."""
        if self.writable.is_set():
            super().handle_ping()
        else:
            self.conn.data_to_send()

    def handle_cont(self, event: Frame) -> None:
        if self.close_sent:
            return
        if len(self.frames) < self.MOST_FRAGMENTS:
            super().handle_cont(event)
        else:
            self._refuse(1009, "too many fragments")

    def send_receive_event_to_app(self) -> None:
        if self.curr_msg_data_type == "text" and not self.close_sent:
            text = self.frames[0] if len(self.frames) == 1 else b"".join(self.frames)
            try:
                # A view of bytes has no decode of its own.
                str(text, "utf-8")
            except UnicodeDecodeError:
                self._refuse(1007, "text is UTF-8")
                return
        super().send_receive_event_to_app()

    def handle_parser_exception(self) -> None:
        """Say why, and read no more."""
        self._unreadable = True
        closing = self.conn.close_sent
        if closing is not None and not self.close_sent:
            gone = {"type": "websocket.disconnect", "code": closing.code, "reason": closing.reason}
            self.queue.put_nowait(gone)  # type: ignore[arg-type]
            self.close_sent = True
        self.transport.write(b"".join(self.conn.data_to_send()))
        self.transport.write_eof()
        if self.read_paused:
            self.read_paused = False
            self.transport.resume_reading()
        if self.close_timer is None:
            self.close_timer = self.loop.call_later(self.LINGERING, self.transport.abort)

    async def send(self, message: ASGISendEvent) -> None:
        await self.writable.wait()
        if self._unreadable:
            raise ClientDisconnected
        await super().send(message)

    def _refuse_handshake(self) -> None:
        """It has a body, or a line that is longer than websockets reads: 8 KiB."""
        self._unreadable = True
        self.handshake_complete = self.close_sent = True
        told = b"".join(self.conn.data_to_send()) or refusal(400, self.default_headers)
        self.transport.write(told)
        self.transport.write_eof()
        self.close_timer = self.loop.call_later(self.LINGERING, self.transport.abort)

    def _refuse(self, code: int, reason: str) -> None:
        self.frames = []
        self.conn.fail(code, reason)
        self.handle_parser_exception()
