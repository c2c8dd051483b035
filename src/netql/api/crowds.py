"""What events show, loaded for all subscribers of this process at once.

Subscribers who are woken together are told at the same time, each by a context of its own. Members
and counts that they ask for come by one statement for them all; whatever else, by one for each.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from functools import cached_property
from uuid import UUID

from netql.api.gathering import Gathering
from netql.api.loaders import Batch, Loaders
from netql.connections.queries import pending_counts
from netql.members.columns import Need
from netql.members.queries import members_for_each
from netql.members.views import MemberView

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


class EventLoaders(Loaders):
    """The batches of one event: what most events ask for is loaded with what others ask for."""

    @cached_property
    def member(self) -> Batch[UUID, MemberView | None]:
        return Batch(self._members)

    @cached_property
    def pending_count(self) -> Batch[UUID, int]:
        return Batch(counts.load_all)

    async def _members(self, ids: Sequence[UUID]) -> list[MemberView | None]:
        viewer_id = self._viewer.member_id
        assert viewer_id is not None
        return await members.load_all([(self._need, viewer_id, one) for one in ids])
