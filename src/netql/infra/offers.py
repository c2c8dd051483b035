"""Requests that offer another protocol than HTTP/1.1 are answered as they are.

Some clients offer HTTP/2 in every request (`Upgrade: h2c`): Java's by default, curl if it is told
to. Nobody has to take an offer (RFC 9110, 7.8). But the parser takes what follows the headers for
the other protocol, so that uvicorn, which does not take it, finds the request without its body.
"""

from __future__ import annotations

import httptools
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

_SOCKET = b"websocket"
# What belongs to the offer alone.
_OFFERING = frozenset((b"upgrade", b"http2-settings"))


class DeclinesOffers(HttpToolsProtocol):
    """One connection of a client. Of all offers only a WebSocket is taken."""

    # Whether what was just read was a request's headers with an offer that is not taken.
    _declined = False

    def data_received(self, data: bytes) -> None:
        """As uvicorn, but for offers: the request is read once more, without."""
        self._unset_keepalive_if_required()
        rest = memoryview(data)
        try:
            while True:
                try:
                    self.parser.feed_data(rest)
                    return
                except httptools.HttpParserUpgrade as offer:
                    if not self._declined:
                        # A tunnel is none either; what is said to its end is not for us.
                        if self._should_upgrade():
                            self.handle_websocket_upgrade()
                        return
                    rest = rest[offer.args[0] :]
                self._declined = False
                self.parser.feed_data(self._without_offer())
        except httptools.HttpParserError:
            message = "Invalid HTTP request received."
            self.logger.warning(message)
            self.send_400_response(message)

    def on_headers_complete(self) -> None:
        if self.parser.should_upgrade():
            # What follows a CONNECT is never its body.
            is_tunnel = self.parser.get_method() == b"CONNECT"
            self._declined = not is_tunnel and self._get_upgrade() not in (None, _SOCKET)
        if not self._declined:
            super().on_headers_complete()

    def on_message_complete(self) -> None:
        if not self._declined:
            super().on_message_complete()

    def _without_offer(self) -> bytes:
        """The request's headers, as they would have come without it."""
        version = self.parser.get_http_version().encode()
        first = b"%s %s HTTP/%s" % (self.parser.get_method(), self.url, version)
        lines = [first]
        for name, value in self.headers:
            if name == b"connection":
                tokens = (token.strip() for token in value.split(b","))
                value = b", ".join(one for one in tokens if one.lower() not in _OFFERING)
            if name not in _OFFERING:
                lines.append(name + b": " + value)
        return b"\r\n".join((*lines, b"", b""))
