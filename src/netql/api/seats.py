"""How many connections that last, sockets and streams, a member holds in this process."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID


class Taken(Exception):
    """The member holds as many as one may."""


class Seats:
    """So many for each member. Guests are not told apart, so theirs are not counted."""

    def __init__(self, each: int) -> None:
        self._each = each
        self._held: Counter[UUID] = Counter()

    @contextmanager
    def held(self, member_id: UUID | None) -> Iterator[None]:
        """One of the member's, for the block. Raises Taken if there is none left."""
        if member_id is None:
            yield
            return
        if self._held[member_id] >= self._each:
            raise Taken
        self._held[member_id] += 1
        try:
            yield
        finally:
            self._held[member_id] -= 1
            if not self._held[member_id]:
                del self._held[member_id]
