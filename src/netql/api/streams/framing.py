"""How answers lie in the body of a stream: as server-sent events, or as parts.

Server-sent events as GraphQL over SSE wants them in its distinct connections mode; parts as
Apollo's protocol for subscriptions over multipart HTTP does. Lines of events end in LF alone:
there are clients that look for nothing else.
"""

from __future__ import annotations

from netql.api.accepting import EVENT_STREAM, MULTIPART, Accepting


class ServerSentEvents:
    """`next` events and one `complete`; heartbeats are comments.

    `answer` frames an answer, which is JSON in one line; `error` a list of errors, because of which
    nothing comes any more but the ending.
    """

    kind = b"text/event-stream; charset=utf-8"
    # Some proxies and clients call a response begun when there is something of its body.
    opening = b":\n\n"
    heartbeat = b":\n\n"
    # An event without a data line is not delivered by a browser's EventSource.
    ending = b"event: complete\ndata:\n\n"

    def answer(self, body: bytes) -> bytes:
        return b"event: next\ndata: " + body + b"\n\n"

    def error(self, errors: bytes) -> bytes:
        return self.answer(b'{"errors":' + errors + b"}")


def _part(body: bytes) -> bytes:
    return b"\r\nContent-Type: application/json\r\n\r\n" + body + b"\r\n--graphql"


class Parts:
    """A part for each answer; heartbeats are empty objects. As `ServerSentEvents` otherwise.

    Each part is followed at once by the delimiter of the next, for only then a client knows that
    it is whole.
    """

    kind = b'multipart/mixed;boundary="graphql";subscriptionSpec="1.0"'
    opening = b"\r\n--graphql"
    heartbeat = _part(b"{}")
    ending = b"--\r\n"

    def answer(self, body: bytes) -> bytes:
        return _part(b'{"payload":' + body + b"}")

    def error(self, errors: bytes) -> bytes:
        return _part(b'{"payload":null,"errors":' + errors + b"}")


Framing = ServerSentEvents | Parts

EVENTS = ServerSentEvents()
PARTS = Parts()


def framing_of(accept: Accepting) -> Framing | None:
    """The way the client takes a stream, the heavier of the two, of equal ones events; None if it
    takes neither. Parts are for those who name Apollo's protocol: `multipart/mixed` alone is
    asked for by clients that mean another one."""
    events = accept.weight(EVENT_STREAM) if accept.named(EVENT_STREAM) else 0.0
    apollo = accept.parameters.get(MULTIPART, {}).get("subscriptionspec") == "1.0"
    parts = accept.weight(MULTIPART) if apollo else 0.0
    if not events and not parts:
        return None
    return EVENTS if events >= parts else PARTS
