"""What two members are to each other, for any number of pairs at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from netql.infra.database import fetch
from netql.privacy.audience import Standing
from netql.relations import sql


@dataclass(frozen=True, slots=True)
class Relation:
    """Where a viewer stands towards a subject.

    `standing` is None when the subject is absent for the viewer: unknown, closed, or blocked
    either way.
    """

    standing: Standing | None

    @property
    def present(self) -> bool:
        return self.standing is not None

    @property
    def connected(self) -> bool:
        return self.standing is Standing.CONNECTED


ABSENT = Relation(None)

_RELATIONS = f"""
WITH pairs(viewer_id, subject_id) AS (PAIRS($1, $2))
SELECT pairs.viewer_id AS viewer_id, m.id AS subject_id,
       CASE WHEN {sql.present("pairs.viewer_id", "m")}
            THEN {sql.standing("pairs.viewer_id", "m")} END AS standing
  FROM pairs JOIN members m ON m.id = pairs.subject_id
"""


async def relations(pairs: Sequence[tuple[UUID | None, UUID]]) -> list[Relation]:
    """The relation of each (viewer, subject), in order, by one statement.

    A viewer of None is a guest. Unknown subjects are ABSENT.
    """
    if not pairs:
        return []
    wanted = list(dict.fromkeys(pairs))
    rows = await fetch(_RELATIONS, [v for v, _ in wanted], [s for _, s in wanted])
    found = {
        (None if row["viewer_id"] is None else UUID(str(row["viewer_id"])), row["subject_id"]): (
            Relation(None if row["standing"] is None else Standing(row["standing"]))
        )
        for row in rows
    }
    return [found.get(pair, ABSENT) for pair in pairs]


async def relation(viewer_id: UUID | None, subject_id: UUID) -> Relation:
    """The relation of one pair."""
    return (await relations([(viewer_id, subject_id)]))[0]
