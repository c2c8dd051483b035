"""Password hashes: argon2id, off the event loop, a bounded number at a time."""

from __future__ import annotations

import asyncio
import os
import sys
from concurrent.futures import ThreadPoolExecutor
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

# How much less these threads are in a hurry, as `nice` counts; those that they start inherit it.
_YIELDING = 10


def _yield_to_others() -> None:
    """Let whatever else wants a core have it first: during a flood of sign-ins, all other requests.
    Only on Linux a thread has a priority of its own."""
    if sys.platform == "linux":
        os.nice(_YIELDING)


# Each hash takes 64 MiB and some cores; more at once would only slow every sign-in down.
_workers = ThreadPoolExecutor(
    max_workers=2, thread_name_prefix="netql-password", initializer=_yield_to_others
)
_hasher = PasswordHasher()


async def hashed(password: str) -> str:
    """A salted hash that carries its own parameters."""
    return await asyncio.get_running_loop().run_in_executor(_workers, _hasher.hash, password)


async def matches(password: str, password_hash: str | None) -> bool:
    """Whether the password made that hash. None takes as long and is never true."""
    return await asyncio.get_running_loop().run_in_executor(
        _workers, _verify, password, password_hash
    )


@cache
def _nobody() -> str:
    return _hasher.hash("nobody has this password")


def _verify(password: str, password_hash: str | None) -> bool:
    try:
        verified = _hasher.verify(password_hash or _nobody(), password)
    except (VerificationError, InvalidHashError):
        return False
    return verified and password_hash is not None


def prepare() -> None:
    """Make the hash for unknown handles now, so that the first such sign-in takes no longer."""
    _nobody()
