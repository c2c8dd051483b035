"""What happens to accounts."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from netql.events import Event


@dataclass(frozen=True, slots=True)
class AccountClosed(Event):
    """A member leaves for good. Each feature lets go of what it kept, in the same transaction."""

    member_id: UUID
