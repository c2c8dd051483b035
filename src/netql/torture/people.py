"""Members to invite and to listen, made in the database through netql's own doors."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import timedelta
from itertools import count
from typing import TypeVar
from uuid import UUID

from netql import ids
from netql.accounts import sessions
from netql.accounts.actions import create_account
from netql.connections.actions import send_invitation
from netql.infra.database import connected, fetch_one, transaction
from netql.infra.tokens import Signer, signing_key
from netql.members.actions import create_member
from netql.migrations.runner import migrate
from netql.settings import Settings
from netql.viewer import Viewer

AT_ONCE = 8
PASSWORD = "everybody's own"
_LIFETIME = timedelta(days=1)
_numbers = count(1)
T = TypeVar("T")
F = TypeVar("F")


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody with a token to act with, for listeners the cursor from which they go on, and a
    refresh token for those with an account."""

    key: UUID
    token: str = field(repr=False)
    cursor: str = ""
    refresh_token: str = field(default="", repr=False)

    @property
    def id(self) -> str:
        """The global id."""
        return ids.encode("Member", self.key)


@dataclass(frozen=True, slots=True)
class Crowd:
    inviters: Sequence[Member]
    listeners: Sequence[Member]


async def gather(
    settings: Settings, inviters: int, listeners: int, *, accounts: bool = False
) -> Crowd:
    """So many of each, in a database that is migrated first if need be.

    Each listener has one event behind them, whose cursor they hold: so from the first moment it
    is known what they must hear. With `accounts` all of them can sign in by PASSWORD.
    """
    signer = Signer(
        signing_key(settings.signing_key_file), timedelta(seconds=settings.access_token_seconds)
    )

    async def member(_: int) -> Member:
        handle = f"torture.{next(_numbers)}"
        refresh = ""
        # Its password is hashed before the transaction, not inside it.
        key = await create_account(handle, handle, PASSWORD) if accounts else None
        async with transaction():
            key = key or await create_member(handle, handle)
            session = await sessions.start(key)
            if accounts:
                refresh = await sessions.issue(session, _LIFETIME)
        return Member(key, signer.sign(key, session), refresh_token=refresh)

    async def listener(number: int) -> Member:
        made = await member(number)
        await send_invitation(Viewer(herald.key), made.key, None, settings)
        row = await fetch_one("SELECT cursor FROM events WHERE member_id = $1", made.key)
        assert row is not None
        return replace(made, cursor=row["cursor"])

    async with connected(settings):
        await migrate()
        herald = await member(0)
        return Crowd(await _each(member, range(inviters)), await _each(listener, range(listeners)))


async def _each(make: Callable[[F], Awaitable[T]], of: Sequence[F]) -> list[T]:
    """One for each, several at once."""
    made: list[T] = []
    waiting = iter(of)

    async def lane() -> None:
        with suppress(StopIteration):
            while True:
                made.append(await make(next(waiting)))

    async with asyncio.TaskGroup() as lanes:
        for _ in range(AT_ONCE):
            lanes.create_task(lane())
    return made
