"""Reading the logs of many members at once."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from netql.events.entries import LogEntry
from netql.infra.database import Row, fetch, fetch_one

# Without gaps a range of numbers is as good as a limit; where the first ones are not kept any more
# it begins with the oldest that is.
_ENTRIES = """
WITH places(member_id, position) AS (PLACES($1, $2))
SELECT e.member_id, places.position, e.number, e.cursor, e.kind, e.subject_id, e.id
  FROM places
  JOIN events e ON e.member_id = places.member_id AND e.number > places.position
   AND e.number < $3 + (SELECT min(f.number) FROM events f
                         WHERE f.member_id = places.member_id AND f.number > places.position)
 ORDER BY e.member_id, e.number
"""


async def entries_of_many(
    positions: Sequence[tuple[UUID, int]], limit: int
) -> list[list[LogEntry]]:
    """For each position, a member and a number, the next entries of the log, oldest first.

    By one statement, however many positions there are. A first entry that is not the next number
    tells that some in between are not kept any more.
    """
    if not positions:
        return []
    wanted = list(dict.fromkeys(positions))
    rows = await fetch(_ENTRIES, [one for one, _ in wanted], [at for _, at in wanted], limit)
    found: dict[tuple[UUID, int], list[LogEntry]] = {position: [] for position in wanted}
    for row in rows:
        found[row["member_id"], row["position"]].append(_entry(row))
    return [found[position] for position in positions]


async def last_numbers(members: Sequence[UUID]) -> dict[UUID, int]:
    """The number of the newest entry of each of these logs; those without any are left out."""
    rows = await fetch(
        "SELECT member_id, last_number FROM event_streams WHERE member_id = ANY($1)",
        list(members),
    )
    return {row["member_id"]: int(row["last_number"]) for row in rows}


async def newest_entry(member_id: UUID, kind: str) -> LogEntry | None:
    """The newest entry of that kind in a member's log."""
    row = await fetch_one(
        "SELECT number, cursor, kind, subject_id, id FROM events"
        " WHERE member_id = $1 AND kind = $2 ORDER BY number DESC LIMIT 1",
        member_id,
        kind,
    )
    return None if row is None else _entry(row)


def _entry(row: Row) -> LogEntry:
    return LogEntry(row["number"], row["cursor"], row["kind"], row["subject_id"], row["id"])
