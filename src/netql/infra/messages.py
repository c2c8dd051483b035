"""WebSocket messages as uvicorn reads them, but for what a client could do with broken ones.

uvicorn logs a traceback for a text that is not UTF-8, and keeps every fragment of a message as an
object of its own: of empty ones without end, for those never reach its limit of bytes.
"""

from __future__ import annotations

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.frames import Frame


class SoundMessages(WebSocketsSansIOProtocol):
    """One socket. A message that cannot be read closes it, with 1007 or 1009, and is no error."""

    # Clients that stream send pieces of kilobytes, and most clients never a second piece.
    MOST_FRAGMENTS = 256

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

    def _refuse(self, code: int, reason: str) -> None:
        self.frames = []
        self.conn.fail(code, reason)
        self.handle_parser_exception()
