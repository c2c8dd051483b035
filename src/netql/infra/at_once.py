"""An act that is done at once: by one statement, where it needs nothing but a yes.

A transaction that takes a pair's lock, reads, writes and commits waits for PostgreSQL four times,
and holds the lock meanwhile. Where the usual case can be told by a condition, one statement is
enough: it calls a function of the server, which takes the lock, looks whether the condition holds,
and writes. A function's statements each see what was committed before they began, so what is looked
at is no older than the lock. Where the condition does not hold nothing is written, and a
transaction has to find out why.

The function is the session's own (`pg_temp`): nothing of it stays in the database, and processes
of two versions do not meet in it. Only on PostgreSQL: on SQLite a statement is no journey.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any, NamedTuple, cast
from uuid import UUID

from tortoise.exceptions import IntegrityError

from netql.infra import database
from netql.infra.session_functions import Lost, writing_if


class Statement(NamedTuple):
    """A statement and its values."""

    text: str
    values: tuple[Any, ...]


async def written_if(
    pair: tuple[UUID, UUID],
    condition: Statement,
    writings: Sequence[Statement],
    lost: Lost,
) -> int | None:
    """Write while the pair is held, if the condition finds a row: the whole number that the last of
    the writings returns, or None. What the condition depends on it has to hold, as a transaction
    would.

    None also inside of a transaction, and wherever acts are not done at once. `lost` is called
    where an end of the connection or of the task leaves it open whether it was written. Raises
    Interrupted, TimedOut, Unable and Overloaded, as a transaction does.
    """
    client = database.client_at_once()
    if client is None:
        return None
    function = writing_if(condition.text, tuple(writing.text for writing in writings))
    values = [database.pair_key(*pair), *condition.values]
    for writing in writings:
        values += writing.values
    undone = True

    def is_lost(settled: asyncio.Task[None] | None) -> None:
        nonlocal undone
        undone = False
        lost(settled)

    try:
        return cast(int | None, await client.call(function, values, is_lost))
    except IntegrityError:
        # Something that the condition does not know of is in the way.
        return None
    except Exception as error:
        database.raise_told(error, undone=undone)
        raise
