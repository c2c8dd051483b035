"""Opaque global ids and the keys behind them.

A global id is the URL-safe base64 of a type's name, a colon and the sixteen bytes of the row's
key. Clients must not take it apart; what does not decode is simply not found.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache
from uuid import UUID, uuid4

from uuid_utils.compat import uuid7


def new_id() -> UUID:
    """A key that sorts by the time of its making, so that indexes grow at one end."""
    return uuid7()


def earliest_id(moment: datetime) -> UUID:
    """Sorts before every key that `new_id` makes from that moment on, and after those from
    before its millisecond."""
    return UUID(int=int(moment.timestamp() * 1000) << 80)


def new_blind_id() -> UUID:
    """A key that tells nothing of when it was made, for rows whose time is private."""
    return uuid4()


def encode(type_name: str, key: UUID) -> str:
    """The global id of the row `key` of `type_name`."""
    raw = binascii.b2a_base64(_prefix(type_name) + key.bytes, newline=False)
    return raw.translate(_URL_SAFE, b"=").decode()


def encode_all(type_name: str, keys: Iterable[UUID]) -> list[str]:
    """`encode` of each, in less time."""
    prefix = _prefix(type_name)
    # Each comes with the end of a line, at which they are taken apart again.
    raw = b"".join([binascii.b2a_base64(prefix + key.bytes) for key in keys])
    return raw.translate(_URL_SAFE, b"=").decode().splitlines()


@lru_cache(maxsize=64)
def _prefix(type_name: str) -> bytes:
    return type_name.encode() + b":"


_URL_SAFE = bytes.maketrans(b"+/", b"-_")


def decode(global_id: str) -> tuple[str, UUID] | None:
    """The type's name and key inside a global id, or None when it is none of ours."""
    if not global_id.isascii() or len(global_id) > 120:
        return None
    try:
        raw = base64.b64decode(
            global_id + "=" * (-len(global_id) % 4), altchars=b"-_", validate=True
        )
    except (binascii.Error, ValueError):
        return None
    name, colon, key = raw.partition(b":")
    if not colon or len(key) != 16 or not name.isalpha():
        return None
    # Spare bits at the end of base64 would give one row many ids.
    type_name, uuid = name.decode(), UUID(bytes=key)
    return (type_name, uuid) if encode(type_name, uuid) == global_id else None


def key_of(type_name: str, global_id: str) -> UUID | None:
    """The key inside a global id of that very type, or None."""
    decoded = decode(global_id)
    return decoded[1] if decoded is not None and decoded[0] == type_name else None
