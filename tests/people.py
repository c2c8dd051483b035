"""Members for tests, and the relations between them, made through the doors."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import Any
from uuid import UUID

from argon2 import PasswordHasher

from netql import ids
from netql.accounts import actions as accounts
from netql.accounts import sessions
from netql.accounts.models import Account
from netql.clock import now
from netql.connections import actions as inviting
from netql.infra.database import transaction
from netql.infra.tokens import Signer
from netql.members import actions as members
from netql.privacy.audience import Audience
from netql.privacy.fields import RESTRICTIONS, ProfileField
from netql.safety import actions as safety
from netql.settings import Settings
from netql.viewer import Viewer
from tests.canary import CANARIES

_numbers = count(1)

PASSWORD = "correct horse"
# A hash carries its own cost; this one is checked in no time.
CHEAP_HASHER = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
_CHEAP_HASH = CHEAP_HASHER.hash(PASSWORD)
# Read once: that takes longer than an invitation.
_SETTINGS = Settings()


@dataclass(frozen=True)
class Person:
    """A member of a test: key, handle, and a token to act with."""

    key: UUID
    handle: str
    name: str
    token: str = field(repr=False)
    session: UUID

    @property
    def id(self) -> str:
        """The global id."""
        return ids.encode("Member", self.key)

    @property
    def viewer(self) -> Viewer:
        return Viewer(self.key, self.session)


async def choose(person: Person, audiences: Mapping[ProfileField, Audience]) -> None:
    """Who may see what of somebody, said in one go: field by field it takes most of a test."""
    assert all(wanted <= RESTRICTIONS[field].widest for field, wanted in audiences.items())
    await members._store_audiences(person.viewer, audiences)


class People:
    """Makes people. Handles are never used twice in a run."""

    def __init__(self, signer: Signer) -> None:
        self._signer = signer

    async def member(
        self,
        name: str = "Ann Arden",
        *,
        audiences: Mapping[ProfileField, Audience] | None = None,
        **profile: Any,
    ) -> Person:
        """A new member, signed in; `profile` sets columns, `audiences` their audiences."""
        # The dot keeps a1 + 2 and a + 12 apart.
        handle = f"{name.split()[0].lower()}.{next(_numbers)}"
        async with transaction():
            key = await members.create_member(handle, name)
            session = await sessions.start(key)
        person = Person(key, handle, name, self._signer.sign(key, session), session)
        if profile:
            await members.update_profile(person.viewer, profile)
            CANARIES.given(key, profile)
        if audiences:
            await choose(person, audiences)
        return person

    async def several(self, number: int) -> list[Person]:
        return [await self.member(f"Kim Kind{index}") for index in range(number)]

    async def connect(self, one: Person, other: Person) -> None:
        """A connection made as members make it: by an invitation and its acceptance."""
        sent = await inviting.send_invitation(one.viewer, other.key, None, _SETTINGS)
        await inviting.accept_invitation(other.viewer, sent.invitation_id, _SETTINGS)

    async def invite(self, inviter: Person, invitee: Person, note: str | None = None) -> UUID:
        sent = await inviting.send_invitation(inviter.viewer, invitee.key, note, _SETTINGS)
        return sent.invitation_id

    async def block(self, blocker: Person, blocked: Person) -> UUID:
        return await safety.block_member(blocker.viewer, blocked.key)

    async def close(self, person: Person) -> None:
        """The member leaves for good, as members do: with their password."""
        await self.give_account(person)
        await accounts.close_account(person.viewer, PASSWORD)

    async def give_account(self, person: Person) -> None:
        """Lets the member sign in with PASSWORD, and close the account by it."""
        await Account.create(
            id=ids.new_id(), member_id=person.key, password_hash=_CHEAP_HASH, created_at=now()
        )
