"""Why a socket is closed. Client authors find each code in docs/subscriptions.md."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Closing:
    """A close code and the few words that go with it: 123 bytes at most."""

    code: int
    reason: str


class Breach(Exception):
    """What the client sent breaks the protocol, and with what its socket is closed."""

    def __init__(self, closing: Closing) -> None:
        super().__init__(closing)
        self.closing = closing


def malformed(reason: str) -> Breach:
    """A message that is none of the protocol's."""
    return Breach(Closing(4400, reason))


BAD_CREDENTIALS = Closing(4401, "Unauthorized")
NOT_INTRODUCED = Closing(4401, "Send connection_init first")
SIGNED_OUT = Closing(4403, "The sign-in is over: introduce yourself anew")
WRONG_PROTOCOL = Closing(4406, "Subprotocol not acceptable")
SILENT = Closing(4408, "Connection initialisation timeout")
INTRODUCED_TWICE = Closing(4429, "Too many initialisation requests")
TOO_MANY_SOCKETS = Closing(4430, "Too many sockets of this member")
BUG = Closing(4500, "Internal server error")
TOO_LARGE = Closing(1009, "Message too large")
BUSY = Closing(1013, "Try again later")
NOT_READING = Closing(1013, "Messages are not read")


def in_use(key: str) -> Breach:
    """A second operation by an id whose first is not over."""
    return Breach(Closing(4409, f"Subscriber for {key[:40]!a} already exists"[:123]))
