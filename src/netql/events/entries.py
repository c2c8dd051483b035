"""What a member's log consists of."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class LogEntry:
    """One entry of a member's log. `number` never leaves the server: a gap would tell of an
    event that was withheld. `cursor` is random. `id` tells how old it is (`oldest_kept`)."""

    number: int
    cursor: str
    kind: str
    subject_id: UUID
    id: UUID
