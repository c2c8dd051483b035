"""Recording events and reading a member's log.

Numbers are given out by one UPDATE per recipient, in ascending order of their ids, as the last
writers before the commit. So the order of numbers is the order of commits, a reader never finds
a gap that fills later, and two transactions never wait for each other crosswise.
"""

from __future__ import annotations

import asyncio
import re
import secrets
from collections import defaultdict
from collections.abc import Sequence
from datetime import timedelta
from functools import cache
from typing import Any
from uuid import UUID

from netql.clock import now
from netql.errors import BadCursor, StreamReset
from netql.events import Event, MemberEvent, handlers
from netql.events.entries import LogEntry
from netql.events.wakeups import wakeups
from netql.ids import earliest_id, new_id
from netql.infra.at_once import Statement, written_if
from netql.infra.database import current_transaction, dialect, execute, fetch, fetch_one
from netql.infra.finishing import finish
from netql.infra.session_functions import moved

_CURSOR_BYTES = 16
_CURSOR = re.compile(r"[A-Za-z0-9_-]{22}")


async def record(event: Event, making: Statement | None = None) -> None:
    """Hand the event to its handlers and, if members may be told, to their logs.

    An act that reads no more of what it does may leave the last `making` of it to be run together
    with the writing of the log; within another act's transaction it is run at once.
    """
    open_transaction = current_transaction()
    if making is not None and (open_transaction.depth > 1 or not isinstance(event, MemberEvent)):
        await execute(making.text, *making.values)
        making = None
    if isinstance(event, MemberEvent):
        pending = [step for step in open_transaction.before_commit if isinstance(step, _Flush)]
        if pending:
            flush = pending[0]
        else:
            flush = _Flush()
            open_transaction.before_commit.append(flush)
            open_transaction.after_commit.append(flush.wake)
        flush.events.append(event)
        if making is not None:
            flush.makings.append(making)
    for handler in handlers[type(event)]:
        await handler(event)


async def recorded_if(
    pair: tuple[UUID, UUID], condition: Statement, event: MemberEvent, makings: Sequence[Statement]
) -> bool:
    """Make the event true and write it to its recipient's log by one statement, if the condition
    holds; whether it did (see `infra.at_once.written_if`). If not, nothing was done, and a
    transaction has to look."""
    if handlers[type(event)]:
        return False
    rows = _rows([event])
    # The log last, as in a transaction: nobody else's events wait for what else is waited for.
    log = Statement(*_written(event.recipient_id, rows, None))

    def lost(settled: asyncio.Task[None] | None) -> None:
        if settled is not None:
            finish(_told_if_written(settled, event.recipient_id, rows[0][0]))

    number = await written_if(pair, condition, [*makings, log], lost)
    if number is None:
        return False
    wakeups.wake({event.recipient_id: _entries(number, rows)})
    return True


async def _told_if_written(settled: asyncio.Task[None], recipient_id: UUID, entry_id: UUID) -> None:
    """Wake whoever waits for an entry that may have been written, once that is settled. Where it
    cannot be found out, a poll does."""
    await asyncio.wait([settled])
    row = await fetch_one(
        "SELECT number FROM events WHERE member_id = $1 AND id = $2", recipient_id, entry_id
    )
    if row is not None:
        tell_anew(recipient_id)


def tell_anew(recipient_id: UUID) -> None:
    """Wake whoever waits for a member's entries: there are some of which nobody was told."""
    # Without entries it means that they have to be read.
    wakeups.wake({recipient_id: ()})


class _Flush:
    """Writes what a transaction recorded, and wakes the recipients once it is committed."""

    def __init__(self) -> None:
        self.events: list[MemberEvent] = []
        self.makings: list[Statement] = []
        self._written: dict[UUID, list[LogEntry]] = {}

    async def __call__(self) -> None:
        together = None
        if len(self.events) == len(self.makings) == 1 and dialect() == "postgres":
            together = self.makings[0]
        else:
            for making in self.makings:
                await execute(making.text, *making.values)
        by_recipient: defaultdict[UUID, list[MemberEvent]] = defaultdict(list)
        for event in self.events:
            by_recipient[event.recipient_id].append(event)
        for recipient_id in sorted(by_recipient):
            events = by_recipient[recipient_id]
            self._written[recipient_id] = await _append(recipient_id, events, together)

    def wake(self) -> None:
        wakeups.wake(self._written)


