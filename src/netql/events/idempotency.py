"""Retries that are safe: a creating mutation done once per key.

The key is stored in the transaction of the work itself, under (member, mutation, key), with a
hash of the input and the ids of what was made. A repeat resolves those ids anew through the
doors, so it never shows what is hidden by now. Refusals are not stored. Keys past their day count
no more, and go by and by (`events.pruning`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import orjson

from netql.clock import now
from netql.errors import Refused
from netql.ids import new_id
from netql.infra.at_once import Statement
from netql.infra.database import Row, execute, fetch_one

_LONGEST_KEY = 255
KEPT = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a mutation did: a word of its own, and the keys of the rows it is about."""

    word: str
    ids: dict[str, UUID]


_NOTHING_YET = Outcome("", {})
_INSERT = """INSERT INTO idempotency_keys
(id, member_id, mutation, key, input_hash, outcome, node_ids, stored_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"""


class Once:
    """A key, claimed inside the open transaction.

    `claim` gives the outcome of the first call with this key, or None: then do the work and
    call `keep`. A second caller waits in it until the first has committed or given up.
    """

    def __init__(self, member_id: UUID, mutation: str, key: str | None) -> None:
        self._member_id = member_id
        self._mutation = mutation
        self._key = key

    async def claim(self, *input_parts: object) -> Outcome | None:
        """Raises Refused IDEMPOTENCY_KEY_INVALID or IDEMPOTENCY_KEY_REUSED."""
        if self._key is None:
            return None
        check_key(self._key)
        digest = _digest(input_parts)
        await execute(
            "DELETE FROM idempotency_keys"
            " WHERE member_id = $1 AND mutation = $2 AND key = $3 AND stored_at < $4",
            self._member_id,
            self._mutation,
            self._key,
            now() - KEPT,
        )
        while not await self._insert(digest):
            row = await self._row()
            if row is not None:
                return _earlier(row, digest)
            # It went between the two statements, as keys do when their member leaves.
        return None

    def unused(self, place: int) -> tuple[str, tuple[object, ...]]:
        """What a condition of PostgreSQL's goes on with, and its values, which stand from `place`
        on: the key was not used, be it long ago. Nothing without a key. Raises Refused
        IDEMPOTENCY_KEY_INVALID."""
        if self._key is None:
            return "", ()
        check_key(self._key)
        text = (
            f" AND NOT EXISTS (SELECT FROM idempotency_keys used WHERE used.member_id = ${place}"
            f" AND used.mutation = ${place + 1} AND used.key = ${place + 2})"
        )
        return text, (self._member_id, self._mutation, self._key)

    def keeping(self, outcome: Outcome, *input_parts: object) -> Statement | None:
        """What claims the key and stores the outcome at once; it fails where the key was used
        before. None without a key."""
        if self._key is None:
            return None
        return Statement(_INSERT, self._row_of(_digest(input_parts), outcome))

    async def fits(self, *input_parts: object) -> bool | None:
        """Whether the first call with this key had that input; None if there was none."""
        row = None if self._key is None else await self._row()
        if row is None or row["stored_at"] < now() - KEPT:
            return None
        return bool(row["input_hash"] == _digest(input_parts))

    async def _row(self) -> Row | None:
        return await fetch_one(
            "SELECT input_hash, outcome, node_ids, stored_at FROM idempotency_keys"
            " WHERE member_id = $1 AND mutation = $2 AND key = $3",
            self._member_id,
            self._mutation,
            self._key,
        )

    async def _insert(self, digest: str) -> bool:
        unless_there = f"{_INSERT} ON CONFLICT (member_id, mutation, key) DO NOTHING"
        return bool(await execute(unless_there, *self._row_of(digest, _NOTHING_YET)))

    def _row_of(self, digest: str, outcome: Outcome) -> tuple[object, ...]:
        who = new_id(), self._member_id, self._mutation, self._key
        return *who, digest, outcome.word, _stored(outcome), now()

    async def keep(self, outcome: Outcome) -> Outcome:
        """Store what was done under the claimed key; gives the outcome back."""
        if self._key is not None:
            await execute(
                "UPDATE idempotency_keys SET outcome = $4, node_ids = $5"
                " WHERE member_id = $1 AND mutation = $2 AND key = $3",
                self._member_id,
                self._mutation,
                self._key,
                outcome.word,
                _stored(outcome),
            )
        return outcome


def _stored(outcome: Outcome) -> str:
    return orjson.dumps({name: str(value) for name, value in outcome.ids.items()}).decode()


def check_key(key: str | None) -> None:
    """Raises Refused IDEMPOTENCY_KEY_INVALID."""
    if key is not None and not (0 < len(key) <= _LONGEST_KEY and key.isprintable()):
        raise Refused(
            "IDEMPOTENCY_KEY_INVALID",
            f"A key has 1 to {_LONGEST_KEY} printable characters.",
            ("idempotencyKey",),
        )


def _digest(input_parts: Sequence[object]) -> str:
    parts = orjson.dumps([str(part) if part is not None else None for part in input_parts])
    return hashlib.sha256(parts).hexdigest()


def key_reused() -> Refused:
    return Refused(
        "IDEMPOTENCY_KEY_REUSED",
        "This key was used with a different input.",
        ("idempotencyKey",),
    )


def _earlier(row: Row, digest: str) -> Outcome:
    if row["input_hash"] != digest:
        raise key_reused()
    ids = {name: UUID(value) for name, value in orjson.loads(row["node_ids"]).items()}
    return Outcome(row["outcome"], ids)
