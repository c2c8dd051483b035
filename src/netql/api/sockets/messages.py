"""From a frame to the message that it holds, or to the Breach that it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import orjson

from netql.api.sockets.codes import TOO_LARGE, Breach, malformed


@dataclass(frozen=True, slots=True)
class Init:
    """`connection_init`: who the client says it is."""

    payload: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Ping:
    """To be answered."""


@dataclass(frozen=True, slots=True)
class Pong:
    """An answer to a ping, or a sign of life."""


@dataclass(frozen=True, slots=True)
class Subscribe:
    """Run an operation, of whatever type, and call it by this key."""

    key: str
    payload: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Complete:
    """No more of that operation, please."""

    key: str


Message = Init | Ping | Pong | Subscribe | Complete

# Ids are chosen by clients, mostly as UUIDs; each is held for as long as its operation lasts.
LONGEST_KEY = 256
# What may stand for the text of an operation.
_NAMES = ("documentId", "doc_id", "extensions")


def message_of(frame: dict[str, Any], largest: int) -> Message:
    """The message in an ASGI `websocket.receive`, of so many bytes at most. Raises Breach."""
    text = frame.get("text")
    if text is None:
        raise malformed("Messages are text")
    # A character has a byte at least, and what is not ASCII is only counted where it matters.
    if len(text) > largest or (not text.isascii() and len(text.encode()) > largest):
        raise Breach(TOO_LARGE)
    try:
        # orjson refuses what json lets through: NaN, lone surrogates, depth without end.
        message = orjson.loads(text)
    except orjson.JSONDecodeError:
        raise malformed("Messages are JSON") from None
    if not isinstance(message, dict):
        raise malformed("A message is a JSON object")
    match message.get("type"):
        case "subscribe":
            return Subscribe(_key(message), _operation(message.get("payload")))
        case "complete":
            return Complete(_key(message))
        case "ping":
            _payload(message)
            return Ping()
        case "pong":
            _payload(message)
            return Pong()
        case "connection_init":
            return Init(_payload(message))
    raise malformed("Unknown message type")


def _key(message: dict[str, Any]) -> str:
    key = message.get("id")
    if not isinstance(key, str) or not 0 < len(key) <= LONGEST_KEY:
        raise malformed(f"An id is a string of 1 to {LONGEST_KEY} characters")
    return key


def _payload(message: dict[str, Any]) -> dict[str, Any]:
    payload = message.get("payload")
    if payload is None:
        return {}
    if not isinstance(payload, dict):
        raise malformed("A payload is an object")
    return payload


def _operation(payload: Any) -> dict[str, Any]:
    """The payload of a `subscribe`, with every part of the type that it must have. What the parts
    say is the operation's own affair."""
    if not isinstance(payload, dict):
        raise malformed("The payload of subscribe is an object")
    if not isinstance(payload.get("query"), str | None):
        raise malformed("query is a string")
    if payload.get("query") is None and not any(payload.get(name) for name in _NAMES):
        raise malformed("A query is missing")
    if not isinstance(payload.get("variables"), dict | None):
        raise malformed("variables is an object or null")
    if not isinstance(payload.get("operationName"), str | None):
        raise malformed("operationName is a string or null")
    if not isinstance(payload.get("extensions"), dict | None):
        raise malformed("extensions is an object or null")
    return payload
