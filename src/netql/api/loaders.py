"""The batches of one operation: a line each, over the features' doors.

The viewer is closed over, never looked up: a batch may run in the task of any of its callers.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Hashable, Sequence
from functools import cached_property, partial
from typing import Any, Generic, TypeVar
from uuid import UUID

from aiodataloader import DataLoader

from netql.connections import queries as invitations
from netql.connections import ties
from netql.connections.rules import ConnectRefusal, Limits
from netql.infra.database import Row
from netql.members import queries as members
from netql.members import sections
from netql.members.columns import Need
from netql.members.views import MemberView
from netql.network import queries as network
from netql.privacy.audience import Standing
from netql.privacy.fields import ProfileField
from netql.safety import queries as safety
from netql.viewer import Viewer

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Batch(Generic[K, V]):
    """Loads that are wanted in the same turn of the loop, as one call of a door.

    What a load wants, one key or a level's worth, is one job for the loader, so that a page costs
    it no more than a member does. Values are kept, so no key is read twice. The loader is made on
    first use, because it belongs to the running loop; loads are shielded, because a waiter that is
    cancelled would otherwise take the others along.
    """

    def __init__(
        self,
        read: Callable[[Sequence[K]], Awaitable[Sequence[V]]],
        key: Callable[[K], Any] | None = None,
    ) -> None:
        self._read = read
        self._key = key or _itself
        self._known: dict[Any, V] = {}
        self._coming: dict[Any, asyncio.Future[None]] = {}
        self._loader: DataLoader[tuple[K, ...], None] | None = None

    def know(self, key: K, value: V) -> None:
        """Take a value that need not be read."""
        self._known[self._key(key)] = value

    async def load(self, key: K, *, once: bool = False) -> V:
        return (await self.load_all((key,), once=once))[0]

    async def load_all(self, keys: Sequence[K], *, once: bool = False) -> list[V]:
        """One value for each key, in order; `once`: nobody else will want any."""
        names = list(map(self._key, keys))
        wanted = {
            name: key
            for name, key in zip(names, keys, strict=True)
            if name not in self._known and name not in self._coming
        }
        if wanted and once:
            self._known.update(zip(wanted, await self._read(list(wanted.values())), strict=True))
        elif wanted:
            if self._loader is None:
                self._loader = DataLoader(self._batch, cache=False)
            job = self._loader.load(tuple(wanted.values()))
            self._coming.update(dict.fromkeys(wanted, job))
        if self._coming:
            for job in {id(job): job for job in map(self._coming.get, names) if job}.values():
                await asyncio.shield(job)
        return [self._known[name] for name in names]

    async def _batch(self, jobs: list[tuple[K, ...]]) -> list[None]:
        wanted = {self._key(key): key for job in jobs for key in job}
        try:
            values = await self._read(list(wanted.values()))
        finally:
            for name in wanted:
                self._coming.pop(name, None)
        self._known.update(zip(wanted, values, strict=True))
        return [None] * len(jobs)


def _itself(key: Any) -> Any:
    return key


def _by_standing(member: MemberView) -> tuple[UUID, Standing]:
    # A preview of oneself is the same member with another standing.
    return member.id, member.standing


class Loaders:
    """Every batch, for one viewer, each made when it is first wanted."""

    def __init__(self, viewer: Viewer, limits: Limits, need: Need) -> None:
        self._viewer = viewer
        self._limits = limits
        self._need = need

    @cached_property
    def member(self) -> Batch[UUID, MemberView | None]:
        return Batch(lambda ids: members.members_for(self._viewer, ids, self._need))

    @cached_property
    def invitation(self) -> Batch[UUID, invitations.InvitationView | None]:
        return Batch(lambda ids: invitations.invitations_for(self._viewer, ids))

    @cached_property
    def pending_count(self) -> Batch[UUID, int]:
        return Batch(invitations.pending_counts)

    @cached_property
    def waiting(
        self,
    ) -> Batch[UUID, tuple[invitations.InvitationView | None, invitations.InvitationView | None]]:
        return Batch(lambda ids: invitations.waiting_between(self._viewer, ids))

    @cached_property
    def connection(self) -> Batch[UUID, ties.ConnectionView | None]:
        return Batch(lambda ids: ties.connections_by_id(self._viewer, ids))

    @cached_property
    def connection_with(self) -> Batch[UUID, ties.ConnectionView | None]:
        return Batch(lambda ids: ties.connections_with(self._viewer, ids))

    @cached_property
    def entry(self) -> Batch[UUID, network.EntryView | None]:
        return Batch(lambda ids: network.entries_by_id(self._viewer, ids))

    @cached_property
    def entry_about(self) -> Batch[UUID, network.EntryView | None]:
        return Batch(lambda ids: network.entries_about(self._viewer, ids))

    @cached_property
    def tags(self) -> Batch[UUID, list[str]]:
        return Batch(network.tags_of)

    @cached_property
    def block(self) -> Batch[UUID, safety.BlockView | None]:
        return Batch(lambda ids: safety.blocks_by_id(self._viewer, ids))

    @cached_property
    def refusal(self) -> Batch[MemberView, ConnectRefusal | None]:
        return Batch(
            lambda subjects: invitations.connect_refusals(self._viewer, subjects, self._limits),
            key=_by_standing,
        )

    @cached_property
    def sections(self) -> dict[ProfileField, Batch[MemberView, list[Row] | None]]:
        return {
            section.field: Batch(partial(sections.rows_of, section), key=_by_standing)
            for section in (
                sections.POSITIONS,
                sections.EDUCATION,
                sections.SKILLS,
                sections.LANGUAGES,
            )
        }