_NUMBERS = """INSERT INTO event_streams (member_id, last_number) VALUES ($1, $2)
ON CONFLICT (member_id) DO UPDATE SET last_number = event_streams.last_number + excluded.last_number
RETURNING last_number"""
_EVENTS = "INSERT INTO events (member_id, number, id, cursor, kind, subject_id, recorded_at)"
# How many values that takes where both are one.
_LOGGED = 7
# PostgreSQL can do both at once; SQLite, where a statement is no journey, cannot.
_BOTH = f"""WITH {{making}}stream AS ({_NUMBERS})
{_EVENTS} SELECT $1, stream.last_number - $2 + one.place,
       one.id, one.cursor, one.kind, one.subject_id, $7 FROM stream, {{entries}}
RETURNING number"""
_ONE = "(SELECT 1, $3::uuid, $4::text, $5::text, $6::uuid) one(place, id, cursor, kind, subject_id)"
_SEVERAL = (
    "unnest($3::uuid[], $4::text[], $5::text[], $6::uuid[])"
    " WITH ORDINALITY AS one(id, cursor, kind, subject_id, place)"
)


@cache
def _both(making: str | None, several: bool) -> str:
    """`_BOTH`, and what makes it true, whose values follow those of the log."""
    made = "" if making is None else f"made AS ({moved(making, _LOGGED)}), "
    return _BOTH.format(making=made, entries=_SEVERAL if several else _ONE)


def _written(
    recipient_id: UUID, rows: list[tuple[UUID, str, str, UUID]], making: Statement | None
) -> tuple[str, tuple[Any, ...]]:
    """The statement that writes to a log, and what makes it true; and its values."""
    several = len(rows) > 1
    columns: Any = map(list, zip(*rows, strict=True)) if several else rows[0]
    text, values = making or (None, ())
    return _both(text, several), (recipient_id, len(rows), *columns, now(), *values)


def _rows(events: Sequence[MemberEvent]) -> list[tuple[UUID, str, str, UUID]]:
    return [
        (new_id(), secrets.token_urlsafe(_CURSOR_BYTES), one.kind, one.subject_id) for one in events
    ]


async def _append(
    recipient_id: UUID, events: list[MemberEvent], making: Statement | None
) -> list[LogEntry]:
    """Write what happened to one log, and what makes it true; the entries."""
    rows = _rows(events)
    if dialect() == "postgres":
        statement, values = _written(recipient_id, rows, making)
        written = await fetch(statement, *values)
        return _entries(min(row["number"] for row in written), rows)
    stream = await fetch_one(_NUMBERS, recipient_id, len(rows))
    assert stream is not None
    first = stream["last_number"] - len(rows) + 1
    for number, row in enumerate(rows, start=first):
        statement = f"{_EVENTS} VALUES ($1, $2, $3, $4, $5, $6, $7)"
        await execute(statement, recipient_id, number, *row, now())
    return _entries(first, rows)


def _entries(first: int, rows: list[tuple[UUID, str, str, UUID]]) -> list[LogEntry]:
    return [
        LogEntry(number, cursor, kind, subject_id, entry_id)
        for number, (entry_id, cursor, kind, subject_id) in enumerate(rows, start=first)
    ]


async def last_number(member_id: UUID) -> int:
    """The number of the newest entry of a member's log; 0 before the first."""
    row = await fetch_one("SELECT last_number FROM event_streams WHERE member_id = $1", member_id)
    return int(row["last_number"]) if row else 0


async def pruned_to(member_id: UUID) -> int:
    """Up to which number a member's log is not kept any more; 0 while it is whole.

    The newest entry always is, so numbers before the oldest one are those that went.
    """
    row = await fetch_one(
        "SELECT min(number) AS oldest FROM events WHERE member_id = $1", member_id
    )
    return 0 if row is None or row["oldest"] is None else int(row["oldest"]) - 1


def oldest_kept(kept: timedelta) -> UUID:
    """What the keys of entries that are read begin with: those of older ones sort before.

    Older entries are as good as gone, whether or not a sweep has come for them. Which of them are
    left tells what came after: the newest one always is.
    """
    return earliest_id(now() - kept)


async def number_at(member_id: UUID, cursor: str, kept: timedelta) -> int:
    """The number behind a cursor of that member's own log, of an entry no older than `kept`.

    Raises BadCursor, or StreamReset where it may be older: such cursors cannot be told from
    invented ones any more, and to query again is right for both. Members who are no older have
    none like that, unless less was kept before.
    """
    if _CURSOR.fullmatch(cursor) is None:
        raise BadCursor
    row = await fetch_one(
        "SELECT number, id FROM events WHERE cursor = $1 AND member_id = $2", cursor, member_id
    )
    oldest = oldest_kept(kept)
    if row is None and member_id >= oldest and not await pruned_to(member_id):
        raise BadCursor
    if row is None or row["id"] < oldest:
        raise StreamReset
    return int(row["number"])


async def forget_log(member_id: UUID) -> None:
    """Drop the log of a member who leaves."""
    await execute("DELETE FROM events WHERE member_id = $1", member_id)
