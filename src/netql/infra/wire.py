"""What goes over a shared bus: short texts that name their sender and whom to wake.

A text is the URL-safe base64 of the sender's eight bytes and of sixteen for each topic. One that
names no topic wakes everybody.
"""

from __future__ import annotations

import base64
import binascii
import secrets
from collections.abc import Collection, Iterator
from uuid import UUID

_SENDER = 8
_TOPIC = 16
# 6,411 characters. PostgreSQL takes fewer than 8,000 bytes in one notification.
AT_ONCE = 300


def new_sender() -> bytes:
    """A name that no other process has."""
    return secrets.token_bytes(_SENDER)


def pack(sender: bytes, topics: Collection[UUID] | None) -> Iterator[str]:
    """The texts that wake these topics, or everybody for None."""
    if topics is None:
        yield base64.urlsafe_b64encode(sender).decode()
        return
    raw = b"".join(topic.bytes for topic in topics)
    for start in range(0, len(raw), AT_ONCE * _TOPIC):
        part = raw[start : start + AT_ONCE * _TOPIC]
        yield base64.urlsafe_b64encode(sender + part).decode()


def unpack(text: str) -> tuple[bytes, list[UUID] | None]:
    """Who sent it, and the topics, or None for everybody. Raises ValueError for what is no such
    text."""
    try:
        raw = base64.b64decode(text, altchars=b"-_", validate=True)
    except binascii.Error as error:
        raise ValueError(str(error)) from None
    sender, rest = raw[:_SENDER], raw[_SENDER:]
    if len(sender) < _SENDER or len(rest) % _TOPIC:
        raise ValueError("its length is none that a wake-up has")
    topics = [UUID(bytes=rest[start : start + _TOPIC]) for start in range(0, len(rest), _TOPIC)]
    return sender, topics or None
