"""The batches of one operation: a line each, over the features' doors.

The viewer is closed over, never looked up: a batch may run in the task of any of its callers.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Hashable, Sequence
from functools import partial
from typing import Any, Generic, TypeVar
from uuid import UUID

from aiodataloader import DataLoader

from netql.connections import queries as invitations
from netql.connections import ties
from netql.connections.rules import ConnectRefusal, Limits
from netql.members import queries as members
from netql.members import sections
from netql.members.views import MemberView
from netql.network import queries as network
from netql.privacy.audience import Standing
from netql.safety import queries as safety
from netql.viewer import Viewer

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Batch(Generic[K, V]):
    """Loads that are wanted in the same turn of the loop, as one call of a door.

    Made on first use, because a loader belongs to the running loop. Shielded, because a waiter
    that is cancelled would otherwise take the others along.
    """

    def __init__(
        self,
        read: Callable[[Sequence[K]], Awaitable[Sequence[V]]],
        key: Callable[[K], Any] | None = None,
    ) -> None:
        self._read = read
        self._key = key
        self._loader: DataLoader[K, V] | None = None

    async def load(self, key: K) -> V:
        if self._loader is None:
            self._loader = DataLoader(self._batch, get_cache_key=self._key)
        return await asyncio.shield(self._loader.load(key))

    def keep(self, key: K, value: V) -> None:
        """Remember what another door has just read for the same viewer."""
        if self._loader is None:
            self._loader = DataLoader(self._batch, get_cache_key=self._key)
        self._loader.prime(key, value)

    async def _batch(self, keys: list[K]) -> list[V]:
        return list(await self._read(keys))


def _by_standing(member: MemberView) -> tuple[UUID, Standing]:
    # A preview of oneself is the same member with another standing.
    return member.id, member.standing


class Loaders:
    """Every batch, for one viewer."""

    def __init__(self, viewer: Viewer, limits: Limits) -> None:
        self.member = Batch[UUID, MemberView | None](lambda ids: members.members_for(viewer, ids))
        self.invitation = Batch[UUID, invitations.InvitationView | None](
            lambda ids: invitations.invitations_for(viewer, ids)
        )
        self.waiting = Batch[
            UUID, tuple[invitations.InvitationView | None, invitations.InvitationView | None]
        ](lambda ids: invitations.waiting_between(viewer, ids))
        self.connection = Batch[UUID, ties.ConnectionView | None](
            lambda ids: ties.connections_by_id(viewer, ids)
        )
        self.connection_with = Batch[UUID, ties.ConnectionView | None](
            lambda ids: ties.connections_with(viewer, ids)
        )
        self.entry = Batch[UUID, network.EntryView | None](
            lambda ids: network.entries_by_id(viewer, ids)
        )
        self.entry_about = Batch[UUID, network.EntryView | None](
            lambda ids: network.entries_about(viewer, ids)
        )
        self.tags = Batch[UUID, list[str]](network.tags_of)
        self.block = Batch[UUID, safety.BlockView | None](
            lambda ids: safety.blocks_by_id(viewer, ids)
        )
        self.refusal = Batch[MemberView, ConnectRefusal | None](
            lambda subjects: invitations.connect_refusals(viewer, subjects, limits),
            key=_by_standing,
        )
        self.sections = {
            section.field: Batch[MemberView, Any](
                partial(sections.rows_of, section), key=_by_standing
            )
            for section in (
                sections.POSITIONS,
                sections.EDUCATION,
                sections.SKILLS,
                sections.LANGUAGES,
                sections.WEBSITES,
            )
        }
