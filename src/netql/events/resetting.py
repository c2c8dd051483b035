"""Streams that cannot go on where their reader left off, because the log no longer goes back so
far: the reader is told to look at everything anew, and where to go on from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from netql.events import MemberEvent
from netql.events.entries import LogEntry
from netql.events.reading import newest_entry
from netql.events.recording import record
from netql.infra.database import transaction

STREAM_RESET = "STREAM_RESET"


@dataclass(frozen=True, slots=True)
class BegunAnew(MemberEvent):
    """A reader of the member's log was told to begin anew."""

    kind: ClassVar[str] = STREAM_RESET
    member_id: UUID

    @property
    def recipient_id(self) -> UUID:
        return self.member_id

    @property
    def subject_id(self) -> UUID:
        return self.member_id


async def reset(member_id: UUID) -> LogEntry:
    """The entry to go on from after a `StreamReset`: what came before it is found by looking.

    It is an entry of its own. The cursor of one that was there already would be another one next
    time, and so tell that something was recorded meanwhile, even if it may not be seen.
    """
    async with transaction():
        await record(BegunAnew(member_id))
    entry = await newest_entry(member_id, STREAM_RESET)
    assert entry is not None
    return entry
