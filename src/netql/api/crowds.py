"""What events show, loaded for all subscribers of this process at once.

Subscribers who are woken together are told at the same time, each by a context of its own. Members
and counts that they ask for come by one statement for them all; whatever else, by one for each.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Callable, Hashable, Sequence
from functools import cached_property
from typing import TypeVar
from uuid import UUID

from netql.api.gathering import Gathering
from netql.api.loaders import Batch, Loaders
from netql.connections.queries import pending_counts
from netql.members.columns import Need
from netql.members.queries import members_for_each
from netql.members.views import MemberView

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")
_Seen = tuple[Need, UUID, UUID]


async def _members(wanted: list[_Seen]) -> list[MemberView | None]:
    """Each member for each viewer; one statement for each need."""
    pairs: defaultdict[Need, list[tuple[UUID, UUID]]] = defaultdict(list)
    for need, viewer_id, member_id in wanted:
        pairs[need].append((viewer_id, member_id))
    found: dict[_Seen, MemberView | None] = {}
    for need, of_need in pairs.items():
        views = await members_for_each(of_need, need)
        found |= {(need, *pair): view for pair, view in zip(of_need, views, strict=True)}
    return [found[one] for one in wanted]


members: Gathering[_Seen, MemberView | None] = Gathering(_members)
counts: Gathering[UUID, int] = Gathering(pending_counts)


class Share(Batch[K, V]):
    """One event's share in what is gathered for many: each key is wanted once, and kept."""

    def __init__(self, want: Callable[[K], asyncio.Future[V]]) -> None:
        self._want = want
        self._wanted: dict[K, asyncio.Future[V]] = {}

    def know(self, key: K, value: V) -> None:
        known = self._wanted[key] = asyncio.get_running_loop().create_future()
        known.set_result(value)

    async def load_all(self, keys: Sequence[K], *, once: bool = False) -> list[V]:
        for key in keys:
            if key not in self._wanted:
                self._wanted[key] = self._want(key)
        waiting = [self._wanted[key] for key in keys]
        return [one.result() if one.done() else await asyncio.shield(one) for one in waiting]


class EventLoaders(Loaders):
    """The batches of one event: what most events ask for is loaded with what others ask for."""

    @cached_property
    def member(self) -> Batch[UUID, MemberView | None]:
        viewer_id = self._viewer.member_id
        assert viewer_id is not None
        return Share(lambda member_id: members.want((self._need, viewer_id, member_id)))

    @cached_property
    def pending_count(self) -> Batch[UUID, int]:
        return Share(counts.want)
